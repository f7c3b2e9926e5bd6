"""Shapes leave PostGIS as GeoJSON that any tool reads."""

import json

import pytest
import shapely
import sqlalchemy as sa
from sqlalchemy.orm import Session

from geo.layers import box_around, boxes, communes_in, feature_collection, outline, outlines
from geo.territories import Level, Territory
from geo.tiles import Tile


def collection(session: Session, rows: sa.Select, **options: int) -> dict:
    return json.loads(session.scalar(feature_collection(rows, **options)))


def territory(session: Session, territory_id: str) -> Territory:
    found = session.get(Territory, territory_id)
    assert found is not None
    return found


def test_the_101_departments_are_one_collection_in_the_order_of_their_codes(session: Session):
    departments = collection(session, outlines(Level.DEPARTMENT), decimals=3)
    codes = [feature["properties"]["code"] for feature in departments["features"]]
    assert departments["type"] == "FeatureCollection"
    assert (len(codes), codes[0], codes[18:22], codes[-1]) == (101, "01", ["19", "2A", "2B", "21"], "976")
    assert departments["features"][3]["id"] == "departement-04"
    assert departments["features"][3]["properties"]["name"] == "Alpes-de-Haute-Provence"


def test_rings_turn_as_the_norm_says_and_longitude_comes_first(session: Session):
    """RFC 7946: outer rings counterclockwise, [longitude, latitude]."""
    (feature,) = collection(session, outline(territory(session, "departement-974")))["features"]
    outer = feature["geometry"]["coordinates"][0][0]
    assert shapely.LinearRing(outer).is_ccw
    assert 55 < outer[0][0] < 56
    assert -22 < outer[0][1] < -20


def test_neighbours_still_touch_once_rounded(session: Session):
    """Rounding is the same on both sides: the points of the border of 04 and 05 are the same points."""
    by_id = {feature["id"]: feature for feature in collection(session, outlines(Level.DEPARTMENT), decimals=3)["features"]}
    points = [
        {tuple(point) for part in by_id[f"departement-{code}"]["geometry"]["coordinates"] for ring in part for point in ring}
        for code in ("04", "05")
    ]
    assert len(points[0] & points[1]) > 20


def test_a_department_says_where_its_name_can_be_written(session: Session):
    for feature in collection(session, outlines(Level.DEPARTMENT), decimals=3)["features"]:
        latitude, longitude = feature["properties"]["at"]
        assert shapely.from_geojson(json.dumps(feature["geometry"])).buffer(0.01).contains(shapely.Point(longitude, latitude))


def test_an_epci_is_drawn_by_its_communes(session: Session):
    epci = territory(session, str(territory(session, "commune-04088").epci_id))
    features = collection(session, outline(epci))["features"]
    assert "commune-04088" in {feature["id"] for feature in features}
    assert len(features) > 3


def test_a_shape_that_is_unknown_stays_in_the_collection(session: Session):
    rows = sa.select(
        sa.literal("x").label("id"),
        sa.literal("Sans contour").label("name"),
        sa.cast(sa.null(), Territory.shape.type).label("shape"),
    )
    (feature,) = collection(session, rows)["features"]
    assert (feature["geometry"], feature["properties"]) == (None, {"name": "Sans contour"})


def test_nothing_is_an_empty_collection(session: Session):
    assert collection(session, outlines(Level.DEPARTMENT).where(sa.false()))["features"] == []


def test_the_communes_of_a_tile_touch_it_and_none_that_does_is_missing(session: Session):
    tile = Tile(10, 528, 373)
    found = {feature["id"] for feature in collection(session, communes_in(tile))["features"]}
    frame = sa.func.ST_MakeEnvelope(tile.west, tile.south, tile.east, tile.north, 4326)
    touching = sa.select(Territory.id).where(Territory.level == Level.COMMUNE, sa.func.ST_Intersects(Territory.shape, frame))
    assert set(session.scalars(touching)) <= found
    assert 0 < len(found) < 200


def test_the_box_of_an_island_holds_it(session: Session):
    row = session.execute(boxes(Territory.id == "departement-974")).one()
    assert (row.west, row.south, row.east, row.north) == pytest.approx((55.22, -21.39, 55.84, -20.87), abs=0.02)


def test_a_box_around_several_territories_holds_each(session: Session):
    around = session.execute(box_around(Territory.id.in_(("departement-04", "departement-971")))).one()
    each = session.execute(boxes(Territory.id.in_(("departement-04", "departement-971")))).all()
    assert around.west == min(row.west for row in each)
    assert around.north == max(row.north for row in each)
    assert session.execute(box_around(sa.false())).one().west is None
