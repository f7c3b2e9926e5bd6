"""Proposals, their answers, and two versions side by side."""

from flask import Blueprint

proposals = Blueprint("proposals", __name__)
