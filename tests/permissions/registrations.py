"""Registrations: anyone may ask to come to a public meeting; a link opens one of them; organisers alone read them all."""

from typing import Any

from app.meetings.registrations.links import token_of
from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "registrations.new": "yes yes yes yes yes yes yes",
    "registrations.create": "yes yes yes yes yes yes yes",
    "registrations.sent": "yes yes yes yes yes yes yes",
    "registrations.show": "login no no yes no no no",
    "registrations.confirm": "login no no yes no no no",
    "registrations.edit": "login no no yes no no no",
    "registrations.update": "login no no yes no no no",
    "registrations.accept": "login no no yes no no no",
    "registrations.let_go": "login no no yes no no no",
    "registrations.withdraw": "login no no yes no no no",
    "registrations.find": "yes yes yes yes yes yes yes",
    "registrations.send_link": "yes yes yes yes yes yes yes",
    "registrations.link_sent": "yes yes yes yes yes yes yes",
    "registrations.index": "login no yes no no no yes",
    "registrations.export": "login no yes no no no yes",
    "registrations.detail": "login no yes no no no yes",
    "registrations.approve": "login no yes no no no yes",
    "registrations.decline": "login no yes no no no yes",
    "registrations.remove": "login no yes no no no yes",
    "registrations.note_withdrawal": "login no yes no no no yes",
}
BY_LINK = ("show", "confirm", "edit", "update", "accept", "let_go", "withdraw")


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    token = token_of(scene.values["registration"])
    return {f"registrations.{name}": {"token": token} for name in BY_LINK} | {
        "registrations.export": {"extension": "csv"},
    }
