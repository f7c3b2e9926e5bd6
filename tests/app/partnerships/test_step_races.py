"""Two people at once on one partnership, over connections of their own: exactly one wins, and the other is told."""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.extensions import db
from app.mail.models import OutgoingMessage
from app.partnerships import actions
from app.partnerships.agreements import actions as agreement_actions
from app.partnerships.agreements.models import CharterAcceptance, Principle
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership, Step, StepTaken
from tests.app.partnerships.scene import BEGINNING, Scene, scene

ROUNDS = 8


@pytest.fixture
def service(own_database: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": own_database})
    with app.app_context():
        yield app
        db.engine.dispose()


def prepared(prepare: Callable[[Session], Scene]) -> dict[str, int]:
    """Commit a scene, and give what the threads need of it: ids, since each has a session of its own."""
    with db.sessionmaker() as session:
        one = prepare(session)
        session.commit()
        return {
            "partnership": one.partnership.id,
            "exchange": one.exchange.id,
            "of_cite": one.of_cite.id,
            "of_partner": one.of_partner.id,
        }


def race(service: Flask, *moves: Callable[[Session], Any]) -> list[str]:
    """Play each move in its own thread and transaction, all begun together; « fait » or the sentence of the refusal."""
    together, outcomes = threading.Barrier(len(moves)), ["" for _ in moves]

    def play(number: int, move: Callable[[Session], Any]) -> None:
        with service.app_context(), db.sessionmaker() as session:
            session.execute(sa.text("SELECT 1"))
            together.wait()
            try:
                move(session)
                session.commit()
                outcomes[number] = "fait"
            except Refusal as refusal:
                session.rollback()
                outcomes[number] = str(refusal)

    threads = [threading.Thread(target=play, args=one) for one in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert all(outcomes), outcomes
    return outcomes


def waiting_in(session: Session, ids: dict[str, int]) -> StepTaken:
    found = session.scalars(sa.select(StepTaken).where(StepTaken.partnership_id == ids["partnership"])).all()
    return found[-1]


def framing_waits(session: Session) -> Scene:
    one = scene(session, Format.RENDEZ_VOUS)
    one.take(Step.FRAMING)
    return one


def test_confirm_against_withdraw_has_one_winner(service: Flask):
    winners = set()
    for _ in range(ROUNDS):
        ids = prepared(framing_waits)

        def confirm(session: Session, ids: dict[str, int] = ids) -> None:
            actions.confirm(session, waiting_in(session, ids), session.get_one(User, ids["of_cite"]), Side.CITE)

        def withdraw(session: Session, ids: dict[str, int] = ids) -> None:
            actions.withdraw(session, waiting_in(session, ids), session.get_one(User, ids["of_partner"]), Side.PARTNER)

        outcomes = race(service, confirm, withdraw)
        assert outcomes.count("fait") == 1, outcomes
        [told] = [one for one in outcomes if one != "fait"]
        assert "vient d’être" in told
        with db.sessionmaker() as session:
            partnership = session.get_one(Partnership, ids["partnership"])
            confirmed = outcomes[0] == "fait"
            assert partnership.step is (Step.FRAMING if confirmed else Step.CONTACT)
        winners.add(outcomes.index("fait"))
    assert winners, "someone won"


def test_two_people_who_confirm_at_once_confirm_once(service: Flask):
    def opening_waits(session: Session) -> Scene:
        one = scene(session)
        one.prepare_centre()
        one.take(Step.RUNNING, date(2026, 5, 11))
        return one

    for _ in range(ROUNDS // 2):
        ids = prepared(opening_waits)

        def confirm(session: Session, ids: dict[str, int] = ids) -> None:
            actions.confirm(session, waiting_in(session, ids), session.get_one(User, ids["of_cite"]), Side.CITE)

        outcomes = race(service, confirm, confirm, confirm)
        assert outcomes.count("fait") == 1, outcomes
        with db.sessionmaker() as session:
            places = sa.select(sa.func.count(Institution.id)).where(Institution.source_name == "partenariats")
            partnership = session.get_one(Partnership, ids["partnership"])
            assert [said.observed_on for said in partnership.centre.observations] == [date(2026, 5, 11)]
            told = sa.select(sa.func.count()).where(
                OutgoingMessage.subject.contains("En fonctionnement"), OutgoingMessage.user_id == ids["of_partner"]
            )
            assert session.scalar(told) == 1
            assert session.scalar(places) >= 1


def test_a_form_sent_twice_takes_one_step(service: Flask):
    for step in (Step.VISITS, Step.FRAMING):
        for _ in range(ROUNDS // 2):
            ids = prepared(lambda session: scene(session, Format.RENDEZ_VOUS))

            def take(session: Session, ids: dict[str, int] = ids, step: Step = step) -> None:
                partnership = session.get_one(Partnership, ids["partnership"])
                by = session.get_one(User, ids["of_partner"])
                actions.take_step(session, partnership, step, by, Side.PARTNER, BEGINNING, note="Note")

            outcomes = race(service, take, take)
            assert outcomes.count("fait") == 1, outcomes
            with db.sessionmaker() as session:
                partnership = session.get_one(Partnership, ids["partnership"])
                assert [taken.step for taken in partnership.steps] == [Step.CONTACT, step]


def test_a_partnership_is_begun_once(service: Flask):
    for _ in range(ROUNDS):
        ids = prepared(lambda session: scene(session, Format.RELAY))

        def begin(session: Session, ids: dict[str, int] = ids) -> None:
            exchange, by = session.get_one(Exchange, ids["exchange"]), session.get_one(User, ids["of_cite"])
            actions.begin(session, exchange, Format.CENTRE, by, Side.CITE, BEGINNING)

        outcomes = race(service, begin, begin)
        assert sorted(outcomes) == sorted(["fait", actions.ALREADY])


def test_a_charter_revoked_at_once_never_opens_a_centre(service: Flask):
    def opening_waits(session: Session) -> Scene:
        one = scene(session)
        one.prepare_centre()
        one.take(Step.RUNNING, date(2026, 5, 11))
        return one

    for _ in range(ROUNDS // 2):
        ids = prepared(opening_waits)

        def confirm(session: Session, ids: dict[str, int] = ids) -> None:
            actions.confirm(session, waiting_in(session, ids), session.get_one(User, ids["of_cite"]), Side.CITE)

        def revoke(session: Session, ids: dict[str, int] = ids) -> None:
            partnership = session.get_one(Partnership, ids["partnership"])
            by = session.get_one(User, ids["of_partner"])
            agreement_actions.revoke_principle(session, partnership, Principle.EVERYONE, by, Side.PARTNER)

        outcomes = race(service, confirm, revoke)
        assert outcomes[1] == "fait"
        with db.sessionmaker() as session:
            row = session.execute(
                sa.select(StepTaken.confirmed_at, CharterAcceptance.revoked_at)
                .join(CharterAcceptance, CharterAcceptance.partnership_id == StepTaken.partnership_id)
                .where(
                    StepTaken.partnership_id == ids["partnership"],
                    StepTaken.step == Step.RUNNING,
                    CharterAcceptance.revoked_at.is_not(None),
                )
            ).one()
            assert row.confirmed_at is None or row.confirmed_at <= row.revoked_at, "opened first, revoked afterwards"
            assert (row.confirmed_at is not None) == (outcomes[0] == "fait")
