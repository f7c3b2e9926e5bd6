"""What each reader's calendar says of a meeting: everybody's, a person's own, or that of someone registered by a link."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.memberships.permissions import Actor
from app.formats import plural
from app.meetings.calendars import queries
from app.meetings.calendars.ics import CANCELLED, CONFIRMED, TENTATIVE, Entry
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import LIVING, Place, Registration

#: The best place first: what a calendar shows where a person comes by several ways.
BEST = {place: rank for rank, place in enumerate((Place.CONFIRMED, Place.OFFERED, Place.WAITING, Place.TO_APPROVE))}


def public(session: Session, condition: sa.ColumnElement[bool]) -> list[Entry]:
    """The public meetings of an institution or a territory: the same for whoever reads, account or not."""
    rows = session.execute(queries.recent(queries.seen_by(Actor())).where(condition))
    return [Entry(row.Meeting, _position(row)) for row in rows]


def of_person(session: Session, actor: Actor) -> list[Entry]:
    """The meetings that they organise, come to, or are invited to, as far as they may see them."""
    rows = session.execute(queries.recent(queries.seen_by(actor)).where(queries.of_the_person(actor))).all()
    invited = {"state": TENTATIVE, "said": ("Vous êtes invités : dites sur la page si vous venez.",)}
    return [_read_by(actor, row, registration, invited) for row, registration in _with_registrations(session, actor, rows)]


def one(session: Session, actor: Actor, meeting: Meeting) -> Entry | None:
    """A meeting for this reader; None for a draft."""
    rows = session.execute(queries.seen_by(actor).where(Meeting.id == meeting.id)).all()
    if not rows:
        return None
    if not actor.is_known:
        return Entry(rows[0].Meeting, _position(rows[0]))
    [(row, registration)] = _with_registrations(session, actor, rows)
    return _read_by(actor, row, registration, {})


def of_registration(session: Session, registration: Registration) -> Entry | None:
    """A meeting for whoever holds the link of a registration; cancelled for them when their registration is over.

    None for a draft.
    """
    row = session.execute(queries.registered_for(registration)).first()
    return _registered(row, registration) if row else None


def _with_registrations(session: Session, actor: Actor, rows: Sequence[Any]) -> list[tuple[Any, Registration | None]]:
    """Each meeting with the best registration by which this person comes to it, all read at once."""
    ids = [row.Meeting.id for row in rows]
    found = session.scalars(queries.registrations_of(actor).where(Registration.meeting_id.in_(ids))).all()
    worst_first = sorted(found, key=lambda one: BEST.get(one.place, len(BEST)), reverse=True)
    best = {registration.meeting_id: registration for registration in worst_first}
    return [(row, best.get(row.Meeting.id)) for row in rows]


def _read_by(actor: Actor, row: Any, registration: Registration | None, otherwise: dict[str, Any]) -> Entry:
    """What a meeting is for this person; `otherwise` is said of one that they neither organise nor come to."""
    meeting = row.Meeting
    if actor.speaks_for(meeting.host) or (meeting.co_host is not None and actor.speaks_for(meeting.co_host)):
        return Entry(meeting, _position(row), said=("Vous organisez cette rencontre.",), shows_link=True, is_busy=True)
    if registration is not None:
        return _registered(row, registration)
    return Entry(meeting, _position(row), **otherwise)


def _registered(row: Any, registration: Registration) -> Entry:
    meeting, place = row.Meeting, registration.place
    said = f"Votre inscription : {place.label}"
    if place in LIVING:
        said += f", pour {plural(registration.people, 'personne')}"
    state = CONFIRMED if place is Place.CONFIRMED else TENTATIVE if place in LIVING else CANCELLED
    moments = (registration.asked_at, registration.confirmed_at, registration.settled_at)
    return Entry(
        meeting,
        _position(row),
        state=CANCELLED if meeting.status is Status.CANCELLED else state,
        said=(f"{said}.",),
        shows_link=place is Place.CONFIRMED,
        is_busy=place is Place.CONFIRMED,
        changed_at=max(moment for moment in moments if moment is not None),
    )


def _position(row: Any) -> tuple[float, float] | None:
    return None if row.longitude is None else (row.longitude, row.latitude)
