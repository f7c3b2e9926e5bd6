"""The programme: what is on."""

from flask import Blueprint

programme = Blueprint("programme", __name__)
