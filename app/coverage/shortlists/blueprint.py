"""The blueprint of lists and of searches that are followed: three modules of views add their routes to it."""

from flask import Blueprint

shortlists = Blueprint("shortlists", __name__)
