"""The dossier of a territory is public; what of it is reserved is in it for those who may read it alone."""

from typing import Any

from tests.permissions.scene import Scene

ROUTES = dict.fromkeys(("dossier.page", "dossier.file"), "yes yes yes yes yes yes yes")


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    return {"dossier.file": {"extension": "odt"}}
