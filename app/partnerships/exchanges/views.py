"""The page of an exchange and its messages."""

from flask import Blueprint

exchanges = Blueprint("exchanges", __name__)
