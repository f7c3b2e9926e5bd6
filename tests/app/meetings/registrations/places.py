"""What is true of the places of a meeting after each transaction, whoever did what."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Place, Registration


def check(session: Session, meeting: Meeting) -> None:
    """Fail unless the places are counted, not oversold, and at rest: nothing is free that suits somebody who waits."""
    session.flush()
    session.refresh(meeting)
    asked = sa.select(Registration).where(Registration.meeting_id == meeting.id).order_by(Registration.queue_number)
    rows = session.scalars(asked.execution_options(populate_existing=True)).all()
    held = sum(one.people for one in rows if one.place is Place.CONFIRMED)
    held += sum(one.offered_places or 0 for one in rows if one.place is Place.OFFERED)
    assert meeting.places_held == held
    left = meeting.places_left
    assert left is None or left >= 0, "oversold"
    for one in rows:
        if one.place is Place.WAITING:
            assert left is not None, "somebody waits although places are not limited"
            assert left < one.people, f"{left} places are free and {one.people} wait"
            assert left == 0 or one.whole_only, "a group waits that was not offered what is free"
        if one.place is Place.OFFERED:
            assert one.offer_expires_at is not None and one.offer_expires_at > now()
    counted = (
        sa.select(Attendee.registration_id, sa.func.count())
        .join(Attendee.registration)
        .where(Registration.meeting_id == meeting.id)
        .group_by(Attendee.registration_id)
    )
    numbers = {registration_id: number for registration_id, number in session.execute(counted)}
    assert {one.id: one.people for one in rows} == numbers, "as many people as attendees"


def standing(session: Session, meeting: Meeting) -> dict[int, tuple[Place, int]]:
    """Of each registration, its place and how many places it holds."""
    rows = session.execute(
        sa.select(Registration.id, Registration.place, Registration.people, Registration.offered_places).where(
            Registration.meeting_id == meeting.id
        )
    )
    return {
        row.id: (row.place, row.people if row.place is Place.CONFIRMED else row.offered_places or 0) for row in rows
    }


def check_nobody_was_overtaken(session: Session, meeting: Meeting, before: dict[int, tuple[Place, int]], kept: set[int]) -> None:
    """Fail if a place went to somebody while an earlier registration, still waiting, could have had it.

    `kept`: who acted on places that were theirs, by accepting an offer or changing a group that holds places.
    """
    session.refresh(meeting)
    rows = session.scalars(sa.select(Registration).where(Registration.meeting_id == meeting.id)).all()
    held = (Place.CONFIRMED, Place.OFFERED)
    served = [
        one
        for one in rows
        if one.place in held and one.id not in kept and before.get(one.id, (None, 0))[0] not in held
    ]
    for one in (one for one in rows if one.place is Place.WAITING):
        later = [other for other in served if (other.queue_number or 0) > (one.queue_number or 0)]
        if later:
            given = sum(other.people if other.place is Place.CONFIRMED else other.offered_places or 0 for other in later)
            assert one.whole_only, "a later one was served before a group that takes what there is"
            assert one.people > (meeting.places_left or 0) + given, "a later one took what would have held the whole group"
