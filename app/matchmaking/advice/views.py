"""The format adviser."""

from flask import Blueprint

advice = Blueprint("advice", __name__)
