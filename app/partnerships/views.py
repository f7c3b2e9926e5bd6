"""The page of a partnership, and its steps."""

from flask import Blueprint

partnerships = Blueprint("partnerships", __name__)
