"""The blueprint of workshops, shared by the modules that hold its views."""

from flask import Blueprint

workshops = Blueprint("workshops", __name__)
