"""Reads of the day itself: who is expected, who is there, and how many."""

import re
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.directory.models import Institution
from app.directory.words import LONGEST_SEARCH_WORDS
from app.meetings.desk.models import WalkInCount
from app.meetings.models import Meeting
from app.meetings.registrations.models import LIVING, Attendee, Place, Registration
from geo.territories import Territory, begins_a_word

#: Those who have asked to come, and hold no place for sure.
WITHOUT_PLACE = tuple(place for place in LIVING if place is not Place.CONFIRMED)
#: What the desk, the list and the badges say of a person, loaded for all rows at once.
WITH_REGISTRATION = (
    joinedload(Attendee.checked_in_by),
    joinedload(Attendee.registration).options(
        joinedload(Registration.territory).joinedload(Territory.department),
        joinedload(Registration.institution).joinedload(Institution.territory).joinedload(Territory.department),
    ),
)


class View(Enum):
    """Which of those who hold a place are listed."""

    ALL = "tous"
    EXPECTED = "attendus"
    PRESENT = "presents"

    @property
    def label(self) -> str:
        return {View.ALL: "Toutes", View.EXPECTED: "Pas encore là", View.PRESENT: "Arrivées"}[self]


def arrived(meeting: Meeting) -> sa.Select[int]:
    """How many are there, or have come: those who were checked in, walk-ins included, and those counted without a name."""
    present = sa.select(sa.func.count()).select_from(Attendee).join(Attendee.registration)
    present = present.where(_of(meeting), Registration.place == Place.CONFIRMED, Attendee.checked_in_at.is_not(None))
    nameless = sa.func.coalesce(counted(meeting).scalar_subquery(), 0)
    return sa.select(sa.cast(present.scalar_subquery() + nameless, sa.Integer))


def counted(meeting: Meeting) -> sa.Select[int]:
    """What the nameless counter of the meeting shows; no row: nothing was counted."""
    last = WalkInCount.id.desc()
    return sa.select(WalkInCount.people).where(WalkInCount.meeting_id == meeting.id).order_by(last).limit(1)


def tally(meeting: Meeting) -> sa.Select:
    """One row of numbers: expected, arrived of these, walk-ins, without a place, counted."""
    holds, is_there = Registration.place == Place.CONFIRMED, Attendee.checked_in_at.is_not(None)
    registered = sa.and_(holds, ~Registration.is_walk_in)
    count = sa.func.count()
    return (
        sa.select(
            count.filter(registered).label("expected"),
            count.filter(registered, is_there).label("arrived"),
            count.filter(holds, Registration.is_walk_in, is_there).label("walk_ins"),
            count.filter(Registration.place.in_(WITHOUT_PLACE)).label("without_place"),
            sa.func.coalesce(counted(meeting).scalar_subquery(), 0).label("counted"),
        )
        .select_from(Attendee)
        .join(Attendee.registration)
        .where(_of(meeting))
    )


def with_place(meeting: Meeting, words: str = "", view: View = View.ALL) -> sa.Select:
    """Those who hold a place and those let in on the spot, in the order of names; erased names are not listed."""
    select = _people(meeting, words).where(Registration.place == Place.CONFIRMED)
    if view is View.ALL:
        return select
    is_there = Attendee.checked_in_at.is_not(None)
    return select.where(is_there if view is View.PRESENT else ~is_there)


def without_place(meeting: Meeting, words: str = "") -> sa.Select:
    """Those who have asked and hold no place, the first to have asked first."""
    order = (Registration.queue_number.nulls_last(), Attendee.id)
    return _people(meeting, words).where(Registration.place.in_(WITHOUT_PLACE)).order_by(None).order_by(*order)


def known_as(meeting: Meeting, public_id: str) -> sa.Select:
    """The person of a URL, if this meeting is theirs."""
    whose = sa.select(Attendee).join(Attendee.registration).options(*WITH_REGISTRATION)
    return whose.where(_of(meeting), Attendee.public_id == public_id)


def registration_known_as(public_id: str) -> sa.Select:
    """The registration that has this public id, of any meeting."""
    return sa.select(Registration.id).where(Registration.public_id == public_id)


def press_known_as(meeting: Meeting, form_key: str) -> sa.Select:
    """The press on the counter that was made in this form."""
    return sa.select(WalkInCount.id).where(WalkInCount.meeting_id == meeting.id, WalkInCount.form_key == form_key)


def institutions_coming(meeting: Meeting) -> sa.Select:
    """The names of the institutions that are registered: colleagues who come along are often of these."""
    coming = sa.select(Registration.institution_id).where(_of(meeting), Registration.place.in_(LIVING))
    return sa.select(Institution.name).where(Institution.id.in_(coming)).distinct().order_by(Institution.name)


def _people(meeting: Meeting, words: str) -> sa.Select:
    folded = [sa.func.fold(word) for word in re.findall(r"[^\W_]+", words)[:LONGEST_SEARCH_WORDS]]
    keys = (sa.func.fold(Attendee.name), sa.func.fold(Registration.organisation), Institution.search_key)
    found = [sa.or_(*(begins_a_word(key, word) for key in keys)) for word in folded]
    if not folded and words.strip():
        found = [sa.false()]
    return (
        sa.select(Attendee)
        .join(Attendee.registration)
        .outerjoin(Registration.institution)
        .where(_of(meeting), Attendee.erased_at.is_(None), *found)
        .options(*WITH_REGISTRATION)
        .order_by(sa.func.fold(Attendee.name), Attendee.id)
    )


def _of(meeting: Meeting) -> sa.ColumnElement[bool]:
    return Registration.meeting_id == meeting.id
