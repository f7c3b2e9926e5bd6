"""A trial, through its URL: what is opened and closed, what cannot be read, and what is never touched."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.directory.models import Confidence, Kind, State
from tests import factories as make
from tests.app.coverage.scenarios.helpers import FIGURES, TRY, figures

DIGNE = "commune-04070"
COMMUNES = ("commune-04112", "commune-04143", "commune-04209", "commune-05061", "commune-13055", "commune-06088")


@pytest.fixture
def gap(session):
    """A centre in Gap."""
    return make.place_in(session, make.institution(session, "Centre associé de Gap", Kind.CENTRE), "commune-05061")


def test_the_page_says_who_is_gained_and_lost_and_where(client, session, gap):
    library = make.library(session, "Médiathèque de Manosque")
    page = client.get(TRY, query_string={"ouvrir": library.public_id, "fermer": gap.public_id}).text
    assert "habitants gagnés" in page
    assert "Hautes-Alpes" in page
    assert "Alpes-de-Haute-Provence" in page
    assert "Médiathèque de Manosque" in page
    assert "Centre associé de Gap" in page
    assert "Oraison" in page, "a commune that is gained"
    assert "data-scenario-maps" in page
    assert "Rien n’est enregistré" in page


def test_a_commune_a_point_and_a_library_are_opened(client, session, gap):
    said = figures(client, ouvrir=f"{DIGNE};5.9312,44.1;{make.library(session).public_id}")
    assert [mark["key"] for mark in said["maps"]["scenario"]["marks"] if mark.get("opened")] == said["maps"]["opened"]
    assert len(said["maps"]["opened"]) == 3
    assert said["summary"].endswith(".")
    assert "gagnés" in said["summary"]


def test_the_reference_keeps_its_own_distance(client, gap):
    same = figures(client, rayon="20")
    assert "ne change rien" in same["summary"]
    assert "ne change rien" not in figures(client, rayon="40", **{"rayon-reference": "20"})["summary"]


def test_a_day_before_the_opening_is_compared_with_today(client, gap):
    said = figures(client, date="2023-06-01", **{"date-reference": "2024-06-01"})
    assert said["summary"].startswith("0\xa0habitant gagné, ")
    assert "perdus" in said["summary"]
    assert said["maps"]["scenario"]["marks"] == []


def test_planned_places_count_unless_asked_not_to(client, session, gap):
    planned = make.institution(session, "Centre en projet", Kind.CENTRE, open_since=None)
    make.place_in(session, planned, DIGNE)
    make.observe(session, planned, date(2024, 5, 1), State.PLANNED)
    counted, left = figures(client), figures(client, projets="non")
    assert [len(one["maps"]["reference"]["marks"]) for one in (counted, left)] == [2, 1]
    assert "en projet" in counted["html"]
    assert "laissés de côté" in left["html"]
    assert figures(client, ouvrir=DIGNE)["summary"].startswith("Ce scénario ne change rien")
    assert not figures(client, ouvrir=DIGNE, projets="non")["summary"].startswith("Ce scénario ne change rien")


def test_what_changes_nothing_is_said(client, session, gap):
    closed = make.library(session, "Médiathèque jamais centre")
    notices = figures(client, ouvrir=gap.public_id, fermer=closed.public_id)["notices"]
    assert "Centre associé de Gap" in notices
    assert "L’ouvrir ne change rien" in notices
    assert "Médiathèque jamais centre" in notices
    assert "Le fermer ne change rien" in notices
    unseen = make.institution(session, "Centre sans adresse", Kind.CENTRE)
    assert "sans coordonnées" in figures(client, fermer=unseen.public_id)["notices"]


@pytest.mark.parametrize(
    "query",
    [
        {"ouvrir": "bib-inconnue"},
        {"ouvrir": "commune-99999"},
        {"ouvrir": "-73.98,40.75"},
        {"ouvrir": "180.5,95"},
        {"ouvrir": "nan,inf"},
        {"ouvrir": "<script>alert(1)</script>"},
        {"ouvrir": "';DROP TABLE institution--"},
        {"fermer": "centre-inconnu"},
        {"fermer": "5.9,44.1"},
        {"rayon": "0"},
        {"rayon": "mille"},
        {"date": "hier"},
        {"date": "2999-01-01"},
        {"niveau": "planetes"},
        {"contre": "a" * 14},
        {"contre": "../../etc"},
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_kept(client, gap, query):
    right = {"ouvrir": DIGNE} if "ouvrir" not in query else {"fermer": gap.public_id}
    kept = client.get(FIGURES, query_string={**query, **right})
    assert kept.status_code == 400
    assert "n’a pas été comprise" in kept.json["notices"]
    assert "<script>alert" not in kept.json["notices"]
    assert "ne change rien" not in kept.json["summary"], "the right half of the question is answered"


def test_an_institution_that_is_nowhere_is_said(client, session):
    lost = make.institution(session, "Sans adresse")
    page = client.get(TRY, query_string={"ouvrir": lost.public_id})
    assert page.status_code == 400
    assert "on ne sait pas où cela se trouve" in page.text


def test_a_lead_is_not_opened(client, session):
    lead = make.institution(session, "Piste secrète", Kind.CENTRE, at=(6.2, 44.1), open_since=None)
    make.observe(session, lead, date(2024, 1, 1), confidence=Confidence.LOW)
    page = client.get(TRY, query_string={"ouvrir": lead.public_id})
    assert page.status_code == 400
    assert "Piste secrète" not in page.text


def test_more_than_a_hundred_places_are_cut_and_said(client):
    points = ";".join(f"{5 + n / 1000:.3f},44.1" for n in range(103))
    page = client.get(FIGURES, query_string={"ouvrir": points})
    assert page.status_code == 400
    assert "100 lieux ouverts au plus" in page.json["notices"]
    assert len(page.json["maps"]["opened"]) == 100


def test_a_typed_name_opens_or_asks_which(client, session):
    answer = client.get(TRY, query_string={"ajouter": "Digne-les-Bains", "rayon": "20"})
    assert answer.status_code == 302
    assert answer.location.endswith("rayon=20&ouvrir=commune-04070")
    for number in range(2):
        make.library(session, f"Médiathèque Zorglub {number}")
    page = client.get(TRY, query_string={"ajouter": "Zorglub"})
    assert page.status_code == 200
    assert "Quel lieu" in page.text
    assert "Zorglub 1" in page.text
    nothing = client.get(TRY, query_string={"ajouter": "Xqzwk"})
    assert nothing.status_code == 400
    assert "aucune commune ni aucune structure" in nothing.text
    region = client.get(TRY, query_string={"ajouter": "Bretagne"})
    assert "Quel lieu" in region.text
    assert "region-53" not in region.text, "one opens nothing in a region"


def test_an_island_gains_nothing_from_the_mainland(client, session):
    said = figures(client, ouvrir="-5.0,48.0", rayon="100")
    assert "Finistère" in said["html"]
    assert "Ouessant" not in said["html"]


def test_files_hold_what_the_page_shows(client, session, gap):
    query = {"ouvrir": DIGNE, "fermer": gap.public_id}
    people = client.get(f"{TRY}.csv", query_string=query).text
    assert people.startswith("\ufeffIdentifiant;Code;Territoire;Habitants")
    assert (
        len(people.splitlines())
        == figures(client, **query)["html"].count('<th scope="row"><a href="/couverture/departement-') + 1
    )
    machines = client.get(f"{TRY}.csv", query_string={**query, "pour": "machines", "table": "communes"}).text
    assert machines.startswith("code_insee,commune,code_departement,habitants,changement")
    assert ",gagnee," in machines
    assert ",perdue," in machines
    book = client.get(f"{TRY}.xlsx", query_string=query)
    assert book.status_code == 200
    assert book.mimetype.endswith("sheet")
    book.close()
    assert client.get(f"{TRY}.csv", query_string={"table": "autre"}).status_code == 400
    assert client.get(f"{TRY}.csv", query_string={"ouvrir": "inconnue"}).status_code == 400
    assert client.head(f"{TRY}.csv", query_string=query).status_code == 200


def test_nothing_that_is_stored_changes(client, session, gap):
    def stored():
        return [
            session.scalar(sa.text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t"))
            for table in ("institution", "observation")
        ]

    library = make.library(session)
    before = stored()
    query = {"ouvrir": f"{DIGNE};{library.public_id}", "fermer": gap.public_id, "rayon": "50"}
    assert figures(client, **query)["maps"]["closed"] == [gap.public_id]
    assert client.get(TRY, query_string=query).status_code == 200
    assert stored() == before


def test_few_statements_answer_a_click_however_many_places(client, session, gap, count_queries):
    for number in range(6):
        make.library(session, f"Médiathèque {number}", COMMUNES[number])
    session.expire_all()
    before = count_queries()
    figures(client, ouvrir=DIGNE)
    few = count_queries() - before
    figures(client, ouvrir=";".join(COMMUNES), fermer=gap.public_id)
    assert count_queries() - before - few <= few + 2
    assert few <= 12
