"""The blueprint of registrations, to which the pages of those who come and those of organisers add their routes."""

from flask import Blueprint

registrations = Blueprint("registrations", __name__)
