"""The sheet of an institution: what is known, from which source and when; what is not sure is said so."""

import json
import re
from datetime import date

import pytest

from app.clock import today
from app.directory.models import (
    Confidence,
    HostKind,
    Kind,
    PositionQuality,
    Precision,
    ServiceTerritory,
    SourceDifference,
    State,
)
from app.formats import date_with_precision
from tests import factories as make
from tests.app.directory.pages import FORCALQUIER, GAP, library, links_in, names_in, text_of

SISTERON = "commune-04209"


def sheet(client, institution, **parameters):
    return client.get(f"/annuaire/{institution.public_id}", query_string=parameters)


def test_a_state_is_a_dated_and_sourced_statement(client, session):
    one = library(session, "Médiathèque inventée", open_since=None)
    this_month = today().replace(day=1)
    make.observe(session, one, this_month, precision=Precision.MONTH, source="Revue inventée, n° 3")
    text = text_of(sheet(client, one))

    assert f"Dernier constat : « ouvert », en {date_with_precision(this_month, 'mois')}." in text
    assert "Source : Revue inventée, n° 3" in text
    assert "à confirmer" not in text


def test_an_old_observation_is_to_confirm_and_the_sheet_says_what_that_means(client, session):
    text = text_of(sheet(client, library(session, "Ancienne", open_since=date(2017, 7, 11))))

    assert "ouvert, à confirmer" in text
    assert "le dernier constat connu date de plus de 24 mois" in text


@pytest.mark.parametrize(
    ("observed_on", "precision", "said"),
    [
        (date(2018, 1, 1), Precision.AFTER, "« ouvert », après 2017."),
        (date(2011, 12, 31), Precision.BEFORE, "« ouvert », avant 2012."),
        (date(1993, 1, 1), Precision.YEAR, "« ouvert », en 1993."),
        (date(2017, 7, 1), Precision.DAY, "« ouvert », le 1er juillet 2017."),
    ],
)
def test_a_date_is_told_as_precisely_as_it_is_known(client, session, observed_on, precision, said):
    one = library(session, "Datée", open_since=None)
    make.observe(session, one, observed_on, precision=precision)

    assert said in text_of(sheet(client, one))


def test_the_history_tells_every_observation_the_last_first(client, session):
    one = make.institution(session, "Cité", Kind.CITE, open_since=date(2005, 3, 23))
    make.observe(session, one, date(2002, 1, 1), State.PLANNED, Precision.YEAR)
    make.observe(session, one, date(2025, 9, 1), State.CLOSED)
    make.observe(session, one, None, State.UNSETTLED, Precision.UNDATED)
    history = text_of(sheet(client, one)).split("Historique des constats")[1]

    told = ["1er septembre 2025", "23 mars 2005", "2002", "date inconnue"]
    assert [history.index(day) for day in told] == sorted(history.index(day) for day in told)


def test_the_state_is_that_of_the_day_asked_for(client, session):
    one = library(session, "Ouverte puis fermée", open_since=date(2015, 1, 1))
    make.observe(session, one, date(2020, 5, 1), State.CLOSED)

    then = text_of(sheet(client, one, date="2017-07-11"))
    assert "Situation au 11 juillet 2017" in then
    assert "Dernier constat : « ouvert », le 1er janvier 2015." in then
    assert "constat postérieur à la date choisie" in then
    assert "Dernier constat : « fermé », le 1er mai 2020." in text_of(sheet(client, one))
    assert "Rien n’est connu de son état au 11 juillet 2010" in text_of(sheet(client, one, date="2010-07-11"))


def test_of_two_observations_of_a_day_the_sheet_tells_the_one_that_the_list_shows(client, session):
    one = library(session, "Deux fois le même jour", open_since=date(2020, 5, 1))
    make.observe(session, one, date(2020, 5, 1), State.CLOSED)

    assert "Dernier constat : « fermé », le 1er mai 2020." in text_of(sheet(client, one))
    assert names_in(client.get("/annuaire?etat=ferme")) == ["Deux fois le même jour"]


def test_an_institution_that_is_only_a_lead_says_so_and_is_nowhere_else(client, session):
    lead = library(session, "Piste inventée", kind=Kind.CITE, open_since=None)
    make.observe(session, lead, date(2018, 1, 1), State.PLANNED, confidence=Confidence.LOW, source="On dit")
    response = sheet(client, lead)

    assert response.status_code == 200
    assert "piste à vérifier" in text_of(response)
    assert "Elle n’est ni dans la recherche, ni sur la carte" in text_of(response)
    assert "Dernier constat" not in text_of(response)
    assert 'content="noindex"' in response.text
    assert "ld+json" not in response.text
    assert "data-small-map" not in response.text
    assert names_in(client.get("/annuaire?q=piste")) == []
    assert "Piste inventée" in text_of(client.get("/annuaire/pistes"))


def test_a_weak_statement_about_an_established_institution_is_set_apart(client, session):
    one = library(session, "Établie", open_since=date(2020, 1, 1))
    make.observe(session, one, date(2020, 6, 1), State.CLOSED, confidence=Confidence.LOW, source="Rumeur")
    text = text_of(sheet(client, one))

    assert "Dernier constat : « ouvert »" in text
    assert text.index("Pistes à vérifier") < text.index("Rumeur")
    leads = text_of(client.get("/annuaire/pistes"))
    assert "Des mentions de structures établies" in leads
    assert "Rumeur" in leads


def test_a_centre_names_its_cite_and_its_host_and_the_cite_its_centres(client, session):
    cite = library(session, "Cité mère", "commune-13055", kind=Kind.CITE)
    host = library(session, "Bibliothèque hôte", GAP)
    centre = library(session, "Centre fille", GAP, kind=Kind.CENTRE, parent_id=cite.id, host_id=host.id)
    centre.host_name, centre.host_kind = "Bibliothèque hôte", HostKind.LIBRARY
    session.flush()

    of_centre = sheet(client, centre)
    assert "Cité de rattachement Cité mère" in text_of(of_centre)
    assert "Hébergé par Bibliothèque hôte (bibliothèque)" in text_of(of_centre)
    assert f"/annuaire/{host.public_id}" in links_in(of_centre)
    assert "1 centre associé ou point relais" in text_of(sheet(client, cite))
    assert "Ce qu’elle héberge" in text_of(sheet(client, host))
    assert names_in(sheet(client, host)) == ["Centre fille"]


def test_the_label_is_not_presence(client, session):
    cite = library(session, "Cité", "commune-13055", kind=Kind.CITE)
    session.add(ServiceTerritory(institution_id=cite.id, territory_id="region-93"))
    session.flush()
    text = text_of(sheet(client, cite))

    assert "Territoire du label Provence-Alpes-Côte d’Azur" in text
    assert "ce n’est pas sa présence" in text


def test_the_nearest_of_the_other_kinds_come_with_their_distance(client, session):
    here = library(session, "Médiathèque d’ici")
    library(session, "Cité lointaine", "commune-13055", kind=Kind.CITE)
    library(session, "Cité proche", SISTERON, kind=Kind.CITE)
    closed = library(session, "Cité fermée", FORCALQUIER, kind=Kind.CITE, open_since=None)
    make.observe(session, closed, date(2020, 1, 1), State.CLOSED)
    text = text_of(sheet(client, here))

    assert "La Cité des métiers la plus proche Cité proche Sisteron (04) 29 km" in text
    assert "Cité lointaine" not in text
    assert "Cité fermée" not in text
    assert "Distances à vol d’oiseau" in text


def test_on_a_day_of_the_past_the_libraries_around_are_those_of_today(client, session):
    cite = library(session, "Cité", kind=Kind.CITE, open_since=date(2005, 1, 1))
    library(session, "Médiathèque voisine", open_since=date(2024, 8, 22))
    text = text_of(sheet(client, cite, date="2017-07-11"))

    assert "Médiathèque voisine" in text
    assert "Les bibliothèques sont celles d’aujourd’hui." in text


def test_a_neighbour_beyond_the_sea_is_said_to_be(client, session):
    here = library(session, "Bibliothèque de Fort-de-France", "commune-97209")
    library(session, "Cité de la Guadeloupe", "commune-97105", kind=Kind.CITE)

    assert "la mer les sépare" in text_of(sheet(client, here))
    assert "la mer les sépare" not in text_of(sheet(client, library(session, "Voisine", "commune-97105")))


def test_an_approximate_position_is_told_and_so_are_its_distances(client, session):
    here = library(session, "Placée au bourg")
    library(session, "Cité", SISTERON, kind=Kind.CITE)
    text = text_of(sheet(client, here))
    assert "Position approximative" in text
    assert "Elles partent d’une position approximative" in text

    exact = make.institution(session, "Bien placée", at=(5.78, 43.96))
    assert exact.position_quality == PositionQuality.EXACT
    assert "approximative" not in text_of(sheet(client, exact)).split("La Cité des métiers la plus proche")[0]
    nowhere = make.institution(session, "Sans position")
    assert "Position inconnue" in text_of(sheet(client, nowhere))
    assert "data-small-map" not in sheet(client, nowhere).text


def test_what_is_not_known_is_said_once_and_soberly(client, session):
    text = text_of(sheet(client, library(session, "Peu connue", surface_m2=120.5, weekly_hours=8)))

    assert "Surface 120,5 m²" in text
    assert "Ouverture 8 heures par semaine" in text
    assert "Non renseigné dans les sources : adresse, téléphone, site internet, statut, salariés, bénévoles" in text
    assert text.count("Non renseigné") + text.count("non renseigné") == 1


def test_what_the_institution_wrote_is_told_with_what_the_source_says(client, session):
    one = library(session, "Éditée", phone="04 92 00 00 00", own_fields=["phone"])
    session.add(
        SourceDifference(
            institution_id=one.id,
            field="phone",
            source_value="04 92 11 11 11",
            source="Le fichier du ministère",
            seen_on=date(2025, 6, 5),
        )
    )
    session.flush()
    text = text_of(sheet(client, one))

    assert "04 92 00 00 00 Renseigné par la structure elle-même." in text
    assert "Téléphone : Le fichier du ministère indique « 04 92 11 11 11 », vu le 5 juin 2025." in text


def test_the_source_and_its_vintage_are_told(client, session):
    text = text_of(sheet(client, library(session, "Sourcée", citation="https://exemple.fr/page (2018) ; Revue n° 3")))

    assert "Jeu d’essai inventé, Essais (Aucune). Millésime : 1er janvier 2024. Chargé le" in text
    assert "https://exemple.fr/page (2018)" in text


def test_only_addresses_of_the_web_are_links(client, session):
    safe = library(session, "Sûre", website="https://exemple.fr/")
    # The database itself refuses such a website: see test_constraints.py.
    hostile = library(session, "Hostile", citation="javascript:alert(2)")

    assert "https://exemple.fr/" in links_in(sheet(client, safe))
    assert not [link for link in links_in(sheet(client, hostile)) if link.startswith("javascript")]


def linked_data(response) -> dict:
    found = re.search(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', response.text, re.S)
    return json.loads(found.group(1)) if found else {}


@pytest.mark.parametrize(
    ("kind", "type_"),
    [(Kind.LIBRARY, "Library"), (Kind.CITE, "EducationalOrganization"), (Kind.AGENCY, "GovernmentOrganization")],
)
def test_search_engines_read_what_it_is(client, session, kind, type_):
    one = library(session, "Structure inventée", kind=kind, address="1 rue", postcode="04300", city="Forcalquier")
    described = linked_data(sheet(client, one))

    assert described["@type"] == type_
    assert described["name"] == "Structure inventée"
    assert described["@id"] == f"http://localhost/annuaire/{one.public_id}"
    assert described["address"]["postalCode"] == "04300"
    assert described["geo"]["latitude"] == pytest.approx(43.96, abs=0.05)


def test_search_engines_are_not_told_of_what_is_closed(client, session):
    closed = library(session, "Fermée", open_since=None)
    make.observe(session, closed, date(2020, 1, 1), State.CLOSED)

    assert linked_data(sheet(client, closed)) == {}


def test_a_hostile_name_stays_a_name(client, session):
    one = library(session, "</script><script>alert(1)</script>", address='"><img src=x onerror=alert(1)>')
    response = sheet(client, one)

    assert "<script>alert(1)" not in response.text
    assert "<img src=x" not in response.text
    assert linked_data(response)["name"] == "</script><script>alert(1)</script>"


@pytest.mark.parametrize("public_id", ["inconnue", "BIB-135", "bib_135", "bib-135'", "-", "%00", "a" * 3000, "bib--1"])
def test_what_is_no_institution_is_not_found(client, public_id):
    assert client.get(f"/annuaire/{public_id}").status_code == 404


def test_a_wrong_day_is_refused(client, session):
    one = library(session, "Datée")
    assert sheet(client, one, date="hier").status_code == 400
    assert sheet(client, one, date="2090-01-01").status_code == 400


def test_a_sheet_asks_the_same_number_of_questions_however_many_its_ties(client, session, count_queries):
    cite = library(session, "Cité", "commune-13055", kind=Kind.CITE)
    library(session, "Centre 0", GAP, kind=Kind.CENTRE, parent_id=cite.id)
    library(session, "Bibliothèque 0")
    address = f"/annuaire/{cite.public_id}"
    before = count_queries()
    client.get(address)
    of_few = count_queries() - before
    for number in range(1, 12):
        library(session, f"Centre {number}", (GAP, SISTERON, FORCALQUIER)[number % 3], kind=Kind.CENTRE, parent_id=cite.id)
        make.observe(session, cite, date(2000 + number, 1, 1))
        library(session, f"Bibliothèque {number}", (GAP, SISTERON, FORCALQUIER)[number % 3])
    before = count_queries()
    client.get(address)

    assert count_queries() - before == of_few <= 22


ASK, INTRODUCE = "Demander une mise en relation", "Mettre en relation"


def test_whoever_may_is_led_from_the_sheet_to_an_introduction(session, sign_in):
    cite, one, other = make.cite(session), make.library(session), make.library(session)
    centre = make.place_in(session, make.institution(session, kind=Kind.CENTRE, parent_id=cite.id), GAP)
    agency = make.agency(session)
    of_cite, of_library = make.member(session, cite), make.member(session, other)
    between, administrator = make.member(session, agency), make.person(session, administrator=True)
    told = {
        (of_cite, one): f"{ASK}|structure={one.public_id}",
        (of_library, cite): f"{ASK}|cite={cite.public_id}",
        (between, one): f"{INTRODUCE}|structure={one.public_id}",
        (administrator, cite): f"{INTRODUCE}|cite={cite.public_id}",
    }
    silent = [(of_cite, cite), (of_cite, centre), (of_library, one), (of_library, other), (between, agency), (None, one)]
    silent.append((make.person(session), one))
    for (who, where), said in told.items():
        words, parameter = said.split("|")
        page = sign_in(who).get(f"/annuaire/{where.public_id}").text
        assert f'href="/mises-en-relation/nouvelle?{parameter}"' in page
        assert words in page
        assert sign_in(who).get(f"/mises-en-relation/nouvelle?{parameter}").status_code == 200
    for who, where in silent:
        assert "/mises-en-relation/nouvelle?" not in sign_in(who).get(f"/annuaire/{where.public_id}").text


def test_what_is_closed_is_not_introduced(session, sign_in):
    one = make.library(session)
    make.observe(session, one, date(2024, 6, 1), State.CLOSED)
    page = sign_in(make.person(session, administrator=True)).get(f"/annuaire/{one.public_id}").text
    assert "/mises-en-relation/nouvelle" not in page
