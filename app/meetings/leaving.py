"""A person who erases their account leaves meetings too: what a registration says of them goes, and their own place is freed.

A registration of an institution stays its own, with one person whose name is no longer known.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts import personal_data
from app.accounts.models import User
from app.clock import now
from app.meetings.models import Meeting
from app.meetings.registrations.models import LIVING, Attendee, Place, Registration
from geo.orm import Base

SOMEBODY = "Une personne"


@personal_data.also_traces
def traces(user: User) -> Iterator[personal_data.Trace]:
    """What they said of themselves in the registrations that they made."""
    attendee = Base.metadata.tables["attendee"]
    yield attendee.c.registration_id, attendee.c.id.in_(_as_attendee(user))


@personal_data.also_erases
def erasures(user: User) -> Iterator[sa.Executable]:
    """Take them out of the registrations that they made; one made in their own name, for a meeting to come, is withdrawn."""
    own = sa.and_(_theirs(user), Registration.institution_id.is_(None))
    # Whoever changes places holds the meeting first, always in the same order.
    meetings = sa.select(Registration.meeting_id).where(own)
    yield sa.select(Meeting.id).where(Meeting.id.in_(meetings)).order_by(Meeting.id).with_for_update()
    to_come = sa.select(Meeting.id).where(Meeting.ends_at > now())
    living = sa.and_(own, Registration.place.in_(LIVING), ~Registration.is_walk_in, Registration.meeting_id.in_(to_come))
    gone = {"place": Place.WITHDRAWN, "offered_places": None, "offer_expires_at": None, "settled_at": now()}
    changed = [
        sa.update(Attendee)
        .where(Attendee.id.in_(_as_attendee(user)), Attendee.erased_at.is_(None))
        .values(name=SOMEBODY, role=None, lunch=None, access_needs=None),
        sa.update(Registration).where(living).values(gone),
        sa.update(Registration).where(own).values(organisation=None, expects=None),
    ]
    yield from (one.execution_options(synchronize_session=False) for one in changed)


def _theirs(user: User) -> sa.ColumnElement[bool]:
    """SQL: the registration was made by this person, with their account or before they had one."""
    return sa.or_(Registration.user_id == user.id, Registration.email == user.email)


def _as_attendee(user: User) -> sa.Select:
    """The ids of the people of their registrations who are themselves: of their name, or alone."""
    other = aliased(Attendee)
    alone = ~sa.exists().where(other.registration_id == Attendee.registration_id, other.id != Attendee.id)
    is_named = sa.func.fold(Attendee.name) == sa.func.fold(user.name) if user.name else sa.false()
    return sa.select(Attendee.id).join(Attendee.registration).where(_theirs(user), sa.or_(alone, is_named))
