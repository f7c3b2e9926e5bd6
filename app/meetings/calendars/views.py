"""Calendars: .ics of a meeting, feeds of a person, an institution, a territory."""

from flask import Blueprint

calendars = Blueprint("calendars", __name__)
