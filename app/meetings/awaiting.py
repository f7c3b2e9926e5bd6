"""What a meeting waits for from a person: an offer to take, a registration to approve, an ended meeting to conclude."""

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app.clock import now
from app.directory.memberships.permissions import Actor
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import Place, Registration
from app.meetings.sight import organised_by, registered_by


def offers_to(actor: Actor) -> sa.Select:
    """The registrations of a person, or of their institutions, to which places are offered: the first to expire first."""
    return (
        _registrations(Place.OFFERED)
        .where(registered_by(actor), Registration.offer_expires_at > now())
        .order_by(Registration.offer_expires_at, Registration.id)
    )


def to_approve(actor: Actor) -> sa.Select:
    """The registrations that the person's meetings have to approve or refuse, the first to arrive first."""
    return (
        _registrations(Place.TO_APPROVE)
        .where(organised_by(actor), Meeting.ends_at > now())
        .order_by(Meeting.starts_at, Registration.queue_number)
    )


def to_conclude(actor: Actor) -> sa.Select:
    """The meetings of the person's institutions that are over, and of which nobody has said whether they were held."""
    return (
        sa.select(Meeting)
        .where(Meeting.status == Status.ANNOUNCED, Meeting.ends_at <= now(), organised_by(actor))
        .options(joinedload(Meeting.host))
        .order_by(Meeting.ends_at, Meeting.id)
    )


def _registrations(place: Place) -> sa.Select:
    return (
        sa.select(Registration)
        .join(Registration.meeting)
        .where(Registration.place == place, Meeting.status == Status.ANNOUNCED)
        .options(contains_eager(Registration.meeting), joinedload(Registration.institution), joinedload(Registration.user))
    )
