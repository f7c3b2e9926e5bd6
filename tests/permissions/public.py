"""Pages of the directory, the map and the coverage: public, whoever asks."""

from typing import Any

from app.maps.assets import SERVED
from tests.permissions.scene import Scene

OPEN = (
    *("pages.home", "pages.about", "pages.sources", "pages.accessibility", "pages.legal", "pages.robots", "pages.favicon"),
    *("pages.health", "directory.search", "directory.export", "directory.leads", "directory.sheet"),
    *("directory.territories", "directory.territory"),
    *("maps.map_page", "maps.map_text", "maps.department_outlines", "maps.commune_outlines", "maps.territory_outline"),
    *("maps.library_tile", "maps.coverage_colours", "maps.asset"),
    *("coverage.country", "coverage.territory", "coverage.gaps", "coverage.gap", "coverage.where_next", "coverage.export"),
)
ROUTES = dict.fromkeys(OPEN, "yes yes yes yes yes yes yes")


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    tile = {"z": 9, "x": 264, "y": 186}
    return {
        "directory.export": {"extension": "csv"},
        "maps.department_outlines": {"version": "essai"},
        "maps.commune_outlines": {"version": "essai", "x": 264, "y": 186},
        "maps.library_tile": tile,
        "maps.asset": {"path": next(iter(SERVED))},
        "coverage.export": {"table": "regions", "extension": "csv"},
    }
