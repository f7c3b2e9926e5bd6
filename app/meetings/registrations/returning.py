"""Where one whose registration is over registers again."""

from flask import url_for
from sqlalchemy.orm import Session

from app.directory.memberships.permissions import Actor
from app.meetings.permissions import can_see
from app.meetings.registrations import queries
from app.meetings.registrations.links import pass_of
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.telling import door_of


def way_back(session: Session, actor: Actor, registration: Registration) -> str:
    """The address of the form, for a registration that was cancelled or has expired; empty where one may not, or has already.

    An institution that registered by its invitation, without account, comes back by the same right.
    """
    meeting, institution = registration.meeting, registration.institution
    if registration.place not in (Place.WITHDRAWN, Place.EXPIRED):
        return ""
    invited = institution if registration.email and actor.user is None else None
    if not (invited or can_see(actor, meeting)) or not door_of(actor, meeting, invited is not None).is_open:
        return ""
    living = queries.living_of(meeting, institution, registration.user, registration.email)
    if session.scalar(living.limit(1)) is not None:
        return ""
    known = {"laissez-passer": pass_of(meeting, invited)} if invited else {}
    structure = institution.public_id if institution and not invited else None
    return url_for("registrations.new", meeting_id=meeting.public_id, structure=structure, **known)  # type: ignore[arg-type]
