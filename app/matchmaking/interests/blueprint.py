"""The blueprint of interests, to which the pages of members and those of declarations without account add their routes."""

from flask import Blueprint

interests = Blueprint("interests", __name__)
