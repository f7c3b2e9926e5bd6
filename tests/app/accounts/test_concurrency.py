"""Two at once, on real connections: one wins, the other is told."""

import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.actions import ask_email_change, send_link
from app.accounts.models import SignInLink, User, UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.extensions import db
from app.mail.models import MailPreference, OutgoingMessage
from tests.factories import person

EMAIL = "camille@exemple.org"
CHOICES = {
    "demandes": "immediat",
    "messages": "quotidien",
    "suivi": "hebdomadaire",
    "alertes": "immediat",
    "actualites": "jamais",
    "invitations": "immediat",
}


@pytest.fixture
def app(own_database: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": own_database})
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(*calls: Callable[[], TestResponse]) -> list[int]:
    """Make the calls together, each in its thread; give their statuses."""
    together, statuses = threading.Barrier(len(calls)), []

    def run(call: Callable[[], TestResponse]) -> None:
        together.wait()
        statuses.append(call().status_code)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def posting(client: FlaskClient, path: str, data: dict[str, str] | None = None) -> Callable[[], TestResponse]:
    return lambda: client.post(path, data=data or {})


def link(app: Flask) -> str:
    with app.app_context():
        token = send_link(db.session, EMAIL, None)
        db.session.commit()
    return f"/connexion/{token}"


def number(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def signed_in(app: Flask, email: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        user = person(db.session, email)
        db.session.add(UserSession(token_hash=hashed(email), user_id=user.id, device="Essai"))
        db.session.commit()
    with client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = email
    return client


def test_of_six_uses_of_a_link_at_once_one_wins(app: Flask):
    path = link(app)
    assert at_once(*[posting(app.test_client(), path) for _ in range(6)]) == [303] + [410] * 5
    assert (number(app, User), number(app, UserSession)) == (1, 1)


def test_two_links_of_a_new_address_used_at_once_make_one_account(app: Flask):
    for _ in range(5):
        paths = [link(app) for _ in range(2)]
        seen = at_once(*[posting(app.test_client(), path) for path in paths])
        assert seen in ([303, 303], [303, 410]), "each may win; neither breaks"
        assert number(app, User) == 1
        with app.app_context():
            assert db.session.scalars(sa.select(SignInLink).where(SignInLink.used_at.is_(None))).all() == []


def test_links_asked_for_at_once_are_all_sent(app: Flask):
    calls = [posting(app.test_client(), "/connexion", {"email": EMAIL}) for _ in range(8)]
    assert at_once(*calls) == [200] * 5 + [429] * 3
    assert (number(app, SignInLink), number(app, OutgoingMessage)) == (5, 5)


def test_a_double_click_on_preferences_keeps_them_once(app: Flask):
    client = signed_in(app, EMAIL)
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie[COOKIE_KEY] = EMAIL
    assert at_once(*[posting(one, "/mon-compte/courriels", CHOICES) for one in (client, other)]) == [303, 303]
    assert number(app, MailPreference) == len(CHOICES)


def test_two_accounts_that_take_an_address_at_once_one_wins(app: Flask):
    people = [signed_in(app, f"personne{n}@exemple.org") for n in range(2)]
    calls = []
    for client, user_id in zip(people, _user_ids(app), strict=True):
        with app.app_context():
            ask_email_change(db.session, db.session.get_one(User, user_id), EMAIL)
            db.session.commit()
            newest = sa.select(OutgoingMessage.text).order_by(OutgoingMessage.id.desc()).limit(1)
            token = db.session.scalars(newest).one().split("/mon-compte/adresse/")[1].split()[0]
        calls.append(posting(client, f"/mon-compte/adresse/{token}"))
    assert at_once(*calls) == [303, 409]


def _user_ids(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(sa.select(User.id).order_by(User.id)))
