"""The day itself: who is there."""

from flask import Blueprint

desk = Blueprint("desk", __name__)
