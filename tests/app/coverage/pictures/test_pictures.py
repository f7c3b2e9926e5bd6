"""The pictures of coverage, through their URLs: what they say, their tables, their files."""

import csv
import io
import re
from datetime import date
from xml.etree import ElementTree

import numpy as np
import pytest
import time_machine

from app.coverage.areas import Area
from app.coverage.drawing.charts import LinesPicture
from app.coverage.pictures import drawn, files
from app.coverage.pictures.distances import curve_of, widest_km
from app.coverage.pictures.gains import Gains, gains_in
from app.coverage.pictures.years import over_the_years
from app.coverage.situation import situation_at
from app.directory.models import Confidence, Kind, State
from geo.territories import Level, Territory
from tests import factories as make

DAY = date(2024, 6, 30)
URL = "/couverture/en-images"
ASKED = f"{URL}?territoires=departement-04&date=2024-06-30&rayon=20"


@pytest.fixture
def place(session):
    """A centre in Digne, observed in 2020 and not since."""
    found = make.place_in(session, make.institution(session, "Centre de Digne", Kind.CENTRE, open_since=None), "commune-04070")
    make.observe(session, found, date(2020, 3, 1))
    return found


@pytest.fixture
def libraries(session):
    """One in Manosque, one in Barcelonnette."""
    return [
        make.place_in(session, make.institution(session, name, Kind.LIBRARY), f"commune-{code}")
        for name, code in (("Médiathèque de Manosque", "04112"), ("Médiathèque de Barcelonnette", "04019"))
    ]


def table(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))


def image(client, name: str, more: str = "") -> ElementTree.Element:
    response = client.get(f"{ASKED.replace(URL, f'{URL}/{name}.svg')}{more}")
    assert response.status_code == 200
    assert response.mimetype == "image/svg+xml"
    return ElementTree.fromstring(response.get_data(as_text=True))


def test_the_page_says_each_answer_before_its_picture_and_its_table(client, place, libraries):
    page = client.get(ASKED).get_data(as_text=True)
    for name in ("annees", "distances", "gains", "carte"):
        assert f'id="{name}"' in page
        assert f"/couverture/en-images/{name}.svg?" in page
    assert page.count("<img") == page.count("Ses chiffres sont dans le tableau qui suit.") == 4
    assert page.count("<table") == 4
    assert page.count('class="source-line"') == 4
    assert "Une première bibliothèque rapprocherait" in page
    assert "à confirmer" in page, "the observation of 2020 is old in 2024"
    assert f"/{libraries[0].public_id}" in page, "a link to the sheet of the library"


def test_the_whole_country_has_no_picture_of_candidates_but_says_where_to_go(client, monkeypatch, libraries):
    monkeypatch.setattr("app.coverage.pictures.gains.MOST_CANDIDATES", 1)
    page = client.get(f"{URL}?date=2024-06-30").get_data(as_text=True)
    assert "Choisissez un territoire plus petit" in page
    assert "carte.svg" not in page
    assert client.get(f"{URL}/carte.svg?date=2024-06-30").status_code == 400
    assert client.get(f"{URL}/gains.csv?date=2024-06-30").status_code == 400


def test_without_any_observation_nothing_is_drawn_and_it_is_said(client):
    response = client.get(ASKED)
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "Aucune ouverture n’a été constatée à cette date" in page
    assert "aucune structure n’est connue sur la même rive" in page
    assert "Aucune bibliothèque ouverte n’est connue ici" in page
    assert "<img" not in page
    for name in ("annees", "distances", "gains", "carte"):
        assert client.get(ASKED.replace(URL, f"{URL}/{name}.svg")).status_code == 200, name


def test_a_question_that_cannot_be_answered_keeps_what_was_typed(client):
    response = client.get(f"{URL}?territoires=Nullepart&date=31/02/2024&rayon=abc")
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "Nullepart" in page
    assert "31/02/2024" in page
    assert "abc" in page
    assert "<img" not in page
    assert client.get(f"{URL}/annees.svg?territoires=Nullepart").status_code == 400
    assert client.get(f"{URL}/autre.svg").status_code == 404
    assert client.get(f"{URL}/annees.pdf").status_code == 404


def test_a_drawn_zone_that_cannot_be_read_is_said_at_a_field_that_is_seen(client):
    page = client.get(f"{URL}?zone=1,2").get_data(as_text=True)
    assert 'name="zone"' in page
    assert 'type="hidden" name="zone"' not in page


def test_years_are_those_of_the_pages_of_coverage(session, place):
    situation = situation_at(session, DAY, 20, 24)
    communes = situation.demand.members(session.get(Territory, "departement-04"))
    found = over_the_years(session, situation, communes, "Alpes-de-Haute-Provence", Level.DEPARTMENT)
    assert found.days == (*(date(year, 12, 31) for year in range(2020, 2024)), DAY)
    for index, day in enumerate(found.days):
        then = situation_at(session, day, 20, 24)
        figures = then.figures(Level.DEPARTMENT)
        row = figures.ids.index("departement-04")
        share = 1 - figures.beyond[row] / figures.population[row]
        assert found.series[0].possible[index] == pytest.approx(share)
        assert found.series[0].sure[index] == pytest.approx(0 if then.placed[0].to_confirm else share)
    assert [value > 0 for value in found.series[0].sure] == [True, True, False, False, False]


def test_a_lead_and_a_closing_are_seen_over_the_years(session, place):
    make.observe(session, place, date(1999, 1, 1), confidence=Confidence.LOW)
    make.observe(session, place, date(2022, 6, 1), State.CLOSED)
    situation = situation_at(session, DAY, 20, 24)
    everywhere = np.arange(len(situation.demand))
    found = over_the_years(session, situation, everywhere, "France", Level.REGION)
    assert found.days[0].year == 2020
    assert [value > 0 for value in found.series[0].possible] == [True, True, False, False, False]
    assert "aucun constat n’établit de structure" in found.sentence
    assert len(found.series) == 19


def test_the_file_of_years_holds_what_is_drawn(client, place):
    header, *rows = table(client.get(ASKED.replace(URL, f"{URL}/annees.csv")))
    assert header[:2] == ["Territoire", "Date"]
    assert [row[1] for row in rows] == ["31/12/2020", "31/12/2021", "31/12/2022", "31/12/2023", "30/06/2024"]
    assert rows[0][2] == rows[0][3] != "0\u00a0%"
    assert rows[-1][2] == "0\u00a0%"
    machines = client.get(ASKED.replace(URL, f"{URL}/annees.csv") + "&pour=machines").get_data(as_text=True)
    assert machines.startswith("territoire,date,part_sure,part_possible\n")
    assert "2020-12-31" in machines


def test_distances_count_those_whom_nothing_reaches(session, place):
    situation = situation_at(session, DAY, 20, 24)
    france = curve_of(situation, np.arange(len(situation.demand)), "France")
    figures = situation.figures(None)
    assert france.unreachable == figures.unreachable[0] > 0
    assert france.median == figures.median[0]
    assert france.percentile_95 == figures.percentile_95[0]
    assert france.share(20) == pytest.approx(1 - figures.beyond[0] / figures.population[0])
    assert france.share(5_000) == pytest.approx(1 - france.unreachable / france.population)
    island = curve_of(situation, situation.demand.members(session.get(Territory, "departement-974")), "La Réunion")
    assert island.sentence == "La Réunion : aucune structure n’est connue sur la même rive."
    assert curve_of(situation, np.array([], dtype=int), "Vide").sentence == "Vide : personne n’y habite."


def test_the_line_of_distances_is_the_column_of_the_table(session, place):
    situation = situation_at(session, DAY, 20, 24)
    curve = curve_of(situation, situation.demand.members(session.get(Territory, "departement-04")), "04")
    picture = drawn.of_distances([curve], 20, "Titre", "Source")
    assert picture.lines[0].points == [(float(km), curve.share(km)) for km in range(widest_km([curve]) + 1)]
    assert picture.most_up == 1
    assert [mark[:2] for mark in picture.marks][:1] == [(curve.median / 1000, 0.5)]


def gains(session, *, reach_km: float = 20) -> Gains:
    situation = situation_at(session, DAY, reach_km, 24, (State.OPEN, State.PLANNED))
    area = Area((session.get(Territory, "departement-04"),))
    found = gains_in(session, situation, area, area.communes(session, situation.demand), DAY)
    assert found is not None
    return found


def test_gains_are_taken_in_order_and_never_pass_their_bound(session, place, libraries):
    found = gains(session)
    assert [one.name for one in found.order] == ["Médiathèque de Manosque", "Médiathèque de Barcelonnette"]
    assert found.reached == tuple(np.cumsum([one.alone for one in found.order]).tolist()), "nobody is near both"
    assert all(bound >= reached for bound, reached in zip(found.bounds, found.reached, strict=True))
    assert found.left == found.total - found.already
    picture = drawn.of_gains(found, "Titre", "Source")
    assert picture.lines[0].points == [(0, 0), (1, found.reached[0]), (2, found.reached[1])]


def test_a_planned_place_counts_as_if_it_were_open(session, place, libraries):
    planned = make.institution(session, "En projet", Kind.CENTRE, open_since=None)
    make.observe(session, make.place_in(session, planned, "commune-04112"), date(2024, 1, 1), State.PLANNED)
    assert [one.name for one in gains(session).order] == ["Médiathèque de Barcelonnette"]


def test_the_map_is_drawn_with_its_numbers_and_says_where_it_comes_from(client, session, place, libraries):
    make.data_source(session, "reseau")
    words = [text for text in image(client, "carte", "&titre=oui").itertext() if text.strip()]
    assert {"1", "2"} <= {word.strip() for word in words}
    assert any("Jeu d’essai inventé (Essais), 1er\u00a0janvier 2024, Aucune" in word for word in words)
    assert "Centre associé" in {word.strip() for word in words}
    header, *rows = table(client.get(ASKED.replace(URL, f"{URL}/carte.csv")))
    assert header[0] == "Numéro sur la carte"
    assert [row[2] for row in rows] == ["Médiathèque de Manosque", "Médiathèque de Barcelonnette"]


def test_a_hostile_name_stays_text(client, session, place):
    hostile = make.institution(session, "=1+1<script>alert(1)</script>", Kind.LIBRARY)
    make.place_in(session, hostile, "commune-04112")
    page = client.get(ASKED).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    for name in ("gains", "carte"):
        assert "<script" not in client.get(ASKED.replace(URL, f"{URL}/{name}.svg")).get_data(as_text=True)
    assert "'=1+1" in client.get(ASKED.replace(URL, f"{URL}/gains.csv")).get_data(as_text=True)


def test_a_picture_is_drawn_once_and_sent_once(client, place, monkeypatch):
    url = ASKED.replace(URL, f"{URL}/distances.svg")
    first = client.get(url)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    monkeypatch.setattr(files, "as_svg", lambda _: pytest.fail("it is kept"))
    assert client.get(url).data == first.data
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_new_observation_makes_a_new_picture(client, session, place):
    url = ASKED.replace(URL, f"{URL}/distances.svg")
    before = client.get(url)
    other = make.institution(session, "Centre de Manosque", Kind.CENTRE, open_since=None)
    make.observe(session, make.place_in(session, other, "commune-04112"), date(2024, 1, 1))
    after = client.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data


def test_files_have_names_and_pictures_obey_the_policy(client, place, libraries):
    png = client.get(ASKED.replace(URL, f"{URL}/gains.png") + "&titre=oui")
    assert png.data.startswith(b"\x89PNG")
    assert re.search(
        r"filename=maillage-couverture-gains-alpes-de-haute-provence-2024-06-30-20km", png.headers["Content-Disposition"]
    )
    policy = client.get(ASKED).headers["Content-Security-Policy"]
    assert "img-src 'self'" in policy
    svg = client.get(ASKED.replace(URL, f"{URL}/gains.svg")).get_data(as_text=True)
    assert " style=" not in svg
    assert "Sources" not in svg, "the page says them under the picture"


def test_the_picture_is_the_same_on_any_day_of_drawing(client, place):
    with time_machine.travel("2026-03-01 10:00:00+01:00", tick=False):
        first = client.get(ASKED.replace(URL, f"{URL}/annees.svg")).data
    files.KEPT._files.clear()
    with time_machine.travel("2026-04-01 10:00:00+02:00", tick=False):
        assert client.get(ASKED.replace(URL, f"{URL}/annees.svg")).data == first


def test_an_overseas_department_and_a_circle_have_their_pictures(client, session):
    centre = make.institution(session, "Centre", Kind.CENTRE)
    make.place_in(session, centre, "commune-97411")
    make.place_in(session, make.institution(session, "Bibliothèque", Kind.LIBRARY), "commune-97416")
    page = client.get(f"{URL}?territoires=974&date=2024-06-30&rayon=20").get_data(as_text=True)
    assert "La Réunion : la moitié des habitants" in page.replace("\u202f", " ")
    assert client.get(f"{URL}/carte.svg?territoires=974&date=2024-06-30&rayon=20").status_code == 200
    around = client.get(f"{URL}?autour=commune-97411&km=20&date=2024-06-30")
    assert around.status_code == 200
    assert 'name="autour"' in around.get_data(as_text=True)


def test_pages_of_coverage_lead_here(client):
    for url in ("/couverture", "/couverture/departement-04"):
        assert 'href="/couverture/en-images' in client.get(url).get_data(as_text=True)


def test_lines_have_no_more_than_can_be_told_apart(client, place):
    page = client.get(f"{URL}?territoires=04;05;06;13;83&date=2024-06-30").get_data(as_text=True)
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page[page.index('id="distances"') : page.index('id="gains"')])
    assert len(heads) == 3, "the words, France, and the five together"


def test_a_chart_of_one_point_is_drawn():
    assert LinesPicture("T", "D").figure()
