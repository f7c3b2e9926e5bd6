"""Signing in by a link sent to a mailbox."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.models import SignInLink, User, UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.clock import now
from app.extensions import db
from app.mail.models import OutgoingMessage
from tests.factories import person

EMAIL = "camille@exemple.org"


def ask(client: FlaskClient, email: str = EMAIL, suite: str = "") -> TestResponse:
    return client.post("/connexion", data={"email": email, "suite": suite})


def token(session: Session) -> str:
    """The token of the last mail: as its reader, and nobody else, knows it."""
    session.expire_all()
    message = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id.desc()).limit(1)).one()
    return re.search(r"/connexion/([\w-]+)", message.text).group(1)


def test_a_person_signs_in_by_the_link_that_they_are_sent(client: FlaskClient, session: Session):
    assert ask(client).status_code == 200
    link = f"/connexion/{token(session)}"
    page = client.get(link)
    assert page.status_code == 200
    assert EMAIL in page.text
    assert client.post(link).status_code == 303
    assert client.get("/mon-compte").status_code == 200
    assert session.scalars(sa.select(User.email)).all() == [EMAIL]


def test_the_mail_says_what_to_do_and_names_nobody(client: FlaskClient, session: Session):
    person(session, EMAIL, name="Camille Secrète")
    ask(client)
    message = session.scalars(sa.select(OutgoingMessage)).one()
    assert message.address == EMAIL
    assert message.subject == "Connectez-vous à Maillage"
    assert "15 minutes" in message.text
    assert "Camille" not in message.text


def test_a_link_that_is_only_opened_is_not_used(client: FlaskClient, session: Session):
    """Scanners of mail open every link that they find."""
    ask(client)
    link = f"/connexion/{token(session)}"
    for _ in range(10):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert session.scalars(sa.select(UserSession)).all() == []
    assert session.scalars(sa.select(User)).all() == []
    assert client.post(link).status_code == 303


def test_a_link_serves_once(client: FlaskClient, app, session: Session):
    ask(client)
    link = f"/connexion/{token(session)}"
    assert client.post(link).status_code == 303
    second = app.test_client()
    for answer in (second.post(link), second.get(link)):
        assert answer.status_code == 410
        assert "a déjà servi" in answer.text
        assert "Demander un nouveau lien" in answer.text
    assert len(session.scalars(sa.select(UserSession)).all()) == 1


def test_a_link_serves_for_fifteen_minutes(client: FlaskClient, session: Session):
    with time_machine.travel("2026-03-02T09:00:00+00:00", tick=False) as clock:
        ask(client)
        link = f"/connexion/{token(session)}"
        clock.shift(timedelta(minutes=14, seconds=59))
        assert client.get(link).status_code == 200
        clock.shift(timedelta(seconds=1))
        for answer in (client.get(link), client.post(link)):
            assert answer.status_code == 410
            assert "arrivé à son terme" in answer.text
            assert "Demander un nouveau lien" in answer.text
    assert session.scalars(sa.select(UserSession)).all() == []


@pytest.mark.parametrize("forged", ["x", "A" * 43, "é", "'; DROP TABLE app_user; --", "a" * 3000])
def test_a_forged_link_is_refused_with_a_way_on(client: FlaskClient, forged: str):
    for answer in (client.get(f"/connexion/{forged}"), client.post(f"/connexion/{forged}")):
        assert answer.status_code == 404
        assert "Demander un nouveau lien" in answer.text


def test_a_link_with_a_zero_is_no_page(client: FlaskClient):
    assert client.get("/connexion/%00").status_code == client.post("/connexion/%00").status_code == 404


def test_a_dead_link_keeps_the_page_that_was_asked_for(client: FlaskClient, session: Session):
    ask(client, suite="/annuaire?q=digne")
    link = f"/connexion/{token(session)}"
    session.execute(sa.update(SignInLink).values(expires_at=now()))
    assert 'href="/connexion?suite=/annuaire?q%3Ddigne"' in client.get(link).text


def test_using_a_link_ends_the_others_of_the_address_and_of_it_alone(client: FlaskClient, app, session: Session):
    tokens = []
    for email in (EMAIL, EMAIL, "autre@exemple.org"):
        ask(client, email)
        tokens.append(token(session))
    assert client.post(f"/connexion/{tokens[1]}").status_code == 303
    assert app.test_client().post(f"/connexion/{tokens[0]}").status_code == 410
    assert app.test_client().post(f"/connexion/{tokens[2]}").status_code == 303


def test_no_token_is_kept_in_clear(client: FlaskClient, session: Session):
    ask(client)
    secret = token(session)
    client.post(f"/connexion/{secret}")
    with client.session_transaction() as cookie:
        of_session = cookie[COOKIE_KEY]
    for table in ("sign_in_link", "user_session", "app_user", "rate_limit"):
        for row in session.execute(sa.text(f"SELECT t::text FROM {table} t")).scalars():
            assert secret not in row
            assert of_session not in row
            if table == "rate_limit":
                assert EMAIL not in row
                assert "127.0.0.1" not in row
    assert session.scalars(sa.select(SignInLink.token_hash)).one() == hashed(secret)
    assert session.scalars(sa.select(UserSession.token_hash)).one() == hashed(of_session)


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(app, session: Session, count_queries):
    person(session, "connue@exemple.org")
    seen, counts = [], []
    for email in ("connue@exemple.org", "perdue@exemple.org"):
        before = count_queries()
        answer = ask(app.test_client(), email)
        counts.append(count_queries() - before)
        headers = {name: value for name, value in answer.headers if name not in ("Content-Security-Policy", "Set-Cookie")}
        seen.append((answer.status_code, answer.text.replace(email, "ADRESSE"), headers))
    assert seen[0] == seen[1]
    assert counts[0] == counts[1], "the same work is done, in the same time"
    sent = sa.select(OutgoingMessage.address, sa.func.count()).group_by(OutgoingMessage.address)
    assert dict(tuple(row) for row in session.execute(sent)) == {"connue@exemple.org": 1, "perdue@exemple.org": 1}


def test_asking_creates_no_account(client: FlaskClient, session: Session):
    ask(client)
    assert session.scalars(sa.select(User)).all() == []


def test_an_address_is_one_whatever_its_case(client: FlaskClient, session: Session):
    known = person(session, EMAIL)
    ask(client, "  Camille@EXEMPLE.org ")
    client.post(f"/connexion/{token(session)}")
    assert session.scalars(sa.select(UserSession.user_id)).one() == known.id


@pytest.mark.parametrize(
    "typed",
    [
        *("", "camille", "camille@", "@exemple.org", "camille@exemple", "a b@exemple.org", "a@exemple.org, b@exemple.org"),
        *("a@exemple.org\r\nBcc: b@exemple.org", "<script>alert(1)</script>@exemple.org", "a@[127.0.0.1]"),
        "x" * 300 + "@exemple.org",
    ],
)
def test_what_is_no_address_is_refused_and_not_lost(client: FlaskClient, session: Session, typed: str):
    answer = ask(client, typed, "/annuaire")
    assert answer.status_code == 400
    assert "Écrivez" in answer.text
    assert 'value="/annuaire"' in answer.text
    assert "<script>alert" not in answer.text
    assert session.scalars(sa.select(OutgoingMessage)).all() == []


@pytest.mark.parametrize(
    ("email", "is_shared"),
    [
        ("mediatheque@exemple.org", True),
        ("contact@exemple.org", True),
        ("bibliotheque.municipale@exemple.org", True),
        ("cite-des-metiers@exemple.org", True),
        ("camille.contact@exemple.org", False),
        ("camille@exemple.org", False),
    ],
)
def test_a_shared_mailbox_is_accepted_and_explained(client: FlaskClient, session: Session, email: str, is_shared: bool):
    answer = ask(client, email)
    assert answer.status_code == 200
    assert ("n’est pas une identité" in answer.text) is is_shared
    assert session.scalars(sa.select(OutgoingMessage.address)).one() == email


def test_a_new_session_begins_at_sign_in(client: FlaskClient, session: Session):
    """Whoever planted a cookie in this browser does not share the session that begins."""
    with client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = "plante"
        cookie["csrf_token"] = "planté"
    ask(client)
    client.post(f"/connexion/{token(session)}")
    with client.session_transaction() as cookie:
        assert cookie[COOKIE_KEY] != "plante"
        assert "csrf_token" not in cookie


def test_signing_in_as_another_ends_the_session_before(client: FlaskClient, session: Session):
    for email in (EMAIL, "autre@exemple.org"):
        ask(client, email)
        client.post(f"/connexion/{token(session)}")
    assert session.scalars(sa.select(User.email).join(UserSession)).all() == ["autre@exemple.org"]


def test_the_browser_forgets_at_its_end_unless_asked_to_remember(client: FlaskClient, session: Session):
    ask(client)
    answer = client.post(f"/connexion/{token(session)}")
    assert "Expires" not in answer.headers["Set-Cookie"]
    ask(client)
    answer = client.post(f"/connexion/{token(session)}", data={"rester": "y"})
    assert "Expires" in answer.headers["Set-Cookie"]


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(app, session: Session):
    client = app.test_client()
    ask(client)
    cookie = client.post(f"/connexion/{token(session)}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_in_production_cookies_travel_encrypted_alone_and_forms_work(app, connection, session: Session):
    """Browsers send the origin alone of a page whose address holds a token: the guard of forms is content with it."""
    served = {"TRUSTED_HOSTS": "maillage.example", "SITE_URL": "https://maillage.example", "SMTP_HOST": "smtp.example"}
    said = {"PUBLISHER": "Éditeur", "CONTACT_EMAIL": "contact@maillage.example", "MAIL_FROM": "a@maillage.example"}
    production = create_app(
        {"DATABASE_URL": app.config["DATABASE_URL"], "ENVIRONMENT": "production", "SECRET_KEY": "s" * 40, "PROXY_COUNT": "0"}
        | served
        | said
    )
    production.testing = True
    client = production.test_client()
    page = client.get("/connexion", base_url="https://maillage.example")
    token_of_form = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    # What a browser says of where it comes from, under the policy of the page.
    asked = client.post(
        "/connexion",
        base_url="https://maillage.example",
        data={"csrf_token": token_of_form, "email": "incomplète"},
        headers={"Referer": "https://maillage.example/"},
    )
    assert "Cette adresse n’est pas complète" in asked.text, "past the guard of forms"
    with production.app_context():
        db.engine.dispose()
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-maillage=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert page.headers["Referrer-Policy"] == "strict-origin"


def test_the_address_of_the_link_is_told_to_nobody(client: FlaskClient, session: Session):
    ask(client)
    link = f"/connexion/{token(session)}"
    for answer in (client.get(link), client.post(link), client.post(link)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "strict-origin", "browsers tell the origin, never the path"


def test_nothing_of_a_sign_in_is_logged(client: FlaskClient, session: Session, caplog):
    caplog.set_level(0)
    ask(client)
    secret = token(session)
    client.get(f"/connexion/{secret}")
    client.post(f"/connexion/{secret}")
    client.post(f"/connexion/{secret}")
    told = " ".join(record.getMessage() for record in caplog.records)
    assert secret not in told
    assert EMAIL not in told


def test_a_form_without_its_token_is_refused(app, client: FlaskClient, session: Session, monkeypatch):
    ask(client)
    link = f"/connexion/{token(session)}"
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert client.post("/connexion", data={"email": EMAIL}).status_code == 400
    assert client.post(link).status_code == 400
    page = client.get(link)
    of_form = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    assert client.post(link, data={"csrf_token": of_form}).status_code == 303


def test_who_is_signed_in_does_not_sign_in_again(session: Session, sign_in):
    client = sign_in(person(session))
    assert client.get("/connexion").location == "/mon-espace"
    assert client.get("/connexion?suite=/annuaire").location == "/annuaire"


def test_a_person_without_name_is_asked_for_it_and_may_go_on(client: FlaskClient, session: Session):
    ask(client, suite="/annuaire")
    onward = client.post(f"/connexion/{token(session)}").location
    assert onward == "/mon-compte?suite=/annuaire"
    page = client.get(onward).text
    assert "Comment vous appelez-vous" in page
    assert 'href="/annuaire">Plus tard' in page
    saved = client.post("/mon-compte", data={"nom": "Camille Inventée", "fonction": "", "suite": "/annuaire"})
    assert (saved.status_code, saved.location) == (303, "/annuaire")
    assert session.scalars(sa.select(User.name)).one() == "Camille Inventée"


def test_a_page_for_people_leads_to_sign_in_and_back(client: FlaskClient, session: Session):
    to_sign_in = client.get("/mon-compte/courriels")
    assert to_sign_in.location == "/connexion?suite=/mon-compte/courriels"
    page = client.get(to_sign_in.location).text
    assert 'value="/mon-compte/courriels"' in page
    person(session, EMAIL)
    ask(client, suite="/mon-compte/courriels")
    assert client.post(f"/connexion/{token(session)}").location == "/mon-compte/courriels"


def test_signing_out_ends_the_session(session: Session, sign_in):
    client = sign_in(person(session))
    answer = client.post("/deconnexion")
    assert (answer.status_code, answer.location) == (303, "/")
    assert session.scalars(sa.select(UserSession)).all() == []
    assert "La déconnexion est faite" in client.get("/").text
    assert client.get("/mon-compte").status_code == 302
