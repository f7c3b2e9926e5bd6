"""What each registration is written once: two reminders before the meeting, and what followed after it, once an address.

The timer may run twice, or two timers at once: under the lock of the meeting, the row of `NoticeSent` is what is written first,
and whoever finds it there writes nothing. A meeting that is moved to another hour is reminded of again.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from app.clock import PARIS, now
from app.meetings.invitations import notice_mails
from app.meetings.invitations.models import Notice, NoticeSent
from app.meetings.locking import lock
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.writing import addresses_of, write_to

#: What followed is told while it is fresh: a meeting declared held long after is told to nobody.
FOLLOWED_WITHIN = timedelta(days=30)
#: Of what is longer, the timer is late by no more.
SPARE = timedelta(days=1)


def to_write_about(moment: datetime, days_before: int) -> sa.Select:
    """The ids of the meetings about which something may have to be written: those that start soon, and those held of late."""
    soon = sa.and_(
        Meeting.status == Status.ANNOUNCED,
        Meeting.starts_at > moment,
        Meeting.starts_at < moment + timedelta(days=days_before) + SPARE,
    )
    held = sa.and_(
        Meeting.status == Status.HELD,
        Meeting.kind != MeetingKind.WORKSHOP,
        Meeting.ends_at > moment - FOLLOWED_WITHIN,
    )
    return sa.select(Meeting.id).where(sa.or_(soon, held)).order_by(Meeting.starts_at, Meeting.id)


def write(session: Session, meeting: Meeting, days_before: int, last_days_before: int) -> int:
    """Write what is due now to those who have a place in a meeting; give how many were written to."""
    meeting = lock(session, meeting)
    written = 0
    coming = (
        sa.select(Registration)
        .where(Registration.meeting_id == meeting.id, Registration.place == Place.CONFIRMED, Registration.erased_at.is_(None))
        .options(joinedload(Registration.institution), joinedload(Registration.user), joinedload(Registration.meeting))
        .order_by(Registration.id)
    )
    told: set[str] = set()
    for registration in session.scalars(coming):
        notice = due(meeting, registration, days_before, last_days_before)
        if notice is Notice.FOLLOW_UP:
            written += _follow_up(session, registration, told)
        elif notice is not None and _is_first(session, registration, notice):
            write_to(session, registration, notice_mails.reminder(registration), expires_at=meeting.starts_at)
            written += 1
    return written


def _follow_up(session: Session, registration: Registration, told: set[str]) -> bool:
    """Write what followed to those whom nothing told of it yet, and say if there is any; `told` is added to."""
    readers = addresses_of(session, registration)
    is_written = _is_first(session, registration, Notice.FOLLOW_UP) and not readers <= told
    if is_written:
        write_to(session, registration, notice_mails.follow_up(registration), but=told)
    told |= readers
    return is_written


def due(meeting: Meeting, registration: Registration, days_before: int, last_days_before: int) -> Notice | None:
    """Which mail a registration is to have now, if any: of two reminders, the last alone once its day has come.

    Days are those of Paris. Who got a place on the day of a reminder, or later, was told then, and does not get it.
    """
    if meeting.status is Status.HELD:
        left_no_address = registration.is_walk_in and registration.email is None and registration.user_id is None
        return None if meeting.kind is MeetingKind.WORKSHOP or left_no_address else Notice.FOLLOW_UP
    if meeting.status is not Status.ANNOUNCED or meeting.starts_at <= now() or registration.is_walk_in:
        return None
    start = _day(meeting.starts_at)
    placed = _day(registration.confirmed_at or registration.asked_at)
    for notice, days in ((Notice.LAST_REMINDER, last_days_before), (Notice.FIRST_REMINDER, days_before)):
        reminder_day = start - timedelta(days=days)
        if _day(now()) >= reminder_day:
            return notice if placed < reminder_day else None
    return None


def _is_first(session: Session, registration: Registration, notice: Notice) -> bool:
    """Note that it has this mail; False when it had it already."""
    row = {"registration_id": registration.id, "notice": notice, "starts_at": registration.meeting.starts_at}
    noted = insert(NoticeSent).values(row).on_conflict_do_nothing().returning(NoticeSent.registration_id)
    return session.scalar(noted) is not None


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()
