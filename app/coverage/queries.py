"""Reads of coverage. Each gives a `Select` and does not run it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.coverage.models import Status
from app.directory.models import Institution
from app.directory.queries import open_network, stale_before
from geo.territories import Level, Territory

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
        .order_by(code_order(Territory.code))
    )


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


def code_order(code: sa.ColumnElement[str] | InstrumentedAttribute[str]) -> sa.ColumnElement[str]:
    """The order in which people expect INSEE codes: 2A and 2B where 20 stood, between 19 and 21."""
    return sa.func.regexp_replace(code, "^2([AB])", r"20\1")
