"""Who may register, for whom, and who reads a registration."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, object_session

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, Openness
from app.meetings.permissions import can_organise
from app.meetings.registrations.models import Registration
from app.meetings.sight import meant_for


def can_register_alone(actor: Actor, meeting: Meeting) -> bool:
    """In one's own name, or without account: anybody where the meeting is open to all; elsewhere its organisers."""
    return meeting.openness is Openness.PUBLIC or can_organise(actor, meeting)


def is_for(meeting: Meeting, institution: Institution) -> bool:
    """Anybody when it is open to all; its hosts, those invited, the two sides of its partnership, those it is kept for."""
    sides: tuple[int, ...] = ()
    if meeting.partnership is not None:
        sides = (meeting.partnership.exchange.cite_id, meeting.partnership.exchange.partner_id)
    own = (meeting.host_id, meeting.co_host_id, *sides)
    if meeting.openness is Openness.PUBLIC or institution.id in own or institution.parent_id in own:
        return True
    session = object_session(meeting)
    assert session is not None, "a meeting is read from the database"
    invited = sa.exists().where(Invitation.meeting_id == meeting.id, Invitation.institution_id == institution.id)
    reserved = sa.exists().where(Meeting.id == meeting.id, Meeting.openness == Openness.RESERVED, meant_for(institution))
    return bool(session.scalar(sa.select(sa.or_(invited, reserved))))


def institutions_for(actor: Actor, meeting: Meeting) -> Sequence[Institution]:
    """The institutions for which this person may register: theirs, then the centres of their Cité, each by name."""
    session = object_session(meeting)
    assert session is not None, "a meeting is read from the database"
    ids = list(actor.institution_ids)
    spoken_for = (
        sa.select(Institution)
        .where(sa.or_(Institution.id.in_(ids), Institution.parent_id.in_(ids)))
        .options(joinedload(Institution.territory))
        .order_by(Institution.id.in_(ids).desc(), Institution.name, Institution.id)
    )
    return [one for one in session.scalars(spoken_for) if is_for(meeting, one)] if ids else []


def can_open(actor: Actor, registration: Registration) -> bool:
    """By its link: whoever has it, of a registration in one's own name or without account.

    Of one that a member made for an institution, those who speak for it today: who has left keeps the mails, and so the links.
    """
    institution = registration.institution
    return institution is None or registration.email is not None or actor.speaks_for(institution)
