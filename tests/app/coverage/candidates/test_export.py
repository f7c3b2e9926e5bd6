"""The files of a ranking: exactly what the page says, whole, each figure with its source."""

import csv
import io
import re
import zipfile

import pytest

from app.coverage.candidates.criteria import Criterion
from app.coverage.candidates.views import MOST_OF_FRANCE
from tests import factories as make

PAGE = "/bibliotheques-candidates"
QUERY = "?territoires=departement-04&poids-heures=7&rayon=12,5"


@pytest.fixture(autouse=True)
def _libraries(session):
    make.cite(session)
    for number in range(27):
        one = make.library(session, f"=Bibliothèque; {number}", "commune-04112")
        one.weekly_hours, one.surface_m2 = number % 20 + 1, None if number % 3 else 120
    session.flush()


def test_the_file_for_programs_holds_the_order_the_scores_and_the_parts_of_the_page(client):
    answer = client.get(f"{PAGE}.csv{QUERY}&pour=machines")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["rang"] for row in rows] == [str(rank) for rank in range(1, 28)], "the whole list, and not a page"
    shown = []
    for page in (1, 2):
        text = client.get(f"{PAGE}{QUERY}&page={page}").text
        ids = re.findall(r'<li class="candidate" id="candidate-([^"]+)"', text)
        shown += zip(ids, re.findall(r"</span><b>(\d+,\d)</b>", text), strict=True)
    assert shown == [(row["identifiant"], f"{float(row['score']):.1f}".replace(".", ",")) for row in rows]
    for row in rows:
        parts = [float(row[f"{one.value}_contribution"]) for one in Criterion]
        assert round(sum(parts), 1) == float(row["score"])
        for end in ("bas", "haut"):
            bounds = [float(row[f"{one.value}_contribution_{end}"]) for one in Criterion]
            assert round(sum(bounds), 1) == float(row[f"score_{end}"])
        for one in Criterion:
            low, middle, high = (float(row[f"{one.value}_contribution{end}"]) for end in ("_bas", "", "_haut"))
            assert low <= middle <= high
        assert float(row["score_bas"]) <= float(row["score"]) <= float(row["score_haut"])
        assert row["heures_poids"] == "7"
        assert (row["surface"] == "") == (float(row["surface_valeur"]) == 50)
        assert row["heures_source"]
        assert row["habitants_source"]


def test_the_file_for_people_is_read_by_a_french_spreadsheet_and_runs_no_formula(client):
    answer = client.get(f"{PAGE}.csv{QUERY}")
    assert answer.data.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0]["Nom"].startswith("'=Bibliothèque;")
    assert re.fullmatch(r"\d+,\d", rows[0]["Score"])
    assert rows[0]["Intérêt exprimé"] == "aucun que vous puissiez lire"


def test_the_workbook_says_the_question_the_scales_the_weights_and_the_sources(client):
    answer = client.get(f"{PAGE}.xlsx{QUERY}")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        text = "".join(book.read(name).decode() for name in ("xl/workbook.xml", "xl/worksheets/sheet2.xml"))
    answer.close()
    text = text.replace("\xa0", " ").replace("\u202f", " ")
    for said in (
        "Lisez-moi",
        "12,5",
        "poids-heures=7",
        "Poids : 7",
        "Échelle : Heures d’ouverture",
        "ce ne sont pas des faits",
        "aucune Cité sur la même rive → 0",
    ):
        assert said in text


def test_a_criterion_that_weighs_nothing_is_neither_in_the_page_nor_in_the_file(client):
    header = client.get(f"{PAGE}.csv{QUERY}&poids-surface=0&pour=machines").text.splitlines()[0]
    assert "surface" not in header
    table = client.get(f"{PAGE}{QUERY}&poids-surface=0").text.split("Contributions au score")[1].split("</table>")[0]
    assert ">Surface<" not in table


def test_a_file_for_nobody_is_refused(client):
    assert client.get(f"{PAGE}.csv?pour=robots").status_code == 400


def test_the_whole_country_is_given_as_a_file_so_many_times_an_hour(client):
    address = f"{PAGE}.csv?territoires=france"
    for _ in range(MOST_OF_FRANCE):
        assert client.get(address).status_code == 200
    refused = client.get(address)
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert client.get(f"{PAGE}.csv{QUERY}").status_code == 200, "a territory is another matter"
