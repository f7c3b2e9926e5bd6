"""The next N places: computations in a process of their own, with their proof."""

from flask import Blueprint

sites = Blueprint("sites", __name__, url_prefix="/prochains-lieux")
