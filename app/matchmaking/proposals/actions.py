"""What is done with proposals. Every move locks the exchange, then the proposal, and asks the table: exactly one wins."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.directory.memberships.queries import people_of
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.matchmaking.proposals import mails, queries
from app.matchmaking.proposals.contents import Contents
from app.matchmaking.proposals.machine import WAITING, Action, Party, after, may, why_not
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.actions import begin
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership

#: An answer is waited for this long; halfway, the other side is reminded once.
SILENCE = timedelta(days=60)
REMINDER = timedelta(days=30)
#: Nobody sends or throws away what a colleague has just rewritten.
REWRITTEN = "Une personne de votre structure vient de modifier ce brouillon : relisez-le avant de continuer."


def create(session: Session, exchange: Exchange, side: Side, said: Contents, by: User, form_key: str) -> Proposal:
    """Write a draft; the same form sent twice gives the draft that it made the first time."""
    _lock(session, exchange.id)
    return session.scalar(queries.created_with(exchange, side, form_key)) or _new(session, exchange, side, said, by, form_key)


def counter(session: Session, answered: Proposal, said: Contents, by: User, form_key: str) -> Proposal:
    """Write the draft of a counter-proposal; a side prepares one together: who comes second gets the first one's.

    The draft is kept even if its proposal does not wait any more: it cannot be sent, and what was typed is not lost.
    """
    answered = locked(session, answered)
    exchange, side = answered.exchange, answered.side.other
    found: Proposal | None = session.scalar(queries.created_with(exchange, side, form_key))
    found = found or session.scalar(queries.draft_answering(answered))
    return found or _new(session, exchange, side, said, by, form_key, answers_id=answered.id)


def edit(session: Session, draft: Proposal, said: Contents, revision: int, by: User) -> bool:
    """Change a draft; False, and nothing is changed, when a colleague changed or sent it since this revision was read."""
    draft = locked(session, draft)
    if not may(Action.EDIT, draft.status, Party.AUTHOR) or draft.revision != revision:
        return False
    said.write_into(draft)
    draft.revision += 1
    draft.edited_at, draft.edited_by_id = now(), by.id
    return True


def discard(session: Session, draft: Proposal, revision: int) -> None:
    """Throw a draft away."""
    draft = locked(session, draft)
    after(Action.DISCARD, draft.status, Party.AUTHOR)
    if draft.revision != revision:
        raise Refusal(REWRITTEN)
    session.delete(draft)


def detach(session: Session, draft: Proposal) -> None:
    """Make a new proposal of a counter-proposal whose proposal does not wait any more: what was written is not lost."""
    draft = locked(session, draft)
    after(Action.EDIT, draft.status, Party.AUTHOR)
    draft.answers_id = None
    draft.revision += 1


def obstacle(session: Session, draft: Proposal) -> str:
    """Say why a draft cannot be sent, in a sentence; empty when it can. The exchange is locked: the answer holds."""
    draft = locked(session, draft)
    if not may(Action.SEND, draft.status, Party.AUTHOR):
        return why_not(Action.SEND, draft.status)
    if lacks := Contents.of(draft).lacks():
        return " ".join(lacks.values())
    if session.scalar(queries.living_partnership(draft.exchange, draft.format)) is not None:
        return already_living(draft.format)
    if draft.answers is not None and not may(Action.COUNTER, locked(session, draft.answers).status, Party.OTHER):
        return "Vous répondez à une proposition qui n’attend plus de réponse. " + why_not(Action.COUNTER, draft.answers.status)
    return ""


def send(session: Session, draft: Proposal, revision: int, by: User) -> None:
    """Send a draft to the other side; a counter-proposal settles the proposal that it answers."""
    draft = locked(session, draft)
    after(Action.SEND, draft.status, Party.AUTHOR)
    if draft.revision != revision:
        raise Refusal(REWRITTEN)
    if said := obstacle(session, draft):
        raise Refusal(said)
    if draft.answers is not None:
        settle(locked(session, draft.answers), Action.COUNTER, Party.OTHER, by)
    moment = now()
    draft.status, draft.sent_at, draft.expires_at = Status.SENT, moment, moment + SILENCE
    session.flush()
    mails.tell(session, mails.received(draft), draft, draft.side.other, besides=[by])
    mails.tell_colleagues(session, draft, draft.side, by)


def open_(session: Session, proposal: Proposal) -> bool:
    """Note that the other side has read it, once; anything but a proposal that was just sent is left as it is."""
    if not may(Action.OPEN, proposal.status, Party.OTHER):
        return False
    proposal = locked(session, proposal)
    if not may(Action.OPEN, proposal.status, Party.OTHER):
        return False
    proposal.status, proposal.seen_at = Status.SEEN, now()
    return True


def accept(session: Session, proposal: Proposal, by: User) -> Partnership:
    """Accept: the partnership begins, in the same transaction."""
    proposal = locked(session, proposal)
    after(Action.ACCEPT, proposal.status, Party.OTHER)
    if session.scalar(queries.living_partnership(proposal.exchange, proposal.format)) is not None:
        raise Refusal(already_living(proposal.format))
    side = proposal.side.other
    said = Contents.of(proposal)
    proposal.partnership = begin(
        session, proposal.exchange, said.format, by=by, side=side, day=today(), description=said.description, themes=said.themes
    )
    settle(proposal, Action.ACCEPT, Party.OTHER, by)
    session.flush()
    mails.tell(session, mails.outcome(proposal), proposal, proposal.side, besides=[by])
    mails.tell_colleagues(session, proposal, side, by)
    return proposal.partnership


def decline(session: Session, proposal: Proposal, reason: str, by: User) -> None:
    """Decline with a reason, which the other side reads."""
    proposal = locked(session, proposal)
    settle(proposal, Action.DECLINE, Party.OTHER, by, reason)
    mails.tell(session, mails.outcome(proposal), proposal, proposal.side, besides=[by])
    mails.tell_colleagues(session, proposal, proposal.side.other, by)


def withdraw(session: Session, proposal: Proposal, reason: str, by: User) -> None:
    """Take a proposal back before it is answered, with a reason if one wishes."""
    proposal = locked(session, proposal)
    settle(proposal, Action.WITHDRAW, Party.AUTHOR, by, reason)
    mails.tell(session, mails.outcome(proposal), proposal, proposal.side.other, besides=[by])
    mails.tell_colleagues(session, proposal, proposal.side, by)


def expire(session: Session, proposal_id: int, moment: datetime) -> bool:
    """Close one proposal left without answer, and tell both sides; False if it was answered meanwhile."""
    proposal = _locked_by_id(session, proposal_id)
    if proposal is None or not may(Action.EXPIRE, proposal.status, Party.CLOCK) or not _is_due(proposal.expires_at, moment):
        return False
    settle(proposal, Action.EXPIRE, Party.CLOCK, None)
    told = session.scalars(people_of(proposal.institution)).all()
    mails.tell(session, mails.outcome(proposal), proposal, proposal.side)
    mails.tell(session, mails.outcome(proposal), proposal, proposal.side.other, besides=told)
    return True


def remind(session: Session, proposal_id: int) -> bool:
    """Write once to the side that has not answered; False if it has, or was reminded already."""
    proposal = _locked_by_id(session, proposal_id)
    if proposal is None or proposal.status not in WAITING or proposal.reminded_at is not None:
        return False
    proposal.reminded_at = now()
    mails.tell(session, mails.reminder(proposal), proposal, proposal.side.other)
    return True


def already_living(wanted: Format) -> str:
    """Say that the two sides already do this together."""
    return (
        f"Un partenariat « {wanted.label} » est déjà en cours entre vos deux structures :"
        " faites-le évoluer sur sa page, ou choisissez une autre formule."
    )


def locked(session: Session, proposal: Proposal) -> Proposal:
    """The same row as it is now, which nobody else changes before this transaction ends."""
    found = _locked_by_id(session, proposal.id)
    if found is None:
        raise Refusal("Ce brouillon n’existe plus : une personne de votre structure vient de le supprimer.")
    return found


def settle(proposal: Proposal, action: Action, party: Party, by: User | None, reason: str = "") -> None:
    """Give a locked proposal its outcome; refuses what the table forbids."""
    target = after(action, proposal.status, party)
    assert target is not None, "an outcome is a status"
    proposal.status, proposal.settled_at, proposal.reason = target, now(), reason or None
    proposal.settled_by_id = by.id if by else None
    # Who answers has read.
    if party is Party.OTHER and proposal.seen_at is None:
        proposal.seen_at = proposal.settled_at


def _locked_by_id(session: Session, proposal_id: int) -> Proposal | None:
    """Lock the exchange first, always: two moves of one exchange wait for each other, and never cross."""
    exchange_id = session.scalar(sa.select(Proposal.exchange_id).where(Proposal.id == proposal_id))
    if exchange_id is None:
        return None
    _lock(session, exchange_id)
    row = sa.select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    found: Proposal | None = session.scalar(row.execution_options(populate_existing=True))
    return found


def _lock(session: Session, exchange_id: int) -> None:
    session.execute(sa.select(Exchange.id).where(Exchange.id == exchange_id).with_for_update(key_share=True))


def _new(
    session: Session, exchange: Exchange, side: Side, said: Contents, by: User, form_key: str, answers_id: int | None = None
) -> Proposal:
    draft = Proposal(exchange=exchange, side=side, author=by, edited_by=by, form_key=form_key, answers_id=answers_id)
    draft.status = Status.DRAFT
    said.write_into(draft)
    session.add(draft)
    session.flush()
    return draft


def _is_due(expires_at: datetime | None, moment: datetime) -> bool:
    return expires_at is not None and expires_at <= moment
