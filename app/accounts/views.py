"""Sign-in, sessions, preferences and data of a person."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)
