"""The dossier of a territory: one content, as a page, a PDF and an ODT."""

from flask import Blueprint

dossier = Blueprint("dossier", __name__)
