"""What the page of a territory tells: what stands in it, what it is made of, what sources said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.directory.models import NETWORK_KINDS, Institution, Kind, State, TerritoryObservation
from app.directory.queries import (
    LATITUDE,
    LONGITUDE,
    WITH_PLACE,
    Criteria,
    agency_of,
    count,
    established,
    search_columns,
    state_at,
    territory_statements,
)
from geo.territories import FormerCommune, Level, Territory, by_code, within

COMMUNES_A_PAGE = 100
LIBRARIES_OF_A_COMMUNE = 50
#: The libraries that a territory has: those known to be open, and those of which nothing was known yet on that day.
COUNTED_STATES = (State.OPEN, State.UNSETTLED)
CHILDREN = {Level.REGION: Level.DEPARTMENT, Level.DEPARTMENT: Level.EPCI}


@dataclass(frozen=True)
class TerritoryPage:
    """A territory at a day. `network`, `later` and `libraries` are rows of a search; `parts` are rows of `parts_of`.

    `network` is what was observed by that day, whatever its state; `later` is what is only known from a later day.
    """

    territory: Territory
    day: date
    network: Sequence[Any]
    later: Sequence[Any]
    library_count: int
    libraries: Sequence[Any]
    agency: Institution | None
    statements: Sequence[TerritoryObservation]
    parts: Sequence[Any]
    communes: Sequence[Territory]
    commune_count: int
    former: Sequence[FormerCommune]
    departments: Sequence[Territory]

    @property
    def open_network(self) -> int:
        """How many Cités, centres and points relais are open here, according to the last observation of each."""
        return sum(row.state == State.OPEN for row in self.network)


def with_larger(territory_id: str) -> sa.Select:
    """The territory of this public id, if any, with the larger ones that hold it."""
    larger = (joinedload(Territory.region), joinedload(Territory.department), joinedload(Territory.epci))
    return sa.select(Territory).where(Territory.id == territory_id).options(*larger)


def gather(session: Session, territory: Territory, day: date, stale_after_months: int, page: int = 1) -> TerritoryPage:
    """Give what the page of `territory` tells at `day`; communes come by pages of `COMMUNES_A_PAGE`."""
    asked = Criteria(on=day, territory=territory, kinds=NETWORK_KINDS, stale_after_months=stale_after_months)
    network = search_columns(asked, [Institution, LONGITUDE, LATITUDE]).options(*WITH_PLACE)
    rows = session.execute(network).all()
    libraries = libraries_in(territory, day, stale_after_months)
    is_commune = territory.level == Level.COMMUNE
    listed = search_columns(libraries, [Institution, LONGITUDE, LATITUDE]).limit(LIBRARIES_OF_A_COMMUNE)
    return TerritoryPage(
        territory=territory,
        day=day,
        network=[row for row in rows if row.state is not None],
        later=[row for row in rows if row.state is None],
        library_count=session.scalar(count(libraries)) or 0,
        libraries=session.execute(listed.options(*WITH_PLACE)).all() if is_commune else [],
        agency=session.scalar(agency_of(territory.region_id)) if territory.region_id else None,
        statements=session.scalars(territory_statements(territory.id, day)).all(),
        parts=session.execute(parts_of(territory, day)).all() if territory.level in CHILDREN else [],
        communes=session.scalars(_page_of_communes(territory, page)).all(),
        commune_count=session.scalar(_commune_count(territory)) or 0,
        former=session.scalars(_former(territory)).all() if is_commune else [],
        departments=session.scalars(_departments(territory)).all() if territory.level == Level.EPCI else [],
    )


def libraries_in(territory: Territory, day: date, stale_after_months: int) -> Criteria:
    """The search whose count is the number of libraries of a territory."""
    return Criteria(
        on=day, territory=territory, kinds=(Kind.LIBRARY,), states=COUNTED_STATES, stale_after_months=stale_after_months
    )


def parts_of(territory: Territory, day: date) -> sa.Select:
    """The departments of a region, or the EPCI that have a commune in a department, counted whole.

    Rows are (Territory, network, libraries): the open Cités, centres and points relais, and the libraries, as on the page
    of each.
    """
    home, state = aliased(Territory), state_at(day)
    level = CHILDREN[territory.level]
    part_id = home.department_id if level == Level.DEPARTMENT else home.epci_id
    of_it = sa.select(part_id).where(_is_within(home, territory)).distinct()
    open_network = Institution.kind.in_(NETWORK_KINDS) & (state.c.state == State.OPEN)
    library = (Institution.kind == Kind.LIBRARY) & (state.c.state.in_(COUNTED_STATES) | state.c.state.is_(None))
    counts = (
        sa.select(
            part_id.label("id"),
            sa.func.count().filter(open_network).label("network"),
            sa.func.count().filter(library).label("libraries"),
        )
        .select_from(Institution)
        .join(home, home.id == Institution.territory_id)
        .outerjoin(state, sa.true())
        .where(part_id.in_(of_it), established())
        .group_by(part_id)
        .subquery("counts")
    )
    order = by_code() if level == Level.DEPARTMENT else Territory.name
    return (
        sa.select(
            Territory,
            sa.func.coalesce(counts.c.network, 0).label("network"),
            sa.func.coalesce(counts.c.libraries, 0).label("libraries"),
        )
        .outerjoin(counts, counts.c.id == Territory.id)
        .where(Territory.level == level, Territory.id.in_(of_it))
        .order_by(order, Territory.id)
    )


def regions_and_departments() -> sa.Select:
    """The regions and the departments, by code."""
    return sa.select(Territory).where(Territory.level.in_((Level.REGION, Level.DEPARTMENT))).order_by(by_code())


def index(territories: Sequence[Territory]) -> list[tuple[str, list[tuple[Territory, list[Territory]]]]]:
    """The regions with their departments: (title, [(region, departments)]), the mainland by name, then overseas by code."""
    departments = [one for one in territories if one.level == Level.DEPARTMENT]
    regions = [
        (region, [one for one in departments if one.region_id == region.id])
        for region in territories
        if region.level == Level.REGION
    ]
    mainland = [(region, parts) for region, parts in regions if not _is_overseas(region)]
    overseas = [(region, parts) for region, parts in regions if _is_overseas(region)]
    return [
        ("En métropole", sorted(mainland, key=lambda one: one[0].name.replace("Î", "I"))),
        ("Outre-mer", sorted(overseas, key=lambda one: one[1][0].code)),
    ]


def _is_overseas(region: Territory) -> bool:
    """The five regions of overseas have codes from 01 to 06; those of the mainland begin at 11."""
    return region.code < "11"


def _is_within(home: Any, territory: Territory) -> sa.ColumnElement[bool]:
    column = home.region_id if territory.level == Level.REGION else home.department_id
    return (column == territory.id) & (home.level == Level.COMMUNE)


def _page_of_communes(territory: Territory, page: int) -> sa.Select:
    """The communes of a department or of an EPCI; a region is read by its departments."""
    return (
        sa.select(Territory)
        .where(Territory.level == Level.COMMUNE, within(territory), sa.literal(_lists_communes(territory)))
        .order_by(Territory.name, Territory.id)
        .limit(COMMUNES_A_PAGE)
        .offset((page - 1) * COMMUNES_A_PAGE)
    )


def _commune_count(territory: Territory) -> sa.Select:
    return sa.select(sa.func.count(Territory.id)).where(Territory.level == Level.COMMUNE, within(territory))


def _lists_communes(territory: Territory) -> bool:
    return territory.level in (Level.DEPARTMENT, Level.EPCI)


def _former(territory: Territory) -> sa.Select:
    """Names and codes that lead here: the arrondissements in their order, then the rest by name."""
    number = sa.case((FormerCommune.kind == "arrondissement", FormerCommune.code))
    return (
        sa.select(FormerCommune)
        .where(FormerCommune.commune_id == territory.id, FormerCommune.name.is_not(None))
        .order_by(number.nulls_last(), FormerCommune.name, FormerCommune.code)
    )


def _departments(territory: Territory) -> sa.Select:
    """The departments over which an EPCI stretches."""
    of_it = sa.select(Territory.department_id).where(Territory.level == Level.COMMUNE, within(territory))
    return sa.select(Territory).where(Territory.id.in_(of_it)).order_by(by_code())
