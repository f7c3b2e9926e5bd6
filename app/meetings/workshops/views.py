"""The workshops of a partnership: its programme, their creation by several, and the public programme of a place."""

from flask import Blueprint, abort

workshops = Blueprint("workshops", __name__)


@workshops.get("/partenariats/<partnership_id>/programme")
def programme(partnership_id: str) -> str:
    abort(404)
