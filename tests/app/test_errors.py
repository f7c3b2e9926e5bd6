"""Errors of forms: a way back, nothing typed is lost, and nothing typed goes to the log."""

import logging

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.partnerships.models import Step
from tests import factories
from tests.app.partnerships.boards.stalls import partnership

TYPED = "Bonjour, nous aimerions vous rencontrer <script>alert(1)</script>"


@pytest.fixture
def _with_tokens(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.usefixtures("_with_tokens")
def test_a_session_that_is_over_is_said_and_what_was_typed_can_be_copied(client: FlaskClient):
    answer = client.post("/echanges/bcdfghjkmnpqrs/messages", data={"body": TYPED})
    assert answer.status_code == 400
    assert "Votre session est terminée" in answer.text
    assert "nous aimerions vous rencontrer &lt;script&gt;" in answer.text
    assert "/connexion?suite=/echanges/bcdfghjkmnpqrs" in answer.text


def test_an_address_that_only_receives_a_form_leads_to_its_page(session: Session, sign_in):
    client = sign_in(factories.person(session))
    for address, page in (
        ("/echanges/bcdfghjkmnpqrs/messages", "/echanges/bcdfghjkmnpqrs"),
        ("/partenariats/bcdfghjkmnpqrs/etapes", "/partenariats/bcdfghjkmnpqrs"),
        ("/propositions/bcdfghjkmnpqrs/accepter", "/propositions/bcdfghjkmnpqrs"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (303, page)


def test_a_refusal_shows_the_way_to_its_page_and_the_text_that_was_typed(session: Session, sign_in):
    one = partnership(session, Step.TRIAL)
    client = sign_in(factories.member(session, one.exchange.cite))
    period = {"held_on": "15/01/2017", "starts_on": "01/01/2016", "ends_on": "31/12/2016"}
    answer = client.post(f"/partenariats/{one.public_id}/bilans", data={**period, "decision": "ajuster", "summary": TYPED})
    assert answer.status_code == 409
    assert "partenariat qui fonctionne" in answer.text
    assert f'href="/partenariats/{one.public_id}"' in answer.text
    assert "nous aimerions vous rencontrer &lt;script&gt;" in answer.text


NUL_SENT = "contient un caractère invisible, le caractère nul"


@pytest.mark.parametrize(
    "address",
    [
        *("/annuaire?q=%00", "/annuaire?%00=a", "/connexion?suite=/%00", "/declarer-un-interet?commune=a%00b"),
        *("/annuaire?territoire=%00&territoire=region-93", "/couverture?date=%00", "/carte?niveau=%00"),
    ],
)
def test_a_nul_character_in_a_search_is_refused_in_french(client: FlaskClient, address: str):
    answer = client.get(address)
    assert answer.status_code == 400
    assert NUL_SENT in answer.text


@pytest.mark.parametrize("typed", [{"email": "a\0@exemple.org"}, {"email": "a@exemple.org", "suite": "\0"}, {"\0": "a"}])
def test_a_nul_character_in_a_form_is_refused_in_french(client: FlaskClient, typed: dict[str, str]):
    answer = client.post("/connexion", data=typed)
    assert answer.status_code == 400
    assert NUL_SENT in answer.text


def test_what_the_database_refused_is_told_without_what_was_typed(session: Session):
    with pytest.raises(IntegrityError) as refused, session.begin_nested():
        session.execute(sa.text("INSERT INTO app_user (public_id, email) VALUES ('p', :email)"), {"email": "SECRET TAPÉ"})
    assert "ck_app_user_email_is_folded (23514)" in str(refused.value)
    with pytest.raises(DataError) as malformed, session.begin_nested():
        session.execute(sa.text("SELECT CAST(:typed AS date)"), {"typed": "SECRET TAPÉ"})
    for error in (refused.value, malformed.value):
        for told in (str(error), repr(error), str(error.orig), repr(error.__cause__), str(error.__cause__)):
            assert "SECRET" not in told


def test_the_log_of_a_fault_holds_nothing_typed(
    app: Flask, session: Session, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """As in production: an error of the database that no view expects is logged with its traceback."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    user = factories.person(session)

    def fail(*typed: object) -> None:
        session.execute(sa.text("UPDATE app_user SET name = '\u200b' || :name"), {"name": typed[1]})

    monkeypatch.setattr("app.accounts.actions.present_oneself", fail)
    client = app.test_client()
    with caplog.at_level(logging.DEBUG), app.test_request_context():
        monkeypatch.setattr("app.accounts.views.current_user", lambda: user)
        monkeypatch.setattr("app.accounts.session.current_user", lambda: user)
        assert client.post("/mon-compte", data={"nom": "SECRET", "fonction": ""}).status_code == 500
    assert "name_is_seen_whole" in caplog.text
    assert "SECRET" not in caplog.text
