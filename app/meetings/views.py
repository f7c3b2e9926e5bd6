"""Meetings: drafting, announcing, moving, cancelling, and the page of each."""

from flask import Blueprint

meetings = Blueprint("meetings", __name__)
