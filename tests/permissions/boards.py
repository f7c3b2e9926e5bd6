"""Boards: mine for whoever is signed in, a region's for its agency, the network's for administrators."""

from typing import Any

from tests.permissions.scene import Scene

ROUTES = {
    "boards.mine": "login yes yes yes yes yes yes",
    "boards.region": "login no no no yes no yes",
    "boards.network": "login no no no no no yes",
    "boards.export_mine": "login yes yes yes yes yes yes",
    "boards.export_region": "login no no no yes no yes",
    "boards.export_network": "login no no no no no yes",
    "boards.snooze": "login no yes yes yes no yes",
}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    files = ("boards.export_mine", "boards.export_region", "boards.export_network")
    return {endpoint: {"extension": "csv"} for endpoint in files}
