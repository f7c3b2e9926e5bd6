"""Who is told what of an introduction: posted with the fact, in the same transaction."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.queries import intermediaries_for, people_of
from app.mail.outbox import post
from app.matchmaking.introductions import mails
from app.matchmaking.introductions.models import Introduction
from app.partnerships.exchanges.mails import exchange_opened
from app.partnerships.exchanges.models import Exchange, Side


def of_a_new_one(session: Session, introduction: Introduction) -> None:
    """Ask each side that has not accepted; where nobody speaks for it, tell those who follow its region."""
    for side in _silent(introduction):
        people = list(session.scalars(people_of(introduction.institution(side))))
        if people:
            post(session, mails.answer_expected(introduction, side), to=people)
        else:
            helpers = session.scalars(intermediaries_for(introduction.institution(side))).all()
            to = [one for one in helpers if one.id != introduction.introduced_by_id]
            post(session, mails.nobody_to_answer(introduction), to=to)


def again(session: Session, introduction: Introduction) -> None:
    """Remind each side that has not answered."""
    for side in _silent(introduction):
        post(session, mails.reminder(introduction, side), to=session.scalars(people_of(introduction.institution(side))))


def of_the_end(session: Session, introduction: Introduction, told: list[Side], and_introducer: bool = True) -> None:
    """Tell these sides that there is no follow-up and, unless it is their own doing, those who introduced the two."""
    for side in told:
        people = session.scalars(people_of(introduction.institution(side)))
        post(session, mails.no_follow_up(introduction, side), to=people)
    if and_introducer:
        post(session, mails.settled(introduction), to=_introducers(session, introduction))


def of_the_exchange(session: Session, exchange: Exchange, introductions: Iterable[Introduction]) -> None:
    """Give both sides the way to each other, and tell those who introduced them."""
    for side in Side:
        post(session, exchange_opened(exchange, side), to=session.scalars(people_of(exchange.institution(side))))
    for introduction in introductions:
        post(session, mails.settled(introduction), to=_introducers(session, introduction))


def _silent(introduction: Introduction) -> list[Side]:
    return [side for side in Side if introduction.answer_of(side) is None]


def _introducers(session: Session, introduction: Introduction) -> list[User]:
    """The third party that introduces; nobody when a side asked itself."""
    if introduction.asked_by is not None:
        return []
    if introduction.introducer is not None:
        return list(session.scalars(people_of(introduction.introducer)))
    return [introduction.introduced_by] if introduction.introduced_by else []
