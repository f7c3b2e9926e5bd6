"""The blueprint of scenarios, to which the pages of trials and those of what teams keep add their routes."""

from flask import Blueprint

scenarios = Blueprint("scenarios", __name__, url_prefix="/scenarios")
