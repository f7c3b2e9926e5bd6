"""The page of a search: its pages, its one clean URL, what it says of a wrong value or of nothing found."""

import pytest

from app.directory.models import Kind
from tests import factories as make
from tests.app.directory.pages import FORCALQUIER, GAP, NICE, library, links_in, names_in, text_of


def test_pages_hold_twenty_five_and_keep_the_filters(client, session):
    for number in range(60):
        library(session, f"Bibliothèque {number:02}")
    first = client.get("/annuaire?type=bibliotheque&tri=nom")
    last = client.get("/annuaire?type=bibliotheque&tri=nom&page=3")

    assert "60 structures" in text_of(first)
    assert names_in(first) == [f"Bibliothèque {number:02}" for number in range(25)]
    assert names_in(last) == [f"Bibliothèque {number:02}" for number in range(50, 60)]
    assert "/annuaire?type=bibliotheque&tri=nom&page=2" in links_in(first)
    assert '<ol class="results" start="51">' in last.text


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999999", "99999999999999", "1", "1.5", "٣"])
def test_a_page_that_does_not_exist_leads_to_one_that_does(client, session, page):
    library(session, "Seule")
    response = client.get("/annuaire", query_string={"page": page})

    assert response.status_code == 302
    assert response.location == "/annuaire"


@pytest.mark.parametrize(
    ("messy", "clean"),
    [
        ("q=&type=&territoire=&etat=&pres-de=&rayon=&date=", "/annuaire"),
        ("q=++digne++les++bains+", "/annuaire?q=digne+les+bains"),
        ("rayon=12,50+km&pres-de=forcalquier", f"/annuaire?pres-de={FORCALQUIER}&rayon=12,5"),
        ("date=11/07/2017", "/annuaire?date=2017-07-11"),
        ("pres-de=44,1+;+5,9", "/annuaire?pres-de=44.1,5.9"),
        ("utm_source=lettre&q=gap", "/annuaire?q=gap"),
        ("tri=nimporte", "/annuaire"),
    ],
)
def test_the_same_search_has_one_clean_url(client, messy, clean):
    response = client.get(f"/annuaire?{messy}")

    assert response.status_code == 302
    assert response.location.replace("%2C", ",") == clean


def test_every_wrong_value_is_told_beside_its_field_and_nothing_typed_is_lost(client):
    asked = {
        "q": "gap",
        "territoire": "zzzzz",
        "type": "foo",
        "etat": "bar",
        "rayon": "-3",
        "date": "31/02/2020",
        "pres-de": "99,200",
    }
    response = client.get("/annuaire", query_string=asked)
    text = text_of(response)

    assert response.status_code == 400
    assert "Plusieurs réponses sont à revoir" in text
    for said in (
        "Aucun territoire ne s’appelle « zzzzz »",
        "« foo » n’est pas un choix",
        "« bar » n’est pas un choix",
        "« -3 » n’est pas une distance possible",
        "« 31/02/2020 » n’est pas une date",
        "« 99,200 » n’est nulle part",
    ):
        assert text.count(said) == 2, f"« {said} » belongs beside its field and in the summary"
    for kept in ('value="gap"', 'value="zzzzz"', 'value="-3"', 'value="99,200"'):
        assert kept in response.text


def test_nothing_found_says_which_filter_to_take_away(client, session):
    library(session, "À Gap", GAP)
    response = client.get("/annuaire?q=gap&territoire=departement-04&type=bibliotheque")

    assert "Aucune structure ne répond à cette recherche" in text_of(response)
    assert "sans Alpes-de-Haute-Provence (département 04) : 1 structure" in text_of(response)
    assert "/annuaire?q=gap&type=bibliotheque" in links_in(response)


def test_each_filter_has_a_link_that_takes_it_away(client, session):
    library(session, "À Forcalquier")
    links = links_in(client.get(f"/annuaire?q=forcalquier&pres-de={FORCALQUIER}&rayon=5"))

    assert "/annuaire?q=forcalquier" in links
    assert f"/annuaire?pres-de={FORCALQUIER}&rayon=5" in links


def test_a_radius_without_a_place_asks_for_the_place(client, session):
    library(session, "Seule")
    response = client.get("/annuaire?rayon=30")

    assert response.status_code == 200
    assert "Le rayon compte à partir d’un lieu" in text_of(response)


def test_each_kind_says_how_many_it_would_find(client, session):
    library(session, "Une")
    library(session, "Deux")
    make.place_in(session, make.institution(session, "Cité", Kind.CITE), FORCALQUIER)
    text = text_of(client.get("/annuaire?type=cite-des-metiers&territoire=departement-04"))

    assert "Cités des métiers (1)" in text
    assert "Bibliothèques (2)" in text
    assert "1 structure" in text


def test_a_page_of_results_asks_the_same_number_of_questions_however_long(client, session, count_queries):
    library(session, "Une")
    before = count_queries()
    client.get("/annuaire")
    of_one = count_queries() - before
    for number in range(30):
        library(session, f"Bibliothèque {number}", (FORCALQUIER, GAP, NICE)[number % 3])
    before = count_queries()
    client.get("/annuaire")

    assert count_queries() - before == of_one <= 8
