"""Asking to speak for an institution, deciding, leaving."""

from flask import Blueprint

memberships = Blueprint("memberships", __name__)
