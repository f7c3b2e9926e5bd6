"""Pictures of coverage: public, whoever asks."""

from typing import Any

from tests.permissions.scene import Scene

ROUTES = dict.fromkeys(("pictures.index", "pictures.file"), "yes yes yes yes yes yes yes")


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    return {"pictures.file": {"picture": "gains", "extension": "csv"}}
