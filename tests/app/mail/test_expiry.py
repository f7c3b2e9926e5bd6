"""A mail whose link serves no more does not leave."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.actions import LINK_LIFE, send_link
from app.clock import now
from app.mail import delivery
from app.mail.models import Fate, OutgoingMessage
from tests.app.mail.conftest import Post, Posted, again, make_due

ADDRESS = "personne@exemple.invalid"


@pytest.fixture
def sign_in_mail(app: Flask, session: Session) -> OutgoingMessage:
    with app.app_context():
        send_link(session, ADDRESS, None)
    session.commit()
    return session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.address == ADDRESS)).one()


def test_a_sign_in_link_that_the_server_put_off_leaves_while_it_serves(
    sign_in_mail: OutgoingMessage, session: Session, post_office: Post, run: FlaskCliRunner
):
    post_office.refuse_recipient = lambda _: "451 later"
    run.invoke(args=["mail", "send"])
    assert again(session, sign_in_mail).fate == Fate.WAITING
    post_office.refuse_recipient = lambda _: None
    make_due(session, sign_in_mail)
    run.invoke(args=["mail", "send"])
    assert again(session, sign_in_mail).fate == Fate.SENT
    assert post_office.recipients == [ADDRESS]


def test_a_sign_in_link_that_serves_no_more_is_dropped_with_the_reason(
    sign_in_mail: OutgoingMessage, posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    other = posted()
    with time_machine.travel(now() + LINK_LIFE + timedelta(seconds=1)):
        result = run.invoke(args=["mail", "send"])
    assert "1 partis, 0 refusés, 1 écartés" in result.output
    assert again(session, sign_in_mail).fate == Fate.DROPPED
    assert sign_in_mail.last_error == "Le lien que portait ce message ne sert plus."
    assert sign_in_mail.attempts == 0
    assert again(session, other).fate == Fate.SENT
    assert post_office.recipients == [other.address]


def test_a_link_that_ends_while_others_leave_is_not_claimed(app: Flask, sign_in_mail: OutgoingMessage, session: Session):
    sign_in_mail.expires_at = now() - timedelta(seconds=1)
    session.commit()
    with app.app_context():
        assert delivery.claim(session) is None


def test_the_mailbox_tells_why_it_did_not_leave(sign_in_mail: OutgoingMessage, session: Session, app: Flask, client):
    sign_in_mail.expires_at = now() - timedelta(seconds=1)
    session.flush()
    assert delivery.drop_past(session) == 1
    session.commit()
    page = client.get(f"/courrier/{sign_in_mail.id}").text
    assert "Raison" in page
    assert "Le lien que portait ce message ne sert plus." in page
    assert "Réponse du serveur" not in page
