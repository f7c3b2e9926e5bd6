"""Silence: a reminder at 30 days, the end at 60, each once; and what waits for whom."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import now
from app.directory.memberships.permissions import actor_of
from app.directory.models import Kind
from app.mail.models import OutgoingMessage
from app.matchmaking.proposals import queries
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.models import Exchange, Side
from tests import factories


@pytest.fixture
def exchange(session: Session) -> Exchange:
    return factories.exchange(session, factories.cite(session, "Cité du Sud"), factories.library(session, "Médiathèque du Sud"))


def sent(session: Session, exchange: Exchange, days_ago: float, **columns: object) -> Proposal:
    moment = now() - timedelta(days=days_ago)
    return factories.proposal(session, exchange, sent_at=moment, expires_at=moment + timedelta(days=60), **columns)  # type: ignore[arg-type]


def run(app: Flask, session: Session) -> str:
    said = app.test_cli_runner().invoke(args=["proposals", "expire"])
    assert said.exit_code == 0, said.output
    session.expire_all()
    return said.output.replace("\u00a0", " ").strip()


def subjects(session: Session) -> list[tuple[int | None, str]]:
    return [(row.user_id, row.subject) for row in session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id))]


def test_silence_is_reminded_once_then_ends(app: Flask, session: Session, exchange: Exchange):
    author, reader = (factories.member(session, exchange.institution(side)) for side in Side)
    fresh, silent, over = (sent(session, exchange, days) for days in (29, 31, 61))

    assert run(app, session) == "1 proposition expirée, 1 rappel."
    assert run(app, session) == "0 proposition expirée, 0 rappel."
    assert (fresh.status, silent.status, over.status) == (Status.SENT, Status.SENT, Status.EXPIRED)
    assert [user for user, _ in subjects(session)] == [author.id, reader.id, reader.id]
    assert subjects(session)[2][1].startswith("Répondez avant le ")


def test_a_person_of_both_sides_is_told_once(app: Flask, session: Session, exchange: Exchange):
    both = factories.member(session, exchange.cite)
    factories.member(session, exchange.partner, both)
    sent(session, exchange, 61)
    run(app, session)
    assert [user for user, _ in subjects(session)] == [both.id]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.DECLINED, Status.WITHDRAWN])
def test_a_timer_touches_nothing_but_what_waits(app: Flask, session: Session, exchange: Exchange, status: Status):
    reader = factories.member(session, exchange.partner)
    ended = {} if status is Status.DRAFT else {"settled_at": now(), "reason": "Non"}
    days = {} if status is Status.DRAFT else {"sent_at": now() - timedelta(days=90), "expires_at": now() - timedelta(days=30)}
    row = factories.proposal(session, exchange, status=status, **ended, **days)
    assert run(app, session) == "0 proposition expirée, 0 rappel."
    assert row.status is status
    assert reader.id not in [user for user, _ in subjects(session)]


def test_what_waits_is_for_the_side_that_has_to_answer(session: Session, exchange: Exchange):
    of_cite, of_library = (factories.member(session, exchange.institution(side)) for side in Side)
    from_cite = sent(session, exchange, 3)
    from_library = sent(session, exchange, 2, side=Side.PARTNER, status=Status.SEEN)
    sent(session, exchange, 1, status=Status.DECLINED, settled_at=now(), reason="Non")
    factories.proposal(session, exchange, status=Status.DRAFT)
    sent(session, factories.exchange(session), 1)

    def waiting(user) -> list[Proposal]:
        return list(session.scalars(queries.waiting_for(actor_of(session, user))))

    assert waiting(of_library) == [from_cite]
    assert waiting(of_cite) == [from_library]
    assert waiting(factories.person(session, administrator=True)) == []
    assert waiting(factories.member(session, factories.agency(session))) == []


def test_the_people_of_a_cite_answer_for_its_centre(session: Session):
    cite, other = factories.cite(session), factories.cite(session, "Autre Cité")
    centre = factories.institution(session, "Centre", Kind.CENTRE, parent_id=cite.id)
    exchange = factories.exchange(session, other, centre)
    row = sent(session, exchange, 1)
    person = factories.member(session, cite)
    assert list(session.scalars(queries.waiting_for(actor_of(session, person)))) == [row]
