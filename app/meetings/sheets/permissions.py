"""Who reads the sheets of a meeting, and who writes the sheet of a table.

A reader is a person, or whoever comes by the signed link of a registration made without account, or both.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import object_session

from app.clock import PARIS, today
from app.directory.memberships.permissions import Actor
from app.meetings.models import Meeting, Status
from app.meetings.permissions import can_organise
from app.meetings.registrations.models import Place, Registration
from app.meetings.seating.models import ExchangeTable
from app.meetings.sheets.queries import confirmed, seated_at
from app.meetings.sight import registered_by

LIVE = (Status.ANNOUNCED, Status.HELD)


@dataclass(frozen=True)
class Reader:
    """A person and, where they came by its link, a registration."""

    actor: Actor
    registration: Registration | None = None


def can_read_report(reader: Reader, meeting: Meeting) -> bool:
    """The organisers, and those who have their place: for their institution, for themselves, or by their link."""
    return can_organise(reader.actor, meeting) or _is_among(reader, meeting, confirmed(meeting))


def can_write_sheet(reader: Reader, table: ExchangeTable, number: int) -> bool:
    """The organisers, at any time, and those who sit at that table in that round, from the day of the meeting on.

    Nobody writes the sheet of a meeting that is not announced, or is cancelled.
    """
    meeting = table.meeting
    if meeting.status not in LIVE:
        return False
    return can_organise(reader.actor, meeting) or (has_come(meeting) and is_seated(reader, table, number))


def can_draw_from(reader: Reader, table: ExchangeTable, number: int) -> bool:
    """Make interests and proposals of a sheet: a person with an account who may write it, from the day of the meeting on.

    For whom they may be made, the rules of interests, introductions and proposals say.
    """
    return reader.actor.is_known and has_come(table.meeting) and can_write_sheet(reader, table, number)


def is_seated(reader: Reader, table: ExchangeTable, number: int) -> bool:
    """Whether this person, or an institution for which they speak, sits at that table in that round."""
    return _is_among(reader, table.meeting, seated_at(table, number))


def has_come(meeting: Meeting) -> bool:
    """Whether the day of the meeting has come, on the calendars of Paris."""
    return meeting.starts_at.astimezone(PARIS).date() <= today()


def own_among(reader: Reader, registrations: sa.Select) -> sa.Select:
    """Those of these registrations that are the reader's."""
    found = [registered_by(reader.actor)]
    if reader.registration is not None:
        found.append(Registration.id == reader.registration.id)
    return registrations.where(Registration.place == Place.CONFIRMED, sa.or_(*found))


def _is_among(reader: Reader, meeting: Meeting, registrations: sa.Select) -> bool:
    session = object_session(meeting)
    assert session is not None, "a meeting is read from the database"
    return bool(session.scalar(sa.select(own_among(reader, registrations).exists())))
