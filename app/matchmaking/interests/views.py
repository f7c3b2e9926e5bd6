"""Interests, wishes and leads."""

from flask import Blueprint

interests = Blueprint("interests", __name__)
