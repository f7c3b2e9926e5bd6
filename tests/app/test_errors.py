"""Errors of forms: a way back, and nothing typed is lost."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
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
