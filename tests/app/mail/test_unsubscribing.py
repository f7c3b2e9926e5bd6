"""The link that ends a kind of mails: asked by GET, done by POST, for whoever holds the link and nobody else."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.mail.models import Category, Fate, MailPreference, OutgoingMessage
from app.mail.outbox import Mail
from app.mail.unsubscribing import Unsubscription, read, token_of
from tests.app.mail.conftest import Post, Posted, again
from tests.factories import person

#: What a mail reader sends when its own button is pressed: RFC 8058, section 3.1.
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_of(row: OutgoingMessage) -> str:
    assert row.unsubscribe_url
    return row.unsubscribe_url.removeprefix("http://127.0.0.1:8000")


def choices(session: Session) -> list[tuple[int, Category, str]]:
    session.commit()
    return [(one.user_id, one.category, one.cadence.value) for one in session.scalars(sa.select(MailPreference))]


def test_opening_the_link_unsubscribes_nobody(posted: Posted, session: Session, client: FlaskClient):
    path = path_of(posted())
    session.commit()
    page = client.get(path)
    assert page.status_code == 200
    assert "Ne plus recevoir ces courriels\u202f?" in page.text
    assert "Demandes qui attendent votre réponse" in page.text
    assert f'action="{path}"' in page.text
    assert choices(session) == []


def test_a_mail_reader_unsubscribes_in_one_click_without_cookie_nor_token(
    app: Flask, posted: Posted, session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    row = posted()
    path, user_id = path_of(row), row.user_id
    session.commit()
    answer = client.post(path, data=ONE_CLICK)
    assert answer.status_code == 200, "RFC 8058 forbids a redirection here"
    assert "Set-Cookie" not in answer.headers
    assert choices(session) == [(user_id, Category.REQUESTS, "jamais")]


def test_the_other_forms_keep_their_guard(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert client.post("/connexion", data={"email": "a@exemple.invalid"}).status_code == 400


def test_unsubscribing_twice_is_unsubscribing_once(posted: Posted, session: Session, client: FlaskClient):
    row = posted()
    path, user_id = path_of(row), row.user_id
    session.commit()
    for _ in range(3):
        answer = client.post(path)
        assert answer.status_code == 200
        assert "C’est fait." in answer.text
    assert choices(session) == [(user_id, Category.REQUESTS, "jamais")]
    assert "C’est fait." in client.get(path).text


def test_what_had_not_left_does_not_leave_any_more(
    posted: Posted, session: Session, client: FlaskClient, post_office: Post, run: FlaskCliRunner
):
    row = posted()
    path = path_of(row)
    session.commit()
    client.post(path)
    run.invoke(args=["mail", "send"])
    assert again(session, row).fate == Fate.DROPPED
    assert not post_office.letters


def test_the_link_counts_for_its_person_alone(posted: Posted, session: Session, client: FlaskClient):
    row, other = posted(), posted()
    path, user_id, other_id = path_of(row), row.user_id, other.user_id
    session.commit()
    client.post(path)
    assert {chosen[0] for chosen in choices(session)} == {user_id} != {other_id}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "1",
        lambda token: token[:-1],
        lambda token: token[:-4] + "AAAA",
        lambda token: "." + token,
        lambda token: token.split(".")[0],
        lambda token: f"{token}.{token}",
        lambda _: "é" * 40,
        lambda _: "WyJhIiwiYiJd.x",
    ],
)
def test_a_forged_link_leads_to_a_clear_page(
    posted: Posted, session: Session, client: FlaskClient, method: str, spoil: Callable[[str], str]
):
    path = path_of(posted())
    session.commit()
    folder, _, token = path.rpartition("/")
    answer = getattr(client, method)(f"{folder}/{spoil(token)}")
    assert answer.status_code == 404
    assert "Ce lien de désabonnement ne mène à rien" in answer.text
    assert choices(session) == []


def test_the_link_of_an_erased_account_leads_to_a_clear_page(posted: Posted, session: Session, client: FlaskClient):
    row = posted()
    path = path_of(row)
    session.execute(sa.delete(User).where(User.id == row.user_id))
    session.commit()
    assert client.get(path).status_code == client.post(path).status_code == 404


def test_a_token_signed_for_something_else_is_refused(app: Flask, session: Session, client: FlaskClient):
    reader = person(session)
    session.commit()
    with app.app_context():
        wish = Unsubscription(reader.public_id, [Category.NEWS])
        assert read(token_of(wish)) == wish
        app_secret = app.config["SECRET_KEY"]
        app.config["SECRET_KEY"] = "another secret of another service"
        try:
            forged = token_of(wish)
        finally:
            app.config["SECRET_KEY"] = app_secret
        assert read(forged) is None
    assert client.post(f"/courriels/desabonnement/{forged}").status_code == 404


def test_the_link_of_a_person_and_a_category_is_always_the_same(app: Flask, posted: Posted, session: Session):
    reader = person(session)
    mail = Mail("Lisez", ["Voici."], Category.MESSAGES)
    assert posted(mail, to=reader).unsubscribe_url == posted(mail, to=reader).unsubscribe_url
