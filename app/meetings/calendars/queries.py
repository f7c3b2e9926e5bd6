"""Which meetings stand in a feed, and where they are. Drafts never do; what is cancelled does, so that calendars hear of it."""

from datetime import timedelta

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import aliased, selectinload

from app.clock import now
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, PositionQuality
from app.meetings.calendars.models import CalendarFeed
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, Status
from app.meetings.programme.queries import going_on_after
from app.meetings.queries import WITH_PLACE, visible
from app.meetings.registrations.models import LIVING, Place, Registration
from app.meetings.sight import organised_by, registered_by
from app.partnerships.exchanges.queries import spoken_for

#: How long a feed keeps what is over.
KEPT = timedelta(days=366)


def seen_by(actor: Actor) -> sa.Select:
    """The announced meetings that this person may see, placed: (Meeting, longitude, latitude), the first to start first."""
    return _placed(visible(actor))


def registered_for(registration: Registration) -> sa.Select:
    """The meeting of a registration, placed: who holds its link may see it, whoever it is open to."""
    return _placed(sa.select(Meeting).options(*WITH_PLACE).where(Meeting.id == registration.meeting_id))


def recent(select: sa.Select) -> sa.Select:
    """What a feed keeps of them: what is to come, and what was over less than a year ago."""
    return select.where(going_on_after(now() - KEPT))


def of_the_person(actor: Actor) -> sa.ColumnElement[bool]:
    """SQL: they organise it, come to it, or have yet to say whether they come."""
    return sa.or_(
        organised_by(actor),
        Meeting.id.in_(registrations_of(actor).with_only_columns(Registration.meeting_id)),
        Meeting.id.in_(_unanswered(actor)),
    )


def registrations_of(actor: Actor) -> sa.Select:
    """The living registrations of this person and of those for whom they speak."""
    return sa.select(Registration).where(registered_by(actor), Registration.place.in_(LIVING))


def feed_of(token_hash: str) -> sa.Select:
    """The feed of a secret address."""
    return sa.select(CalendarFeed).where(CalendarFeed.token_hash == token_hash)


def registration_known_as(public_id: str) -> sa.Select:
    """The registration that a signed link names."""
    return sa.select(Registration).where(Registration.public_id == public_id)


def same_people(registration: Registration) -> sa.Select:
    """All the registrations of a meeting that are of the same institution, person or address as this one, itself included."""
    named = (Registration.institution_id, Registration.user_id, Registration.email)
    same = [column == known for column in named if (known := getattr(registration, column.key)) is not None]
    return sa.select(Registration).where(
        Registration.meeting_id == registration.meeting_id, sa.or_(Registration.id == registration.id, *same)
    )


def _unanswered(actor: Actor) -> sa.Select:
    """The meetings to which those for whom they speak are invited, and have answered nothing."""
    answered = sa.exists().where(
        Registration.meeting_id == Invitation.meeting_id,
        Registration.institution_id == Invitation.institution_id,
        Registration.place != Place.UNCONFIRMED,
    )
    return sa.select(Invitation.meeting_id).where(
        Invitation.institution_id.in_(spoken_for(actor)), Invitation.declined_at.is_(None), ~answered
    )


def _placed(select: sa.Select) -> sa.Select:
    """The same without drafts, with a position where it is exact: the middle of a town would mislead whoever goes there."""
    held_at = aliased(Institution)
    exact = sa.case((held_at.position_quality == PositionQuality.EXACT, held_at.point))
    point = sa.cast(sa.func.coalesce(Meeting.point, exact), Geometry)
    return (
        select.outerjoin(held_at, held_at.id == Meeting.place_id)
        .add_columns(sa.func.ST_X(point).label("longitude"), sa.func.ST_Y(point).label("latitude"))
        .where(Meeting.status != Status.DRAFT)
        .options(selectinload(Meeting.agenda))
    )
