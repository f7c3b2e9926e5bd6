"""The pages of coverage, through their URLs."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from app.clock import today
from app.directory.models import Confidence, Institution, Kind, Precision, TerritoryObservation
from app.formats import number, percent
from geo.territories import Territory
from tests import factories as make

PAGES = (
    "/couverture",
    "/couverture/region-93",
    "/couverture/departement-04",
    "/couverture/epci-200068765",
    "/couverture/commune-04088",
    "/couverture/commune-29155",
    "/couverture/lacunes",
    "/couverture/lacunes/region-93",
    "/couverture/lacunes/departement-04",
    "/couverture/lacunes/epci-200068765",
    "/couverture/lacunes/commune-04088",
)


@pytest.fixture
def read(client):
    """Give a function: the words of a page, with plain spaces, and its status."""

    def of(url: str, status: int = 200) -> str:
        response = client.get(url)
        assert response.status_code == status, response.text[:2000]
        return words(response.text)

    return of


def words(html: str) -> str:
    text = re.sub(r"<(script|style).*?</\1>|</?(a|span|b|sup)\b[^>]*>", "", html, flags=re.S)
    return spaced(unescape(re.sub(r"<[^>]*>", " ", text))).replace(" ,", ",")


def spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def centre(session):
    """An invented centre at Sisteron, seen open in January 2018 and never since."""
    found = make.institution(session, "Centre de Sisteron", Kind.CENTRE, open_since=date(2018, 1, 15), city="Sisteron")
    return make.place_in(session, found, "commune-04209")


@pytest.mark.parametrize("url", PAGES)
def test_a_page_says_its_date_what_not_covered_means_and_where_its_figures_come_from(read, centre, url):
    text = read(f"{url}?date=2019-03-02")
    assert "ituation au 2 mars 2019" in text
    assert "code officiel géographique au 1er janvier 2026" in text
    assert "vol d’oiseau" in text
    assert "« non couvert » signifie « aucune structure connue »" in text


@pytest.mark.parametrize("url", PAGES)
def test_without_any_place_and_long_ago_every_page_still_answers(read, url):
    assert "ituation au 5 mai 1991" in read(f"{url}?date=1991-05-05")


def test_the_day_is_today_unless_said(read):
    assert f"Situation au {today().day}" in read("/couverture")


def test_france_counts_departments_and_inhabitants(read, centre):
    text = read("/couverture?date=2019-03-02")
    assert "départements non couverts 100 aucune structure connue" in text
    assert "couvert 1 dont 0 à confirmer" in text
    assert "habitants à plus de 30 km" in text


def test_a_department_that_is_covered_far_from_its_inhabitants_says_so(read, centre):
    text = read("/couverture?date=2019-03-02")
    row = text[text.index("Alpes-de-Haute-Provence (04) Couvert") :]
    share = re.search(r"couvert, mais (\d+,\d %) des habitants à plus de 30 km", row[: row.index("Hautes-Alpes")])
    assert share, "one centre, in the west"
    page = read("/couverture/departement-04?date=2019-03-02")
    assert f"mais {share[1]} des habitants à plus de 30 km" in page


def test_a_department_that_is_not_covered_near_a_place_next_door_says_so(session, read):
    """Paris has no place of its own here; a centre at Montreuil stands within 30 km of all of it."""
    make.place_in(session, make.institution(session, "Centre", Kind.CENTRE, open_since=date(2019, 1, 1)), "commune-93048")
    text = read("/couverture/departement-75?date=2019-03-02")
    assert "Non couvert" in text
    assert "mais 100 % des habitants à moins de 30 km d’une structure voisine" in text
    assert "habitant à plus de 30 km 0 0 % des" in text


@pytest.mark.parametrize(
    ("rayon", "said"), [("", "30 km"), ("10", "10 km"), ("12,5", "12,5 km"), ("12.5 km", "12,5 km"), ("500", "500 km")]
)
def test_the_distance_is_that_of_the_url(read, centre, rayon, said):
    assert f"habitants à plus de {said}" in read(f"/couverture?rayon={rayon}&date=2019-03-02")


def test_a_longer_distance_leaves_fewer_inhabitants_out(client, centre):
    def beyond(reach: int) -> int:
        rows = client.get(f"/couverture/regions.csv?pour=machines&date=2019-03-02&rayon={reach}").text.splitlines()
        column = rows[0].split(",").index("habitants_au_dela")
        return sum(int(row.split(",")[column]) for row in rows[1:])

    counted = [beyond(reach) for reach in (1, 10, 50, 500)]
    assert counted == sorted(counted, reverse=True)
    assert len(set(counted)) == 4


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("date=31/02/2017", "« 31/02/2017 » n’est pas une date"),
        ("date=demain", "« demain » n’est pas une date"),
        (f"date={today() + timedelta(days=1)}", "Cette date est à venir"),
        ("rayon=0", "« 0 » n’est pas une distance possible"),
        ("rayon=501", "« 501 » n’est pas une distance possible"),
        ("rayon=-5", "« -5 » n’est pas une distance possible"),
        ("rayon=loin", "« loin » n’est pas une distance possible"),
        ("rayon=nan", "« nan » n’est pas une distance possible"),
    ],
)
@pytest.mark.parametrize("url", ["/couverture", "/couverture/departement-04", "/couverture/lacunes", "/couverture/regions.csv"])
def test_a_bad_question_is_explained_and_what_was_typed_is_kept(client, url, query, sentence):
    response = client.get(f"{url}?{query}")
    assert response.status_code == 400
    text = words(response.text)
    assert sentence in text
    name, _, typed = query.partition("=")
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', response.text)
    assert f'value="{typed}"' in field[0]
    assert "habitants à plus de" not in text, "no figure stands in the place of an answer"


def test_an_island_without_any_place_is_out_of_reach_and_not_at_some_distance(read, session):
    make.place_in(session, make.institution(session, "Cité", Kind.CITE), "commune-29019")
    text = read("/couverture/commune-29155?rayon=500")
    assert "hors d’atteinte" in text
    assert "860 habitants sans aucune structure sur la même rive" in text
    department = read("/couverture/departement-29?rayon=500")
    assert "sans aucune structure sur la même rive : comptés à part" in department


def test_a_place_without_coordinates_is_named_because_no_distance_counts_it(read, session):
    make.institution(session, "Cité sans adresse", Kind.CITE, territory_id="departement-971", open_since=date(2019, 1, 1))
    for url in ("/couverture", "/couverture/departement-971", "/couverture/lacunes", "/couverture/lacunes/departement-971"):
        text = read(f"{url}?date=2019-03-02")
        assert "1 structure ouverte sans coordonnées n’entre pas dans le calcul des distances : Cité sans adresse" in text
    assert "sans compter 1 structure sans coordonnées" in read("/couverture/departement-971?date=2019-03-02")


def test_every_place_with_coordinates_leaves_no_such_remark(read, centre):
    assert "sans coordonnées" not in read("/couverture?date=2019-03-02")


def test_the_page_of_a_department_lists_its_intercommunalities_and_that_of_a_region_its_departments(client):
    department = client.get("/couverture/departement-04").text
    assert 'href="/couverture/epci-200068765"' in department
    region = client.get("/couverture/region-93").text
    assert set(re.findall(r'href="/couverture/departement-(\w+)"', region)) == {"04", "05", "06", "13", "83", "84"}


def test_communes_out_of_reach_are_paged_and_a_page_too_far_is_the_last(client, session, centre):
    url = "/couverture/departement-04?date=2019-03-02&rayon=10"
    first = client.get(url).text
    pages = max(map(int, re.findall(r'aria-label="Page (\d+)"', first)))
    last, beyond = (client.get(f"{url}&page={page}").text for page in (pages, 999))
    assert "Manosque" in words(first)
    assert "Manosque" not in words(last)
    assert words(last) == words(beyond)
    assert client.get(f"{url}&page=abc").status_code == 200


def test_a_source_that_spoke_of_the_whole_territory_is_quoted_from_its_day_on(read, session):
    session.add(
        TerritoryObservation(
            territory_id="departement-04",
            observed_on=date(2017, 7, 11),
            precision=Precision.DAY,
            statement="aucune-structure",
            confidence=Confidence.HIGH,
            source="Un article inventé",
        )
    )
    session.flush()
    assert "Un article inventé" in read("/couverture/departement-04?date=2017-07-11")
    assert "Un article inventé" not in read("/couverture/departement-04?date=2017-07-10")
    assert "Un article inventé" not in read("/couverture/departement-05?date=2017-07-11")


def test_the_status_at_the_other_dates_is_a_link(client, centre):
    html = client.get("/couverture/departement-04?date=2019-03-02").text
    assert re.search(r'date=2017-07-11[^"]*">non couvert</a>', html)
    assert re.search(r'"/couverture/departement-04">couvert, à confirmer</a>', html)


def test_gaps_part_departments_without_any_place_from_those_to_confirm(read, client, centre):
    text = read("/couverture/lacunes")
    assert "100 départements sans structure connue, et 1 autre à confirmer" in text
    html = client.get("/couverture/lacunes").text
    uncovered, to_confirm = re.findall(r"<table.*?</table>", html, re.S)
    assert "departement-05" in uncovered
    assert "departement-04" not in uncovered
    assert "departement-04" in to_confirm


def test_a_confirmed_department_is_no_gap(client, centre):
    html = client.get("/couverture/lacunes?date=2019-03-02").text
    assert "/couverture/lacunes/departement-05" in html
    assert "/couverture/lacunes/departement-04" not in html


def library(session, name: str, commune: str, hours: float | None, **columns) -> Institution:
    found = make.institution(session, name, weekly_hours=hours, **columns)
    return make.place_in(session, found, commune)


def test_a_gap_gives_communes_their_libraries_the_nearest_places_and_whom_to_call(client, session, read):
    make.place_in(session, make.institution(session, "Relais de Gap", Kind.RELAY), "commune-05061")
    make.place_in(session, make.institution(session, "Cité de Marseille", Kind.CITE), "commune-13055")
    library(session, "Petite bibliothèque", "commune-04070", 6, surface_m2=50)
    library(session, "Grande médiathèque", "commune-04070", 30.5, surface_m2=1200)
    library(session, "Bibliothèque inconnue", "commune-04070", None)
    library(session, "Bibliothèque de Gap", "commune-05061", 20)
    agency = make.institution(session, "Agence du livre inventée", Kind.AGENCY)
    session.execute(
        sa.text("INSERT INTO service_territory (institution_id, territory_id) VALUES (:id, 'region-93')"), {"id": agency.id}
    )
    text = read("/couverture/lacunes/departement-04")
    assert "Agence du livre inventée" in text
    digne = text[text.index("Digne-les-Bains 04070") :][:700]
    assert re.search(r"Relais de Gap.*? \d+ km .*Cité de Marseille", digne)
    assert "la Cité la plus proche" in digne
    order = [digne.index(name) for name in ("Grande médiathèque", "Petite bibliothèque", "Bibliothèque inconnue")]
    assert order == sorted(order)
    assert "30,5 h par semaine, 1 200 m²" in digne
    assert "horaires et surface non connus" in digne
    assert "Bibliothèque de Gap" not in text


def test_a_gap_without_agency_says_so(read):
    assert "Aucune agence régionale du livre n’est connue dans la région Île-de-France" in read(
        "/couverture/lacunes/departement-77"
    )


def test_a_gap_where_all_are_near_says_so(read, session):
    make.place_in(session, make.institution(session, "Centre", Kind.CENTRE), "commune-75056")
    assert "Aucune commune hors d’atteinte" in read("/couverture/lacunes/departement-75")


def test_libraries_closed_since_are_not_proposed(session, read):
    gone = library(session, "Bibliothèque partie", "commune-04112", 20)
    assert "Bibliothèque partie" in read("/couverture/lacunes/departement-04")
    make.observe(session, gone, date(2025, 1, 1), make.State.ABSENT)
    assert "Bibliothèque partie" not in read("/couverture/lacunes/departement-04")


@pytest.mark.parametrize("url", PAGES)
def test_a_page_runs_few_queries_and_never_loads_the_libraries(client, session, centre, count_queries, url):
    for _ in range(40):
        library(session, "Bibliothèque d’ailleurs", "commune-59350", 10)
    client.get(url)
    loaded = []

    def note(institution, _context) -> None:
        loaded.append(institution)

    sa.event.listen(Institution, "load", note)
    before = count_queries()
    client.get(url)
    sa.event.remove(Institution, "load", note)
    assert count_queries() - before <= 13
    assert len(loaded) <= 3


def test_the_figures_of_the_page_are_those_of_its_rows(session, read, centre):
    """The page of the department against a sum made by PostGIS, commune by commune."""
    beyond, everyone = session.execute(
        sa.text(
            "SELECT sum(commune.population) FILTER (WHERE ST_Distance(commune.point, centre.point) > 30000),"
            " sum(commune.population) FROM territory commune, institution centre"
            " WHERE commune.level = 'commune' AND commune.department_id = 'departement-04' AND centre.id = :id"
        ),
        {"id": centre.id},
    ).one()
    text = read("/couverture/departement-04?date=2019-03-02")
    far = f"habitants à plus de 30 km {number(beyond)} {percent(beyond / everyone)} des {number(everyone)} habitants"
    assert spaced(far) in text
    assert session.get_one(Territory, "departement-04").population == everyone
