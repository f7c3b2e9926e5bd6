"""The list as a file: exactly what the filters show, for people, for machines, on a map, in a workbook."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.directory.models import Confidence, Kind, State
from app.extensions import db
from tests import factories as make
from tests.app.directory.pages import FORCALQUIER, GAP, library, links_in, text_of


@pytest.fixture(autouse=True)
def _some(session):
    library(session, "=Médiathèque; hostile", weekly_hours=8.5, code_bib="135", open_since=date(2018, 1, 1))
    library(session, "À Gap", GAP)
    make.institution(session, "Sans position", Kind.CITE, country="BE", city="Liège")
    lead = make.institution(session, "Piste", Kind.CITE, open_since=None)
    make.observe(session, lead, date(2020, 1, 1), confidence=Confidence.LOW)


def for_people(client, parameters="") -> list[dict[str, str]]:
    response = client.get(f"/annuaire.csv?{parameters}")
    assert response.status_code == 200
    assert response.data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def content(client, address: str) -> bytes:
    """The whole file; what was opened to send it is closed, as a server does."""
    with client.get(address) as response:
        assert response.status_code == 200
        return response.data


def for_machines(client, parameters="") -> list[dict[str, str]]:
    response = client.get(f"/annuaire.csv?pour=machines&{parameters}")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.text)))


def test_a_file_holds_exactly_the_filtered_list(client):
    assert [row["nom"] for row in for_machines(client)] == ["Sans position", "=Médiathèque; hostile", "À Gap"]
    assert [row["nom"] for row in for_machines(client, "territoire=departement-04")] == ["=Médiathèque; hostile"]
    assert [row["nom"] for row in for_machines(client, "q=gap")] == ["À Gap"]
    assert for_machines(client, "q=zzzzzz") == []


def test_people_read_french(client):
    row = for_people(client, "territoire=departement-04")[0]

    assert row["Nom"] == "'=Médiathèque; hostile"
    assert row["Type"] == "Bibliothèque"
    assert row["État"] == "ouvert"
    assert row["À confirmer"] == "oui"
    assert row["Constaté le"] == "01/01/2018"
    assert row["Source du constat"] == "Essai"
    assert row["Code Insee"] == "04088"
    assert row["Heures d’ouverture par semaine"] == "8,5"
    assert row["Position"] == "approximative"


def test_machines_read_codes(client):
    row = for_machines(client, "territoire=departement-04")[0]

    assert row["nom"] == "=Médiathèque; hostile"
    assert row["type"] == "bibliotheque"
    assert row["a_confirmer"] == "true"
    assert row["constate_le"] == "2018-01-01"
    assert row["code_departement"] == "04"
    assert row["departement"] == "Alpes-de-Haute-Provence"
    assert row["region"] == "Provence-Alpes-Côte d'Azur"
    assert row["heures_hebdomadaires"] == "8.5"
    assert "distance_km" not in row


def test_around_a_place_the_distance_is_given_in_the_order_of_the_page(client):
    rows = for_machines(client, f"pres-de={FORCALQUIER}&type=bibliotheque")

    assert [row["nom"] for row in rows] == ["=Médiathèque; hostile", "À Gap"]
    assert [float(row["distance_km"]) for row in rows] == [0, pytest.approx(70.9, abs=0.5)]


def test_the_map_file_keeps_what_has_no_position(client):
    collection = json.loads(client.get("/annuaire.geojson").text)
    geometries = {feature["properties"]["nom"]: feature["geometry"] for feature in collection["features"]}

    assert geometries["Sans position"] is None
    assert geometries["À Gap"]["coordinates"] == [pytest.approx(6.08, abs=0.05), pytest.approx(44.56, abs=0.05)]


def test_the_workbook_says_what_it_holds(client):
    with zipfile.ZipFile(io.BytesIO(content(client, "/annuaire.xlsx?q=gap&date=2025-01-01"))) as archive:
        data = archive.read("xl/worksheets/sheet1.xml").decode()
        about = archive.read("xl/worksheets/sheet2.xml").decode()

    assert "À Gap" in data
    assert "hostile" not in data
    for said in (
        "« gap » ; situation au 1er",
        "http://localhost/annuaire?q=gap&amp;date=2025-01-01",
        "01/01/2025",
        "Jeu d’essai inventé",
    ):
        assert said in about


def test_no_lead_is_ever_in_a_file(client):
    for address in ("/annuaire.csv", "/annuaire.csv?pour=machines", "/annuaire.geojson"):
        assert "Piste" not in client.get(address).text


def test_the_state_of_a_file_is_that_of_its_day(client, session):
    closed = library(session, "Fermée depuis", open_since=date(2015, 1, 1))
    make.observe(session, closed, date(2020, 1, 1), State.CLOSED)

    assert for_machines(client, "q=depuis&date=2017-07-11")[0]["etat"] == "ouvert"
    assert for_machines(client, "q=depuis")[0]["etat"] == "ferme"
    assert for_machines(client, "q=depuis&date=2010-01-01")[0]["etat"] == ""


def test_the_page_links_to_its_own_files(client):
    links = links_in(client.get("/annuaire?q=gap&type=bibliotheque"))

    for extension in ("csv", "geojson", "xlsx"):
        address = f"/annuaire.{extension}?q=gap&type=bibliotheque"
        assert address in links
        assert content(client, address)


@pytest.mark.parametrize(
    "address",
    [
        "/annuaire.csv?type=foo",
        "/annuaire.csv?territoire=Bretagne",
        "/annuaire.csv?pour=tous",
        "/annuaire.xlsx?date=hier",
        "/annuaire.geojson?rayon=-1",
    ],
)
def test_a_file_that_cannot_be_understood_is_refused(client, address):
    assert client.get(address).status_code == 400


def test_an_unknown_format_does_not_exist(client):
    assert client.get("/annuaire.pdf").status_code == 404


def test_files_have_dated_ascii_names(client):
    for extension in ("csv", "xlsx", "geojson"):
        response = client.get(f"/annuaire.{extension}")
        name = response.headers["Content-Disposition"].split("filename=")[1]
        assert name.isascii()
        assert name.startswith("maillage-annuaire-20")
        assert name.endswith(f".{extension}")
        response.close()


def test_two_readers_are_served_from_connections_of_their_own(own_database):
    """The one test of streaming as a server does it: committed rows, a slow reader, another request meanwhile."""
    engine = sa.create_engine(own_database)
    with Session(engine) as session:
        for number in range(1_200):
            make.institution(session, f"Bibliothèque {number:04}")
        session.commit()
    engine.dispose()
    app = create_app({"DATABASE_URL": own_database})
    client = app.test_client()
    slow = client.get("/annuaire.csv?pour=machines", buffered=False)
    chunks = slow.iter_encoded()
    started = next(chunk for chunk in chunks if chunk)
    assert client.get("/annuaire?q=0042").status_code == 200
    whole = (started + b"".join(chunks)).decode()
    slow.close()
    with app.app_context():
        db.engine.dispose()

    assert len(list(csv.DictReader(io.StringIO(whole)))) == 1_200


@pytest.mark.parametrize("extension", ["csv", "geojson", "xlsx"])
def test_head_gives_the_headers_of_a_file_and_reads_none_of_its_rows(client, count_queries, extension):
    with client.get(f"/annuaire.{extension}") as whole:
        expected = {name: whole.headers[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")}
    before = count_queries()
    response = client.head(f"/annuaire.{extension}")

    assert response.status_code == 200
    assert {name: response.headers[name] for name in expected} == expected
    assert "Content-Length" not in response.headers
    assert count_queries() == before


def test_a_file_of_a_territory_with_several_meanings_says_which(client):
    response = client.get("/annuaire.csv?territoire=Saint-Denis")

    assert response.status_code == 400
    assert "Plusieurs territoires portent ce nom : " in text_of(response)
    assert "Saint-Denis (93)" in text_of(response)
    assert "Précisez-le dans l’annuaire." in text_of(response)


def test_a_file_of_a_territory_that_does_not_exist_says_so(client):
    response = client.get("/annuaire.xlsx?territoire=zzzzz")

    assert response.status_code == 400
    assert "Aucun territoire ne s’appelle « zzzzz »" in text_of(response)
