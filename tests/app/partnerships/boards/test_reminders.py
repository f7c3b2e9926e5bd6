"""Reminders: once, to those who can act, again after a month, never once it is handled, put off or opted out of."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now, today
from app.directory.vocabulary import Format
from app.mail.models import Category, OutgoingMessage
from app.partnerships.agreements.models import Agreement, AgreementKind
from app.partnerships.boards import reminders
from app.partnerships.boards.models import Reminder, Stall
from app.partnerships.models import Step
from tests import factories
from tests.app.partnerships.boards.stalls import ask, partnership


@pytest.fixture(autouse=True)
def _with_addresses(app: Flask):
    with app.app_context():
        yield


def reminded(session: Session) -> list[str]:
    """The addresses to which a reminder waits to leave, and forget them."""
    session.flush()
    found = session.scalars(sa.select(OutgoingMessage.address).order_by(OutgoingMessage.address)).all()
    session.execute(sa.delete(OutgoingMessage))
    return list(found)


def people(session: Session, row) -> tuple[str, str, str]:
    """The address of a member of each side, and of the agency."""
    return (
        factories.member(session, row.exchange.cite, email="cite@exemple.invalid").email,
        factories.member(session, row.exchange.partner, email="partenaire@exemple.invalid").email,
        factories.member(session, factories.agency(session), email="agence@exemple.invalid").email,
    )


def test_silence_is_told_to_both_sides_and_to_the_agency(session: Session):
    row = partnership(session, Step.VISITS, 100)
    assert reminders.remind(session, today()) == 0
    people(session, row)
    assert reminders.remind(session, today()) == 3
    assert reminded(session) == ["agence@exemple.invalid", "cite@exemple.invalid", "partenaire@exemple.invalid"]


def test_a_confirmation_is_asked_of_the_other_side_alone(session: Session):
    row = partnership(session, Step.VISITS, 20)
    people(session, row)
    ask(session, row, Step.FRAMING, 15)
    reminders.remind(session, today())
    assert reminded(session) == ["partenaire@exemple.invalid"]


def test_nobody_is_told_twice_in_a_month_and_again_after_it(session: Session):
    row = partnership(session, Step.RUNNING, 400)
    people(session, row)
    assert reminders.remind(session, today()) == 2
    assert reminders.remind(session, today()) == 0
    session.execute(sa.update(Reminder).values(sent_at=now() - timedelta(days=31)))
    assert reminders.remind(session, today()) == 2


def test_a_partnership_that_moves_is_reminded_of_no_more_and_armed_again_when_it_stalls_anew(session: Session):
    row = partnership(session, Step.SUSPENDED, 200)
    people(session, row)
    assert reminders.remind(session, today()) == 2
    row.step, row.step_since = Step.TRIAL, now()
    session.flush()
    assert reminders.remind(session, today()) == 0
    row.step = Step.SUSPENDED
    session.flush()
    with time_machine.travel(now() + timedelta(days=190)):
        row.step_since = now() - timedelta(days=185)
        session.flush()
        assert reminders.remind(session, today()) == 2


def test_a_reminder_put_off_comes_back_the_day_it_was_put_off_to(session: Session):
    row = partnership(session, Step.RUNNING, 400)
    cite, *_ = people(session, row)
    user = session.scalars(sa.select(factories.User).where(factories.User.email == cite)).one()
    until = reminders.snooze(session, row, user, today(), 7)
    assert reminders.remind(session, until - timedelta(days=1)) == 1
    assert reminded(session) == ["partenaire@exemple.invalid"]
    assert reminders.remind(session, until) == 1
    assert reminded(session) == ["cite@exemple.invalid"]


def test_a_closed_partnership_is_left_in_peace(session: Session):
    row = partnership(session, Step.CLOSED, 900)
    people(session, row)
    assert reminders.remind(session, today()) == 0


def test_reminders_are_of_the_category_that_one_may_opt_out_of(session: Session):
    row = partnership(session, Step.RUNNING, 400)
    people(session, row)
    reminders.remind(session, today())
    session.flush()
    assert set(session.scalars(sa.select(OutgoingMessage.category))) == {Category.FOLLOW_UP}


def test_the_end_of_an_agreement_is_told_once(session: Session):
    row = partnership(session, Step.SIGNED, 10)
    people(session, row)
    session.add(
        Agreement(
            partnership_id=row.id,
            kind=next(iter(AgreementKind)),
            signed_on=today() - timedelta(days=300),
            ends_on=today() + timedelta(days=60),
            purpose="Essai",
        )
    )
    session.flush()
    assert reminders.remind(session, today()) == 1
    assert reminders.remind(session, today()) == 0


def test_a_partnership_that_fails_keeps_no_other_from_being_reminded(app: Flask, session: Session):
    broken, sound = partnership(session, Step.RUNNING, 400), partnership(session, Step.RUNNING, 400)
    assert broken.id < sound.id, "what fails comes first"
    factories.member(session, broken.exchange.cite, email="refusee@exemple.invalid")
    factories.member(session, sound.exchange.cite, email="saine@exemple.invalid")
    session.add(
        Agreement(
            partnership_id=partnership(session, Step.SIGNED, 10, format=Format.REFERRAL, within=sound.exchange).id,
            kind=next(iter(AgreementKind)),
            signed_on=today() - timedelta(days=300),
            ends_on=today() + timedelta(days=60),
            purpose="Essai",
        )
    )
    refuse = "ALTER TABLE outgoing_message ADD CONSTRAINT refuses_one CHECK (address <> 'refusee@exemple.invalid')"
    session.execute(sa.text(refuse))
    broken_id = broken.id
    session.commit()
    run = app.test_cli_runner()
    result = run.invoke(args=["boards", "remind"])
    assert result.exit_code == 1
    assert "2 rappels écrits." in result.output
    assert f"n’ont pas pu être relancés : partnership {broken_id}\n" in result.output
    session.expire_all()
    assert reminded(session) == ["saine@exemple.invalid", "saine@exemple.invalid"]
    assert session.scalars(sa.select(Reminder.partnership_id)).all() == [sound.id], "what failed leaves no trace"
    session.execute(sa.text("ALTER TABLE outgoing_message DROP CONSTRAINT refuses_one"))
    session.commit()
    assert run.invoke(args=["boards", "remind"]).output == "1 rappels écrits.\n"
    assert reminded(session) == ["refusee@exemple.invalid"]


def test_the_database_refuses_a_reminder_that_says_nothing(session: Session):
    row = partnership(session)
    session.add(Reminder(partnership_id=row.id, user_id=factories.person(session).id, stall=Stall.SILENCE))
    with pytest.raises(IntegrityError, match="says_something"):
        session.flush()


def test_of_two_timers_at_once_one_alone_reminds(app: Flask, own_database: str):
    engine = sa.create_engine(own_database)
    with Session(engine) as session:
        row = partnership(session, Step.RUNNING, 400)
        factories.member(session, row.exchange.cite)
        factories.member(session, row.exchange.partner)
        session.commit()
    told: list[int] = []

    def run() -> None:
        with app.app_context(), Session(engine) as session:
            told.append(reminders.remind(session, today()))
            session.commit()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OutgoingMessage)) == 2
    engine.dispose()
    assert sorted(told) == [0, 0, 0, 2]
