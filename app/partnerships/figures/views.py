"""Figures, awareness sessions and reviews of a partnership."""

from flask import Blueprint

figures = Blueprint("figures", __name__)
