"""The pages of territories, from the region to the commune."""

from datetime import date

import pytest

from app.directory.models import Confidence, Kind, Precision, ServiceTerritory, State, TerritoryObservation
from tests import factories as make
from tests.app.directory.pages import FORCALQUIER, GAP, library, links_in, names_in, text_of

SISTERON = "commune-04209"


@pytest.mark.parametrize(
    ("territory", "over", "trail"),
    [
        ("region-93", "Région Provence-Alpes-Côte d’Azur", []),
        ("departement-04", "Département Alpes-de-Haute-Provence (04)", ["/territoires/region-93"]),
        (FORCALQUIER, "Commune Forcalquier (04)", ["/territoires/region-93", "/territoires/departement-04"]),
    ],
)
def test_a_territory_says_what_it_is_and_what_holds_it(client, territory, over, trail):
    response = client.get(f"/territoires/{territory}")

    assert response.status_code == 200
    assert over in text_of(response)
    assert set(trail) <= set(links_in(response))


def test_an_epci_says_over_which_departments_it_stretches(client):
    response = client.get("/territoires/epci-200067825")  # CA Gap-Tallard-Durance, in 04 and 05

    assert "Sur plusieurs départements Alpes-de-Haute-Provence (04) Hautes-Alpes (05)" in text_of(response)


def test_a_territory_counts_what_stands_in_it_and_links_to_the_same_list(client, session):
    library(session, "À Forcalquier")
    library(session, "À Manosque", "commune-04112")
    library(session, "À Gap", GAP)
    gone = library(session, "Disparue")
    make.observe(session, gone, date(2025, 1, 1), State.ABSENT)
    library(session, "Centre", kind=Kind.CENTRE)
    response = client.get("/territoires/departement-04")

    assert "bibliothèques 2 " in text_of(response)
    assert "Cité, centre ou point relais ouvert 1 " in text_of(response)
    assert names_in(response) == ["Centre"]
    listed = next(link for link in links_in(response) if link.startswith("/annuaire?") and "bibliotheque" in link)
    assert "2 structures" in text_of(client.get(listed))


def test_the_children_are_counted_as_on_their_own_page(client, session):
    library(session, "À Forcalquier")
    library(session, "Centre", kind=Kind.CENTRE)
    library(session, "À Gap", GAP)
    lead = library(session, "Piste", kind=Kind.CITE, open_since=None)
    make.observe(session, lead, date(2020, 1, 1), confidence=Confidence.LOW)

    region = text_of(client.get("/territoires/region-93"))
    assert "Alpes-de-Haute-Provence (04) 168 054 1 1 " in region
    assert "Hautes-Alpes (05) 143 467 0 1 " in region
    assert "Piste" not in region


def test_what_was_only_known_later_does_not_contradict_an_older_source(client, session):
    library(session, "Centre associé de Sisteron", SISTERON, kind=Kind.CENTRE, open_since=date(2018, 1, 1))
    session.add(
        TerritoryObservation(
            territory_id="departement-04",
            observed_on=date(2017, 7, 11),
            precision=Precision.DAY,
            statement="aucune-structure",
            confidence=Confidence.HIGH,
            source="Article inventé",
            source_url="https://exemple.fr/article",
        )
    )
    session.flush()
    then = client.get("/territoires/departement-04?date=2017-07-11")

    assert "Le 11 juillet 2017, cette source n’y signale aucune structure : Article inventé." in text_of(then)
    assert "Aucune Cité des métiers, aucun centre associé ni point relais n’y est connu au 11 juillet 2017." in text_of(then)
    assert "Constatées plus tard seulement : Centre associé de Sisteron." in text_of(then)
    assert names_in(then) == []
    assert "https://exemple.fr/article" in links_in(then)
    assert names_in(client.get("/territoires/departement-04")) == ["Centre associé de Sisteron"]
    assert "signale aucune structure" not in text_of(client.get("/territoires/departement-04?date=2016-01-01"))


def test_the_agency_of_the_region_is_whom_to_call(client, session):
    agency = make.institution(session, "Agence inventée", Kind.AGENCY, open_since=None, territory_id="region-93")
    session.add(ServiceTerritory(institution_id=agency.id, territory_id="region-93"))
    session.flush()

    assert f"/annuaire/{agency.public_id}" in links_in(client.get(f"/territoires/{FORCALQUIER}"))
    without = text_of(client.get("/territoires/departement-75"))
    assert "Le ministère de la Culture ne cite aucune agence du livre dans la région Île-de-France." in without


def test_a_commune_lists_its_libraries_and_one_without_leads_to_the_nearest(client, session):
    library(session, "Médiathèque de la commune")

    assert names_in(client.get(f"/territoires/{FORCALQUIER}")) == ["Médiathèque de la commune"]
    assert f"/annuaire?type=bibliotheque&pres-de={GAP}" in links_in(client.get(f"/territoires/{GAP}"))


@pytest.mark.parametrize(
    ("asked", "present"),
    [
        ("commune-13201", "commune-13055"),
        ("commune-75119", "commune-75056"),
        ("commune-01018", "commune-01033"),
        ("departement-2a", "departement-2A"),
    ],
)
def test_a_former_commune_code_leads_to_the_present_one_for_good(client, asked, present):
    response = client.get(f"/territoires/{asked}?date=2017-07-11")

    assert response.status_code == 301
    assert response.location == f"/territoires/{present}?date=2017-07-11"


def test_a_commune_tells_its_former_names(client):
    assert "Bellegarde-sur-Valserine" in text_of(client.get("/territoires/commune-01033"))


@pytest.mark.parametrize(
    "territory_id", ["departement-99", "commune-99999", "pays-fr", "region-", "-", "commune-%00", "commune-04088'", "x" * 3000]
)
def test_what_is_no_territory_is_not_found(client, territory_id):
    assert client.get(f"/territoires/{territory_id}").status_code == 404


def test_the_communes_of_a_department_come_by_pages(client):
    first, last = client.get("/territoires/departement-62"), client.get("/territoires/departement-62?page=9")

    assert "page 1 sur 9" in text_of(first)
    assert "/territoires/departement-62?page=2#communes" in links_in(first)
    assert last.status_code == 200
    beyond = client.get("/territoires/departement-62?page=10&date=2017-07-11")
    assert beyond.location == "/territoires/departement-62?date=2017-07-11"


def test_every_link_of_a_territory_keeps_the_day(client, session):
    library(session, "Centre", kind=Kind.CENTRE, open_since=date(2010, 1, 1))
    links = links_in(client.get("/territoires/departement-04?date=2017-07-11"))
    inside = [link for link in links if link.startswith(("/territoires/", "/annuaire", "/couverture/", "/carte?"))]

    # What is not of a day (the menu, the way back to today, the agency) apart, every link carries the day.
    without = {link for link in inside if "date=2017-07-11" not in link}
    assert without <= {"/annuaire", "/territoires/departement-04"}
    assert len(inside) > 100


def test_the_index_lists_all_regions_and_departments_overseas_last(client):
    response = client.get("/territoires")
    links = [link for link in links_in(response) if link.startswith("/territoires/")]

    departments = [link.removeprefix("/territoires/departement-") for link in links if "departement" in link]
    assert len([link for link in links if "region" in link]) == 18
    assert len(departments) == 101
    assert departments[-5:] == ["971", "972", "973", "974", "976"]
    of_corsica = departments.index("2A")
    assert departments[of_corsica + 1] == "2B"


def test_the_index_opens_the_territory_that_is_typed(client):
    assert client.get("/territoires?q=forcalquier").location == f"/territoires/{FORCALQUIER}"
    assert "Plusieurs territoires portent ce nom" in text_of(client.get("/territoires?q=Bretagne"))
    unknown = client.get("/territoires?q=zzzzzz")
    assert unknown.status_code == 400
    assert "Aucun territoire ne s’appelle « zzzzzz »" in text_of(unknown)


def test_a_region_asks_the_same_number_of_questions_however_much_stands_in_it(client, session, count_queries):
    library(session, "Centre 0", kind=Kind.CENTRE)
    before = count_queries()
    client.get("/territoires/region-93")
    of_one = count_queries() - before
    for number in range(1, 12):
        library(session, f"Centre {number}", (GAP, SISTERON, FORCALQUIER)[number % 3], kind=Kind.CENTRE)
        library(session, f"Bibliothèque {number}", GAP)
    before = count_queries()
    client.get("/territoires/region-93")

    assert count_queries() - before == of_one <= 18


def test_the_apostrophe_of_a_name_is_a_typographic_one_wherever_a_page_writes_it(client, session):
    library(session, "À la source", "commune-84054")
    commune = client.get("/territoires/commune-84054")
    search = client.get("/annuaire?territoire=commune-84054&pres-de=commune-84054")

    for page in (commune, search):
        assert "L’Isle-sur-la-Sorgue (84)" in text_of(page)
        assert "L'Isle" not in text_of(page)
    assert "Provence-Alpes-Côte d’Azur" in text_of(commune)
    assert "Côte d'Azur" not in text_of(commune)
    assert 'value="L’Isle-sur-la-Sorgue (84)"' in search.text


def test_libraries_are_counted_for_what_they_are_whichever_source_gives_them(client, session):
    library(session, "Ouverte")
    text = text_of(client.get("/territoires/departement-04"))

    assert "ouverte, ou d’état non établi" in text
    assert "fichier du ministère de la Culture" not in text
