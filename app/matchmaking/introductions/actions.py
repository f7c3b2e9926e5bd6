"""Introducing, answering, withdrawing, expiring: exactly one outcome, whoever acts at the same time.

Whoever introduces or answers holds the two institutions, in the order of their ids, then the introduction. The limit of open
solicitations, the consents of a pair and the outcome are therefore read after whoever came first has finished.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.directory.models import Institution, Kind
from app.errors import Refusal
from app.formats import french_date
from app.matchmaking.interests.actions import fulfil
from app.matchmaking.interests.models import Interest
from app.matchmaking.introductions import queries, telling
from app.matchmaking.introductions.models import Answer, Introduction, Outcome, Reason
from app.partnerships.exchanges.actions import open_exchange
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.queries import between

WAITS = timedelta(days=30)
REMIND_AFTER = timedelta(days=15)
NOT_NOW = "Cette structure ne peut pas recevoir de demande pour le moment. Merci de revenir plus tard."


@dataclass(frozen=True)
class Wish:
    """Who should meet whom, and why. `asked_by` is the side that asks; `picked` when it knows the name of the other."""

    cite: Institution
    partner: Institution
    message: str
    asked_by: Side | None = None
    picked: bool = False
    introducer: Institution | None = None
    interest: Interest | None = None

    def institution(self, side: Side) -> Institution:
        """The institution of a side."""
        return self.cite if side is Side.CITE else self.partner

    @property
    def knows_the_pair(self) -> bool:
        """Whether the names of both are known to who wishes it."""
        return self.asked_by is None or self.picked


def obstacle(session: Session, wish: Wish) -> str | None:
    """Why these two cannot be introduced now, in French, or None; it tells nothing that who wishes it may not know."""
    if wish.cite.kind is not Kind.CITE or wish.partner.kind not in queries.PARTNER_KINDS:
        return "Une mise en relation réunit une Cité des métiers et une autre structure : bibliothèque, réseau, centre…"
    if wish.knows_the_pair and wish.partner.parent_id == wish.cite.id:
        return "Cette structure dépend déjà de cette Cité des métiers : elles se connaissent."
    if wish.knows_the_pair and session.scalar(between(wish.cite, wish.partner)):
        return "Ces deux structures se connaissent déjà : leur échange est ouvert."
    if any(_is_the_same(wish, one) for one in session.scalars(queries.of_pair(wish.cite, wish.partner))):
        return "Une mise en relation est déjà en attente entre ces deux structures."
    for side in Side:
        if side is not wish.asked_by and (reason := _reserve(session, wish.institution(side))):
            # The public sheet gives the same day: it would name who stays unnamed.
            return reason if wish.knows_the_pair else NOT_NOW
    return None


def introduce(session: Session, wish: Wish, by: User) -> Introduction:
    """Introduce two institutions; the side that asks has accepted by asking. Refuses what `obstacle` tells."""
    _hold(session, wish.cite, wish.partner)
    _settle_what_silence_ended(session, wish)
    if reason := obstacle(session, wish):
        raise Refusal(reason)
    introduction = Introduction(
        cite=wish.cite,
        partner=wish.partner,
        asked_by=wish.asked_by,
        picked=wish.picked,
        introducer=wish.introducer if wish.asked_by is None else None,
        introduced_by=by,
        interest=wish.interest,
        message=wish.message,
        introduced_at=now(),
        expires_at=now() + WAITS,
    )
    session.add(introduction)
    if wish.asked_by is not None:
        introduction.answers.append(Answer(side=wish.asked_by, accepted=True, answered_by=by, answered_at=now()))
    session.flush()
    if not _open_if_both_agree(session, introduction):
        telling.of_a_new_one(session, introduction)
    return introduction


def accept(session: Session, introduction: Introduction, side: Side, by: User) -> None:
    """Accept for a side; the exchange opens when the other has accepted too."""
    _answer(session, introduction, Answer(side=side, accepted=True, answered_by=by, answered_at=now()))
    _open_if_both_agree(session, introduction)


def refuse(session: Session, introduction: Introduction, side: Side, by: User, reason: Reason, words: str) -> None:
    """Decline for a side: the introduction is over, and the other side learns no more than that."""
    answer = Answer(side=side, accepted=False, reason=reason, words=words or None, answered_by=by, answered_at=now())
    _answer(session, introduction, answer)
    _settle(introduction, Outcome.REFUSED)
    telling.of_the_end(session, introduction, told=[side.other])


def withdraw(session: Session, introduction: Introduction) -> None:
    """Take an introduction back while it waits."""
    _wait_for_it(session, introduction)
    _settle(introduction, Outcome.WITHDRAWN)
    asked_by = introduction.asked_by
    telling.of_the_end(session, introduction, told=[side for side in Side if side is not asked_by], and_introducer=False)


def expire(session: Session) -> int:
    """End what silence has ended, and give how many; run twice, it finds nothing the second time."""
    ended = session.scalars(queries.expired()).all()
    for introduction in ended:
        _settle(introduction, Outcome.EXPIRED)
        telling.of_the_end(session, introduction, told=list(Side))
    return len(ended)


def remind(session: Session) -> int:
    """Remind, once, the sides that have not answered half-way, and give how many introductions."""
    silent = session.scalars(queries.to_remind(now() - REMIND_AFTER)).all()
    for introduction in silent:
        introduction.reminded_at = now()
        telling.again(session, introduction)
    return len(silent)


def _reserve(session: Session, institution: Institution) -> str | None:
    """Why an institution would rather not be asked now, and no more than it has allowed to say."""
    row = session.execute(queries.limits(institution)).one_or_none()
    most, not_before = (row.open_solicitations_max, row.not_before) if row else (queries.OPEN_SOLICITATIONS, None)
    if not_before is not None and not_before > today():
        return f"Cette structure préfère ne pas être sollicitée avant le {french_date(not_before)}. Merci de revenir alors."
    if (session.scalar(queries.solicitations(institution)) or 0) >= most:
        return (
            "Cette structure ne peut pas répondre à d’autres demandes pour le moment. Merci de revenir dans quelques semaines."
        )
    return None


def _is_the_same(wish: Wish, waiting: Introduction) -> bool:
    """Whether this wish would only repeat an introduction that waits, and that who wishes it may know of.

    A side that asks is never told of what a third party or the other side has begun.
    """
    if wish.asked_by is not waiting.asked_by:
        return wish.asked_by is None
    interest_id = wish.interest.id if wish.interest else None
    return wish.asked_by is None or interest_id == waiting.interest_id or (wish.picked and waiting.picked)


def _hold(session: Session, cite: Institution, partner: Institution) -> None:
    ids = sorted([cite.id, partner.id])
    asked = sa.select(Institution.id).where(Institution.id.in_(ids)).order_by(Institution.id)
    session.execute(asked.with_for_update(key_share=True))


def _settle_what_silence_ended(session: Session, wish: Wish) -> None:
    """The timer may not have run yet, and what is over must not stand in the way."""
    pair = (Introduction.cite_id == wish.cite.id, Introduction.partner_id == wish.partner.id)
    for over in session.scalars(queries.expired().where(*pair)).all():
        _settle(over, Outcome.EXPIRED)
        telling.of_the_end(session, over, told=list(Side))
    session.flush()


def _wait_for_it(session: Session, introduction: Introduction, late: Answer | None = None) -> None:
    """Hold the introduction and read it again; refuse if someone has settled it meanwhile, or silence has."""
    again = queries.everything().where(Introduction.id == introduction.id).execution_options(populate_existing=True)
    session.scalars(again.with_for_update(of=Introduction)).one()
    if not introduction.is_waiting:
        raise Refusal(_what_ended_it(introduction, late))


def _what_ended_it(introduction: Introduction, late: Answer | None) -> str:
    """Say it to who comes too late: what their own side did, and of the other no more than the page says."""
    own = introduction.answer_of(late.side) if late else None
    mine = own is not None and late is not None and late.answered_by is not None and own.answered_by_id == late.answered_by.id
    who = "par vous" if mine else "par une personne de votre structure"
    if introduction.outcome is Outcome.ACCEPTED:
        told = f"vient d’être acceptée {who}" if own else "vient d’être acceptée des deux côtés"
        return f"Cette mise en relation {told} : l’échange est ouvert."
    if own is not None and not own.accepted:
        return f"Cette mise en relation vient d’être déclinée {who} : plus aucune réponse n’est attendue."
    return "Cette mise en relation est terminée, sans suite : plus aucune réponse n’est attendue."


def _answer(session: Session, introduction: Introduction, answer: Answer) -> None:
    _hold(session, introduction.cite, introduction.partner)
    _wait_for_it(session, introduction, answer)
    if introduction.answer_of(answer.side):
        raise Refusal("Votre structure a déjà répondu à cette mise en relation.")
    other = introduction.answer_of(answer.side.other)
    if other is not None and answer.answered_by is not None and other.answered_by_id == answer.answered_by.id:
        raise Refusal("Vous avez déjà répondu pour l’autre structure : une ou un collègue doit répondre pour celle-ci.")
    introduction.answers.append(answer)
    session.flush()


def _open_if_both_agree(session: Session, introduction: Introduction) -> bool:
    """Open the exchange once each side has accepted, be it in two introductions that the other did not know of."""
    pair = queries.of_pair(introduction.cite, introduction.partner).order_by(Introduction.id)
    held = pair.with_for_update(of=Introduction).execution_options(populate_existing=True)
    waiting = session.scalars(held).all()
    agreed = [answer for one in waiting for answer in one.answers if answer.accepted]
    people = {side: {answer.answered_by_id for answer in agreed if answer.side is side} for side in Side}
    # At least two different people, one for each side: whoever speaks for both does not agree alone.
    if not all(people.values()) or len(people[Side.CITE] | people[Side.PARTNER]) < 2:
        return False
    exchange = open_exchange(session, introduction.cite, introduction.partner)
    for one in waiting:
        one.exchange = exchange
        _settle(one, Outcome.ACCEPTED)
    session.flush()
    for interest in session.scalars(queries.interests_met(waiting)).all():
        fulfil(session, interest)
    telling.of_the_exchange(session, exchange, waiting)
    return True


def _settle(introduction: Introduction, outcome: Outcome) -> None:
    introduction.outcome, introduction.settled_at = outcome, now()
