"""Candidate libraries: public facts, ranked; what an actor may not see is not in what they read."""

from typing import Any

from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "candidates.index": "yes yes yes yes yes yes yes",
    "candidates.export": "yes yes yes yes yes yes yes",
}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    return {"candidates.export": {"extension": "csv"}}
