"""Reads of the directory. Each gives a `Select`: list, map, count, export and coverage take the same one."""

import re
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from geoalchemy2 import WKTElement
from sqlalchemy.orm import aliased, selectinload

from app.directory.models import NETWORK_KINDS, Confidence, Institution, Kind, Observation, State, TerritoryObservation
from geo.territories import FormerCommune, Territory, within

#: Words shorter than this are matched to the letter: three letters resemble everything.
SHORTEST_FUZZY_WORD = 4
LONGEST_SEARCH_WORDS = 8


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
    """What a person asks of the directory; the defaults ask for everything."""

    on: date
    words: str = ""
    kinds: tuple[Kind, ...] = ()
    territory: Territory | None = None
    states: tuple[State, ...] = ()
    only_to_confirm: bool = False
    near: Near | None = None
    sort: str = "pertinence"
    stale_after_months: int = field(default=24, kw_only=True)


def state_at(day: date) -> sa.Subquery:
    """The state of each institution at `day`: its last observation on or before it.

    Leads (low confidence) and undated statements never make a state. One row an institution, with the columns of
    `Observation`; an institution of which nothing was observed by then has no row.
    """
    latest = aliased(Observation)
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
        .where(latest.observed_on <= day, latest.confidence != Confidence.LOW)
        .distinct(latest.institution_id)
        .order_by(latest.institution_id, latest.observed_on.desc(), latest.id.desc())
        .subquery("state_at")
    )


def stale_before(day: date, months: int) -> sa.ColumnElement[date]:
    """The day before which an observation, seen from `day`, is too old to be affirmed."""
    return sa.cast(sa.cast(day, sa.Date) - sa.func.make_interval(0, months), sa.Date)


def established() -> sa.ColumnElement[bool]:
    """The condition that an institution is more than a lead: not all that is known of it has a low confidence."""
    of_it = Observation.institution_id == Institution.id
    return sa.or_(
        ~sa.exists().where(of_it),
        sa.exists().where(of_it, Observation.confidence != Confidence.LOW),
    )


def search(criteria: Criteria) -> sa.Select:
    """Institutions that answer `criteria`, in the order asked for.

    Rows are (Institution, state, observed_on, precision, to_confirm, metres): the four middle ones come from the state
    at `criteria.on`, `metres` is the distance to `criteria.near`, on the ellipsoid, or NULL.
    """
    state = state_at(criteria.on)
    stale = stale_before(criteria.on, criteria.stale_after_months)
    to_confirm = sa.and_(state.c.state == State.OPEN, state.c.observed_on < stale)
    metres = sa.func.ST_Distance(Institution.point, criteria.near.point) if criteria.near else sa.null()
    select = (
        sa.select(
            Institution,
            state.c.state,
            state.c.observed_on,
            state.c.precision,
            to_confirm.label("to_confirm"),
            sa.cast(metres, sa.Double).label("metres"),
        )
        .outerjoin(state, state.c.institution_id == Institution.id)
        .where(*conditions(criteria))
        .order_by(*_order(criteria))
        .options(selectinload(Institution.territory).joinedload(Territory.department))
    )
    if criteria.states:
        select = select.where(state.c.state.in_(criteria.states))
    if criteria.only_to_confirm:
        select = select.where(to_confirm)
    return select


def conditions(criteria: Criteria) -> list[sa.ColumnElement[bool]]:
    """The conditions of a search on the institution alone, its state apart."""
    found: list[sa.ColumnElement[bool]] = [established()]
    if criteria.kinds:
        found.append(Institution.kind.in_(criteria.kinds))
    if criteria.territory is not None:
        found.append(Institution.territory_id.in_(sa.select(Territory.id).where(within(criteria.territory))))
    if criteria.near and criteria.near.radius_km is not None:
        found.append(sa.func.ST_DWithin(Institution.point, criteria.near.point, criteria.near.radius_km * 1000))
    return found + [_has_word(word) for word in _words(criteria.words)]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)[:LONGEST_SEARCH_WORDS]


def _has_word(word: str) -> sa.ColumnElement[bool]:
    """The word is in the institution's names, or nearly, or in a former name of its commune."""
    folded = sa.func.fold(word)
    matches = Institution.search_key.contains(folded)
    if len(word) < SHORTEST_FUZZY_WORD:
        return matches
    by_name = sa.select(Institution.id).where(sa.or_(matches, folded.bool_op("<%")(Institution.search_key)))
    by_former_name = (
        sa.select(Institution.id)
        .join(FormerCommune, FormerCommune.commune_id == Institution.territory_id)
        .where(FormerCommune.search_key.contains(folded))
    )
    # A union keeps the trigram index in use, where OR would read the whole table.
    return Institution.id.in_(by_name.union(by_former_name))


def _order(criteria: Criteria) -> list[sa.ColumnElement]:
    by_name = [Institution.name, Institution.public_id]
    if criteria.near and criteria.sort != "nom":
        return [Institution.point.op("<->")(criteria.near.point), *by_name]
    if criteria.words and criteria.sort == "pertinence":
        folded = sa.func.fold(criteria.words)
        likeness = sa.func.round(sa.cast(sa.func.word_similarity(folded, Institution.search_key), sa.Numeric), 1)
        return [likeness.desc(), _rank_of_kind(), *by_name]
    return by_name


def _rank_of_kind() -> sa.ColumnElement[int]:
    return sa.case({kind: rank for rank, kind in enumerate(Kind)}, value=Institution.kind)


def open_network(day: date) -> sa.Select:
    """The Cités, centres and points relais that are open at `day`, those abroad included.

    Rows are (Institution, observed_on, precision, source, source_url) of the observation that says so.
    """
    state = state_at(day)
    return (
        sa.select(Institution, state.c.observed_on, state.c.precision, state.c.source, state.c.source_url)
        .join(state, state.c.institution_id == Institution.id)
        .where(Institution.kind.in_(NETWORK_KINDS), state.c.state == State.OPEN)
        .order_by(_rank_of_kind(), Institution.name)
    )


def by_public_id(public_id: str) -> sa.Select:
    """The institution of this public id, if any."""
    return sa.select(Institution).where(Institution.public_id == public_id)


def nearest(point: WKTElement, kinds: tuple[Kind, ...], day: date, limit: int = 5) -> sa.Select:
    """The open institutions of `kinds` nearest to `point`; rows are (Institution, metres), nearest first."""
    state = state_at(day)
    # The nearest neighbours come from the index first; only these few are measured and checked.
    return (
        sa.select(Institution, sa.func.ST_Distance(Institution.point, point).label("metres"))
        .join(state, state.c.institution_id == Institution.id)
        .where(Institution.kind.in_(kinds), state.c.state == State.OPEN, Institution.point.is_not(None))
        .order_by(Institution.point.op("<->")(point))
        .limit(limit)
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
