"""Requests of meetings, by region."""

from flask import Blueprint

meeting_requests = Blueprint("meeting_requests", __name__)
