"""An address without account that refuses invitations: known by its hash alone, and honoured when mails leave."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.mail.models import AddressRefusal, Cadence, Category, Fate, OutgoingMessage
from app.mail.outbox import Mail
from app.mail.preferences import cadences, choose
from app.mail.refusals import hash_of, refuse
from tests import factories
from tests.app.mail.conftest import Post, Posted, again

INVITATION = Mail("Répondez à l’invitation", ["Un séminaire."], Category.INVITATIONS)
MAILBOX = "Mediatheque@exemple.invalid"


def refused(session: Session) -> list[tuple[str, Category]]:
    session.commit()
    return [(one.address_hash, one.category) for one in session.scalars(sa.select(AddressRefusal))]


def path_of(row: OutgoingMessage) -> str:
    assert row.unsubscribe_url
    return row.unsubscribe_url.removeprefix("http://127.0.0.1:8000")


def test_an_address_refuses_in_one_click_and_only_its_hash_is_kept(
    app: Flask, posted: Posted, session: Session, client: FlaskClient, post_office: Post, run: FlaskCliRunner, monkeypatch: Any
):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    sent, waiting = posted(INVITATION, to=None, address=MAILBOX), posted(INVITATION, to=None, address=MAILBOX.lower())
    other = posted(INVITATION, to=None, address="autre@exemple.invalid")
    path = path_of(sent)
    assert "Ne plus recevoir d’invitations à cette adresse" in sent.text
    assert client.get(path).status_code == 200
    assert refused(session) == []
    for _ in range(2):
        assert "C’est fait." in client.post(path, data={"List-Unsubscribe": "One-Click"}).text
    with app.app_context():
        assert refused(session) == [(hash_of(MAILBOX), Category.INVITATIONS)]
    run.invoke(args=["mail", "send"])
    assert [again(session, row).fate for row in (sent, waiting, other)] == [Fate.DROPPED, Fate.DROPPED, Fate.SENT]
    (letter,) = post_office.mails
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"] == f"<{other.unsubscribe_url}>"


def test_what_the_address_asks_for_goes_on_leaving(
    app: Flask, posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    with app.app_context():
        refuse(session, hash_of(MAILBOX), [Category.INVITATIONS])
    asked = posted(Mail("Confirmez votre adresse", ["Voici."], Category.ESSENTIAL), to=None, address=MAILBOX)
    run.invoke(args=["mail", "send"])
    assert again(session, asked).fate is Fate.SENT


def test_a_refusal_is_taken_back_by_the_same_link(posted: Posted, session: Session, client: FlaskClient):
    path = path_of(posted(INVITATION, to=None, address=MAILBOX))
    session.commit()
    assert "Recevoir de nouveau ces courriels" in client.post(path).text
    answer = client.post(f"{path}/annuler")
    assert answer.status_code == 303
    assert "Ne plus recevoir ces courriels\u202f?" in client.get(answer.location).text
    assert refused(session) == []


def test_the_link_of_a_person_takes_back_no_refusal(posted: Posted, session: Session, client: FlaskClient):
    path = path_of(posted(INVITATION))
    session.commit()
    assert client.post(f"{path}/annuler").status_code == 404


def test_who_refused_before_having_an_account_gets_none_until_they_choose(
    app: Flask, posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    user: User = factories.person(session)
    with app.app_context():
        refuse(session, hash_of(user.email), [Category.INVITATIONS])
        assert cadences(session, user.id)[Category.INVITATIONS] is Cadence.NEVER
    first = posted(INVITATION, to=user)
    run.invoke(args=["mail", "send"])
    assert again(session, first).fate is Fate.DROPPED
    choose(session, user.id, Category.INVITATIONS, Cadence.AT_ONCE)
    second = posted(INVITATION, to=user)
    run.invoke(args=["mail", "send"])
    assert again(session, second).fate is Fate.SENT


@pytest.mark.parametrize("column", ["unsubscribe_url", "address_hash"])
def test_an_invitation_that_could_not_be_refused_is_refused_by_the_database(posted: Posted, session: Session, column: str):
    row = posted(INVITATION, to=None, address=MAILBOX)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.update(OutgoingMessage).where(OutgoingMessage.id == row.id).values({column: None}))


@pytest.mark.parametrize("values", [{"category": Category.REQUESTS}, {"address_hash": MAILBOX}])
def test_the_database_keeps_no_address_in_clear_and_no_other_refusal(session: Session, values: dict[str, object]):
    known = {"address_hash": "0" * 64, "category": Category.INVITATIONS}
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(AddressRefusal).values(known | values))
