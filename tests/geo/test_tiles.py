"""A point is in one tile and one cell; a group says how many, where, and who when it is alone."""

import math
import random

import pytest
import sqlalchemy as sa
from geoalchemy2 import Geography
from sqlalchemy.orm import Session

from geo.tiles import MAX_ZOOM, OutsideGrid, Tile, clusters, placed

RANDOM = random.Random(7)
#: Places over the world, and some that lie on the edges of tiles.
PLACES = [(RANDOM.uniform(-179.9, 179.9), RANDOM.uniform(-84, 84)) for _ in range(300)]
PLACES += [(0.0, 45.0), (11.25, 48.0), (-61.875, 16.0), (5.625, 0.0), (0.0, 0.5), (-180.0, 10.0), (55.5, -21.1)]


def points_at(*places: tuple[float, float]) -> sa.Select:
    """A select of points, numbered from 1, called « point 1 », « point 2 »…"""
    rows = [(number, f"point {number}", *place) for number, place in enumerate(places, 1)]
    names = [sa.column("id", sa.Integer), sa.column("name", sa.Text), sa.column("x", sa.Double), sa.column("y", sa.Double)]
    listed = sa.values(*names, name="listed").data(rows)
    place = sa.func.ST_SetSRID(sa.func.ST_MakePoint(listed.c.x, listed.c.y), 4326)
    return sa.select(listed.c.id, listed.c.name, sa.cast(place, Geography("POINT", srid=4326)).label("point"))


def tile_holding(longitude: float, latitude: float, z: int) -> Tile:
    """The tile by the usual formula of web maps."""
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return Tile(z, math.floor((longitude + 180) / 360 * 2**z), math.floor(y * 2**z))


@pytest.mark.parametrize(
    ("z", "x", "y"), [(0, 1, 0), (0, 0, 1), (3, 8, 0), (3, 0, 8), (MAX_ZOOM + 1, 0, 0), (2, -1, 0), (-1, 0, 0)]
)
def test_a_tile_that_no_zoom_holds_is_refused(z: int, x: int, y: int):
    with pytest.raises(OutsideGrid):
        Tile(z, x, y)


@pytest.mark.parametrize("z", [0, 1, 3])
def test_every_point_of_the_world_is_in_one_tile_and_no_other(session: Session, z: int):
    points = points_at(*PLACES)
    found = [row.id for x in range(2**z) for y in range(2**z) for row in session.execute(placed(points, Tile(z, x, y), 4))]
    assert sorted(found) == list(range(1, len(PLACES) + 1))


@pytest.mark.parametrize("z", [4, 6, 7, 9, 13, 18])
def test_a_tile_finds_its_points_with_or_without_the_index(session: Session, z: int):
    points = points_at(*PLACES)
    tiles = {tile_holding(*place, z) for place in PLACES[:40]}
    for tile in tiles:
        expected = {n for n, place in enumerate(PLACES, 1) if tile_holding(*place, z) == tile}
        assert {row.id for row in session.execute(placed(points, tile, 4))} == expected


def test_the_last_point_before_the_edge_of_a_wide_tile_is_found(session: Session):
    """A parallel bulges away from the geodesic between its ends: the box of the index must hold both."""
    tile = Tile(6, 32, 21)
    middle = (tile.west + tile.east) / 2
    places = [(middle, tile.south + 1e-6), (middle, tile.north - 1e-6), (tile.west, tile.south), (tile.east - 1e-9, tile.south)]
    assert len(session.execute(placed(points_at(*places), tile, 1)).all()) == 4


def test_the_cells_are_those_of_the_projection_of_web_maps(session: Session):
    """PostGIS's own projection, divided into cells, gives the same numbers."""
    inside = [(x, y) for x, y in PLACES if 0 <= x < 22.5 and 41 < y < 55.7]
    assert len(inside) > 3
    points = points_at(*inside)
    tiles = {tile_holding(*place, 4) for place in inside}
    for tile in tiles:
        for row in session.execute(placed(points, tile, 4)):
            mercator = sa.func.ST_Transform(sa.func.ST_SetSRID(sa.func.ST_MakePoint(row.longitude, row.latitude), 4326), 3857)
            x, y = session.execute(sa.select(sa.func.ST_X(mercator), sa.func.ST_Y(mercator))).one()
            half = 20037508.342789244
            assert row.cell_x == math.floor((x + half) / (2 * half) * 64)
            assert row.cell_y == math.floor((half - y) / (2 * half) * 64)


def test_points_of_one_cell_make_a_group_at_their_mean(session: Session):
    rows = session.execute(clusters(points_at((2.0, 47.5), (2.2, 47.7), (2.4, 47.6), (9.0, 42.0)), Tile(5, 16, 11), 4)).all()
    group = next(row for row in rows if row.members == 3)
    assert (group.longitude, group.latitude) == pytest.approx((2.2, 47.6))
    assert (group.west, group.south, group.east, group.north) == (2.0, 47.5, 2.4, 47.7)
    assert (group.id, group.name) == (None, None)


def test_a_point_alone_in_its_cell_keeps_its_name(session: Session):
    rows = session.execute(clusters(points_at((2.0, 47.5), (2.2, 47.7), (9.0, 42.0)), Tile(5, 16, 11), 4)).all()
    alone = next(row for row in rows if row.members == 1)
    assert (alone.id, alone.name, alone.longitude, alone.latitude) == (3, "point 3", 9.0, 42.0)


def test_the_groups_of_all_tiles_count_every_point_once(session: Session):
    points = points_at(*PLACES)
    groups = [row for x in range(4) for y in range(4) for row in session.execute(clusters(points, Tile(2, x, y), 4))]
    assert sum(group.members for group in groups) == len(PLACES)


def test_a_point_that_is_not_known_is_in_no_tile(session: Session):
    nowhere = sa.select(sa.literal(1).label("id"), sa.cast(sa.null(), Geography("POINT", srid=4326)).label("point"))
    assert session.execute(placed(nowhere, Tile(0, 0, 0), 4)).all() == []
    assert session.execute(placed(nowhere, Tile(8, 129, 88), 4)).all() == []
