"""Reads of the directory. Each gives a `Select`: list, map, count, export and coverage take the same one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry, WKTElement
from sqlalchemy.orm import aliased, contains_eager, selectinload
from sqlalchemy.sql.selectable import LateralFromClause

from app.directory.models import NETWORK_KINDS, Confidence, Institution, Kind, Observation, State, TerritoryObservation
from app.directory.words import has_words, likeness
from geo.sources import DataSource
from geo.territories import Territory, within

#: What a list says of where an institution is, loaded for all its rows at once.
WITH_PLACE = (selectinload(Institution.territory).joinedload(Territory.department),)
#: The position of an `Institution`, in degrees.
LONGITUDE = sa.func.ST_X(sa.cast(Institution.point, Geometry)).label("longitude")
LATITUDE = sa.func.ST_Y(sa.cast(Institution.point, Geometry)).label("latitude")
#: The order of kinds in a list: what is rare and sought first.
RANKED_KINDS = (
    Kind.CITE,
    Kind.CENTRE,
    Kind.RELAY,
    Kind.AGENCY,
    Kind.DEPARTMENTAL,
    Kind.NETWORK,
    Kind.LIBRARY,
    Kind.BOOKMOBILE,
    Kind.LIBRARY_PREMISES,
    Kind.OTHER,
)


@dataclass(frozen=True)
class Near:
    """A place to search around, in degrees, and how far, in kilometres (None: no limit, order only)."""

    longitude: float
    latitude: float
    radius_km: float | None = None

    @property
    def point(self) -> WKTElement:
        return WKTElement(f"POINT({self.longitude} {self.latitude})", srid=4326)


@dataclass(frozen=True)
class Criteria:
    """What a person asks of the directory; the defaults ask for everything.

    `states` and `to_confirm` add up: an institution is kept when its state is one of `states`, or when `to_confirm` and
    it is open according to an observation that is too old. `UNSETTLED` keeps those of which nothing is known too.
    `sort` is "pertinence" (nearest first around a place, else best match) or "nom". `approaching` are the ids of those that
    `words` nearly name, to be kept in the place of those that they name (see app.directory.approaching).
    """

    on: date
    words: str = ""
    kinds: tuple[Kind, ...] = ()
    territory: Territory | None = None
    states: tuple[State, ...] = ()
    to_confirm: bool = False
    near: Near | None = None
    sort: str = "pertinence"
    approaching: tuple[int, ...] | None = None
    stale_after_months: int = field(default=24, kw_only=True)


def state_at(day: date | sa.ColumnElement[date]) -> LateralFromClause:
    """The state of an `Institution` at `day`: its last observation on or before it. Join it to a select of institutions.

    Leads (low confidence) and undated statements never make a state. One row an institution, with the columns of
    `Observation`; an institution of which nothing was observed by then has no row.
    """
    latest = aliased(Observation)
    # One look at the index for each institution costs a microsecond, however many observations the years bring.
    return (
        sa.select(
            latest.institution_id,
            latest.state,
            latest.observed_on,
            latest.precision,
            latest.confidence,
            latest.source,
            latest.source_url,
        )
        .where(latest.institution_id == Institution.id, latest.observed_on <= day, latest.confidence != Confidence.LOW)
        .order_by(latest.observed_on.desc(), latest.id.desc())
        .limit(1)
        .lateral("state_at")
    )


def stale_before(day: date | sa.ColumnElement[date], months: int) -> sa.ColumnElement[date]:
    """The day before which an observation, seen from `day`, is too old to be affirmed."""
    return sa.cast(sa.cast(day, sa.Date) - sa.func.make_interval(0, months), sa.Date)


def leads() -> sa.Select:
    """The ids of institutions that are only a lead: all that is known of them has a low confidence."""
    low, better = aliased(Observation), aliased(Observation)
    of_the_same = better.institution_id == low.institution_id
    return sa.select(low.institution_id).where(
        low.confidence == Confidence.LOW, ~sa.exists().where(of_the_same, better.confidence != Confidence.LOW)
    )


def established() -> sa.ColumnElement[bool]:
    """The condition that an institution is more than a lead."""
    return Institution.id.not_in(leads())


def search(criteria: Criteria) -> sa.Select:
    """Institutions that answer `criteria`, in the order asked for.

    Rows are (Institution, state, observed_on, precision, to_confirm, metres): the four middle ones come from the state
    at `criteria.on`, `metres` is the distance to `criteria.near`, on the ellipsoid, or NULL.
    """
    return search_columns(criteria, [Institution]).options(*WITH_PLACE)


def search_page(criteria: Criteria, number: int, size: int) -> sa.Select:
    """The rows of one page of `search`, from 1: the state is looked up for these alone, unless it is what is sought."""
    first = (number - 1) * size
    if criteria.states or criteria.to_confirm:
        return search(criteria).limit(size).offset(first)
    chosen = sa.select(Institution.id).where(*conditions(criteria)).order_by(*_order(criteria)).limit(size).offset(first)
    return _rows(criteria, [Institution], [Institution.id.in_(chosen)]).options(*WITH_PLACE)


def search_columns(criteria: Criteria, columns: Iterable[Any], of_observation: Iterable[str] = ()) -> sa.Select:
    """The same rows in the same order as `search`, with `columns` in the place of the institution: for files.

    `of_observation` names further columns of the observation that makes the state: "source" gives `observation_source`.
    """
    return _rows(criteria, columns, conditions(criteria), of_observation)


def _rows(
    criteria: Criteria, columns: Iterable[Any], chosen: list[sa.ColumnElement[bool]], of_observation: Iterable[str] = ()
) -> sa.Select:
    """The institutions that are `chosen` and in the state asked for, with their state and distance."""
    state = state_at(criteria.on)
    stale = stale_before(criteria.on, criteria.stale_after_months)
    to_confirm = sa.and_(state.c.state == State.OPEN, state.c.observed_on < stale)
    metres = sa.func.ST_Distance(Institution.point, criteria.near.point) if criteria.near else sa.null()
    return (
        sa.select(
            *columns,
            state.c.state,
            state.c.observed_on,
            state.c.precision,
            to_confirm.label("to_confirm"),
            sa.cast(metres, sa.Double).label("metres"),
            *(state.c[name].label(f"observation_{name}") for name in of_observation),
        )
        .select_from(Institution)
        .outerjoin(state, state.c.institution_id == Institution.id)
        .where(*chosen, *_has_state(criteria, state, to_confirm))
        .order_by(*_order(criteria))
    )


def count(criteria: Criteria) -> sa.Select:
    """How many rows `search` gives."""
    if criteria.states or criteria.to_confirm:
        return sa.select(sa.func.count()).select_from(search_columns(criteria, [Institution.id]).order_by(None).subquery())
    return sa.select(sa.func.count(Institution.id)).where(*conditions(criteria))


def count_by_kind(criteria: Criteria) -> sa.Select:
    """How many of each kind `search` would give if no kind were asked; rows are (kind, number)."""
    of_every_kind = replace(criteria, kinds=())
    if criteria.states or criteria.to_confirm:
        found = search_columns(of_every_kind, [Institution.kind]).order_by(None).subquery("found")
        return sa.select(found.c.kind, sa.func.count().label("number")).group_by(found.c.kind)
    counted = sa.select(Institution.kind, sa.func.count(Institution.id).label("number"))
    return counted.where(*conditions(of_every_kind)).group_by(Institution.kind)


def conditions(criteria: Criteria) -> list[sa.ColumnElement[bool]]:
    """The conditions of a search on the institution alone, its state apart."""
    found: list[sa.ColumnElement[bool]] = [established()]
    if criteria.kinds:
        found.append(Institution.kind.in_(criteria.kinds))
    if criteria.territory is not None:
        found.append(Institution.territory_id.in_(sa.select(Territory.id).where(within(criteria.territory))))
    if criteria.near and criteria.near.radius_km is not None:
        found.append(sa.func.ST_DWithin(Institution.point, criteria.near.point, criteria.near.radius_km * 1000))
    named = has_words(criteria.words) if criteria.approaching is None else [Institution.id.in_(criteria.approaching)]
    return found + named


def _has_state(
    criteria: Criteria, state: LateralFromClause, to_confirm: sa.ColumnElement[bool]
) -> list[sa.ColumnElement[bool]]:
    kept: list[sa.ColumnElement[bool]] = []
    if criteria.states:
        kept.append(state.c.state.in_(criteria.states))
    if State.UNSETTLED in criteria.states:
        kept.append(state.c.state.is_(None))
    if criteria.to_confirm:
        kept.append(to_confirm)
    return [sa.or_(*kept)] if kept else []


def _order(criteria: Criteria) -> list[sa.SQLColumnExpression[Any]]:
    by_name: list[sa.SQLColumnExpression[Any]] = [Institution.name, Institution.public_id]
    if criteria.sort == "nom":
        return by_name
    if criteria.near:
        return [Institution.point.op("<->")(criteria.near.point), *by_name]
    if not criteria.words:
        return [_rank_of_kind(), *by_name]
    # Among equals, « Digne » means Digne-les-Bains rather than La Digne-d’Amont.
    inhabitants = sa.select(Territory.population).where(Territory.id == Institution.territory_id).scalar_subquery()
    return [likeness(criteria.words).desc(), _rank_of_kind(), inhabitants.desc().nulls_last(), *by_name]


def _rank_of_kind() -> sa.ColumnElement[int]:
    return sa.case(*((Institution.kind == kind, rank) for rank, kind in enumerate(RANKED_KINDS)))


def open_network(day: date, states: tuple[State, ...] = (State.OPEN,)) -> sa.Select:
    """The Cités, centres and points relais that are open at `day` (or in one of `states`), those abroad included.

    Rows are (Institution, observed_on, precision, source, source_url) of the observation that says so.
    """
    state = state_at(day)
    return (
        sa.select(Institution, state.c.observed_on, state.c.precision, state.c.source, state.c.source_url)
        .join(state, state.c.institution_id == Institution.id)
        .where(Institution.kind.in_(NETWORK_KINDS), state.c.state.in_(states))
        .order_by(_rank_of_kind(), Institution.name)
    )


def by_public_id(public_id: str) -> sa.Select:
    """The institution of this public id, if any."""
    return sa.select(Institution).where(Institution.public_id == public_id)


def nearest(point: WKTElement, kinds: tuple[Kind, ...], day: date, limit: int = 5) -> sa.Select:
    """The open institutions of `kinds` nearest to `point`, in metres on the ellipsoid, nearest first.

    Rows are (Institution, metres, observed_on, longitude, latitude).
    """
    # Kinds are written in the statement, so that the planner sees that the partial index of the network serves.
    asked: sa.BindParameter[Any] = sa.bindparam("kinds", kinds, expanding=True, literal_execute=True)
    state = state_at(day)
    metres = sa.func.ST_Distance(Institution.point, point).label("metres")
    return (
        sa.select(Institution, metres, state.c.observed_on, LONGITUDE, LATITUDE)
        .join(state, state.c.institution_id == Institution.id)
        .where(Institution.kind.in_(asked), state.c.state == State.OPEN, Institution.point.is_not(None))
        .order_by(Institution.point.op("<->")(point))
        .limit(limit)
        .options(*WITH_PLACE)
    )


def territory_statements(territory_id: str, day: date) -> sa.Select:
    """What sources said of a whole territory, on or before `day`, latest first."""
    return (
        sa.select(TerritoryObservation)
        .where(TerritoryObservation.territory_id == territory_id, TerritoryObservation.observed_on <= day)
        .order_by(TerritoryObservation.observed_on.desc())
    )


def agency_of(region_id: str) -> sa.Select:
    """The regional book agency that serves this region, if any."""
    return sa.select(Institution).where(
        Institution.kind == Kind.AGENCY, Institution.service_territories.any(territory_id=region_id)
    )


def weak_observations() -> sa.Select:
    """What only weak sources say: (Observation, is_lead), institution by institution, leads first.

    `is_lead` says that nothing better is known of the institution.
    """
    is_lead = Observation.institution_id.in_(leads()).label("is_lead")
    return (
        sa.select(Observation, is_lead)
        .join(Observation.institution)
        .where(Observation.confidence == Confidence.LOW)
        .options(contains_eager(Observation.institution).options(*WITH_PLACE))
        .order_by(is_lead.desc(), Institution.name, Observation.observed_on.desc().nulls_last(), Observation.id)
    )


def sources() -> sa.Select:
    """The data sets that the tables were filled with."""
    return sa.select(DataSource).order_by(DataSource.name)
