"""The page of the accounts of demonstration."""

from flask import Blueprint

demonstration = Blueprint("demonstration", __name__)
