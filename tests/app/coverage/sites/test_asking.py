"""Asking for the next sites: the form, what it refuses, and one computation for one question."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.coverage.sites.models import Aim, SiteSearch, SiteSearchAsker, Status
from tests import factories
from tests.app.coverage.sites.asking import launch, libraries, work

SignIn = Callable[[User | None], FlaskClient]


@pytest.fixture
def client_of_camille(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(factories.person(session))


def searches(session: Session) -> list[SiteSearch]:
    session.expire_all()
    return list(session.scalars(sa.select(SiteSearch).order_by(SiteSearch.id)))


def test_the_form_is_filled_by_the_address(client_of_camille: FlaskClient):
    page = client_of_camille.get("/prochains-lieux?but=part&part=75&rayon=12,5&territoires=04").text
    assert 'value="75"' in page
    assert 'value="12,5"' in page
    assert "Alpes-de-Haute-Provence (département 04)" in page
    assert "Lancer la recherche" in page


def test_a_visitor_prepares_a_question_and_signs_in_for_it(client: FlaskClient):
    page = client.get("/prochains-lieux?nombre=4&territoires=04")
    assert page.status_code == 200
    assert "/connexion?suite=" in page.text
    assert "nombre%3D4" in page.text
    assert "Lancer la recherche" not in page.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"nombre": "cent"}, "un nombre entier de lieux, de 1 à 100"),
        ({"nombre": "101"}, "un nombre entier de lieux, de 1 à 100"),
        ({"nombre": "0"}, "rien ne change"),
        ({"but": "part", "part": "120"}, "une part des habitants, de 1 à 100"),
        ({"rayon": "4"}, "entre 5 et 80"),
        ({"rayon": "81"}, "entre 5 et 80"),
        ({"heures": "200"}, "de 0 à 168"),
        ({"territoires": "Atlantide"}, "Aucun territoire ne s’appelle"),
        ({"but": "plus"}, "n’est pas un choix de cette liste"),
        ({"type": "cite-des-metiers"}, "n’est pas un choix de cette liste"),
        ({"type": ""}, "Cochez au moins une sorte"),
        ({"date": "hier"}, "n’est pas une date"),
    ],
)
def test_what_cannot_be_answered_is_said_by_its_field_and_nothing_typed_is_lost(
    client_of_camille: FlaskClient, session: Session, fields: dict[str, str], said: str
):
    answer = launch(client_of_camille, **{"autour": "", "heures": "21", **fields})
    assert answer.status_code == 400
    assert said in answer.text.replace("\u202f", " ").replace("\xa0", " ")
    assert 'value="21"' in answer.text or "heures" in fields
    assert not searches(session)


def test_a_wrong_address_says_what_to_write_instead(client: FlaskClient):
    answer = client.get("/prochains-lieux?rayon=500")
    assert answer.status_code == 400
    assert "entre 5 et 80" in answer.text


def test_where_nothing_can_be_chosen_nothing_is_launched(client_of_camille: FlaskClient, session: Session):
    answer = launch(client_of_camille)
    assert answer.status_code == 400
    assert "il n’y a rien à choisir" in answer.text
    assert not searches(session)


def test_the_same_question_is_one_search_however_it_is_typed_and_whoever_asks(
    app: Flask, client_of_camille: FlaskClient, sign_in: SignIn, session: Session
):
    libraries(session)
    first = launch(client_of_camille, territoires="04 ; 05", date=today().isoformat())
    second = launch(
        client_of_camille, territoires="Hautes-Alpes ; departement-04", rayon="10 km", date=today().strftime("%d/%m/%Y")
    )
    other = launch(sign_in(factories.person(session)), territoires="05, 04")
    assert first.location == second.location == other.location
    assert len(searches(session)) == 1
    work(app)
    page = client_of_camille.post("/prochains-lieux", data={**searches(session)[0].question}, follow_redirects=True)
    assert "Cette question a déjà été posée" in page.text


def test_one_search_of_a_person_waits_at_a_time(client_of_camille: FlaskClient, session: Session):
    libraries(session)
    waiting = launch(client_of_camille).location
    refused = launch(client_of_camille, nombre="2", heures="21")
    assert refused.status_code == 409
    assert "attend déjà son tour" in refused.text
    assert f'href="{waiting}"' in refused.text
    assert f'action="{waiting}/annuler"' in refused.text
    assert 'value="21"' in refused.text, "nothing typed is lost"
    assert len(searches(session)) == 1


def search(session: Session, **columns: object) -> SiteSearch:
    told = {"question_key": "clef", "data_digest": "essai", "question": {}, "aim": Aim.MOST, "area_name": "04", "vintages": []}
    row = SiteSearch(**(told | columns))
    session.add(row)
    return row


@pytest.mark.parametrize(
    "columns",
    [
        {"question_key": "clef"},
        {"question_key": "autre", "asked_by": "camille"},
        {"question_key": "autre", "done": 1.5},
        {"question_key": "autre", "status": Status.DONE, "ended_at": now()},
        {"question_key": "autre", "status": Status.FAILED},
        {"question_key": "autre", "status": Status.RUNNING},
    ],
    ids=[
        "same question",
        "two of a person wait",
        "more than done",
        "done without answer",
        "failed without end",
        "no heartbeat",
    ],
)
def test_the_database_refuses(session: Session, columns: dict[str, object]):
    camille = factories.person(session)
    search(session, asked_by=camille)
    session.flush()
    if columns.get("asked_by"):
        columns = columns | {"asked_by": camille}
    search(session, **columns)
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_question_that_failed_or_was_given_up_may_be_asked_again(session: Session):
    for status in (Status.FAILED, Status.CANCELLED):
        search(session, status=status, ended_at=now())
    search(session)
    session.flush()


def test_only_who_asked_or_an_administrator_gives_a_search_up(
    client_of_camille: FlaskClient, sign_in: SignIn, session: Session
):
    libraries(session)
    address = launch(client_of_camille).location
    assert sign_in(factories.person(session)).post(f"{address}/annuler").status_code == 403
    assert "Annuler la recherche" not in sign_in(None).get(address).text
    assert client_of_camille.post(f"{address}/annuler").status_code == 303
    assert "Cette recherche a été annulée" in client_of_camille.get(address).text
    again = client_of_camille.post(f"{address}/annuler")
    assert again.status_code == 409
    assert "déjà finie" in again.text


def test_whoever_joined_a_search_keeps_it_when_who_launched_it_gives_up(
    app: Flask, client_of_camille: FlaskClient, sign_in: SignIn, session: Session
):
    libraries(session)
    agency, stranger = factories.person(session), factories.person(session)
    address = launch(client_of_camille).location
    assert launch(sign_in(agency)).location == address
    assert address in sign_in(agency).get("/prochains-lieux").text
    left = client_of_camille.post(f"{address}/annuler", follow_redirects=True).text
    assert "Son calcul continue" in left
    assert "Annuler la recherche" not in left
    assert address not in client_of_camille.get("/prochains-lieux").text
    assert launch(client_of_camille, nombre="2").status_code == 303, "what one has left waits no more"
    assert "En attente" in sign_in(agency).get(address).text
    assert sign_in(stranger).post(f"{address}/annuler").status_code == 403
    assert "La recherche est annulée" in sign_in(agency).post(f"{address}/annuler", follow_redirects=True).text
    assert work(app) == 1, "nobody was left to wait for it"
    assert address in sign_in(agency).get("/prochains-lieux").text


def test_an_administrator_gives_a_search_up_for_everyone(client_of_camille: FlaskClient, sign_in: SignIn, session: Session):
    libraries(session)
    address = launch(client_of_camille).location
    launch(sign_in(factories.person(session)))
    assert sign_in(factories.person(session, administrator=True)).post(f"{address}/annuler").status_code == 303
    assert "Cette recherche a été annulée" in client_of_camille.get(address).text


def test_who_asked_is_forgotten_thirty_days_later_even_if_others_ask_still(
    app: Flask, client_of_camille: FlaskClient, sign_in: SignIn, session: Session
):
    libraries(session)
    launch(client_of_camille)
    session.execute(sa.update(SiteSearchAsker).values(asked_at=now() - timedelta(days=31)))
    launch(sign_in(factories.person(session)))
    app.test_cli_runner().invoke(args=["sites", "forget"])
    assert len(searches(session)[0].askers) == 1


def test_a_search_is_forgotten_thirty_days_after_it_was_last_asked_for(app: Flask, session: Session):
    search(session, status=Status.FAILED, ended_at=now(), last_asked_at=now() - timedelta(days=31))
    kept = search(session, asked_at=now() - timedelta(days=90), last_asked_at=now() - timedelta(days=29))
    session.flush()
    assert "1 searches erased" in app.test_cli_runner().invoke(args=["sites", "forget"]).output
    assert searches(session) == [kept]
