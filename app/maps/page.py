"""The national map: a folium figure whose layers call the few functions of app/static/js, and its pieces for a page.

`national_map(contents)` is what another page calls to show the same map: see the home page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import folium
from branca.element import MacroElement
from flask import current_app, url_for
from jinja2 import Template
from sqlalchemy.orm import Session

from app.coverage.models import STATUS_LABELS, Status
from app.coverage.queries import administrative
from app.headers import csp_nonce
from app.maps import marks, queries
from app.maps.embedding import Embedded, embed
from app.maps.forms import INTERESTS, Question
from geo.demand import TERRITORIES_SOURCE
from geo.sources import DataSource
from geo.territories import Level
from geo.tiles import MAX_ZOOM

Box = tuple[float, float, float, float]
#: In the place of an id in an address that the script completes.
ANY_ID = "__id__"
DEEPEST_FIRST_VIEW = 12
USUAL_RADIUS_KM = 30
#: Files of app/static/js, in the order in which they need one another.
SCRIPTS = ("map-common", "map-tiles", "map-ground", "map-national")


@dataclass(frozen=True)
class Contents:
    """What a national map shows, loaded once: the tables under the map are made of the same rows."""

    question: Question
    departments: Sequence[Any]
    network: Sequence[Any]
    agencies: Sequence[Any]
    interests: Sequence[Any]
    mainland: Box
    overseas: Sequence[Any]
    territory_box: Box | None
    outlines_version: str


def load(session: Session, question: Question) -> Contents:
    """Read what `question` asks of the map."""
    box = session.execute(queries.territory_box(question.territory)).one() if question.territory else None
    return Contents(
        question=question,
        departments=session.execute(administrative(Level.DEPARTMENT, question.day, question.stale_after_months)).all(),
        # Sorting keeps the order of the directory, with those abroad after those in France.
        network=sorted(session.execute(queries.network(question)).all(), key=lambda row: row.Institution.country != "FR"),
        agencies=session.execute(queries.agencies(question)).all(),
        interests=session.execute(queries.interests()).all() if question.interests else [],
        mainland=tuple(session.execute(queries.mainland_box()).one()),
        overseas=session.execute(queries.overseas_boxes()).all(),
        territory_box=tuple(box) if box and box.west is not None else None,
        outlines_version=outlines_version(session),
    )


def outlines_version(session: Session) -> str:
    """Some letters that change when the outlines do."""
    source = session.get(DataSource, TERRITORIES_SOURCE)
    return source.digest[:12] if source else "0"


def communes_address(version: str) -> str:
    """The address of the outlines of communes, with {x} and {y} for Leaflet to fill."""
    return url_for("maps.commune_outlines", version=version, x=1, y=2).replace("/1/2.geojson", "/{x}/{y}.geojson")


class Call(MacroElement):
    """A layer, drawn by a function of ours: `Maillage.<function>(map, options)`; the options are data, never script."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "Maillage.{{ this.function }}({{ this._parent.get_name() }}, {{ this.options|tojson }});\n"
        "{% endmacro %}"
    )

    def __init__(self, function: str, options: dict[str, Any]) -> None:
        super().__init__()
        self._name = function
        self.function = function
        self.options = options


def national_map(contents: Contents) -> Embedded:
    """Give the pieces of the map of `contents`: `head`, `html` to put in a box of class `map`, `script`."""
    question = contents.question
    # Everything that moves is ours and in French, so folium's own controls stay out.
    figure = folium.Map(
        location=(46.6, 2.5),
        zoom_start=5,
        tiles=None,
        zoom_control=False,
        # France fits its box whatever the width of the screen.
        zoom_snap=0.25,
        # Written as Leaflet's own options: folium keeps `min_zoom` and `max_zoom` for the tiles of a base map.
        minZoom=2,
        maxZoom=MAX_ZOOM,
        scroll_wheel_zoom=False,
        world_copy_jump=True,
    )
    figure._id = "france"
    _add_base_map(figure)
    Call("prepare", _frame(contents)).add_to(figure)
    Call("coverage", _coverage(contents)).add_to(figure)
    if question.territory:
        address = url_for("maps.territory_outline", territory_id=question.territory.id)
        Call("outline", {"url": address, "name": question.territory.name}).add_to(figure)
    if question.near:
        at = [question.near.latitude, question.near.longitude]
        Call("around", {"at": at, "metres": (question.near.radius_km or 0) * 1000}).add_to(figure)
    Call("marks", {"marks": _marks(contents)}).add_to(figure)
    if question.interests:
        Call("interests", {"numbers": _interests(contents)}).add_to(figure)
    Call("libraries", _libraries(question)).add_to(figure)
    scripts = tuple(url_for("static", filename=f"js/{name}.js") for name in SCRIPTS)
    return embed(figure.get_root(), csp_nonce(), scripts)


def _add_base_map(figure: folium.Map) -> None:
    """The only third party that a map may call: the tiles that the administrator has chosen."""
    address = current_app.config["BASE_MAP_URL"]
    if address:
        credit = current_app.config["BASE_MAP_ATTRIBUTION"] or "fond de carte sans mention d’origine"
        folium.TileLayer(tiles=address, attr=credit, max_zoom=MAX_ZOOM, control=False).add_to(figure)


def _frame(contents: Contents) -> dict[str, Any]:
    return {
        "box": _first_view(contents),
        "deepestView": DEEPEST_FIRST_VIEW,
        "name": "Carte de France des Cités des métiers et des bibliothèques",
        "shapes": marks.shapes(),
        "labels": marks.labels(),
        "overBase": bool(current_app.config["BASE_MAP_URL"]),
        "views": _views(contents),
    }


def _first_view(contents: Contents) -> list[list[float]]:
    """The box to begin with: the territory asked for, else what is around the place asked for, else the mainland."""
    near = contents.question.near
    if near and contents.territory_box is None:
        # Good enough for a view: a degree of latitude is 111 km, and the box may be a little larger than the circle.
        north = (near.radius_km or USUAL_RADIUS_KM) / 111
        east = north / max(cos(radians(near.latitude)), 0.1)
        return [[near.latitude - north, near.longitude - east], [near.latitude + north, near.longitude + east]]
    west, south, east, north = contents.territory_box or contents.mainland
    return [[south, west], [north, east]]


def _views(contents: Contents) -> dict[str, list[list[float]]]:
    """Name of a jump → its box."""
    west, south, east, north = contents.mainland
    views = {"metropole": [[south, west], [north, east]]}
    return views | {row.id: [[row.south, row.west], [row.north, row.east]] for row in contents.overseas}


def _coverage(contents: Contents) -> dict[str, Any]:
    kept = {name: value for name, value in contents.question.args.items() if name == "date"}
    return {
        "departments": url_for("maps.department_outlines", version=contents.outlines_version),
        "communes": communes_address(contents.outlines_version),
        "statuses": {row.Territory.id: row.status.value for row in contents.departments if row.places},
        "otherwise": Status.UNCOVERED.value,
        "places": {row.Territory.id: row.places for row in contents.departments if row.places},
        "labels": {status.value: label for status, label in STATUS_LABELS.items()},
        "coloured": contents.question.coloured,
        "page": url_for("directory.territory", territory_id=ANY_ID, **kept),
        "coverage": url_for("coverage.territory", territory_id=ANY_ID, **kept),
        "anyId": ANY_ID,
        "interests": {row.Territory.id: [row.declared, row.wanted] for row in contents.interests},
    }


def _interests(contents: Contents) -> list[dict[str, Any]]:
    """Where the numbers of each department are written."""
    return [
        {"at": [row.latitude, row.longitude], "declared": row.declared, "wanted": row.wanted}
        for row in contents.interests
        if row.latitude is not None
    ]


def _marks(contents: Contents) -> list[dict[str, Any]]:
    network = [marks.network_mark(row) for row in contents.network if row.latitude is not None]
    return network + [marks.agency_mark(row) for row in contents.agencies if row.latitude is not None]


def _libraries(question: Question) -> dict[str, Any]:
    """The address of the tiles; without the parameter `type`, which the boxes of the page decide."""
    kept = {name: value for name, value in question.args.items() if name not in ("type", "fond", INTERESTS)}
    # Leaflet fills {z}, {x}, {y}: numbers stand there while the address is made.
    address = url_for("maps.library_tile", z=0, x=1, y=2, **kept).replace("/0/1/2.json", "/{z}/{x}/{y}.json")
    return {"url": address, "kinds": [kind.value for kind in question.grouped_kinds]}
