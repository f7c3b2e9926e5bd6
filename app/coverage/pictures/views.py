"""Coverage as pictures, each with the table of its figures beside."""

from flask import Blueprint

pictures = Blueprint("pictures", __name__)
