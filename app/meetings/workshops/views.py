"""The workshops of a partnership."""

from flask import Blueprint

workshops = Blueprint("workshops", __name__)
