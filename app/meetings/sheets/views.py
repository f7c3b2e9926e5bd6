"""Sheets of tables, and the report that gathers them."""

from flask import Blueprint

sheets = Blueprint("sheets", __name__)
