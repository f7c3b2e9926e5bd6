"""Several senders at once, and one that is killed: real connections, real processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.orm import Session

from app import create_app
from app.extensions import db
from app.mail.commands import commands
from app.mail.delivery import claim, deliver
from app.mail.models import Category, Fate, OutgoingMessage
from app.mail.outbox import Mail, post
from app.mail.server import server_of
from tests.app.mail.conftest import ASK, Post, again, make_due, settings_for
from tests.factories import person

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def office(start_post: Callable[..., Post]) -> Post:
    return start_post()


@pytest.fixture
def service(own_database: str, office: Post) -> Iterator[Flask]:
    """Give the service on a database of its own, where several connections commit."""
    environment = {name: str(value) for name, value in settings_for(office).items()}
    app = create_app({"DATABASE_URL": own_database, **environment})
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def own_session(service: Flask) -> Iterator[Session]:
    with service.app_context(), db.sessionmaker() as session:
        yield session


def run_at_once(service: Flask, verb: str, number: int = 2) -> None:
    """Run the command in several threads, which begin together."""
    together, failures = threading.Barrier(number), []

    def one() -> None:
        together.wait()
        try:
            commands.main(args=[verb], standalone_mode=False, obj=ScriptInfo(create_app=lambda: service))
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_two_senders_at_once_send_each_mail_once(service: Flask, own_session: Session, office: Post):
    people = [person(own_session) for _ in range(50)]
    post(own_session, ASK, people)
    own_session.commit()
    addresses = {one.email for one in people}
    own_session.rollback()

    def slow(_: bytes) -> None:
        time.sleep(0.01)

    office.refuse_data = slow
    run_at_once(service, "send")
    assert Counter(office.recipients) == Counter(addresses)
    assert len({mail["Message-ID"] for mail in office.mails}) == 50
    assert len(office.connections) == 2, "both had their share"
    assert {row.fate for row in own_session.scalars(sa.select(OutgoingMessage))} == {Fate.SENT}
    assert set(own_session.scalars(sa.select(OutgoingMessage.attempts))) == {1}


def test_what_one_sender_claims_or_sends_is_nobody_elses(service: Flask, own_session: Session, office: Post):
    post(own_session, ASK, [person(own_session), person(own_session)])
    own_session.commit()
    with db.sessionmaker() as other, server_of(service.config) as server, server_of(service.config) as second:
        first = claim(own_session)
        assert first is not None
        next_one = claim(other)
        assert next_one not in (None, first), "neither the same, nor a wait for it"
        assert claim(other) is None
        own_session.commit()
        other.commit()
        seen: list[object] = []

        def meanwhile(_: bytes) -> None:
            seen.append(deliver(other, first, second))

        office.refuse_data = meanwhile
        delivered = deliver(own_session, first, server)
        assert seen == [None], "who is late leaves it alone"
        assert delivered is not None
        own_session.commit()
        assert deliver(other, first, second) is None
    assert len(office.letters) == 1


def test_a_sender_killed_after_the_acceptance_repeats_the_very_same_mail(
    service: Flask, own_session: Session, own_database: str, office: Post
):
    post(own_session, ASK, [person(own_session)])
    own_session.commit()
    row = own_session.scalars(sa.select(OutgoingMessage)).one()
    own_session.rollback()
    accepted: list[bytes] = []
    process: subprocess.Popen[bytes] | None = None

    def accept_and_kill(letter: bytes) -> str:
        assert process
        accepted.append(letter)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return "250 OK"

    office.refuse_data = accept_and_kill
    environment = {name: str(value) for name, value in settings_for(office).items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "mail", "send"],
        cwd=PROJECT,
        env={**os.environ, **environment, "DATABASE_URL": own_database},
    )
    assert process.wait(120) == -signal.SIGKILL
    assert len(accepted) == 1
    assert again(own_session, row).fate == Fate.WAITING, "its sender died before its mark"
    assert row.attempts == 1
    other = Mail("Lisez le message", ["Voici."], Category.MESSAGES)
    post(own_session, other, [person(own_session)])
    own_session.commit()
    office.refuse_data = lambda _: None
    run_at_once(service, "send", 1)
    assert [mail["Subject"] for mail in office.mails] == ["Lisez le message"], "what killed a sender does not block the others"
    make_due(own_session, row)
    run_at_once(service, "send", 1)
    assert office.letters[1] == accepted[0], "every byte is the same"
    assert office.mails[1]["Message-ID"] == again(own_session, row).message_id
    assert row.fate == Fate.SENT


def test_two_timers_at_once_post_one_digest_a_person(service: Flask, own_session: Session):
    people = [person(own_session) for _ in range(12)]
    for number in range(3):
        post(own_session, Mail(f"Suivez le dossier {number}", ["Voici."], Category.FOLLOW_UP), people)
    own_session.commit()
    run_at_once(service, "digest", 3)
    digests = own_session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.digest_day.is_not(None))).all()
    assert Counter(one.user_id for one in digests) == Counter(one.id for one in people)
    gathered = own_session.scalars(sa.select(OutgoingMessage.digest_id).where(OutgoingMessage.digest_id.is_not(None)))
    assert Counter(gathered) == Counter({one.id: 3 for one in digests})
