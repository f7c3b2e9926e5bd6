"""Introductions and their answers."""

from flask import Blueprint

introductions = Blueprint("introductions", __name__)
