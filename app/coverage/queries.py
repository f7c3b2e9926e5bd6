"""Reads of coverage. Each gives a `Select` and does not run it."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.coverage.models import Status
from app.directory.models import Institution, Kind, ServiceTerritory, State
from app.directory.queries import open_network, stale_before, state_at
from geo.sources import DataSource
from geo.territories import Level, Territory, by_code

#: A computed status comes back as a member of `Status`, as if it were a column.
STATUS_TYPE = sa.Enum(Status, native_enum=False, values_callable=lambda members: [member.value for member in members])


def administrative(level: Level, day: date, stale_after_months: int) -> sa.Select:
    """The administrative coverage at `day` of every territory of `level`.

    Rows are (Territory, places, confirmed, last_observed_on, status): how many Cités, centres and points relais were open
    there according to their last observation, how many of these observations are recent enough to be affirmed, the day of
    the latest, and the `Status` that follows. A place known only by its department counts for that department and its
    region. Places abroad lie in no territory; leads never count. In the order of the codes, 2A and 2B after 19.
    """
    by_home = _places_by_territory(level, day, stale_after_months)
    places = sa.func.coalesce(by_home.c.places, 0)
    confirmed = sa.func.coalesce(by_home.c.confirmed, 0)
    status = sa.case((confirmed > 0, Status.COVERED.value), (places > 0, Status.TO_CONFIRM.value), else_=Status.UNCOVERED.value)
    return (
        sa.select(
            Territory,
            places.label("places"),
            confirmed.label("confirmed"),
            by_home.c.last_observed_on,
            sa.type_coerce(status, STATUS_TYPE).label("status"),
        )
        .outerjoin(by_home, by_home.c.territory_id == Territory.id)
        .where(Territory.level == level)
        .order_by(by_code())
    )


def placed_network(day: date, stale_after_months: int, states: tuple[State, ...] = (State.OPEN,)) -> sa.Select:
    """The places open at `day` (or in one of `states`) and where they stand.

    Rows are those of `open_network`, then (to_confirm, longitude, latitude); degrees are NULL where no point is known.
    """
    network = open_network(day, states)
    point = sa.cast(Institution.point, Geometry)
    return network.add_columns(
        (network.selected_columns.observed_on < stale_before(day, stale_after_months)).label("to_confirm"),
        sa.func.ST_X(point).label("longitude"),
        sa.func.ST_Y(point).label("latitude"),
    ).options(
        joinedload(Institution.territory).joinedload(Territory.department),
        selectinload(Institution.service_territories),
    )


def by_id(territory_id: str) -> sa.Select:
    """The territory of this public id, if any, with the larger ones that hold it."""
    return (
        sa.select(Territory)
        .where(Territory.id == territory_id)
        .options(joinedload(Territory.region), joinedload(Territory.department), joinedload(Territory.epci))
    )


def libraries_in(communes: Collection[str], day: date) -> sa.Select:
    """The libraries open at `day` in these communes, those open longest first."""
    state = state_at(day)
    # One array rather than a parameter a commune: they may be thirty thousand.
    wanted = sa.any_(sa.cast(list(communes), sa.ARRAY(sa.Text)))
    return (
        sa.select(Institution)
        .join(state, state.c.institution_id == Institution.id)
        .where(Institution.kind == Kind.LIBRARY, state.c.state == State.OPEN, Institution.territory_id == wanted)
        .order_by(
            Institution.weekly_hours.desc().nulls_last(),
            Institution.surface_m2.desc().nulls_last(),
            Institution.name,
            Institution.public_id,
        )
    )


def departmental_libraries(department_id: str) -> sa.Select:
    """The departmental libraries of a department, main site and annexes."""
    of_department = sa.select(Territory.id).where(Territory.department_id == department_id)
    return (
        sa.select(Institution)
        .where(Institution.kind == Kind.DEPARTMENTAL, Institution.territory_id.in_(of_department))
        .order_by(Institution.name, Institution.public_id)
    )


def agencies() -> sa.Select:
    """The regional book agencies; rows are (id of the region, Institution)."""
    return (
        sa.select(ServiceTerritory.territory_id, Institution)
        .join(Institution, Institution.id == ServiceTerritory.institution_id)
        .where(Institution.kind == Kind.AGENCY)
    )


def sources() -> sa.Select:
    """The data sets that the tables were filled with."""
    return sa.select(DataSource).order_by(DataSource.name)


def _places_by_territory(level: Level, day: date, stale_after_months: int) -> sa.Subquery:
    """Open places counted by the territory of `level` in which they lie; a territory without any has no row."""
    network = open_network(day).order_by(None)
    found = network.with_only_columns(Institution.territory_id, network.selected_columns.observed_on).subquery("open_place")
    home = aliased(Territory, name="home")
    territory_id = {
        Level.REGION: home.region_id,
        Level.DEPARTMENT: home.department_id,
        Level.EPCI: home.epci_id,
        Level.COMMUNE: sa.case((home.level == Level.COMMUNE, home.id)),
    }[level]
    recent = found.c.observed_on >= stale_before(day, stale_after_months)
    return (
        sa.select(
            territory_id.label("territory_id"),
            sa.func.count().label("places"),
            sa.func.count().filter(recent).label("confirmed"),
            sa.func.max(found.c.observed_on).label("last_observed_on"),
        )
        .join(home, home.id == found.c.territory_id)
        .group_by(territory_id)
        .subquery("by_home")
    )
