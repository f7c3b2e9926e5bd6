"""Views of maps."""

from flask import Blueprint

maps = Blueprint("maps", __name__)
