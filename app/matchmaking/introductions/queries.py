"""Reads of introductions: what waits for whom, what an intermediary follows, and how they end."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.clock import PARIS, now
from app.directory.edition.models import Profile
from app.directory.memberships.models import Designation
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, Kind, ServiceTerritory
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.introductions.models import Answer, Introduction, Outcome
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.queries import spoken_for
from geo.territories import Territory

PARTNER_KINDS = tuple(kind for kind in Kind if kind not in (Kind.CITE, Kind.AGENCY))
OPEN_SOLICITATIONS = 5


def everything() -> sa.Select:
    """Introductions with all that a page says of them."""
    large = (joinedload(Territory.region), joinedload(Territory.department))
    sides = (Introduction.cite, Introduction.partner)
    return sa.select(Introduction).options(
        *(joinedload(one).selectinload(Institution.territory).options(*large) for one in sides),
        joinedload(Introduction.introducer),
        joinedload(Introduction.exchange),
        selectinload(Introduction.answers),
    )


def by_public_id(public_id: str) -> sa.Select:
    """The introduction of this public id, if any."""
    return everything().where(Introduction.public_id == public_id)


def waiting_for(actor: Actor) -> sa.Select:
    """The introductions that wait for the answer of this person's institutions, the first to expire first."""
    return _of_sides(actor, answered=False).order_by(Introduction.expires_at, Introduction.id)


def answered_by(actor: Actor) -> sa.Select:
    """The introductions that this person's institutions have accepted, and that wait for the other side."""
    return _of_sides(actor, answered=True).order_by(Introduction.expires_at, Introduction.id)


def ended_for(actor: Actor) -> sa.Select:
    """The introductions of this person's institutions that are over, the last first."""
    return everything().where(_is_side(actor), ~is_waiting()).order_by(_ended_at().desc(), Introduction.id)


def followed(actor: Actor, waiting: bool) -> sa.Select:
    """The introductions that an intermediary stands between, those that wait or those that are over, the latest first."""
    own = sorted(actor.institution_ids)
    places = sa.select(Institution.id).join(Institution.territory).where(Territory.region_id.in_(sorted(actor.region_ids)))
    between = sa.or_(Introduction.introducer_id.in_(own), Introduction.cite_id.in_(places), Introduction.partner_id.in_(places))
    return (
        everything()
        .where(sa.true() if actor.is_administrator else between, ~_is_side(actor))
        .where(is_waiting() if waiting else ~is_waiting())
        .order_by(Introduction.introduced_at if waiting else _ended_at().desc(), Introduction.id)
    )


def is_waiting() -> sa.ColumnElement[bool]:
    """Neither settled nor too old, as `Introduction.is_waiting`."""
    return sa.and_(Introduction.outcome.is_(None), Introduction.expires_at > now())


def of_pair(cite: Institution, partner: Institution) -> sa.Select:
    """The introductions of these two that wait."""
    return everything().where(Introduction.cite_id == cite.id, Introduction.partner_id == partner.id, is_waiting())


def solicitations(institution: Institution) -> sa.Select:
    """How many introductions wait for the answer of the institution."""
    return sa.select(sa.func.count(Introduction.id)).where(is_waiting(), _waits_for([institution.id]))


def limits(institution: Institution) -> sa.Select:
    """How many may wait at once, and until when it would rather not be asked: no row for one that has said nothing."""
    return sa.select(Profile.open_solicitations_max, Profile.not_before).where(Profile.institution_id == institution.id)


def playing_the_agency(institution_ids: Iterable[int], region_ids: Iterable[str]) -> sa.Select:
    """Among these institutions, those that play the agency's part in one of these regions; agencies first."""
    regions = sorted(region_ids)
    served = sa.select(ServiceTerritory.institution_id).where(ServiceTerritory.territory_id.in_(regions))
    designated = sa.select(Designation.institution_id).where(Designation.region_id.in_(regions))
    plays = sa.or_(sa.and_(Institution.kind == Kind.AGENCY, Institution.id.in_(served)), Institution.id.in_(designated))
    return (
        sa.select(Institution)
        .where(Institution.id.in_(sorted(institution_ids)), plays)
        .order_by((Institution.kind == Kind.AGENCY).desc(), Institution.id)
    )


def interests_met(introductions: Sequence[Introduction]) -> sa.Select:
    """The open interests that have come about once a pair knows each other, held: those of one for the other, and leads.

    An interest for a territory, or for anyone, may still wait for others.
    """
    ids = [side_id for one in introductions for side_id in (one.cite_id, one.partner_id)]
    of_the_pair = sa.and_(
        Interest.toward_institution_id.in_(ids), sa.func.coalesce(Interest.about_id, Interest.author_id).in_(ids)
    )
    led = sa.and_(Interest.act == Act.SUGGESTED, Interest.id.in_([one.interest_id for one in introductions]))
    return (
        sa.select(Interest)
        .where(Interest.closed_at.is_(None), sa.or_(of_the_pair, led))
        .order_by(Interest.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def expired() -> sa.Select:
    """The introductions that silence has ended and that are not settled yet; those that someone answers now are left."""
    return (
        sa.select(Introduction)
        .where(Introduction.outcome.is_(None), Introduction.expires_at <= now())
        .order_by(Introduction.id)
        .with_for_update(skip_locked=True)
    )


def to_remind(silent_since: datetime) -> sa.Select:
    """The introductions made before this instant that wait and that nobody was reminded of."""
    return (
        sa.select(Introduction)
        .where(is_waiting(), Introduction.reminded_at.is_(None), Introduction.introduced_at <= silent_since)
        .order_by(Introduction.id)
        .with_for_update(skip_locked=True)
    )


def outcomes(region_ids: Iterable[str] | None, first: date | None, last: date | None) -> sa.Select:
    """How the introductions made in a period ended: (outcome, reason, number). None: every region; the whole time."""
    reason = sa.select(Answer.reason).where(Answer.introduction_id == Introduction.id, ~Answer.accepted).scalar_subquery()
    over = sa.case((sa.and_(Introduction.outcome.is_(None), ~is_waiting()), Outcome.EXPIRED.value), else_=Introduction.outcome)
    counted = sa.select(
        sa.type_coerce(over, Introduction.outcome.type).label("outcome"),
        sa.type_coerce(reason, Answer.reason.type).label("reason"),
        sa.func.count().label("number"),
    ).group_by(sa.literal_column("1"), sa.literal_column("2"))
    if region_ids is not None:
        places = sa.select(Institution.id).join(Institution.territory).where(Territory.region_id.in_(sorted(region_ids)))
        counted = counted.where(sa.or_(Introduction.cite_id.in_(places), Introduction.partner_id.in_(places)))
    if first is not None:
        counted = counted.where(Introduction.introduced_at >= datetime.combine(first, time(), PARIS))
    if last is not None:
        counted = counted.where(Introduction.introduced_at < datetime.combine(last + timedelta(days=1), time(), PARIS))
    return counted


def _ended_at() -> sa.ColumnElement[datetime]:
    return sa.func.coalesce(Introduction.settled_at, Introduction.expires_at)


def _is_side(actor: Actor) -> sa.ColumnElement[bool]:
    ids = spoken_for(actor)
    return sa.or_(Introduction.cite_id.in_(ids), Introduction.partner_id.in_(ids))


def _of_sides(actor: Actor, answered: bool) -> sa.Select:
    ids = spoken_for(actor)
    waits = _waits_for(ids)
    return everything().where(_is_side(actor), is_waiting(), ~waits if answered else waits)


def _waits_for(ids: sa.Select | list[int]) -> sa.ColumnElement[bool]:
    """A side among these institutions has not answered."""
    silent = []
    for side, column in ((Side.CITE, Introduction.cite_id), (Side.PARTNER, Introduction.partner_id)):
        has_answered = sa.exists().where(Answer.introduction_id == Introduction.id, Answer.side == side)
        silent.append(sa.and_(column.in_(ids), ~has_answered))
    return sa.or_(*silent)
