"""Tables as files: exactly what the page shows, for people, for programs, as a workbook."""

import csv
import io
import re
import zipfile
from datetime import date
from urllib.parse import unquote

import pytest

from app.clock import today
from app.coverage.downloads import TABLES
from app.directory.columns import COLUMNS
from app.directory.models import Kind
from tests import factories as make

QUESTION = "date=2019-03-02&rayon=12,5"


@pytest.fixture(autouse=True)
def _places(session):
    centre = make.institution(session, "=Centre; de Sisteron", Kind.CENTRE, open_since=date(2018, 1, 15), city="Sisteron")
    make.place_in(session, centre, "commune-04209")
    make.place_in(session, make.institution(session, "Médiathèque", weekly_hours=20), "commune-04112")


def for_machines(client, path: str) -> list[dict[str, str]]:
    response = client.get(f"/couverture/{path}&pour=machines")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("territory", ["", "&territoire=region-93", "&territoire=departement-04", "&territoire=commune-04112"])
def test_each_table_comes_in_each_form_with_the_question_in_every_row(client, table, territory):
    people = client.get(f"/couverture/{table}.csv?{QUESTION}{territory}")
    assert people.status_code == 200
    assert people.data.startswith("\ufeff".encode())
    lines = list(csv.reader(io.StringIO(people.data.decode("utf-8-sig")), delimiter=";"))
    rows = for_machines(client, f"{table}.csv?{QUESTION}{territory}")
    assert len(rows) == len(lines) - 1
    if rows:
        assert {row["situation_au"] for row in rows} == {"2019-03-02"}
        assert {row["distance_demandee_km"] for row in rows} == {"12.5"}
        assert "02/03/2019" in lines[1]
        assert "12,5" in lines[1]
        assert all("INSEE" in row["source"] for row in rows)
    assert people.headers["Content-Disposition"].startswith(f"attachment; filename=maillage-couverture-{table}")


@pytest.mark.parametrize(("table", "count"), [("regions", 18), ("departements", 101), ("epci", 1_255), ("communes", 34_875)])
def test_a_table_of_france_is_whole(client, table, count):
    assert len(for_machines(client, f"{table}.csv?{QUESTION}")) == count


def test_codes_are_text_and_keep_their_zero(client):
    rows = for_machines(client, f"communes.csv?{QUESTION}&territoire=departement-01")
    assert rows[0]["code_insee"] == "01001"
    assert rows[0]["code_departement"] == "01"


def test_a_table_of_a_territory_holds_that_territory_alone(client):
    assert {row["code"] for row in for_machines(client, f"departements.csv?{QUESTION}&territoire=region-93")} == {
        *("04", "05", "06", "13", "83", "84")
    }
    communes = for_machines(client, f"communes.csv?{QUESTION}&territoire=departement-04")
    assert {row["code_insee"][:2] for row in communes} == {"04"}


def test_communes_out_of_reach_are_the_communes_whose_distance_says_so(client):
    everyone = for_machines(client, f"communes.csv?{QUESTION}&territoire=departement-04")
    out = for_machines(client, f"hors-d-atteinte.csv?{QUESTION}&territoire=departement-04")
    assert {row["code_insee"] for row in out} == {row["code_insee"] for row in everyone if float(row["distance_m"]) > 12_500}
    assert {row["au_dela"] for row in out} == {"true"}
    (line,) = for_machines(client, f"departements.csv?{QUESTION}&territoire=departement-04")
    assert sum(int(row["habitants"]) for row in out) == int(line["habitants_au_dela"])


def test_a_commune_that_nothing_reaches_has_no_distance_and_is_beyond(client):
    (row,) = for_machines(client, f"communes.csv?{QUESTION}&territoire=commune-29155")
    assert (row["distance_m"], row["au_dela"], row["structure_proche"]) == ("", "true", "")


def test_a_name_is_not_run_as_a_formula_and_its_semicolon_parts_nothing(client):
    text = client.get(f"/couverture/structures.csv?{QUESTION}&territoire=departement-04").data.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text), delimiter=";")
    assert row[header.index("Nom")] == "'=Centre; de Sisteron"


def test_libraries_of_communes_out_of_reach_come_with_their_commune(client):
    (row,) = for_machines(client, f"bibliotheques.csv?{QUESTION}&territoire=departement-04")
    assert (row["nom"], row["heures_hebdomadaires"], row["commune"]) == ("Médiathèque", "20", "Manosque")
    assert row["structure_proche"] == "=Centre; de Sisteron"


def test_gaps_come_uncovered_first_and_covered_departments_are_none(client):
    rows = for_machines(client, f"lacunes.csv?{QUESTION}")
    assert len(rows) == 100
    assert {row["couverture_administrative"] for row in rows} == {"non-couvert"}
    rows = for_machines(client, "lacunes.csv?date=2026-03-02")
    assert [row["couverture_administrative"] for row in rows] == ["non-couvert"] * 100 + ["a-confirmer"]


def test_a_file_for_programs_names_in_french_what_the_annuaire_also_names(client):
    annuaire = {column.header: column.name for column in COLUMNS}
    for table in TABLES:
        people = client.get(f"/couverture/{table}.csv?{QUESTION}").data.decode("utf-8-sig").splitlines()[0].split(";")
        names = client.get(f"/couverture/{table}.csv?{QUESTION}&pour=machines").text.splitlines()[0].split(",")
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name) for name in names)
        shared = [(header, name) for header, name in zip(people, names, strict=True) if header in annuaire]
        assert "source" in dict(map(reversed, shared))
        for header, name in shared:
            assert name.startswith(annuaire[header]) or name.endswith(annuaire[header]), (table, header)


def test_distances_in_whole_metres_are_integers(client):
    rows = for_machines(client, f"communes.csv?{QUESTION}&territoire=departement-04")
    assert rows
    assert all(row["distance_m"].isdecimal() for row in rows)


def test_a_workbook_says_what_was_asked_and_where_it_comes_from(client):
    text = workbook_text(client, f"departements.xlsx?{QUESTION}&territoire=region-93")
    address = "/couverture/region-93?date=2019-03-02&amp;rayon=12,5"
    for words in ("12,5", "02/03/2019", "Aucune structure connue", "INSEE", "Alpes-de-Haute-Provence"):
        assert words in text, words
    assert unquote(address) in unquote(text)
    assert "Exporté le" in text
    assert f"{today():%d/%m/%Y}" in text
    assert re.search(r">Nombre de lignes</t></is></c><c [^>]*><is><t[^>]*>6</t>", text)


@pytest.mark.parametrize(
    ("table", "page"),
    [
        ("regions", "/couverture?"),
        ("lacunes", "/couverture/lacunes?"),
        ("bibliotheques", "/couverture/lacunes/departement-04?"),
        ("structures", "/couverture/departement-04?"),
    ],
)
def test_a_workbook_gives_the_address_of_the_page_that_shows_its_rows(client, table, page):
    territory = "&territoire=departement-04" if "departement" in page else ""
    assert f"{page}date=2019-03-02" in workbook_text(client, f"{table}.xlsx?{QUESTION}{territory}")


def workbook_text(client, path: str) -> str:
    with client.get(f"/couverture/{path}") as response, zipfile.ZipFile(io.BytesIO(response.data)) as book:
        return b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml")).decode()


def test_a_file_of_a_territory_in_the_wrong_case_is_that_of_the_territory(client):
    response = client.get(f"/couverture/departements.csv?{QUESTION}&territoire=departement-2a&pour=machines")
    assert [row["code"] for row in csv.DictReader(io.StringIO(response.text))] == ["2A"]


@pytest.mark.parametrize("territory", ["departement-99", "xx", "region-93%27"])
def test_a_file_of_an_unknown_territory_is_not_found(client, territory):
    assert client.get(f"/couverture/communes.csv?territoire={territory}").status_code == 404
