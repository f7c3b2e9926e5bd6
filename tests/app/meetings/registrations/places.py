"""What is true of the places of a meeting after each transaction, whoever did what."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.meetings.models import Meeting
from app.meetings.registrations.models import LIVING, Attendee, Place, Registration

HOLDING = (Place.CONFIRMED, Place.OFFERED)


def standing(session: Session, meeting: Meeting) -> dict[int, Any]:
    """The living registrations by id, in the order of arrival, as the database has them now; the meeting's count in each."""
    session.flush()
    came = sa.select(sa.func.count()).where(Attendee.registration_id == Registration.id).scalar_subquery()
    columns = (
        *(Registration.id, Registration.place, Registration.people, Registration.whole_only, Registration.queue_number),
        *(Registration.offered_places, Registration.offer_expires_at, came.label("attendees")),
    )
    asked = sa.select(*columns).where(Registration.meeting_id == meeting.id, Registration.place.in_(LIVING))
    return {row.id: row for row in session.execute(asked.order_by(Registration.queue_number))}


def check(session: Session, meeting: Meeting, before: dict[int, Any] | None = None, kept: int | None = None) -> None:
    """Fail unless places are counted, not oversold and at rest, and nobody was overtaken since `before`.

    At rest: nothing is free that suits somebody who waits. `kept`: who changed what was theirs already.
    """
    rows = standing(session, meeting)
    session.refresh(meeting, ["places_held", "capacity"])
    left = meeting.places_left
    assert meeting.places_held == sum(places_of(one) for one in rows.values())
    assert left is None or left >= 0, "oversold"
    for one in rows.values():
        assert one.people == one.attendees, "as many people as attendees"
        if one.place is Place.OFFERED:
            assert one.offer_expires_at > now()
        if one.place is Place.WAITING:
            assert left is not None, "somebody waits although places are not limited"
            assert left < one.people, f"{left} places are free and {one.people} wait"
            assert left == 0 or one.whole_only, "a group waits that was not offered what is free"
    if before is not None:
        _nobody_was_overtaken(rows, before, kept, left or 0)


def places_of(one: Any) -> int:
    """How many places it holds."""
    return one.people if one.place is Place.CONFIRMED else one.offered_places or 0


def _nobody_was_overtaken(rows: dict[int, Any], before: dict[int, Any], kept: int | None, left: int) -> None:
    served = [
        one
        for one in rows.values()
        if one.place in HOLDING and one.id != kept and not (one.id in before and before[one.id].place in HOLDING)
    ]
    for one in rows.values():
        later = [other for other in served if other.queue_number > (one.queue_number or 0)]
        if one.place is Place.WAITING and later:
            assert one.whole_only, "a later one was served before a group that takes what there is"
            free = left + sum(places_of(other) for other in later)
            assert one.people > free, "a later one took what would have held the whole group"
