"""Tables and seats of the exchange time."""

from flask import Blueprint

seating = Blueprint("seating", __name__)
