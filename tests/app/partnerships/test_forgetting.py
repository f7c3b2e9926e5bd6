"""What is erased with time between two institutions, and what is not."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import actions
from app.clock import now
from app.partnerships.agreements.models import CharterAcceptance, Principle
from app.partnerships.exchanges.models import Exchange, Message, Side
from app.partnerships.forgetting import KEPT
from app.partnerships.models import Step
from tests import factories
from tests.app.partnerships.boards.stalls import partnership

A_DAY = timedelta(days=1)


def run(app: Flask, session: Session) -> None:
    session.flush()
    result = app.test_cli_runner().invoke(args=["partnerships", "forget"])
    assert result.exit_code == 0, result.output
    session.expire_all()


def written(session: Session, exchange: Exchange, age: timedelta) -> Message:
    message = Message(exchange=exchange, side=Side.CITE, body="Bonjour", sent_at=now() - age)
    session.add(message)
    session.flush()
    return message


def left(session: Session) -> list[int]:
    return list(session.scalars(sa.select(Message.id).order_by(Message.id)))


def test_messages_go_five_years_after_the_last_of_their_exchange(app: Flask, session: Session):
    silent, talking = factories.exchange(session), factories.exchange(session)
    written(session, silent, KEPT + 2 * A_DAY)
    written(session, silent, KEPT + A_DAY)
    kept = [written(session, talking, KEPT + A_DAY), written(session, talking, KEPT - A_DAY)]
    run(app, session)
    assert left(session) == [one.id for one in kept]


@pytest.mark.parametrize(("step", "stays"), [(Step.RUNNING, True), (Step.SUSPENDED, True), (Step.CLOSED, False)])
def test_messages_stay_while_a_partnership_lives(app: Flask, session: Session, step: Step, stays: bool):
    one = partnership(session, step)
    written(session, one.exchange, KEPT + A_DAY)
    run(app, session)
    assert bool(left(session)) is stays


@pytest.mark.parametrize(
    ("step", "days", "erased", "stays"),
    [
        (Step.CLOSED, KEPT.days + 1, True, False),
        (Step.CLOSED, KEPT.days - 1, True, True),
        (Step.RUNNING, KEPT.days + 1, True, True),
        (Step.CLOSED, KEPT.days + 1, False, True),
    ],
)
def test_the_name_of_an_erased_person_leaves_the_charter_five_years_after_its_end(
    app: Flask, session: Session, step: Step, days: int, erased: bool, stays: bool
):
    one, user = partnership(session, step, days_ago=days), factories.person(session, name="Marie Payet")
    acceptance = CharterAcceptance(partnership_id=one.id, principle=Principle.WELCOME, accepted_by_id=user.id)
    acceptance.name, acceptance.function = "Marie Payet", "Directrice"
    session.add(acceptance)
    session.flush()
    if erased:
        actions.erase(session, user)
    run(app, session)
    found = session.scalars(sa.select(CharterAcceptance)).one()
    assert (found.name == "Marie Payet") is stays
    assert (found.function == "Directrice") is stays
