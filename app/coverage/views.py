"""Views of coverage."""

from flask import Blueprint

coverage = Blueprint("coverage", __name__)
