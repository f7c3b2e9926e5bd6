"""Agreements, charter, checklist and documents of a partnership."""

from flask import Blueprint

agreements = Blueprint("agreements", __name__)
