"""What each reader's calendar says of a meeting: everybody's, a person's own, or that of someone registered by a link."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.memberships.permissions import Actor
from app.formats import plural
from app.meetings.calendars import queries
from app.meetings.calendars.ics import CANCELLED, CONFIRMED, TENTATIVE, Entry
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import LIVING, Place, Registration
from app.meetings.registrations.permissions import can_open
from app.meetings.sight import registered_by

#: The best place first: what a calendar shows where a person comes by several ways.
BEST = {place: rank for rank, place in enumerate((Place.CONFIRMED, Place.OFFERED, Place.WAITING, Place.TO_APPROVE))}


def public(session: Session, ids: Sequence[int]) -> list[Entry]:
    """Those of these meetings that are public: the same for whoever reads, account or not."""
    rows = session.execute(queries.seen_by(Actor()).where(Meeting.id.in_(ids)))
    return [Entry(row.Meeting, _position(row)) for row in rows]


def of_person(session: Session, actor: Actor, ids: Sequence[int]) -> list[Entry]:
    """Those of these meetings that they may see: they organise them, come to them, or are invited."""
    rows = session.execute(queries.seen_by(actor).where(Meeting.id.in_(ids))).all()
    invited = {"state": TENTATIVE, "said": ("Vous êtes invités : dites sur la page si vous venez.",)}
    return [_read_by(actor, row, known, invited) for row, known in _with_registrations(session, actor, rows)]


def one(session: Session, actor: Actor, meeting: Meeting) -> Entry | None:
    """A meeting for this reader; None for a draft."""
    rows = session.execute(queries.seen_by(actor).where(Meeting.id == meeting.id)).all()
    if not rows:
        return None
    if not actor.is_known:
        return Entry(rows[0].Meeting, _position(rows[0]))
    [(row, known)] = _with_registrations(session, actor, rows)
    return _read_by(actor, row, known, {})


def of_registration(session: Session, actor: Actor, registration: Registration) -> Entry | None:
    """A meeting for whoever holds the link of a registration; cancelled for them when their registration is over.

    The link of an online meeting is for those who may open the registration. None for a draft.
    """
    row = session.execute(queries.registered_for(registration)).first()
    if row is None:
        return None
    entry = _counting(_registered(row, registration), session.scalars(queries.same_people(registration)).all())
    return entry if can_open(actor, registration) else replace(entry, shows_link=False)


def _with_registrations(session: Session, actor: Actor, rows: Sequence[Any]) -> list[tuple[Any, list[Registration]]]:
    """Each meeting with all the registrations of this person and of those for whom they speak, read at once."""
    found: dict[int, list[Registration]] = {row.Meeting.id: [] for row in rows}
    for one in session.scalars(sa.select(Registration).where(registered_by(actor), Registration.meeting_id.in_(found))):
        found[one.meeting_id].append(one)
    return [(row, found[row.Meeting.id]) for row in rows]


def _read_by(actor: Actor, row: Any, known: Sequence[Registration], otherwise: dict[str, Any]) -> Entry:
    """What a meeting is for this person; `otherwise` is said of one that they neither organise nor come to."""
    meeting = row.Meeting
    living = [one for one in known if one.place in LIVING]
    if actor.speaks_for(meeting.host) or (meeting.co_host is not None and actor.speaks_for(meeting.co_host)):
        entry = Entry(meeting, _position(row), said=("Vous organisez cette rencontre.",), shows_link=True, is_busy=True)
    elif living:
        entry = _registered(row, min(living, key=lambda one: BEST.get(one.place, len(BEST))))
    else:
        entry = Entry(meeting, _position(row), **otherwise)
    return _counting(entry, known)


def _counting(entry: Entry, known: Sequence[Registration]) -> Entry:
    """The same, with all the changes of these registrations, those that are over too: what was published never goes back."""
    changed_at = max((one.changed_at for one in known), default=None)
    return replace(entry, revision=sum(one.revision for one in known), changed_at=changed_at)


def _registered(row: Any, registration: Registration) -> Entry:
    meeting, place = row.Meeting, registration.place
    said = f"Votre inscription : {place.label}"
    if place in LIVING:
        said += f", pour {plural(registration.people, 'personne')}"
    state = CONFIRMED if place is Place.CONFIRMED else TENTATIVE if place in LIVING else CANCELLED
    return Entry(
        meeting,
        _position(row),
        state=CANCELLED if meeting.status is Status.CANCELLED else state,
        said=(f"{said}.",),
        shows_link=place is Place.CONFIRMED,
        is_busy=place is Place.CONFIRMED,
    )


def _position(row: Any) -> tuple[float, float] | None:
    return None if row.longitude is None else (row.longitude, row.latitude)
