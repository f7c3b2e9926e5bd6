"""Reads of the map. Each gives a `Select`, made from the directory's own search: map, list and count take the same rows."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import aliased

from app.directory.models import NETWORK_KINDS, Institution, Kind, ServiceTerritory, State
from app.directory.queries import search, search_columns
from app.maps.forms import Question
from app.matchmaking.interests.counting import numbers_by
from geo.layers import box_around, boxes
from geo.territories import Level, Territory, by_code, within
from geo.tiles import Tile, clusters, placed

#: From this zoom on every library is shown by itself.
SINGLE_FROM_ZOOM = 13
#: A tile is 256 pixels wide: cells of 128 pixels hold a group where one sees the country, so that its colours show through,
#: cells of 64 from a region on, cells of 16 only those that would hide one another.
CELLS_OF_COUNTRY = 2
COUNTRY_TO_ZOOM = 6
CELLS_OF_GROUPS = 4
CELLS_OF_SINGLES = 16


def network(question: Question) -> sa.Select:
    """The Cités, centres and points relais to show; rows are those of `search`, then longitude and latitude or NULL."""
    kinds = tuple(kind for kind in question.single_kinds if kind in NETWORK_KINDS)
    place = sa.cast(Institution.point, Geometry)
    longitude, latitude = sa.func.ST_X(place).label("longitude"), sa.func.ST_Y(place).label("latitude")
    return search(question.criteria(kinds)).add_columns(longitude, latitude).where(sa.true() if kinds else sa.false())


def agencies(question: Question) -> sa.Select:
    """The regional book agencies to show, one row for each region that they serve.

    Rows are (Institution, …, region, longitude, latitude): no source gives the seat of an agency, which is drawn at a
    point inside its region; `region` is NULL and so is the point where the region is not among our territories.
    """
    region = aliased(Territory, name="region")
    inside = sa.func.ST_PointOnSurface(region.shape)
    return (
        search(question.criteria((Kind.AGENCY,)))
        .outerjoin(ServiceTerritory, ServiceTerritory.institution_id == Institution.id)
        .outerjoin(region, region.id == ServiceTerritory.territory_id)
        .add_columns(region, sa.func.ST_X(inside).label("longitude"), sa.func.ST_Y(inside).label("latitude"))
        .where(sa.true() if Kind.AGENCY in question.kinds else sa.false())
    )


def grouped(question: Question, columns: Iterable[Any]) -> sa.Select:
    """The institutions too many to be drawn one by one: libraries above all, in no order; `columns` come first."""
    chosen = sa.true() if question.grouped_kinds else sa.false()
    return search_columns(question.criteria(question.grouped_kinds), columns).where(chosen).order_by(None)


def tile_groups(question: Question, tile: Tile) -> sa.Select:
    """What one tile shows of the libraries: their groups, or from `SINGLE_FROM_ZOOM` on each one, with its cell."""
    columns = [
        Institution.id,
        Institution.public_id,
        Institution.name,
        Institution.kind,
        Institution.city,
        Institution.position_quality,
        Territory.name.label("commune"),
        Institution.point,
    ]
    points = grouped(question, columns).outerjoin(Territory, Territory.id == Institution.territory_id)
    if tile.z < SINGLE_FROM_ZOOM:
        return clusters(points, tile, CELLS_OF_COUNTRY if tile.z <= COUNTRY_TO_ZOOM else CELLS_OF_GROUPS)
    return placed(points, tile, CELLS_OF_SINGLES)


def counts(question: Question) -> sa.Select:
    """What the question would show if it asked for every kind, counted by kind and by territory.

    The territories are the departments; inside a department the EPCI; inside an EPCI the communes. Rows are (kind, id,
    name, code, number, unknown) in the order of the codes: `unknown` are those of which nothing had been observed by that
    day; the id is NULL for what no territory of that level holds.
    """
    home, unit = aliased(Territory, name="home"), aliased(Territory, name="unit")
    asked = search_columns(question.criteria(tuple(Kind)), [Institution.kind, Institution.territory_id]).order_by(None)
    state = asked.selected_columns["state"]
    usual = sa.true() if question.asks_states else sa.or_(state == State.OPEN, Institution.kind.not_in(NETWORK_KINDS))
    found = asked.where(usual).subquery("found")
    level = question.territory.level if question.territory else Level.REGION
    unit_id = {Level.REGION: home.department_id, Level.DEPARTMENT: home.epci_id}.get(level, home.id)
    counted = (
        sa.select(
            found.c.kind,
            unit_id.label("id"),
            sa.func.count().label("number"),
            sa.func.count().filter(found.c.state.is_(None)).label("unknown"),
        )
        .select_from(found)
        .outerjoin(home, home.id == found.c.territory_id)
        .group_by(found.c.kind, unit_id)
        .subquery("counted")
    )
    return (
        sa.select(counted.c.kind, counted.c.id, unit.name, unit.code, counted.c.number, counted.c.unknown)
        .outerjoin(unit, unit.id == counted.c.id)
        .order_by(by_code(unit.code), counted.c.kind)
    )


def interests() -> sa.Select:
    """The departments that have open interests or wishes: (Territory, declared, wanted, longitude, latitude)."""
    inside = sa.func.ST_PointOnSurface(Territory.shape)
    return numbers_by(Level.DEPARTMENT).add_columns(
        sa.func.ST_X(inside).label("longitude"), sa.func.ST_Y(inside).label("latitude")
    )


def overseas_boxes() -> sa.Select:
    """The boxes of the five overseas departments, whose codes begin with 97: (id, name, west, south, east, north)."""
    return boxes((Territory.level == Level.DEPARTMENT) & Territory.code.startswith("97")).order_by(Territory.code)


def mainland_box() -> sa.Select:
    """The box of the other departments together, Corsica included: (west, south, east, north)."""
    return box_around((Territory.level == Level.DEPARTMENT) & ~Territory.code.startswith("97"))


def territory_box(territory: Territory) -> sa.Select:
    """The box of `territory`, that of its communes for an EPCI: (west, south, east, north), NULL without an outline."""
    return box_around(within(territory) & Territory.level.in_((territory.level, Level.COMMUNE)))


def choices() -> sa.Select:
    """The regions, then the departments, that the field of territories proposes as one types."""
    return (
        sa.select(Territory)
        .where(Territory.level.in_((Level.REGION, Level.DEPARTMENT)))
        .order_by(Territory.level.desc(), by_code())
    )
