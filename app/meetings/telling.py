"""Who is concerned by a meeting, and is written to when it moves or is cancelled: each once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.directory.memberships.queries import people_of
from app.directory.models import Institution
from app.meetings.invitations.models import Invitation
from app.meetings.invitations.reaching import ways
from app.meetings.models import Meeting
from app.meetings.registrations.models import LIVING, Place, Registration

#: Those who come, or may: whoever has not confirmed their address is not written to.
TOLD = tuple(place for place in LIVING if place is not Place.UNCONFIRMED)


@dataclass(frozen=True)
class Concerned:
    """The registrations, and those who have none: people of the two partners, of the hosts, of who is invited.

    `mailboxes` are those of invited institutions where nobody has an account, each once, with an invitation of theirs.
    """

    registrations: list[Registration] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    mailboxes: list[tuple[Invitation, str]] = field(default_factory=list)


def concerned(session: Session, meeting: Meeting, but: User | None) -> Concerned:
    """Whom to write to, but for the person who acts; who is registered is told as such, and once."""
    asked = sa.select(Registration).where(
        Registration.meeting_id == meeting.id, Registration.place.in_(TOLD), ~Registration.is_walk_in
    )
    registrations = list(session.scalars(asked.order_by(Registration.id)))
    registered = {one.user_id for one in registrations} | {but.id if but else None}
    institutions = {one.institution_id for one in registrations}
    around = [one for one in (*organisers(meeting), *partners(meeting)) if one is not None]
    invited = [one for one in session.scalars(_invited(meeting)) if one.institution_id not in institutions]
    around += [one.institution for one in invited]
    people = people_of_institutions(session, around)
    reached = ways(session, [one.institution_id for one in invited])
    mailboxes = {
        mailbox.lower(): (one, mailbox) for one in reversed(invited) if (mailbox := reached[one.institution_id].mailbox)
    }
    return Concerned(registrations, [one for one in people if one.id not in registered], list(mailboxes.values()))


def organisers(meeting: Meeting) -> list[Institution]:
    """The host, and the co-host if one is named: who has not answered yet was asked of a day and a place."""
    return [meeting.host, *([meeting.named_co_host] if meeting.named_co_host else [])]


def partners(meeting: Meeting) -> list[Institution]:
    """The two sides of its partnership, if it is of one."""
    if meeting.partnership is None:
        return []
    return [meeting.partnership.exchange.cite, meeting.partnership.exchange.partner]


def people_of_institutions(session: Session, institutions: Iterable[Institution], but: User | None = None) -> list[User]:
    """Those who speak for any of them, each once, but for the person who acts."""
    found = {one.id: one for institution in institutions for one in session.scalars(people_of(institution))}
    return [one for key, one in found.items() if but is None or key != but.id]


def _invited(meeting: Meeting) -> sa.Select:
    """The invitations of those that have not said that they do not come."""
    return (
        sa.select(Invitation)
        .where(Invitation.meeting_id == meeting.id, Invitation.declined_at.is_(None))
        .options(joinedload(Invitation.institution))
        .order_by(Invitation.institution_id)
    )
