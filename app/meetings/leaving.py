"""A person who erases their account leaves meetings too: what a registration says of them goes, and their own place is freed.

A registration of an institution stays its own, with one person whose name is no longer known; whether they have lunch is a
number for the caterer, and stays. In a registration that a colleague made, they are known by their exact name, accents and
case aside, and for an institution for which they speak, where a homonym is least to be feared.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts import personal_data
from app.accounts.models import User
from app.clock import now
from app.directory.memberships.models import Membership
from app.directory.models import Institution
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting
from app.meetings.registrations.models import LIVING, Attendee, Place, Registration
from app.meetings.requests.models import MeetingRequest
from app.meetings.seating.models import ExchangeTable
from app.meetings.sheets.models import TableSheet
from app.meetings.workshops.models import AttendanceCorrection
from geo.orm import Base

SOMEBODY = "Une personne"


@personal_data.also_traces
def traces(user: User) -> Iterator[personal_data.Trace]:
    """What registrations say of them."""
    attendee = Base.metadata.tables["attendee"]
    yield attendee.c.registration_id, attendee.c.id.in_(_as_attendee(user))


@personal_data.also_erases
def erasures(user: User) -> Iterator[sa.Executable]:
    """Take them out of registrations; one made in their own name, for a meeting to come, is withdrawn."""
    # Whoever changes a meeting, and writes to people, holds it first, and what it answers; in the order of ids, as all do.
    yield sa.select(Meeting.id).where(_tells_of(user)).order_by(Meeting.id).with_for_update()
    asked = sa.select(MeetingRequest.id).where(MeetingRequest.asked_by_id == user.id)
    yield asked.order_by(MeetingRequest.id).with_for_update()
    own = sa.and_(_theirs(user), Registration.institution_id.is_(None))
    to_come = sa.select(Meeting.id).where(Meeting.ends_at > now())
    living = sa.and_(own, Registration.place.in_(LIVING), ~Registration.is_walk_in, Registration.meeting_id.in_(to_come))
    gone = {"place": Place.WITHDRAWN, "offered_places": None, "offer_expires_at": None, "settled_at": now()}
    changed = [
        sa.update(Attendee)
        .where(Attendee.id.in_(_as_attendee(user)), Attendee.erased_at.is_(None))
        .values(name=SOMEBODY, role=None, access_needs=None),
        sa.update(Registration).where(living).values(gone),
        sa.update(Registration).where(own).values(organisation=None, expects=None),
        sa.update(Meeting).where(sa.func.lower(Meeting.contact_email) == user.email).values(contact_phone=None),
    ]
    yield from (one.execution_options(synchronize_session=False) for one in changed)


def _tells_of(user: User) -> sa.ColumnElement[bool]:
    """SQL: erasing this person changes a row of the meeting."""
    by_name = sa.select(Registration.meeting_id).join(Registration.attendees)
    sheets = sa.select(ExchangeTable.meeting_id).join(TableSheet, TableSheet.table_id == ExchangeTable.id)
    told = (
        sa.select(Registration.meeting_id).where(_theirs(user)),
        by_name.where(sa.or_(Attendee.id.in_(_as_attendee(user)), Attendee.checked_in_by_id == user.id)),
        sa.select(Invitation.meeting_id).where(Invitation.invited_by_id == user.id),
        sheets.where(TableSheet.written_by_id == user.id),
        sa.select(AttendanceCorrection.meeting_id).where(AttendanceCorrection.by_id == user.id),
    )
    own = sa.or_(Meeting.created_by_id == user.id, sa.func.lower(Meeting.contact_email) == user.email)
    return sa.or_(own, *(Meeting.id.in_(one) for one in told))


def _theirs(user: User) -> sa.ColumnElement[bool]:
    """SQL: the registration was made by this person, with their account or before they had one."""
    return sa.or_(Registration.user_id == user.id, Registration.email == user.email)


def _as_attendee(user: User) -> sa.Select:
    """The ids of the people of registrations who are themselves: of their name; or alone, in one that they made."""
    other = aliased(Attendee)
    alone = ~sa.exists().where(other.registration_id == Attendee.registration_id, other.id != Attendee.id)
    is_named = sa.func.fold(Attendee.name) == sa.func.fold(user.name) if user.name else sa.false()
    member_of = sa.select(Membership.institution_id).where(Membership.user_id == user.id)
    spoken_for = sa.select(Institution.id).where(sa.or_(Institution.id.in_(member_of), Institution.parent_id.in_(member_of)))
    colleague = sa.and_(is_named, Registration.institution_id.in_(spoken_for))
    theirs = sa.and_(_theirs(user), sa.or_(alone, is_named))
    return sa.select(Attendee.id).join(Attendee.registration).where(sa.or_(theirs, colleague))
