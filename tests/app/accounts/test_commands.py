"""What the timer erases and whom it warns; who administers the network."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.actions import LAST_CALL, UNUSED_LIMIT
from app.accounts.models import EmailChange, RateLimit, SignInLink, User, UserSession
from app.accounts.session import hashed
from app.clock import now
from app.mail.models import Category, OutgoingMessage
from tests.factories import person

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def run(app: Flask, session: Session, *arguments: str) -> tuple[int, str]:
    session.flush()
    result = app.test_cli_runner().invoke(args=["accounts", *arguments])
    session.expire_all()
    return result.exit_code, result.output


def test_an_account_unused_for_two_years_is_warned_once(app: Flask, session: Session):
    with time_machine.travel(START, tick=False) as clock:
        user = person(session, "oubli@exemple.org", last_seen_at=now())
        person(session, "active@exemple.org", last_seen_at=now() + timedelta(days=400))
        clock.shift(UNUSED_LIMIT - timedelta(seconds=1))
        assert "prévenues : 0" in run(app, session, "clean")[1]
        clock.shift(timedelta(seconds=1))
        assert "prévenues : 1" in run(app, session, "clean")[1]
        told = session.scalars(sa.select(OutgoingMessage)).one()
        assert (told.address, told.category, told.user_id) == ("oubli@exemple.org", Category.ESSENTIAL, user.id)
        assert "Connectez-vous pour garder votre compte" in told.subject
        words = " ".join(told.text.split())
        assert "pas servi depuis le 2 mars 2026" in words
        assert "effacé à partir du 31 mars 2028" in words, "thirty days later"
        clock.shift(timedelta(days=1))
        assert "prévenues : 0" in run(app, session, "clean")[1]


def test_an_account_warned_is_to_be_erased_thirty_days_later_unless_it_is_used(app: Flask, session: Session, client):
    with time_machine.travel(START, tick=False) as clock:
        gone, back = (person(session, email, last_seen_at=now()) for email in ("partie@exemple.org", "retour@exemple.org"))
        clock.shift(UNUSED_LIMIT)
        run(app, session, "clean")
        clock.shift(timedelta(days=29))
        client.post("/connexion", data={"email": back.email})
        newest = sa.select(OutgoingMessage.text).order_by(OutgoingMessage.id.desc()).limit(1)
        assert client.post("/connexion/" + session.scalars(newest).one().split("/connexion/")[1].split()[0]).status_code == 303
        session.expire_all()
        assert session.scalars(queries.warned_in_vain(now() - LAST_CALL)).all() == []
        clock.shift(timedelta(days=1))
        assert session.scalars(queries.warned_in_vain(now() - LAST_CALL)).all() == [gone]
        assert back.warned_at is None


def test_administrators_are_not_erased_by_a_timer(app: Flask, session: Session):
    person(session, administrator=True, last_seen_at=START - UNUSED_LIMIT * 2, warned_at=START - UNUSED_LIMIT)
    with time_machine.travel(START, tick=False):
        assert "prévenues : 0" in run(app, session, "clean")[1]
        assert session.scalars(queries.warned_in_vain(now())).all() == []


def test_what_has_served_is_erased_and_nothing_else(app: Flask, session: Session):
    with time_machine.travel(START, tick=False):
        old, recent, user = now() - timedelta(days=1, seconds=1), now() - timedelta(hours=23), person(session)
        other = person(session)
        before = now() - timedelta(days=2)
        for name, moment in (("vieux", old), ("neuf", recent)):
            session.add(SignInLink(token_hash=hashed(name), email="a@exemple.org", created_at=before, expires_at=moment))
            session.add(RateLimit(what=name, who_hash="x", window_start=moment, number=1))
            message = {"category": Category.ESSENTIAL, "subject": name, "text": "x", "html": "x", "paragraphs": []}
            for user_id in (None, user.id):
                row = OutgoingMessage(message_id=f"<{name}-{user_id}>", address="a@exemple.org", user_id=user_id, **message)
                row.sent_at = moment
                session.add(row)
        session.add(OutgoingMessage(message_id="<attente>", address="a@exemple.org", created_at=old, **message))
        session.add(
            EmailChange(user_id=user.id, token_hash=hashed("vieux"), email="b@exemple.org", created_at=before, expires_at=old)
        )
        kept = EmailChange(user_id=other.id, token_hash=hashed("neuf"), email="b@exemple.org")
        kept.created_at, kept.expires_at = before, recent
        session.add(kept)
        for name, days in (("vieux", 31), ("neuf", 29)):
            seen = now() - timedelta(days=days)
            session.add(UserSession(token_hash=hashed(name), user_id=user.id, device="Essai", last_seen_at=seen))
        code, output = run(app, session, "clean")
        assert code == 0, output
    assert session.scalars(sa.select(SignInLink.token_hash)).all() == [hashed("neuf")]
    assert session.scalars(sa.select(RateLimit.what)).all() == ["neuf"]
    assert session.scalars(sa.select(EmailChange.token_hash)).all() == [hashed("neuf")]
    assert session.scalars(sa.select(UserSession.token_hash)).all() == [hashed("neuf")]
    left = set(session.scalars(sa.select(OutgoingMessage.message_id)))
    assert left == {"<neuf-None>", f"<neuf-{user.id}>", f"<vieux-{user.id}>", "<attente>"}


def test_an_administrator_is_appointed_with_or_without_an_account(app: Flask, session: Session):
    person(session, "connue@exemple.org")
    for email in ("connue@exemple.org", "Nouvelle@Exemple.org"):
        assert run(app, session, "appoint", email)[0] == 0
    emails = sa.select(User.email).where(User.is_administrator).order_by(User.email)
    assert session.scalars(emails).all() == ["connue@exemple.org", "nouvelle@exemple.org"]


def test_the_last_administrator_is_not_dismissed(app: Flask, session: Session):
    for email in ("une@exemple.org", "deux@exemple.org"):
        person(session, email, administrator=True)
    assert run(app, session, "dismiss", "une@exemple.org")[0] == 0
    code, output = run(app, session, "dismiss", "deux@exemple.org")
    assert code == 1
    assert "dernière personne" in output
    assert session.scalars(sa.select(User.email).where(User.is_administrator)).all() == ["deux@exemple.org"]


@pytest.mark.parametrize("email", ["inconnue@exemple.org", "simple@exemple.org"])
def test_only_an_administrator_is_dismissed(app: Flask, session: Session, email: str):
    person(session, "simple@exemple.org")
    assert run(app, session, "dismiss", email)[0] == 1
