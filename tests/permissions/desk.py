"""The desk: those who organise the meeting alone. The seminar of the scene is far: what is refused for that passed the gate."""

from typing import Any

from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "desk.index": "login no yes no no no yes",
    "desk.badge": "login no yes no no no yes",
    "desk.check_in": "login no yes no no no yes",
    "desk.undo": "login no yes no no no yes",
    "desk.let_in": "login no yes no no no yes",
    "desk.remove_walk_in": "login no yes no no no yes",
    "desk.new_walk_in": "login no yes no no no yes",
    "desk.add_walk_in": "login no yes no no no yes",
    "desk.count": "login no yes no no no yes",
    "desk.list": "login no yes no no no yes",
    "desk.export": "login no yes no no no yes",
    "desk.badges": "login no yes no no no yes",
    "desk.one_badge": "login no yes no no no yes",
}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    return {"desk.export": {"extension": "csv"}}
