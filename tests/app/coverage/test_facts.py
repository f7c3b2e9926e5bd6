"""What the network's real file must say, on the day of the founding article and today. `seeds.network` loads it."""

import re
from datetime import date

import pytest

from app.clock import today
from app.coverage.models import ARTICLE_DAY, Status
from app.coverage.queries import administrative
from geo.territories import Level
from seeds import agencies, network


@pytest.fixture(autouse=True)
def _the_network(session):
    network.load(session, write=True)
    agencies.load(session, write=True)
    session.flush()


def statuses(session, day: date, level: Level = Level.DEPARTMENT) -> dict[str, Status]:
    return {row.Territory.code: row.status for row in session.execute(administrative(level, day, 24))}


def test_on_11_july_2017_departments_04_and_06_are_not_covered_and_84_is(session):
    found = statuses(session, ARTICLE_DAY)
    assert (found["04"], found["06"]) == (Status.UNCOVERED, Status.UNCOVERED)
    for code in ("05", "13", "84", "19", "23", "75", "87", "94"):
        assert found[code] is Status.COVERED, code


def test_today_sisteron_and_antibes_are_there_to_confirm_and_84_is_empty(session):
    found = statuses(session, today())
    assert (found["04"], found["06"]) == (Status.TO_CONFIRM, Status.TO_CONFIRM)
    assert found["84"] is Status.UNCOVERED


def test_leads_make_no_territory_covered_at_any_date(session):
    """Meyrin, Onex, the north of La Réunion, Basse-Normandie, Bas-Rhin and Charente-Maritime are leads."""
    for day in (ARTICLE_DAY, today()):
        found = statuses(session, day)
        assert {found[code] for code in ("14", "67", "17")} == {Status.UNCOVERED}


@pytest.mark.parametrize(("department", "town"), [("04", "Sisteron"), ("06", "Antibes")])
def test_the_pages_of_the_two_departments_say_so(client, department, town):
    before = client.get(f"/couverture/departement-{department}?date=2017-07-11").text
    after = client.get(f"/couverture/departement-{department}").text
    assert "Non couvert" in header(before)
    assert "Couvert, à confirmer" in header(after)
    assert f"Centre associé de {town}" not in before.replace("d’Antibes", "de Antibes")
    assert f"Centre associé de {town}" in after.replace("d’Antibes", "de Antibes")
    assert "pro.bpi.fr" in before, "the article itself said that nothing was there"


def header(html: str) -> str:
    return re.search(r'<header class="page-header">.*?</header>', html, re.S)[0]


def test_l_isle_sur_la_sorgue_served_vaucluse_in_2017_and_no_more(client):
    before = client.get("/couverture/departement-84?date=2017-07-11").text
    after = client.get("/couverture/departement-84").text
    assert "Isle-sur-la-Sorgue</a>" in re.search(r"Les structures qui servent.*?</table>", before, re.S)[0]
    assert "Non couvert" in header(after)
    services = re.search(r"Les structures qui servent.*?</table>", after, re.S)[0]
    assert "Isle-sur-la-Sorgue" not in services


def test_the_cite_of_marseille_declares_the_whole_region_and_is_absent_from_04(client):
    text = client.get("/couverture/departement-04?date=2017-07-11").text
    assert "Territoire du label" in text
    assert "Cité des métiers de Marseille" in text


def test_the_gaps_of_2017_name_04_and_06_and_their_agency(client):
    html = client.get("/couverture/lacunes?date=2017-07-11").text
    # From Nice the nearest Cité is that of Genoa, over the border.
    for code, cite in (("04", "Cité des métiers de Marseille"), ("06", "Genova")):
        row = re.search(rf"<tr>\s*<th[^>]*><a href=\"/couverture/lacunes/departement-{code}\b.*?</tr>", html, re.S)[0]
        assert "Agence régionale du" in row
        assert cite in row
    gap = client.get("/couverture/lacunes/departement-04?date=2017-07-11").text
    for town in ("Manosque", "Digne-les-Bains", "Château-Arnoux-Saint-Auban", "Forcalquier"):
        assert f'{town} <span class="gap__code">' in gap


@pytest.mark.parametrize("department", ["77", "2A", "971", "972"])
def test_regions_without_an_agency_say_so(client, department):
    assert "Aucune agence régionale du livre n’est connue" in client.get(f"/couverture/lacunes/departement-{department}").text


def test_geneva_serves_haute_savoie_and_ain(client):
    """A Swiss Cité is the nearest of French communes: neighbours' places count."""
    html = client.get("/couverture/region-84?date=2022-06-01").text
    assert "Cité des métiers de Genève</a> (Genève, hors de France)" in html


def test_overseas_departments_are_never_reached_from_another_shore(client):
    rows = client.get("/couverture/departements.csv?pour=machines&rayon=500").text.splitlines()
    header, *lines = [row.split(",") for row in rows]
    found = {line[header.index("code")]: dict(zip(header, line, strict=False)) for line in lines}
    for code in ("972", "973", "2A", "2B"):
        assert (
            found[code]["habitants_sans_structure_sur_la_rive"] == found[code]["habitants"] == found[code]["habitants_au_dela"]
        )
    assert int(found["974"]["habitants_sans_structure_sur_la_rive"]) == 0
