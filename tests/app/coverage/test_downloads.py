"""Tables as files: exactly what the page shows, for people, for programs, as a workbook."""

import csv
import io
import zipfile
from datetime import date

import pytest

from app.coverage.downloads import TABLES
from app.directory.models import Kind
from app.formats import french_date
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
        assert {row.get("as_of", row.get("commune_as_of")) for row in rows} == {"2019-03-02"}
        assert {row.get("reach_km", row.get("commune_reach_km")) for row in rows} == {"12.5"}
        assert "02/03/2019" in lines[1]
        assert "12,5" in lines[1]
    assert people.headers["Content-Disposition"].startswith(f"attachment; filename=maillage-couverture-{table}")


@pytest.mark.parametrize(("table", "count"), [("regions", 18), ("departements", 101), ("epci", 1_255), ("communes", 34_875)])
def test_a_table_of_france_is_whole(client, table, count):
    assert len(for_machines(client, f"{table}.csv?{QUESTION}")) == count


def test_codes_are_text_and_keep_their_zero(client):
    rows = for_machines(client, f"communes.csv?{QUESTION}&territoire=departement-01")
    assert rows[0]["insee_code"] == "01001"
    assert rows[0]["department_code"] == "01"


def test_a_table_of_a_territory_holds_that_territory_alone(client):
    assert {row["code"] for row in for_machines(client, f"departements.csv?{QUESTION}&territoire=region-93")} == {
        *("04", "05", "06", "13", "83", "84")
    }
    communes = for_machines(client, f"communes.csv?{QUESTION}&territoire=departement-04")
    assert {row["insee_code"][:2] for row in communes} == {"04"}


def test_communes_out_of_reach_are_the_communes_whose_distance_says_so(client):
    everyone = for_machines(client, f"communes.csv?{QUESTION}&territoire=departement-04")
    out = for_machines(client, f"hors-d-atteinte.csv?{QUESTION}&territoire=departement-04")
    assert {row["insee_code"] for row in out} == {row["insee_code"] for row in everyone if float(row["metres"]) > 12_500}
    assert {row["beyond"] for row in out} == {"true"}
    (line,) = for_machines(client, f"departements.csv?{QUESTION}&territoire=departement-04")
    assert sum(int(row["population"]) for row in out) == int(line["population_beyond"])


def test_a_commune_that_nothing_reaches_has_no_distance_and_is_beyond(client):
    (row,) = for_machines(client, f"communes.csv?{QUESTION}&territoire=commune-29155")
    assert (row["metres"], row["beyond"], row["nearest_place"]) == ("", "true", "")


def test_a_name_is_not_run_as_a_formula_and_its_semicolon_parts_nothing(client):
    text = client.get(f"/couverture/structures.csv?{QUESTION}&territoire=departement-04").data.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text), delimiter=";")
    assert row[header.index("Nom")] == "'=Centre; de Sisteron"


def test_libraries_of_communes_out_of_reach_come_with_their_commune(client):
    (row,) = for_machines(client, f"bibliotheques.csv?{QUESTION}&territoire=departement-04")
    assert (row["name"], row["weekly_hours"], row["commune_name"]) == ("Médiathèque", "20.0", "Manosque")
    assert row["commune_nearest_place"] == "=Centre; de Sisteron"


def test_gaps_come_uncovered_first_and_covered_departments_are_none(client):
    rows = for_machines(client, f"lacunes.csv?{QUESTION}")
    assert len(rows) == 100
    assert {row["status"] for row in rows} == {"non-couvert"}
    rows = for_machines(client, "lacunes.csv?date=2026-03-02")
    assert [row["status"] for row in rows] == ["non-couvert"] * 100 + ["a-confirmer"]


def test_a_workbook_says_what_was_asked_and_where_it_comes_from(client):
    with (
        client.get(f"/couverture/departements.xlsx?{QUESTION}") as response,
        zipfile.ZipFile(io.BytesIO(response.data)) as book,
    ):
        text = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml")).decode()
    for words in ("12,5", french_date(date(2019, 3, 2)), "Aucune structure connue", "INSEE", "Alpes-de-Haute-Provence"):
        assert words in text, words


@pytest.mark.parametrize("territory", ["departement-99", "xx", "%00", "commune-%00", "region-93%27"])
def test_a_file_of_an_unknown_territory_is_not_found(client, territory):
    assert client.get(f"/couverture/communes.csv?territoire={territory}").status_code == 404
