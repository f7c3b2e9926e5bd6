"""What stalls, from which day on: the select of the boards and of the reminders."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.clock import now, today
from app.partnerships.boards.models import Stall
from app.partnerships.boards.queries import stall_of
from app.partnerships.exchanges.models import Message, Side
from app.partnerships.models import Step
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
