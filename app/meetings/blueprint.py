"""The blueprint of meetings, shared by the modules that hold its views."""

from flask import Blueprint

meetings = Blueprint("meetings", __name__)
