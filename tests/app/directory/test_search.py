"""The search, through its URL: what is found, in which order, and the one clean URL of each search."""

from datetime import date, timedelta

import pytest

from app.clock import today
from app.directory.models import Confidence, Kind, State
from geo.territories import Territory
from tests import factories as make
from tests.app.directory.pages import FORCALQUIER, GAP, NICE, library, links_in, names_in, text_of


def test_the_directory_without_a_question_lists_everything_the_rare_kinds_first(client, session):
    library(session, "Bibliothèque d’un bourg")
    make.institution(session, "Cité inventée", Kind.CITE)
    make.institution(session, "Agence inventée", Kind.AGENCY, open_since=None)
    response = client.get("/annuaire")

    assert names_in(response) == ["Cité inventée", "Agence inventée", "Bibliothèque d’un bourg"]
    assert "3 structures" in text_of(response)


@pytest.mark.parametrize(
    "words",
    [
        "Herbès",
        "herbes",
        "HERBÈS",
        "herb",
        "médiathèque herbes",
        "bibliothèque Herbès",
        "herbès manosque",
        "hérbes de Manosque",
    ],
)
def test_accents_case_and_unfinished_words_are_forgiven(client, session, words):
    library(session, "Médiathèque intercommunale d’Herbès", "commune-04112", city="Manosque")
    library(session, "Médiathèque de Gap", GAP)

    assert names_in(client.get("/annuaire", query_string={"q": words})) == ["Médiathèque intercommunale d’Herbès"]


@pytest.mark.parametrize("typo", ["Louis Nucéro", "nusera", "Louiss nucera", "nucerra", "luis nucera"])
def test_a_typing_error_is_forgiven(client, session, typo):
    library(session, "Bibliothèque Louis Nucéra", NICE)
    library(session, "Villa Saint-Hilaire", "commune-06069")

    assert names_in(client.get("/annuaire", query_string={"q": typo})) == ["Bibliothèque Louis Nucéra"]


def test_resemblance_is_only_sought_for_a_word_that_is_found_nowhere(client, session):
    library(session, "Bibliothèque de Marsac")
    library(session, "Bibliothèque de Marsas")

    assert names_in(client.get("/annuaire?q=marsac")) == ["Bibliothèque de Marsac"]


def test_st_is_saint(client, session):
    library(session, "Médiathèque de Saint-Auban")

    assert names_in(client.get("/annuaire?q=st-auban")) == ["Médiathèque de Saint-Auban"]
    assert names_in(client.get("/annuaire?q=saint auban", follow_redirects=True)) == ["Médiathèque de Saint-Auban"]


def test_the_present_and_the_former_names_of_its_commune_find_a_library(client, session):
    library(session, "Le Coin lecture", "commune-01033")

    assert names_in(client.get("/annuaire?q=Valserhône")) == ["Le Coin lecture"]
    assert names_in(client.get("/annuaire?q=Bellegarde-sur-Valserine")) == ["Le Coin lecture"]


def test_aliases_postcodes_and_the_code_of_the_ministry_are_searched_too(client, session):
    library(session, "Bibliothèque nommée autrement", aliases=["Arald"], postcode="04300", code_bib="LI20371")
    library(session, "Une autre", postcode="04100", code_bib="135")

    for words in ("arald", "04300", "LI20371"):
        assert names_in(client.get("/annuaire", query_string={"q": words})) == ["Bibliothèque nommée autrement"]


def test_mediatheque_finds_a_library_whatever_its_name(client, session):
    library(session, "Réseau du pays de Forcalquier", city="Forcalquier")
    library(session, "La Médiathèque", city="Forcalquier")

    assert names_in(client.get("/annuaire?q=médiathèque forcalquier")) == ["La Médiathèque", "Réseau du pays de Forcalquier"]
    assert names_in(client.get("/annuaire?q=biblioteque")) == ["La Médiathèque", "Réseau du pays de Forcalquier"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("CDM", ["Cité des métiers inventée"]),
        ("cités des métiers", ["Cité des métiers inventée"]),
        ("centres associés", ["Centre associé inventé"]),
        ("bdp", ["04 - Lecture publique"]),
    ],
)
def test_the_words_of_the_trade_find_their_kind(client, session, words, found):
    make.institution(session, "Cité des métiers inventée", Kind.CITE)
    make.institution(session, "Centre associé inventé", Kind.CENTRE)
    make.institution(session, "04 - Lecture publique", Kind.DEPARTMENTAL)

    assert names_in(client.get("/annuaire", query_string={"q": words})) == found


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "…", "日本", "Иванов", "%%%%"])
def test_signs_that_are_no_words_find_nothing_and_break_nothing(client, session, words):
    library(session, "Médiathèque")
    response = client.get("/annuaire", query_string={"q": words})

    assert response.status_code == 200
    assert "Aucune structure ne répond" in text_of(response)


def test_one_ticks_several_kinds(client, session):
    for kind in (Kind.CITE, Kind.CENTRE, Kind.LIBRARY):
        make.institution(session, kind.label, kind)

    assert names_in(client.get("/annuaire?type=cite-des-metiers&type=centre-associe")) == ["Cité des métiers", "Centre associé"]


@pytest.mark.parametrize("level", ["id", "epci_id", "department_id", "region_id"])
def test_a_territory_of_any_level_holds_what_stands_in_its_communes(client, session, level):
    library(session, "À Forcalquier")
    library(session, "À Limoges", "commune-87085")
    territory = getattr(session.get(Territory, FORCALQUIER), level)

    assert names_in(client.get(f"/annuaire?territoire={territory}")) == ["À Forcalquier"]


def test_what_is_known_only_by_its_department_is_found_there(client, session):
    make.institution(session, "Cité du département", Kind.CITE, territory_id="departement-04")

    assert names_in(client.get("/annuaire?territoire=departement-04")) == ["Cité du département"]
    assert names_in(client.get("/annuaire?territoire=region-93")) == ["Cité du département"]
    assert names_in(client.get(f"/annuaire?territoire={FORCALQUIER}")) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("04", "departement-04"),
        ("2a", "departement-2A"),
        ("alpes de haute provence", "departement-04"),
        ("Alpes-de-Haute-Provence (département 04)", "departement-04"),
        ("PACA", "region-93"),
        ("forcalquier", FORCALQUIER),
        ("Mayotte", "departement-976"),
        ("Saint-Denis (93)", "commune-93066"),
        ("commune-13201", "commune-13055"),
        ("75101", "commune-75056"),
    ],
)
def test_a_territory_may_be_typed_and_the_url_is_made_clean(client, typed, meant):
    response = client.get("/annuaire", query_string={"territoire": typed, "q": "", "rayon": ""})

    assert response.status_code == 302
    assert response.location == f"/annuaire?territoire={meant}"


def test_a_name_that_several_territories_bear_is_a_choice_that_keeps_the_rest(client):
    response = client.get("/annuaire?territoire=Bretagne&type=bibliotheque&etat=ouvert")

    assert response.status_code == 200
    assert "Plusieurs territoires portent ce nom" in text_of(response)
    assert "/annuaire?type=bibliotheque&etat=ouvert&territoire=region-53" in links_in(response)
    assert "/annuaire?type=bibliotheque&etat=ouvert&territoire=commune-36024" in links_in(response)


def test_a_name_that_only_resembles_is_offered_and_never_assumed(client):
    response = client.get("/annuaire?territoire=forcalqier")

    assert "Vouliez-vous dire" in text_of(response)
    assert f"/annuaire?territoire={FORCALQUIER}" in links_in(response)


def test_around_a_place_the_nearest_come_first_within_the_radius(client, session):
    library(session, "À Forcalquier")
    library(session, "À Manosque", "commune-04112")
    library(session, "À Nice", NICE)
    response = client.get(f"/annuaire?pres-de={FORCALQUIER}&rayon=30")

    assert names_in(response) == ["À Forcalquier", "À Manosque"]
    assert "à 30 km au plus de Forcalquier" in text_of(response)
    assert names_in(client.get(f"/annuaire?pres-de={FORCALQUIER}")) == ["À Forcalquier", "À Manosque", "À Nice"]
    assert names_in(client.get(f"/annuaire?pres-de={FORCALQUIER}&tri=nom")) == ["À Forcalquier", "À Manosque", "À Nice"]


def test_distances_are_metres_on_the_ellipsoid(client, session):
    # One degree of longitude at 60° north is 55.8 km, half of what it is at the equator.
    make.institution(session, "À un degré", at=(11.0, 60.0))

    assert "56 km" in text_of(client.get("/annuaire?pres-de=60,10&rayon=60"))
    assert names_in(client.get("/annuaire?pres-de=60,10&rayon=55")) == []


def test_the_order_by_name_is_that_of_french(client, session):
    for name in ("Zola", "Écla", "Épinal", "Eau"):
        library(session, name)

    assert names_in(client.get("/annuaire?tri=nom")) == ["Eau", "Écla", "Épinal", "Zola"]


def test_states_are_those_of_the_day_asked_for(client, session):
    closed = library(session, "Fermée depuis", open_since=date(2015, 1, 1))
    make.observe(session, closed, date(2020, 5, 1), State.CLOSED)
    library(session, "Ouverte plus tard", open_since=date(2024, 8, 22))

    assert names_in(client.get("/annuaire?etat=ouvert&date=2017-07-11")) == ["Fermée depuis"]
    assert names_in(client.get("/annuaire?etat=ouvert")) == ["Ouverte plus tard"]
    assert names_in(client.get("/annuaire?etat=ferme")) == ["Fermée depuis"]
    at_that_day = text_of(client.get("/annuaire?date=2017-07-11"))
    assert "situation au 11 juillet 2017" in at_that_day
    assert "aucun constat à cette date" in at_that_day


def test_states_add_up_and_to_confirm_means_open_long_ago(client, session):
    library(session, "Ancienne", open_since=date(2015, 1, 1))
    library(session, "Récente", open_since=today() - timedelta(days=30))
    planned = library(session, "En projet", open_since=None)
    make.observe(session, planned, date(2020, 1, 1), State.PLANNED)
    library(session, "Sans constat", open_since=None)

    assert names_in(client.get("/annuaire?etat=a-confirmer")) == ["Ancienne"]
    assert names_in(client.get("/annuaire?etat=ouvert&tri=nom")) == ["Ancienne", "Récente"]
    assert names_in(client.get("/annuaire?etat=a-confirmer&etat=en-projet&tri=nom")) == ["Ancienne", "En projet"]
    assert names_in(client.get("/annuaire?etat=non-etabli")) == ["Sans constat"]


def test_a_lead_is_not_in_the_search(client, session):
    lead = make.institution(session, "Piste inventée", Kind.CITE, open_since=None)
    make.observe(session, lead, date(2020, 1, 1), confidence=Confidence.LOW)
    make.observe(session, make.institution(session, "Établie", Kind.CITE), date(2025, 1, 1), confidence=Confidence.LOW)

    assert names_in(client.get("/annuaire?type=cite-des-metiers")) == ["Établie"]


def test_without_any_lead_the_page_of_leads_says_so(client):
    assert "Aucune piste à vérifier" in text_of(client.get("/annuaire/pistes"))
