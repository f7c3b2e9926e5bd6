"""The blueprint of the desk, to which the screens of the door and what is printed add their routes."""

from flask import Blueprint

desk = Blueprint("desk", __name__)
