"""What waits for the person who signed in."""

from flask import Blueprint

workspace = Blueprint("workspace", __name__)
