"""Reads of scenarios, and of the places that they open. Each gives a `Select`."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import joinedload, selectinload

from app.clock import today
from app.coverage.scenarios.models import Scenario
from app.directory.memberships.permissions import Actor
from app.directory.models import NETWORK_KINDS, Institution, ServiceTerritory, State
from app.directory.queries import established, state_at
from geo.territories import Level, Territory

#: A scenario ends so long after its last change; its team is told a month before.
KEPT_MONTHS, TOLD_AFTER_MONTHS = 12, 11
#: Nothing is erased sooner than this after its team was told.
TIME_TO_ANSWER = timedelta(days=28)


def institutions(public_ids: Collection[str]) -> sa.Select:
    """The institutions of these public ids, leads left out, with what the directory says of them today.

    Rows are (Institution, longitude, latitude, exact, state, observed_on, precision); the last three may be NULL.
    """
    observed = state_at(today())
    own, town = sa.cast(Institution.point, Geometry), sa.cast(Territory.point, Geometry)
    point = sa.func.coalesce(own, sa.case((Territory.level == Level.COMMUNE, town)))
    return (
        sa.select(
            Institution,
            sa.func.ST_X(point).label("longitude"),
            sa.func.ST_Y(point).label("latitude"),
            Institution.point.is_not(None).label("exact"),
            observed.c.state,
            observed.c.observed_on,
            observed.c.precision,
        )
        .outerjoin(Territory, Territory.id == Institution.territory_id)
        .outerjoin(observed, observed.c.institution_id == Institution.id)
        .where(Institution.public_id.in_(public_ids), established())
        .options(
            joinedload(Institution.territory).joinedload(Territory.department),
            selectinload(Institution.service_territories).joinedload(ServiceTerritory.territory),
        )
    )


def communes(ids: Collection[str]) -> sa.Select:
    """The communes of these ids: rows (Territory, longitude, latitude)."""
    point = sa.cast(Territory.point, Geometry)
    return sa.select(Territory, sa.func.ST_X(point).label("longitude"), sa.func.ST_Y(point).label("latitude")).where(
        Territory.level == Level.COMMUNE, Territory.id.in_(ids)
    )


def planned(day: date) -> sa.Select:
    """The public ids of the Cités, centres and points relais that are planned at `day`."""
    state = state_at(day)
    return (
        sa.select(Institution.public_id)
        .join(state, state.c.institution_id == Institution.id)
        .where(Institution.kind.in_(NETWORK_KINDS), state.c.state == State.PLANNED)
    )


def names(level: Level, ids: Collection[str]) -> sa.Select:
    """The territories of these ids: rows (id, code, name)."""
    # One array rather than a parameter a territory: there are 1,250 intercommunalities.
    wanted = sa.any_(sa.cast(list(ids), sa.ARRAY(sa.Text)))
    return sa.select(Territory.id, Territory.code, Territory.name).where(Territory.level == level, Territory.id == wanted)


def by_public_id(public_id: str) -> sa.Select:
    """The scenario of this public id, if any, with its team."""
    return sa.select(Scenario).where(Scenario.public_id == public_id).options(joinedload(Scenario.institution))


def by_token(token: str) -> sa.Select:
    """The scenario whose read-only link has this token, if any."""
    return sa.select(Scenario).where(Scenario.share_token == token)


def kept_by(actor: Actor) -> sa.Select:
    """The scenarios that a person may read, the last changed first."""
    select = sa.select(Scenario).order_by(Scenario.changed_at.desc(), Scenario.id.desc())
    select = select.options(joinedload(Scenario.institution))
    if actor.is_administrator:
        return select
    ids = actor.institution_ids
    spoken_for = sa.or_(Institution.id.in_(ids), Institution.parent_id.in_(ids))
    return select.join(Scenario.institution).where(spoken_for)


def named(institution_id: int, name: str) -> sa.Select:
    """The scenario of this name that a team keeps, if any."""
    return sa.select(Scenario).where(Scenario.institution_id == institution_id, Scenario.name == name)


def to_tell(instant: datetime) -> sa.Select:
    """The scenarios that end in a month, and whose team was not told since their last change."""
    return _older_than(instant, TOLD_AFTER_MONTHS).where(Scenario.told_at.is_(None))


def to_erase(instant: datetime) -> sa.Select:
    """The scenarios unchanged for a year, whose team was told a month ago at least."""
    return _older_than(instant, KEPT_MONTHS).where(Scenario.told_at <= instant - TIME_TO_ANSWER)


def _older_than(instant: datetime, months: int) -> sa.Select:
    limit = sa.cast(instant, sa.DateTime(timezone=True)) - sa.func.make_interval(0, months)
    return (
        sa.select(Scenario)
        .where(Scenario.changed_at <= limit)
        .order_by(Scenario.id)
        .with_for_update(skip_locked=True, of=Scenario)
    )
