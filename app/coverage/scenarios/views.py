"""What if: places opened and closed in thought, against today and against another scenario."""

from flask import Blueprint

scenarios = Blueprint("scenarios", __name__, url_prefix="/scenarios")
