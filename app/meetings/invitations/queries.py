"""Reads of invitations: what each has been answered, who is still to answer, and what waits for a person."""

import enum

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app.clock import now
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import LIVING, Place, Registration


class Answer(enum.Enum):
    """What an institution has answered to its invitation."""

    REGISTERED = "inscrite"
    ENDED = "desistee"
    DECLINED = "declinee"
    SILENT = "sans-reponse"
    UNREACHED = "non-jointe"

    @property
    def label(self) -> str:
        return ANSWER_LABELS[self]


ANSWER_LABELS = {
    Answer.REGISTERED: "inscrite",
    Answer.ENDED: "inscription annulée, refusée ou expirée",
    Answer.DECLINED: "ne viendra pas",
    Answer.SILENT: "sans réponse",
    Answer.UNREACHED: "non jointe par courriel",
}


def _registration(*places: Place) -> sa.ColumnElement[bool]:
    """SQL: the institution invited has a registration in one of these states."""
    return sa.exists().where(
        Registration.meeting_id == Invitation.meeting_id,
        Registration.institution_id == Invitation.institution_id,
        Registration.place.in_(places),
    )


def has_registered() -> sa.ColumnElement[bool]:
    """SQL: the institution invited has registered, and its registration lives. An address not confirmed is nobody yet."""
    return _registration(*(place for place in LIVING if place is not Place.UNCONFIRMED))


def answer() -> sa.ColumnElement[str]:
    """SQL: the code of the `Answer` of an `Invitation`; who registers after declining has registered."""
    ended = _registration(Place.DECLINED, Place.WITHDRAWN, Place.EXPIRED)
    return sa.case(
        (has_registered(), Answer.REGISTERED.value),
        (Invitation.declined_at.is_not(None), Answer.DECLINED.value),
        (ended, Answer.ENDED.value),
        (Invitation.written_at.is_(None), Answer.UNREACHED.value),
        else_=Answer.SILENT.value,
    )


def of_meeting(meeting: Meeting, kept: Answer | None = None) -> sa.Select:
    """The invitations of a meeting, by name; rows are (Invitation, answer). `kept`: those of this answer alone."""
    asked = (
        sa.select(Invitation, answer().label("answer"))
        .join(Invitation.institution)
        .where(Invitation.meeting_id == meeting.id)
        .options(contains_eager(Invitation.institution).selectinload(Institution.territory))
        .order_by(Institution.name, Institution.id)
    )
    return asked if kept is None else asked.where(answer() == kept.value)


def totals(meeting: Meeting) -> sa.Select:
    """How many by answer: (answer, number)."""
    said = answer().label("answer")
    return sa.select(said, sa.func.count().label("number")).where(Invitation.meeting_id == meeting.id).group_by(said)


def silent(meeting: Meeting) -> sa.Select:
    """The invitations that were written and have no answer."""
    return (
        sa.select(Invitation)
        .where(Invitation.meeting_id == meeting.id, answer() == Answer.SILENT.value)
        .order_by(Invitation.id)
    )


def known_as(public_id: str) -> sa.Select:
    """The invitation of a link, with its meeting and its institution."""
    return (
        sa.select(Invitation)
        .where(Invitation.public_id == public_id)
        .options(
            joinedload(Invitation.institution).joinedload(Institution.territory),
            joinedload(Invitation.meeting).joinedload(Meeting.host),
            joinedload(Invitation.meeting).joinedload(Meeting.place),
        )
    )


def answer_of(invitation: Invitation) -> sa.Select:
    """The code of its answer."""
    return sa.select(answer()).where(Invitation.id == invitation.id)


def concerned(meeting: Meeting) -> sa.Select:
    """The ids of the institutions that are invited to a meeting, or registered: rows are (institution_id, is_registered)."""
    registered = sa.select(Registration.institution_id, sa.true().label("is_registered")).where(
        Registration.meeting_id == meeting.id,
        Registration.institution_id.is_not(None),
        Registration.place.in_([place for place in LIVING if place is not Place.UNCONFIRMED]),
    )
    invited = sa.select(Invitation.institution_id, sa.false()).where(Invitation.meeting_id == meeting.id)
    found = sa.union_all(registered, invited).subquery()
    return sa.select(found.c.institution_id, sa.func.bool_or(found.c.is_registered).label("is_registered")).group_by(
        found.c.institution_id
    )


def waiting_for(actor: Actor) -> sa.Select:
    """The invitations to meetings to come that a person's own institutions have not answered, the first meeting first."""
    return (
        sa.select(Invitation)
        .join(Invitation.meeting)
        .where(
            Invitation.institution_id.in_(actor.institution_ids),
            Meeting.status == Status.ANNOUNCED,
            sa.func.coalesce(Meeting.registration_closes_at, Meeting.starts_at) > now(),
            answer().in_([Answer.SILENT.value, Answer.UNREACHED.value]),
        )
        .options(contains_eager(Invitation.meeting).joinedload(Meeting.host), joinedload(Invitation.institution))
        .order_by(Meeting.starts_at, Invitation.id)
    )
