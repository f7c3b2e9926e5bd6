"""What stalls, from which day on: the select of the boards and of the reminders."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import now, today
from app.mail.models import OutgoingMessage
from app.partnerships.boards import reminders
from app.partnerships.boards.models import Stall
from app.partnerships.boards.queries import stall_of
from app.partnerships.exchanges.models import Message, Side
from app.partnerships.figures.models import Decision, Review
from app.partnerships.models import Step
from tests import factories
from tests.app.partnerships.boards.stalls import ask, partnership


def why(session: Session, row) -> Stall | None:
    found = session.execute(stall_of(row, today())).one_or_none()
    return Stall(found.stall) if found else None


@pytest.mark.parametrize(
    ("step", "days", "expected"),
    [
        *((step, 89, None) for step in (Step.CONTACT, Step.VISITS, Step.FRAMING, Step.AWARENESS, Step.TRIAL, Step.SIGNED)),
        *((step, 91, Stall.SILENCE) for step in (Step.CONTACT, Step.VISITS, Step.FRAMING, Step.TRIAL, Step.SIGNED)),
        (Step.RUNNING, 360, None),
        (Step.RUNNING, 370, Stall.REVIEW),
        (Step.REVIEW, 370, Stall.REVIEW),
        (Step.SUSPENDED, 179, None),
        (Step.SUSPENDED, 181, Stall.SUSPENDED),
        (Step.CLOSED, 2000, None),
    ],
)
def test_a_partnership_stalls_after_its_time(session: Session, step: Step, days: int, expected: Stall | None):
    assert why(session, partnership(session, step, days)) == expected


def test_a_message_is_news(session: Session):
    row = partnership(session, Step.VISITS, 200)
    session.add(Message(exchange=row.exchange, side=Side.PARTNER, body="Bonjour", sent_at=now() - timedelta(days=5)))
    session.flush()
    assert why(session, row) is None


@pytest.mark.parametrize(("days", "expected"), [(13, None), (15, Stall.CONFIRMATION)])
def test_a_step_waits_two_weeks_for_its_confirmation(session: Session, days: int, expected: Stall | None):
    row = partnership(session, Step.VISITS, 20)
    ask(session, row, Step.FRAMING, days)
    assert why(session, row) == expected


def test_a_step_that_was_refused_waits_no_more(session: Session):
    row = partnership(session, Step.VISITS, 20)
    asked = ask(session, row, Step.FRAMING, 15)
    asked.refused_at, asked.answer_note = now(), "Pas encore"
    session.flush()
    assert why(session, row) is None


def reviewed(session: Session, row, decision: Decision, days_ago: int) -> None:
    day = today() - timedelta(days=days_ago)
    session.add(
        Review(partnership_id=row.id, held_on=day, starts_on=day, ends_on=day, decision=decision, summary="Dit", side=Side.CITE)
    )
    session.flush()


@pytest.mark.parametrize(
    ("decision", "days", "expected"),
    [
        (Decision.STOP, 13, None),
        (Decision.STOP, 15, Stall.STOPPING),
        (Decision.STOP, 400, Stall.STOPPING),
        (Decision.CONTINUE, 400, Stall.REVIEW),
    ],
)
def test_who_decided_to_stop_is_asked_to_close_and_not_for_another_review(
    session: Session, decision: Decision, days: int, expected: Stall | None
):
    row = partnership(session, Step.REVIEW, 400)
    reviewed(session, row, decision, days)
    assert why(session, row) is expected
    reviewed(session, row, Decision.CONTINUE, 1)
    assert why(session, row) is not Stall.STOPPING, "the last review says"


def made_to_stall(session: Session, stall: Stall):
    if stall is Stall.CONFIRMATION:
        row = partnership(session, Step.VISITS, 20)
        ask(session, row, Step.FRAMING, 15)
        return row
    steps = {
        Stall.STOPPING: Step.REVIEW,
        Stall.REVIEW: Step.RUNNING,
        Stall.SUSPENDED: Step.SUSPENDED,
        Stall.SILENCE: Step.VISITS,
    }
    row = partnership(session, steps[stall], 400)
    if stall is Stall.STOPPING:
        reviewed(session, row, Decision.STOP, 20)
    return row


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("stall", Stall, ids=lambda one: one.value)
def test_a_stall_is_told_alike_on_the_page_the_list_the_columns_the_file_and_by_mail(
    app: Flask, session: Session, sign_in, stall: Stall
):
    row = made_to_stall(session, stall)
    client = sign_in(factories.member(session, row.exchange.partner))
    found = session.execute(stall_of(row, today())).one()
    assert Stall(found.stall) is stall
    told = flat(stall.told(found.stalled_since.date()))
    assert told in flat(client.get(f"/partenariats/{row.public_id}").text)
    for query in ("", "?vue=colonnes"):
        assert told[1:] in flat(client.get(f"/partenariats{query}").text)
    assert stall.label in client.get("/partenariats.csv").text
    with app.app_context():
        reminders.remind(session, today())
    session.flush()
    assert told[1:] in flat(session.scalars(sa.select(OutgoingMessage)).one().text)
