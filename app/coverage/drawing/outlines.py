"""The ground of a map: outlines of communes and departments as rings of degrees, no finer than the picture can show.

Corners are moved to the nodes of a grid, in the same way on both sides of a border, so that neighbours still touch.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.layers import boxes
from geo.territories import Level, Territory, by_code

#: Steps of the grid across a map: about half a point of a picture.
STEPS_ACROSS = 800
#: More communes than a picture can tell apart; the map then shows departments.
MOST_COMMUNES = 5_000

Ring = NDArray[np.float64]


@dataclass(frozen=True)
class Box:
    """West, south, east and north, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def cell(self) -> float:
        """The step of the grid for a map of this box, in degrees."""
        return max(self.east - self.west, self.north - self.south, 0.02) / STEPS_ACROSS

    def widened(self, share: float = 0.04) -> "Box":
        """The same with a margin around it."""
        margin = max(self.east - self.west, self.north - self.south, 0.02) * share
        return Box(self.west - margin, self.south - margin, self.east + margin, self.north + margin)

    def holds(self, longitude: float, latitude: float) -> bool:
        """Tell whether a point is inside."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


@dataclass(frozen=True)
class Outline:
    """A territory: every ring is an array of (longitude, latitude), shape (n, 2); holes turn the other way."""

    id: str
    name: str
    rings: tuple[Ring, ...]

    @property
    def box(self) -> Box:
        corners = np.concatenate(self.rings)
        west, south = corners.min(axis=0)
        east, north = corners.max(axis=0)
        return Box(float(west), float(south), float(east), float(north))


def box_of(ids: Collection[str]) -> sa.Select:
    """The box of these territories: one row (west, south, east, north), NULL where none has an outline."""
    each = boxes(_among(ids)).subquery("each_box")
    lowest, highest = sa.func.min, sa.func.max
    return sa.select(lowest(each.c.west), lowest(each.c.south), highest(each.c.east), highest(each.c.north))


def shapes(ids: Collection[str], cell: float) -> sa.Select:
    """The outlines of these territories as GeoJSON: (id, name, shape), on a grid of `cell` degrees, in the order of codes."""
    return _shapes(cell).where(_among(ids)).order_by(by_code())


def departments_near(box: Box, cell: float) -> sa.Select:
    """The departments whose box touches this one, as `shapes` gives them: what a map shows around its area."""
    frame = sa.func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, 4326)
    return (
        _shapes(cell)
        .where(Territory.level == Level.DEPARTMENT, Territory.shape.bool_op("&&")(frame))
        .order_by(by_code(Territory.code))
    )


def read(session: Session, select: sa.Select) -> tuple[Outline, ...]:
    """Read the rows of `shapes` or `departments_near`; what is smaller than a step of the grid has no outline left."""
    found = []
    for row in session.execute(select):
        geometry = json.loads(row.shape) if row.shape else {"coordinates": []}
        polygons = [geometry["coordinates"]] if geometry.get("type") == "Polygon" else geometry["coordinates"]
        rings = tuple(np.array(ring) for polygon in polygons for ring in polygon)
        if rings:
            found.append(Outline(row.id, row.name, rings))
    return tuple(found)


def box_around(session: Session, ids: Collection[str]) -> Box | None:
    """Read the box of these territories."""
    found = session.execute(box_of(ids)).one()
    return None if found[0] is None else Box(*found)


def _shapes(cell: float) -> sa.Select:
    snapped = sa.func.ST_ForcePolygonCW(sa.func.ST_SnapToGrid(Territory.shape, cell))
    return sa.select(Territory.id, Territory.name, sa.func.ST_AsGeoJSON(snapped, 5).label("shape"))


def _among(ids: Collection[str]) -> sa.ColumnElement[bool]:
    # One array rather than a parameter a territory: they may be thousands.
    return Territory.id == sa.any_(sa.cast(list(ids), sa.ARRAY(sa.Text)))
