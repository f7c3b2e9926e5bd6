"""Who gets the places that are free: those who wait, in the order in which they came; the rules stand in `rules`.

Everything here happens under the lock of the meeting. Whoever frees places or adds some calls `promote`; whoever gets a
rank, or is approved, calls `arrive`. Both leave the list at rest: what is free then suits nobody who waits.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.mail.outbox import Mail
from app.meetings.locking import lock
from app.meetings.models import Meeting, Status
from app.meetings.registrations import mails
from app.meetings.registrations.machine import Who, move
from app.meetings.registrations.models import QUEUE, Place, Registration
from app.meetings.registrations.writing import write_to

CONFIRM_WITHIN = timedelta(hours=48)
SHORTEST_OFFER = timedelta(hours=1)


class Group(Protocol):
    """What the rule reads of those who wait."""

    people: int
    whole_only: bool


AnyGroup = TypeVar("AnyGroup", bound=Group)


def served(waiting: Iterable[AnyGroup], free: int | None) -> Iterator[tuple[AnyGroup, int]]:
    """The rule: (group, places given), in order, until nothing is free. `free` None: no limit.

    A group that fits gets its whole; one that does not gets what there is, unless it asks for all or nothing.
    """
    for group in waiting:
        if free == 0:
            return
        if free is None or group.people <= free:
            given = group.people
        elif not group.whole_only:
            given = free
        else:
            continue
        if free is not None:
            free -= given
        yield group, given


def offer_end(meeting: Meeting, moment: datetime, hours: int) -> datetime:
    """Until when a place offered now may be accepted.

    `hours` (setting OFFER_HOURS), but half of the time left before the start if that is less, an hour at least, and never
    beyond the start.
    """
    left = meeting.starts_at - moment
    return moment + min(left, max(SHORTEST_OFFER, min(timedelta(hours=hours), left / 2)))


def shorten_offers(session: Session, meeting: Meeting, moment: datetime) -> None:
    """Of a meeting that now starts earlier: no offer lasts longer than one that would be made at this moment."""
    end = offer_end(meeting, moment, current_app.config["OFFER_HOURS"])
    offered = sa.select(Registration).where(
        Registration.meeting_id == meeting.id, Registration.place == Place.OFFERED, Registration.offer_expires_at > end
    )
    for registration in session.scalars(offered):
        registration.offer_expires_at = end
    session.flush()


def promote(session: Session, meeting: Meeting, moment: datetime) -> int:
    """End what is past, then offer the places that are free to those who wait, in order; give how many were offered some.

    Takes the lock of the meeting; may be called as often as one likes. Nothing is offered once the meeting has begun, was
    cancelled or held: what was offered ends.
    """
    meeting = _at_rest(session, meeting, moment)
    return _serve(session, meeting, moment)


def arrive(session: Session, meeting: Meeting, registration: Registration, by: Who, moment: datetime) -> None:
    """Give a registration its rank if it has none, then its places if its whole group fits once those ahead are served.

    `registration` is new, confirmed by its address, or approved (`by` the organiser). It ends CONFIRMED, WAITING, or OFFERED
    fewer places than it asks.
    """
    meeting = _at_rest(session, meeting, moment)
    give_rank(session, registration)
    move(registration, Place.WAITING, by, moment)
    session.add(registration)
    session.flush()
    _serve(session, meeting, moment, arriving=registration)


def give_rank(session: Session, registration: Registration) -> None:
    """The order of arrival: drawn under the lock of the meeting, so that it is also that of the transactions."""
    if registration.queue_number is None:
        registration.queue_number = session.scalar(sa.select(QUEUE.next_value()))


def waiting_list(meeting: Meeting) -> sa.Select:
    """Those who wait, the first to have come first, as they are now."""
    return (
        sa.select(Registration)
        .where(Registration.meeting_id == meeting.id, Registration.place == Place.WAITING)
        .order_by(Registration.queue_number)
        .execution_options(populate_existing=True)
    )


def _at_rest(session: Session, meeting: Meeting, moment: datetime) -> Meeting:
    """The meeting, locked, without any offer or demand that is past."""
    session.flush()
    meeting = lock(session, meeting)
    if _expire(session, meeting, moment):
        session.flush()
        session.refresh(meeting, ["places_held"])
    return meeting


def _serve(session: Session, meeting: Meeting, moment: datetime, arriving: Registration | None = None) -> int:
    """Give what is free, in order; `arriving` is confirmed where others, who may have forgotten, are asked."""
    if meeting.status is not Status.ANNOUNCED:
        return 0
    free = meeting.places_left
    waiting = [] if free == 0 else session.scalars(waiting_list(meeting)).all()
    number = 0
    for registration, places in list(served(waiting, free)):
        if arriving is not None and registration is arriving and places == registration.people:
            move(registration, Place.CONFIRMED, Who.SERVICE, moment)
        elif moment < meeting.starts_at:
            _offer(session, meeting, registration, places, moment)
            number += 1
    session.flush()
    return number


def _offer(session: Session, meeting: Meeting, registration: Registration, places: int, moment: datetime) -> None:
    move(registration, Place.OFFERED, Who.SERVICE, moment)
    registration.offered_places = places
    registration.offer_expires_at = offer_end(meeting, moment, current_app.config["OFFER_HOURS"])
    write_to(session, registration, mails.offered(registration), expires_at=registration.offer_expires_at)


def _expire(session: Session, meeting: Meeting, moment: datetime) -> bool:
    """End the offers not answered in time, and the addresses not confirmed, and say if any.

    Who lost an offer is told while it matters: once the meeting has begun, or is cancelled, no place goes to anybody.
    """
    is_over = meeting.status is not Status.ANNOUNCED or meeting.starts_at <= moment
    past = sa.or_(
        sa.and_(Registration.place == Place.OFFERED, sa.or_(Registration.offer_expires_at <= moment, sa.literal(is_over))),
        sa.and_(Registration.place == Place.UNCONFIRMED, Registration.asked_at <= moment - CONFIRM_WITHIN),
    )
    rows = sa.select(Registration).where(Registration.meeting_id == meeting.id, past).order_by(Registration.id)
    found = session.scalars(rows.execution_options(populate_existing=True)).all()
    for registration in found:
        if registration.place is Place.UNCONFIRMED:
            move(registration, Place.EXPIRED, Who.SERVICE, moment)
            _forget(registration, moment)
            continue
        mail = _end_offer(registration, moment)
        if not is_over:
            write_to(session, registration, mail)
    return bool(found)


def _end_offer(registration: Registration, moment: datetime) -> Mail:
    if is_partial(registration):
        keep_rank(registration, Who.SERVICE, moment)
        return mails.partial_offer_over(registration)
    move(registration, Place.EXPIRED, Who.SERVICE, moment)
    return mails.expired(registration)


def is_partial(registration: Registration) -> bool:
    """Whether it is offered fewer places than it asks."""
    return registration.offered_places is not None and registration.offered_places < registration.people


def keep_rank(registration: Registration, by: Who, moment: datetime) -> None:
    """A partial offer is let go: the group waits where it was, and is offered all or nothing from now on."""
    move(registration, Place.WAITING, by, moment)
    registration.whole_only = True


def _forget(registration: Registration, moment: datetime) -> None:
    """Of an address that nobody confirmed, nothing is kept of people."""
    registration.email = registration.organisation = registration.expects = None
    registration.erased_at = moment
    for attendee in registration.attendees:
        attendee.name = attendee.role = attendee.lunch = attendee.access_needs = None
        attendee.erased_at = moment
