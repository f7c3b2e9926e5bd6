"""Inviting, reminding, declining: under the lock of the meeting, so that two people who act at once write to nobody twice."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.clock import PARIS, now
from app.directory.models import Institution
from app.errors import Refusal
from app.formats import NO_BREAK
from app.mail.outbox import post, post_to_address
from app.mail.refusals import hash_of
from app.mail.unsubscribing import of_address
from app.meetings.invitations import mails, queries
from app.meetings.invitations.links import token_of
from app.meetings.invitations.models import Invitation
from app.meetings.invitations.queries import Answer
from app.meetings.invitations.reaching import ways
from app.meetings.locking import lock
from app.meetings.models import Meeting, Status
from app.public_ids import random_public_id

#: How many institutions are invited at once: what a person has read through.
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Sent:
    """What became of a sending: how many were written to, recorded without a mail, or invited before."""

    written: int = 0
    unwritten: int = 0
    already: int = 0


def obstacle(meeting: Meeting) -> str | None:
    """Why nobody can be invited to a meeting now, in French, or None."""
    if meeting.status is Status.DRAFT:
        return "Cette rencontre n’est pas encore annoncée : annoncez-la, puis invitez."
    if meeting.status is not Status.ANNOUNCED:
        return f"Cette rencontre est {meeting.stage.label} : on n’y invite plus."
    if now() >= _last_moment(meeting):
        return f"Les inscriptions à cette rencontre sont closes{NO_BREAK}: on n’y invite plus."
    return None


def invite(session: Session, meeting: Meeting, institutions: Sequence[Institution], message: str, by: User) -> Sent:
    """Invite each of these institutions once; those that cannot be written to are recorded, to be invited by telephone."""
    meeting = lock(session, meeting)
    if reason := obstacle(meeting):
        raise Refusal(reason)
    known = set(session.scalars(queries.concerned(meeting)))
    asked = {one.id for one in institutions}
    wanted = asked - known
    if not wanted:
        return Sent(already=len(asked))
    rows = [
        {"public_id": random_public_id(), "meeting_id": meeting.id, "institution_id": one, "invited_by_id": by.id}
        for one in sorted(wanted)
    ]
    invitations = session.scalars(insert(Invitation).values(rows).returning(Invitation)).all()
    written = _write(session, meeting, invitations, lambda own: mails.invitation(own, message))
    return Sent(written, len(invitations) - written, len(asked) - len(invitations))


def to_remind(session: Session, meeting: Meeting) -> list[Invitation]:
    """Those without an answer who were not written to today, on the calendar of Paris, and who accept to be.

    One whose people have all been written to today, for another of their institutions, waits.
    """
    if obstacle(meeting) is not None or not meeting.is_registering:
        return []
    today = _day(now())
    earlier = [one for one in session.scalars(queries.silent(meeting)) if one.written_at and _day(one.written_at) < today]
    reached = ways(session, {one.institution_id for one in earlier})
    told = _written_to_today(session, meeting)
    return [one for one in earlier if reached[one.institution_id].recipients.keys() - told]


def remind(session: Session, meeting: Meeting) -> int:
    """Write again to those who have not answered; give how many. Twice the same day, the second time finds nobody."""
    meeting = lock(session, meeting)
    if reason := obstacle(meeting):
        raise Refusal(reason)
    if not meeting.is_registering:
        raise Refusal("Les inscriptions ne sont pas ouvertes : on ne relance personne.")
    return _write(session, meeting, to_remind(session, meeting), mails.reminder, _written_to_today(session, meeting))


def decline(session: Session, invitation: Invitation) -> None:
    """The institution says that it will not come; refuses one that is registered, and a meeting that is over."""
    meeting = lock(session, invitation.meeting)
    if meeting.status is not Status.ANNOUNCED or meeting.starts_at <= now():
        raise Refusal("Cette rencontre n’attend plus de réponse.")
    if session.scalar(queries.answer_of(invitation)) == Answer.REGISTERED.value:
        raise Refusal(
            "Votre structure est inscrite à cette rencontre : pour dire qu’elle ne viendra pas, annulez son inscription, par le"
            " lien que porte son courriel de confirmation."
        )
    first = sa.update(Invitation).where(Invitation.id == invitation.id, Invitation.declined_at.is_(None))
    session.execute(first.values(declined_at=now()))


def _last_moment(meeting: Meeting) -> datetime:
    """Until when an invitation is of use."""
    return meeting.closes_at if meeting.takes_registrations else meeting.starts_at


def _written_to_today(session: Session, meeting: Meeting) -> set[str]:
    """The addresses that were written to today about a meeting, for any institution."""
    today = _day(now())
    written = session.scalars(
        sa.select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.written_at.is_not(None))
    )
    ids = {one.institution_id for one in written if one.written_at and _day(one.written_at) == today}
    return {address for way in ways(session, ids).values() for address in way.recipients}


def _write(
    session: Session, meeting: Meeting, invitations: Sequence[Invitation], mail: mails.Wording, but: Collection[str] = ()
) -> int:
    """Write to those of these institutions that can be, one mail to each address for all of its own; give how many."""
    ids = [one.id for one in invitations]
    loaded = session.scalars(
        sa.select(Invitation)
        .where(Invitation.id.in_(ids))
        .options(joinedload(Invitation.institution), joinedload(Invitation.meeting))
        .order_by(Invitation.id)
    ).all()
    reached = ways(session, {one.institution_id for one in loaded})
    who: dict[str, User | str] = {}
    own: dict[str, list[Invitation]] = defaultdict(list)
    for one in loaded:
        for address, recipient in reached[one.institution_id].recipients.items():
            if address not in but:
                own[address].append(one)
                who[address] = recipient if isinstance(recipient, User) else who.get(address, recipient)
    for address, recipient in who.items():
        _write_one(session, recipient, own[address], mail, _last_moment(meeting))
    written = {one for theirs in own.values() for one in theirs}
    for one in written:
        one.written_at = now()
    session.flush()
    return len(written)


def _write_one(session: Session, to: User | str, own: list[Invitation], mail: mails.Wording, until: datetime) -> None:
    """To a person, or to a mailbox without account."""
    if isinstance(to, User):
        post(session, mail([(one, token_of(one, to.public_id)) for one in own]), [to], expires_at=until)
    else:
        wish = of_address(hash_of(to), [])
        post_to_address(session, mail([(one, token_of(one, wish.person)) for one in own]), to, expires_at=until)


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()
