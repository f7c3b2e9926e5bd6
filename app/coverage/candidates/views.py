"""Candidate libraries of an area, ranked by criteria whose contributions add up to the score."""

from flask import Blueprint

candidates = Blueprint("candidates", __name__, url_prefix="/bibliotheques-candidates")
