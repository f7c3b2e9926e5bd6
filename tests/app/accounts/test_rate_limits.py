"""How often a link may be asked for, and the counts behind it."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.models import RateLimit, SignInLink
from app.accounts.rate_limits import allowed, client_address, mailbox
from app.extensions import db
from app.mail.models import OutgoingMessage

HOUR = timedelta(hours=1)
TEN_PAST_NOON = "2026-03-02T12:10:00+00:00"


def ask(app, email: str, client: str = "192.0.2.1") -> TestResponse:
    return app.test_client().post("/connexion", data={"email": email}, environ_base={"REMOTE_ADDR": client})


def test_an_address_gets_five_links_an_hour_from_a_client(app, session: Session):
    with time_machine.travel(TEN_PAST_NOON, tick=False) as clock:
        seen = [ask(app, "a@exemple.org") for _ in range(6)]
        assert [answer.status_code for answer in seen] == [200] * 5 + [429]
        assert seen[5].headers["Retry-After"] == str(50 * 60 + 1)
        assert "Réessayez dans 51\u00a0minutes." in seen[5].text
        assert ask(app, "b@exemple.org").status_code == 200
        clock.shift(timedelta(minutes=51))
        assert ask(app, "a@exemple.org").status_code == 200
    assert len(session.scalars(sa.select(SignInLink).where(SignInLink.email == "a@exemple.org")).all()) == 6
    assert len(session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.address == "a@exemple.org")).all()) == 6


def test_a_stranger_does_not_lock_an_address_out(app, session: Session):
    with time_machine.travel(TEN_PAST_NOON, tick=False):
        assert [ask(app, "a@exemple.org", "203.0.113.9").status_code for _ in range(30)] == [200] * 5 + [429] * 25
        assert ask(app, "a@exemple.org").status_code == 200


def test_an_address_gets_twenty_links_an_hour_wherever_they_are_asked_for(app, session: Session):
    with time_machine.travel(TEN_PAST_NOON, tick=False):
        seen = [ask(app, "a@exemple.org", f"192.0.2.{number}").status_code for number in range(21)]
    assert seen == [200] * 20 + [429]


def test_what_follows_a_plus_is_the_same_mailbox(app, session: Session):
    with time_machine.travel(TEN_PAST_NOON, tick=False):
        seen = [ask(app, f"a+{number}@exemple.org").status_code for number in range(6)]
        assert seen == [200] * 5 + [429]
        assert ask(app, "A@exemple.org").status_code == 429
        assert ask(app, "ab@exemple.org").status_code == 200
    assert "a+0@exemple.org" in session.scalars(sa.select(OutgoingMessage.address)).all(), "the mail goes where it was asked"


@pytest.mark.parametrize(("email", "kept"), [("+1@exemple.org", "+1@exemple.org"), ("a+b+c@exemple.org", "a@exemple.org")])
def test_a_mailbox_has_a_name(email: str, kept: str):
    assert mailbox(email) == kept


def test_a_known_and_an_unknown_address_have_the_same_limit(app, session: Session):
    session.execute(sa.text("INSERT INTO app_user (public_id, email) VALUES ('p', 'connue@exemple.org')"))
    seen = {}
    with time_machine.travel(TEN_PAST_NOON, tick=False):
        for email in ("connue@exemple.org", "perdue@exemple.org"):
            answers = [app.test_client().post("/connexion", data={"email": email}) for _ in range(7)]
            seen[email] = [(one.status_code, one.text.replace(email, "")) for one in answers]
    assert seen["connue@exemple.org"] == seen["perdue@exemple.org"]


def test_a_client_gets_thirty_links_an_hour_for_any_addresses(app, session: Session):
    with time_machine.travel(TEN_PAST_NOON, tick=False):
        place = {"REMOTE_ADDR": "192.0.2.7"}
        seen = [
            app.test_client().post("/connexion", data={"email": f"a{number}@exemple.org"}, environ_base=place).status_code
            for number in range(31)
        ]
        assert seen == [200] * 30 + [429]
        assert app.test_client().post("/connexion", data={"email": "z@exemple.org"}).status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_a_subscriber_is_one_client_whatever_address_of_theirs_they_use(app, one: str, other: str, same: bool):
    told = []
    for address in (one, other):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            told.append(client_address())
    assert (told[0] == told[1]) is same


def test_who_tries_is_kept_as_a_keyed_hash(app, session: Session):
    with app.app_context():
        allowed(session, "essai", "a@exemple.org", 1, HOUR)
        allowed(session, "autre", "a@exemple.org", 1, HOUR)
    hashes = session.scalars(sa.select(RateLimit.who_hash)).all()
    assert len(set(hashes)) == 2, "what is tried is part of the hash: two counts of a person do not tell it is the same"
    assert all(len(one) == 64 and "exemple" not in one for one in hashes)


def test_a_count_below_one_is_refused_by_the_database(session: Session):
    session.add(RateLimit(what="essai", who_hash="x", window_start=sa.func.now(), number=0))
    with pytest.raises(IntegrityError, match="number_is_positive"):
        session.flush()


def test_tries_at_once_are_all_counted(own_database: str):
    app = create_app({"DATABASE_URL": own_database})
    answers: list[bool] = []
    together = threading.Barrier(8)

    def try_once() -> None:
        with app.app_context():
            together.wait()
            answers.append(allowed(db.session, "essai", "a@exemple.org", 5, HOUR))
            db.session.commit()

    threads = [threading.Thread(target=try_once) for _ in range(8)]
    with time_machine.travel(TEN_PAST_NOON, tick=False):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [False] * 3 + [True] * 5
    with app.app_context():
        assert db.session.scalars(sa.select(RateLimit.number)).one() == 8
    # A session that is still open would give its connection back to a pool that nobody closes any more.
    with app.app_context():
        db.engine.dispose()
