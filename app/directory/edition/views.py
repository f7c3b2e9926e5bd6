"""The pages in which institutions speak, and where visitors report an error."""

from flask import Blueprint

edition = Blueprint("edition", __name__)
