"""Partnerships: the two sides act, the agency of the region of either sees, for others they do not exist."""

from typing import Any

from sqlalchemy.orm import Session

from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "partnerships.new": "login no yes yes yes no yes",
    "partnerships.record": "login no yes yes yes no yes",
    "partnerships.show": "login no yes yes yes no yes",
    "partnerships.take_step": "login no yes yes no no no",
    "partnerships.confirm": "login no yes yes no no no",
    "partnerships.refuse": "login no yes yes no no no",
    "partnerships.withdraw": "login no yes yes no no no",
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    """The step of the scene that waits for the library's answer."""
    session.expire(scene.partnership, ["steps"])
    assert scene.partnership.waiting is not None
    return {"step_id": scene.partnership.waiting.public_id}
