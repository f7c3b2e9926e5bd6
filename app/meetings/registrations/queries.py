"""Reads of registrations: the one of a link, those of a meeting as organisers see them, and who comes before whom."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from app.accounts.models import User
from app.directory.edition.queries import themes_named
from app.directory.models import Institution
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import LIVING, Attendee, Place, Registration
from app.meetings.registrations.places import CONFIRM_WITHIN
from geo.territories import begins_a_word

#: What organisers list: an address that is not confirmed is nobody yet.
LISTED = tuple(place for place in Place if place is not Place.UNCONFIRMED)


def known_as(public_id: str) -> sa.Select:
    """The registration of a link, with its meeting and its people."""
    return (
        sa.select(Registration)
        .where(Registration.public_id == public_id)
        .options(
            joinedload(Registration.meeting).joinedload(Meeting.host),
            joinedload(Registration.meeting).joinedload(Meeting.place),
            joinedload(Registration.institution),
            selectinload(Registration.attendees),
        )
    )


def living_of(meeting: Meeting, institution: Institution | None, user: User | None, email: str | None) -> sa.Select:
    """The living registration of an address, or of an institution, or of a person in their own name.

    An address that nobody confirmed holds none for its institution.
    """
    of_whom: sa.ColumnElement[bool]
    if email is not None:
        of_whom = Registration.email == email
    elif institution is not None:
        of_whom = sa.and_(Registration.institution_id == institution.id, Registration.place != Place.UNCONFIRMED)
    elif user is not None:
        of_whom = sa.and_(Registration.user_id == user.id, Registration.institution_id.is_(None))
    else:
        of_whom = sa.false()
    return sa.select(Registration).where(
        Registration.meeting_id == meeting.id, of_whom, ~Registration.is_walk_in, Registration.place.in_(LIVING)
    )


def count(select: sa.Select) -> sa.Select:
    """How many rows a select has."""
    return sa.select(sa.func.count()).select_from(select.with_only_columns(Registration.id).order_by(None).subquery())


def theme_labels(session: Session, registration: Registration) -> list[str]:
    """The poles and axes of a registration, in French."""
    return [one.label for one in session.scalars(themes_named(registration.themes))] if registration.themes else []


def rank_of(registration: Registration) -> sa.Select:
    """Its rank among those who wait: 1 is the next to be served."""
    return sa.select(sa.func.count()).where(
        Registration.meeting_id == registration.meeting_id,
        Registration.place == Place.WAITING,
        Registration.queue_number <= registration.queue_number,
    )


def others_wait(registration: Registration) -> sa.ColumnElement[bool]:
    """SQL: somebody else waits, for a place or for the answer to an offer."""
    other = aliased(Registration)
    return sa.exists().where(
        other.meeting_id == registration.meeting_id,
        other.id != registration.id,
        other.place.in_((Place.WAITING, Place.OFFERED)),
    )


def of_meeting(meeting: Meeting, place: Place | None = None, words: str = "") -> sa.Select:
    """The registrations of a meeting, in the order of arrival, with their people; in one state, or whose names hold words."""
    asked = (
        sa.select(Registration)
        .outerjoin(Registration.institution)
        .where(Registration.meeting_id == meeting.id)
        .where(Registration.place.in_(LISTED) if place is None else Registration.place == place)
        .options(
            contains_eager(Registration.institution),
            joinedload(Registration.territory),
            joinedload(Registration.user),
            selectinload(Registration.attendees),
        )
        .order_by(Registration.queue_number.nulls_last(), Registration.id)
    )
    if words:
        typed = sa.func.fold(words)
        named = Registration.attendees.any(begins_a_word(sa.func.fold(Attendee.name), typed))
        said = sa.func.fold(sa.func.concat_ws(" ", Institution.name, Registration.organisation))
        asked = asked.where(sa.or_(named, begins_a_word(said, typed)))
    return asked


def totals(meeting: Meeting) -> sa.Select:
    """By state: (place, registrations, people); those who came without registering apart."""
    return (
        sa.select(Registration.place, sa.func.count().label("registrations"), sa.func.sum(Registration.people).label("people"))
        .where(Registration.meeting_id == meeting.id, ~Registration.is_walk_in)
        .group_by(Registration.place)
    )


def walk_ins(meeting: Meeting) -> sa.Select:
    """How many came without registering, and are on the list."""
    came = _coming(meeting).where(Registration.is_walk_in, Attendee.checked_in_at.is_not(None))
    return sa.select(sa.func.count()).select_from(came.with_only_columns(Attendee.id).options().subquery())


def lunches(meeting: Meeting) -> sa.Select:
    """How many of those who have a place have lunch; what was kept of those who are erased is counted too."""
    known = sa.select(sa.func.count()).select_from(_coming(meeting).where(Attendee.lunch.is_(True)).subquery())
    kept = sa.select(sa.func.coalesce(Meeting.lunches, 0)).where(Meeting.id == meeting.id)
    return sa.select(known.scalar_subquery() + kept.scalar_subquery())


def access_needs(meeting: Meeting) -> sa.Select:
    """Those who have a place and said what they need, by name: for the organisers alone."""
    return _coming(meeting).where(Attendee.access_needs.is_not(None)).order_by(Attendee.name)


def to_serve(moment: datetime) -> sa.Select:
    """The ids of the meetings where something is past, or where somebody waits although a place is free."""
    late = sa.or_(
        sa.and_(
            Registration.place == Place.OFFERED, sa.or_(Registration.offer_expires_at <= moment, Meeting.starts_at <= moment)
        ),
        sa.and_(Registration.place == Place.UNCONFIRMED, Registration.asked_at <= moment - CONFIRM_WITHIN),
        sa.and_(
            Registration.place == Place.WAITING,
            Meeting.status == Status.ANNOUNCED,
            Meeting.starts_at > moment,
            sa.func.coalesce(Meeting.capacity - Meeting.walk_in_places - Meeting.places_held, 1) > 0,
        ),
    )
    return (
        sa.select(Meeting.id)
        .join(Registration, Registration.meeting_id == Meeting.id)
        .where(late)
        .distinct()
        .order_by(Meeting.id)
    )


def _coming(meeting: Meeting) -> sa.Select:
    return (
        sa.select(Attendee)
        .join(Attendee.registration)
        .where(Registration.meeting_id == meeting.id, Registration.place == Place.CONFIRMED)
        .options(contains_eager(Attendee.registration).joinedload(Registration.institution))
    )
