"""Requests of meetings: everybody signed in reads their number; who asks, and why, those who may organise in the region."""

from typing import Any

from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "meeting_requests.index": "login yes yes yes yes yes yes",
    "meeting_requests.export": "login no no no yes yes yes",
    "meeting_requests.new": "login yes yes yes yes yes yes",
    "meeting_requests.create": "login yes yes yes yes yes yes",
    "meeting_requests.withdraw": "login no no yes no no no",
    "meeting_requests.region": "login no no no yes no yes",
    "meeting_requests.answer": "login no yes no no no yes",
}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    return {"meeting_requests.export": {"extension": "csv"}}
