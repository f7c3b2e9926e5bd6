"""The browsers in which one is signed in, and how to end them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.devices import device_words
from app.accounts.models import User, UserSession
from app.accounts.session import COOKIE_KEY, IDLE_LIMIT, hashed
from app.clock import now
from app.extensions import db
from tests.factories import person


def test_one_sees_one_s_own_sessions_alone_this_one_marked(session: Session, sign_in):
    user = person(session)
    client = sign_in(user)
    session.add(UserSession(token_hash=hashed("a"), user_id=user.id, device="Safari sur iPhone"))
    session.add(UserSession(token_hash=hashed("b"), user_id=person(session).id, device="Opera sous Linux"))
    session.flush()
    page = client.get("/mon-compte/sessions").text
    assert "Safari sur iPhone" in page
    assert "Opera" not in page
    assert page.count("cet appareil") == 1
    assert "Déconnecter tous les autres appareils" in page


def test_a_session_ended_elsewhere_is_over_at_once(session: Session, sign_in):
    user = person(session)
    here, there = sign_in(user), sign_in(user)
    assert there.get("/mon-compte").status_code == 200
    other = session.scalars(sa.select(UserSession).order_by(UserSession.id.desc())).first()
    assert here.post(f"/mon-compte/sessions/{other.public_id}/fermer").status_code == 303
    assert there.get("/mon-compte").status_code == 302
    assert here.get("/mon-compte").status_code == 200


def test_all_the_others_end_and_this_one_stays(session: Session, sign_in):
    user, stranger = person(session), person(session)
    here, there, apart = sign_in(user), sign_in(user), sign_in(stranger)
    assert here.post("/mon-compte/sessions/fermer-les-autres").status_code == 303
    assert [client.get("/mon-compte").status_code for client in (here, there, apart)] == [200, 302, 200]


def test_the_session_of_somebody_else_does_not_exist(session: Session, sign_in):
    sign_in(person(session))
    other = session.scalars(sa.select(UserSession)).one()
    client = sign_in(person(session))
    for session_id in (other.public_id, "inconnu", str(other.id)):
        assert client.post(f"/mon-compte/sessions/{session_id}/fermer").status_code == 404
    assert session.get(UserSession, other.id) is not None


def test_ending_this_session_signs_out(session: Session, sign_in):
    client = sign_in(person(session))
    own = session.scalars(sa.select(UserSession)).one()
    assert client.post(f"/mon-compte/sessions/{own.public_id}/fermer").location == "/"
    assert client.get("/mon-compte").status_code == 302


def test_a_browser_unused_for_thirty_days_is_signed_out(session: Session, sign_in):
    client = sign_in(person(session))
    row = session.scalars(sa.select(UserSession)).one()
    row.last_seen_at = now() - IDLE_LIMIT + timedelta(minutes=5)
    session.flush()
    assert client.get("/mon-compte").status_code == 200
    row.last_seen_at = now() - IDLE_LIMIT
    session.flush()
    assert client.get("/mon-compte").status_code == 302


@pytest.fixture
def committed(own_database: str) -> Iterator[tuple[Flask, FlaskClient]]:
    """Give an application on a database of its own, and a client in which a person of it signed in a day ago."""
    app = create_app({"DATABASE_URL": own_database})
    client = app.test_client()
    with app.app_context():
        long_ago = now() - timedelta(days=1)
        user = person(db.session, last_seen_at=long_ago, warned_at=long_ago)
        db.session.add(UserSession(token_hash=hashed("essai"), user_id=user.id, device="Essai", last_seen_at=long_ago))
        db.session.commit()
    with client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = "essai"
    yield app, client
    with app.app_context():
        db.engine.dispose()


def last_seen(app: Flask) -> tuple[object, ...]:
    with app.app_context():
        rows = sa.select(UserSession.last_seen_at, User.last_seen_at, User.warned_at).join(UserSession.user)
        return tuple(db.session.execute(rows).one())


def test_the_last_use_is_written_once_an_hour(committed):
    app, client = committed
    with time_machine.travel(now(), tick=False) as clock:
        first = now()
        client.get("/mon-compte")
        assert last_seen(app) == (first, first, None), "whoever comes back keeps their account"
        clock.shift(timedelta(minutes=59))
        client.get("/mon-compte")
        assert last_seen(app) == (first, first, None)
        clock.shift(timedelta(minutes=2))
        client.get("/annuaire")
        assert last_seen(app) == (now(), now(), None)


def test_noting_the_last_use_never_waits_for_a_locked_row(committed):
    app, client = committed
    before = last_seen(app)
    with app.app_context():
        engine = db.engine
    with engine.connect() as elsewhere:
        elsewhere.execute(sa.text("SELECT 1 FROM app_user, user_session FOR UPDATE"))
        assert client.get("/mon-compte").status_code == 200
        elsewhere.rollback()
    assert last_seen(app) == before


def test_a_page_read_twice_in_an_hour_writes_nothing(session: Session, sign_in, count_queries):
    client = sign_in(person(session))
    client.get("/mon-compte")
    before = count_queries()
    client.get("/mon-compte")
    assert count_queries() - before <= 3


def test_what_is_made_for_someone_stays_in_no_cache(session: Session, sign_in, client):
    known = sign_in(person(session))
    for address in ("/", "/annuaire", "/mon-compte", "/cette-page-n-existe-pas"):
        assert known.get(address).headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/annuaire").headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox sous Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge sous Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
            "Chrome sous Linux",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605 Version/18.0 Safari/605.1.15", "Safari sous macOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/130 Mobile Safari/604",
            "Chrome sur iPhone",
        ),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari sur iPad"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Firefox sous Android"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537",
            "Samsung Internet sous Android",
        ),
        ("Something (Windows)", "Navigateur sous Windows"),
        ("<script>alert(1)</script>" * 50, "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)
def test_a_device_is_named_in_few_words(user_agent: str, words: str):
    assert device_words(user_agent) == words


def test_sign_in_keeps_these_words_and_not_what_the_browser_says(client, session: Session):
    from_browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0 essai-singulier"}
    client.post("/connexion", data={"email": "camille@exemple.org"}, headers=from_browser)
    token = session.scalar(sa.text("SELECT substring(text FROM '/connexion/([^[:space:]]+)') FROM outgoing_message"))
    client.post(f"/connexion/{token}", headers=from_browser)
    assert session.scalars(sa.select(UserSession.device).join(User)).one() == "Firefox sous Linux"
