"""The programme is public; each reads in it what they may see."""

from typing import Any

from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "programme.index": "yes yes yes yes yes yes yes",
    "programme.month": "yes yes yes yes yes yes yes",
    "programme.export": "yes yes yes yes yes yes yes",
}


def values(_scene: Scene) -> dict[str, dict[str, Any]]:
    return {"programme.export": {"extension": "csv"}, "programme.month": {"month": "2017-11"}}
