"""What a file holds, byte by byte: for people, for machines, on a map and in a workbook."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import numpy as np
import pytest
from flask import Flask

from app.directory.models import State
from app.exports import Column, csv_for_machines, csv_for_people, dated_name, for_people, geojson, harmless, workbook

COLUMNS = (
    Column("Nom", "nom", lambda row: row["name"]),
    Column("Code Insee", "code_insee", lambda row: row["code"]),
    Column("Distance (km)", "distance_km", lambda row: row["km"], decimals=1),
    Column("Constaté le", "constate_le", lambda row: row["day"]),
    Column("État", "etat", lambda row: row["state"]),
    Column("À confirmer", "a_confirmer", lambda row: row["stale"]),
)
GAP = {"name": "Gap", "code": "05061", "km": 3.14, "day": date(2017, 7, 11), "state": State.OPEN, "stale": True}
UNKNOWN = {"name": "L’Alcazar; « ici »", "code": None, "km": None, "day": None, "state": None, "stale": None}


@pytest.fixture(autouse=True)
def _request():
    with Flask(__name__).test_request_context():
        yield


def body(response) -> bytes:
    response.direct_passthrough = False
    data = response.get_data()
    response.close()
    return data


def test_the_file_for_people_opens_in_a_french_spreadsheet():
    response = csv_for_people([GAP, UNKNOWN], COLUMNS, "annuaire")

    assert body(response).decode() == (
        "\ufeffNom;Code Insee;Distance (km);Constaté le;État;À confirmer\r\n"
        "Gap;05061;3,1;11/07/2017;ouvert;oui\r\n"
        '"L’Alcazar; « ici »";;;;;\r\n'
    )
    assert response.content_type == "text/csv; charset=utf-8"


def test_the_file_for_machines_has_codes_iso_dates_and_no_bom():
    assert body(csv_for_machines([GAP, UNKNOWN], COLUMNS, "annuaire")).decode() == (
        "nom,code_insee,distance_km,constate_le,etat,a_confirmer\n"
        "Gap,05061,3.1,2017-07-11,ouvert,true\n"
        "L’Alcazar; « ici »,,,,,\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_for_people_is_run_as_a_formula(start):
    hostile = f"{start}HYPERLINK(1)"

    assert harmless(hostile) == f"'{hostile}"
    written = body(csv_for_people([GAP | {"name": hostile}], COLUMNS, "annuaire")).decode("utf-8-sig")
    cells = next(iter(list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))[1:]))
    assert cells[0] == f"'{hostile}"


def test_a_negative_number_is_not_taken_for_a_formula():
    assert for_people(-21.319) == "-21,319"
    assert for_people("-21") == "'-21"


def test_machines_read_the_very_text_that_is_stored():
    assert b"\n=1+1," in body(csv_for_machines([GAP | {"name": "=1+1"}], COLUMNS, "annuaire"))


def test_a_moment_is_written_as_its_day_in_paris():
    assert for_people(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "01/07/2026"


def test_numbers_of_numpy_are_written_as_numbers_and_what_is_not_finite_as_unknown():
    row = GAP | {"code": np.int64(5), "km": np.float64(2.55)}
    assert b"Gap,5,2.5" in body(csv_for_machines([row], COLUMNS, "annuaire"))
    assert b"Gap,05061,," in body(csv_for_machines([GAP | {"km": float("inf")}], COLUMNS, "annuaire"))


def test_geojson_gives_longitude_first_and_keeps_what_has_no_position():
    positions = {"Gap": (6.0786001, 44.5594)}
    response = geojson([GAP, UNKNOWN], COLUMNS, "annuaire", lambda row: positions.get(row["name"]))
    collection = json.loads(body(response))

    assert response.content_type == "application/geo+json"
    assert collection["type"] == "FeatureCollection"
    gap, unknown = collection["features"]
    assert gap["geometry"] == {"type": "Point", "coordinates": [6.0786, 44.5594]}
    assert gap["properties"]["constate_le"] == "2017-07-11"
    assert gap["properties"]["a_confirmer"] is True
    assert unknown["geometry"] is None


def test_geojson_of_nothing_is_an_empty_collection():
    assert json.loads(body(geojson([], COLUMNS, "annuaire", lambda _: None)))["features"] == []


def test_the_workbook_keeps_the_first_zero_of_a_code_and_computes_nothing():
    response = workbook([GAP | {"name": "=1+1"}], COLUMNS, "annuaire", [("Source", "Essai"), ("Date", date(2026, 1, 2))])
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        data = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        about = archive.read("xl/worksheets/sheet2.xml").decode()
        names = archive.read("xl/workbook.xml").decode()

    cells = {cell.get("r"): cell for cell in data.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c")}
    assert "".join(cells["B2"].itertext()) == "05061"
    assert cells["B2"].get("t") == "inlineStr"
    assert cells["A2"].get("t") == "inlineStr"
    assert not list(data.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"))
    assert 'name="Données"' in names
    assert 'name="Lisez-moi"' in names
    assert "02/01/2026" in about
    assert "code_insee" in about


def test_rows_are_read_while_the_file_is_sent():
    read = []

    def rows():
        for number in range(2_000):
            read.append(number)
            yield GAP

    response = csv_for_machines(rows(), COLUMNS, "annuaire")
    first = next(chunk for chunk in response.iter_encoded() if chunk)
    response.close()

    assert first.startswith(b"nom,code_insee")
    assert 0 < len(read) < 2_000


def test_the_name_of_a_file_is_dated_and_ascii():
    assert dated_name("Couverture : Île-de-France", "csv").startswith("maillage-couverture-ile-de-france-20")
    assert dated_name("x", "csv").isascii()
