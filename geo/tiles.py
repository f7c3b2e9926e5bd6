"""Any select of points → what one tile of a web map shows: each point, or the groups of points and how many they are.

The tiles are those of every web map (z/x/y on the square of spherical Mercator, north-west first). A tile is cut into
square cells; the points of one cell make one group, placed at their mean. Neighbouring tiles share no cell, so that a
point is counted once. The place of a point on the grid is plain arithmetic on its degrees: half the price of
`ST_Transform`, and the same figure to the last decimals.
"""

from dataclasses import dataclass
from math import atan, degrees, pi, sinh

import sqlalchemy as sa
from geoalchemy2 import Geography, Geometry

#: The deepest zoom that the grid knows: a tile is then some 100 m wide in France.
MAX_ZOOM = 18
#: Below this zoom a tile holds so much of the country that the index of points would not help; above it the edges of a
#: tile are short enough for the margin to hold what a geodesic leaves outside.
INDEXED_FROM_ZOOM = 6
MARGIN = 0.02


class OutsideGrid(ValueError):
    """A tile that no zoom holds."""


@dataclass(frozen=True)
class Tile:
    """A square of the map: `z` from 0 (the world) to `MAX_ZOOM`, `x` eastward and `y` southward from 0 to 2^z - 1."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= MAX_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            raise OutsideGrid(f"no tile {self.z}/{self.x}/{self.y}")

    @property
    def west(self) -> float:
        """Edges are degrees; two neighbours compute the one they share from the same numbers, so that it is the same."""
        return self.x / 2**self.z * 360 - 180

    @property
    def east(self) -> float:
        return (self.x + 1) / 2**self.z * 360 - 180

    @property
    def north(self) -> float:
        return _latitude(self.y / 2**self.z)

    @property
    def south(self) -> float:
        return _latitude((self.y + 1) / 2**self.z)


def _latitude(southward: float) -> float:
    """Share of the height of the world, from 0 (north) to 1 → degrees."""
    return degrees(atan(sinh(pi * (1 - 2 * southward))))


def placed(points: sa.Select, tile: Tile, cells: int) -> sa.Select:
    """The rows of `points` that lie in `tile`, in no order, with their place.

    `points` has a column `point`, a geography. The rows keep its other columns and gain `longitude`, `latitude` (degrees),
    and `cell_x`, `cell_y`: the cell, counted from the north-west corner of the world; a tile has `cells` × `cells`.
    """
    point = points.selected_columns["point"]
    place = sa.cast(point, Geometry)
    longitude, latitude = sa.func.ST_X(place), sa.func.ST_Y(place)
    size = cells * 2**tile.z
    kept = [column for column in points.selected_columns if column.key != "point"]
    return (
        points.where(*_may_touch(point, tile))
        # A point on an edge belongs to the tile on its east or north, and to no other.
        .where(longitude >= tile.west, longitude < tile.east, latitude >= tile.south, latitude < tile.north)
        .order_by(None)
        .with_only_columns(
            *kept,
            longitude.label("longitude"),
            latitude.label("latitude"),
            sa.cast(sa.func.floor(_eastward(longitude) * size), sa.Integer).label("cell_x"),
            sa.cast(sa.func.floor(_southward(latitude) * size), sa.Integer).label("cell_y"),
            maintain_column_froms=True,
        )
    )


def clusters(points: sa.Select, tile: Tile, cells: int) -> sa.Select:
    """The groups that `points` make in `tile`, one for each cell that is not empty.

    `points` has columns `id` and `point`. Rows are (members, longitude, latitude, west, south, east, north, …): how many
    points, their mean and their box in degrees; then the other columns of `points`, filled for a group of one alone.
    """
    key = points.selected_columns["id"]
    bare = points.with_only_columns(key, points.selected_columns["point"], maintain_column_froms=True)
    found = placed(bare, tile, cells).subquery("placed")
    members = sa.func.count()
    cell = (
        sa.select(
            members.label("members"),
            sa.func.avg(found.c.longitude).label("longitude"),
            sa.func.avg(found.c.latitude).label("latitude"),
            sa.func.min(found.c.longitude).label("west"),
            sa.func.min(found.c.latitude).label("south"),
            sa.func.max(found.c.longitude).label("east"),
            sa.func.max(found.c.latitude).label("north"),
            sa.case((members == 1, sa.func.min(found.c.id))).label("only_id"),
        )
        .group_by(found.c.cell_x, found.c.cell_y)
        .subquery("cell")
    )
    # What is told of a point is read for the few that are alone, and not carried along for thousands.
    alone = points.where(key == cell.c.only_id).order_by(None).lateral("alone")
    told = [column for column in alone.c if column.key != "point"]
    return (
        sa.select(*[column for column in cell.c if column.key != "only_id"], *told)
        .outerjoin(alone, sa.true())
        .order_by(cell.c.north.desc(), cell.c.west)
    )


def _may_touch(point: sa.ColumnElement, tile: Tile) -> list[sa.ColumnElement[bool]]:
    """What the index can tell: a box around the tile, a little too large."""
    if tile.z < INDEXED_FROM_ZOOM:
        return [point.is_not(None)]
    envelope = sa.func.ST_Transform(sa.func.ST_TileEnvelope(tile.z, tile.x, tile.y, sa.text(f"margin => {MARGIN}")), 4326)
    return [point.bool_op("&&")(sa.cast(envelope, Geography))]


def _eastward(longitude: sa.ColumnElement) -> sa.ColumnElement:
    """Longitude → share of the width of the world, from 0 to 1."""
    return (longitude + 180) / 360


def _southward(latitude: sa.ColumnElement) -> sa.ColumnElement:
    """Latitude → share of the height of the world, from 0 (north) to 1; the poles lie outside."""
    return (1 - sa.func.asinh(sa.func.tan(sa.func.radians(latitude))) / sa.func.pi()) / 2
