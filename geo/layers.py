"""Any select of territories or other shapes → one GeoJSON FeatureCollection, written by PostGIS."""

import sqlalchemy as sa
from geoalchemy2 import Geometry

from geo.territories import Level, Territory, by_code, within
from geo.tiles import Tile

#: Decimals of a degree: ten metres, the grid on which the outlines of departments are kept.
OUTLINE_DECIMALS = 4


def feature_collection(rows: sa.Select, decimals: int = OUTLINE_DECIMALS) -> sa.Select:
    """One text: the FeatureCollection (RFC 7946, longitude first, WGS 84) of `rows`, in their order.

    `rows` has a column `id`, which becomes the id of the feature, and a column `shape`, a geometry in degrees; the others
    become its properties. A row whose shape is unknown keeps its place, with a null geometry. Coordinates are rounded to
    `decimals` of a degree, in the same way on both sides of a border, so that neighbours still touch.
    """
    row = rows.subquery("feature_row")
    shape = sa.func.ST_ForcePolygonCCW(row.c.shape)
    names = [column.key for column in row.c if column.key not in ("id", "shape")]
    feature = sa.func.json_build_object(
        *("type", "Feature", "id", row.c.id),
        *("geometry", sa.cast(sa.func.ST_AsGeoJSON(shape, decimals), sa.JSON)),
        *("properties", sa.func.json_build_object(*[part for name in names for part in (name, row.c[name])])),
    )
    features = sa.func.coalesce(sa.func.json_agg(feature), sa.text("'[]'::json"))
    collection = sa.func.json_build_object("type", "FeatureCollection", "features", features)
    return sa.select(sa.cast(collection, sa.Text))


def outlines(level: Level) -> sa.Select:
    """Every territory of `level`: (id, code, name, at, shape), in the order of the codes.

    `at` is a place inside, where the name can be written.
    """
    at = _latitude_first(sa.func.ST_PointOnSurface(Territory.shape), 3)
    return (
        sa.select(Territory.id, Territory.code, Territory.name, at.label("at"), Territory.shape)
        .where(Territory.level == level)
        .order_by(by_code())
    )


def communes_in(tile: Tile) -> sa.Select:
    """The communes whose box touches `tile`: (id, name, population, department, at, shape).

    A commune that several tiles share is in each of them: some are larger than a tile. `at` is its point.
    """
    place = sa.cast(Territory.point, Geometry)
    frame = sa.func.ST_MakeEnvelope(tile.west, tile.south, tile.east, tile.north, 4326)
    return (
        sa.select(
            Territory.id,
            Territory.name,
            Territory.population,
            Territory.department_id.label("department"),
            _latitude_first(place, 4).label("at"),
            Territory.shape,
        )
        .where(Territory.level == Level.COMMUNE, Territory.shape.bool_op("&&")(frame))
        .order_by(Territory.id)
    )


def _latitude_first(point: sa.ColumnElement, decimals: int) -> sa.ColumnElement:
    """[latitude, longitude], rounded: the order of map scripts."""
    axes = (sa.func.ST_Y(point), sa.func.ST_X(point))
    return sa.func.json_build_array(*[sa.func.round(sa.cast(axis, sa.Numeric), decimals) for axis in axes])


def outline(territory: Territory) -> sa.Select:
    """The outline of `territory`: itself, or for an EPCI, which has no outline of its own, its communes."""
    chosen = (
        within(territory) & (Territory.level == Level.COMMUNE)
        if territory.level == Level.EPCI
        else Territory.id == territory.id
    )
    return sa.select(Territory.id, Territory.code, Territory.name, Territory.shape).where(chosen).order_by(by_code())


def boxes(chosen: sa.ColumnElement[bool]) -> sa.Select:
    """The boxes of the territories that satisfy `chosen`: (id, name, west, south, east, north), in degrees."""
    box = sa.type_coerce(Territory.shape, Geometry)
    return sa.select(
        Territory.id,
        Territory.name,
        sa.func.ST_XMin(box).label("west"),
        sa.func.ST_YMin(box).label("south"),
        sa.func.ST_XMax(box).label("east"),
        sa.func.ST_YMax(box).label("north"),
    ).where(chosen, Territory.shape.is_not(None))


def box_around(chosen: sa.ColumnElement[bool]) -> sa.Select:
    """The box of all these territories together: one row (west, south, east, north), NULL where there is none."""
    each = boxes(chosen).subquery("each_box")
    return sa.select(
        sa.func.min(each.c.west).label("west"),
        sa.func.min(each.c.south).label("south"),
        sa.func.max(each.c.east).label("east"),
        sa.func.max(each.c.north).label("north"),
    )
