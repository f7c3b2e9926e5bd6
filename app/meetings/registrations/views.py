"""Registrations: signing up, finding one again, the organiser’s list."""

from flask import Blueprint

registrations = Blueprint("registrations", __name__)
