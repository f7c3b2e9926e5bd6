"""Home, sources, health and the reading pages."""

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.models import Kind
from app.version import VERSION
from tests.factories import data_source, institution, place_in


@pytest.mark.parametrize("address", ["/", "/a-propos", "/sources", "/accessibilite", "/mentions-legales"])
def test_a_page_opens_on_an_empty_network(client: FlaskClient, address: str):
    assert client.get(address).status_code == 200


def test_the_home_page_counts_what_is_open_today(client: FlaskClient, session: Session):
    place_in(session, institution(session, "Cité inventée", Kind.CITE, open_since=today()), "commune-04088")
    institution(session, "Bibliothèque inventée", Kind.LIBRARY)
    institution(session, "Centre en projet", Kind.CENTRE, open_since=None)
    figures = dict(re.findall(r"<dt[^>]*>([^<]+)</dt>\s*<dd class=.key-figure__value.>([^<]+)</dd>", client.get("/").text))
    assert figures == {
        "Cités des métiers": "1",
        "centres associés et points relais": "0",
        "bibliothèques": "1",
        "départements non couverts": "100",
    }


def test_the_home_page_has_a_door_for_each_kind_of_users(client: FlaskClient):
    page = client.get("/").text
    for address in ("/couverture", "/annuaire?type=bibliotheque", "/annuaire?type=cite-des-metiers"):
        assert f'href="{address}' in page


def test_the_home_page_runs_few_queries(client: FlaskClient, count_queries):
    client.get("/")
    assert count_queries() <= 12


def test_health_tells_the_version_the_database_and_the_age_of_each_source(client: FlaskClient, session: Session):
    source = data_source(session)
    source.vintage = today() - timedelta(days=400)
    session.flush()
    health = client.get("/sante")
    assert health.status_code == 200
    assert health.json["version"] == VERSION
    assert health.json["base_de_donnees"]["etat"] == "en ligne"
    told = {row["nom"]: row for row in health.json["sources"]}
    assert told["essai"]["age_en_jours"] == 400
    assert told["territoires"]["lignes"] > 36_000


def test_each_source_stands_on_its_page_with_licence_and_date(client: FlaskClient, session: Session):
    source = data_source(session)
    source.title, source.licence, source.vintage = "Fichier inventé", "Licence inventée", date(2024, 8, 22)
    session.flush()
    page = client.get("/sources").text
    assert "Fichier inventé" in page
    assert "Licence inventée" in page
    assert "22\u00a0août 2024" in page


def test_the_legal_notice_says_when_nobody_is_declared(client: FlaskClient, app, monkeypatch):
    assert "n’a pas d’éditeur déclaré" in client.get("/mentions-legales").text
    monkeypatch.setitem(app.config, "PUBLISHER", "Un organisme inventé")
    assert "publié par Un organisme inventé" in client.get("/mentions-legales").text
