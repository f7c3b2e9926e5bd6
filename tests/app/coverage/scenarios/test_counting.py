"""The same places counted everywhere, the territory that one looks at, and what the directory says of what is opened."""

from datetime import date

import pytest

from app.clock import today
from app.directory.models import Kind, State
from app.formats import french_date
from tests import factories as make
from tests.app.coverage.scenarios.helpers import FIGURES, TRY, figures, keep, plain

DIGNE = "commune-04070"


@pytest.fixture
def network(session):
    """One place open, one planned, and one open that has no point."""
    make.place_in(session, make.institution(session, "Centre de Gap", Kind.CENTRE), "commune-05061")
    planned = make.institution(session, "Centre en projet", Kind.CENTRE, open_since=None)
    make.place_in(session, planned, "commune-06088")
    make.observe(session, planned, date(2024, 5, 1), State.PLANNED)
    return make.institution(session, "Centre sans adresse", Kind.CENTRE)


def test_the_same_places_are_counted_everywhere(client, network):
    said = plain(figures(client, ouvrir=DIGNE)["html"])
    counted = "1 lieu ouvert + 1 en projet situés"
    assert f"Référence : {counted} ; 1 sans coordonnées, non compté, au" in said
    assert f"Scénario : {counted} + 1 ouvert en pensée ; 1 sans coordonnées, non compté, au" in said
    assert f"Les lieux du {plain(french_date(today()))} : {counted} ; 1 sans coordonnées, non compté. Un bouton" in said
    without = plain(figures(client, projets="non")["html"])
    assert "Référence : 1 lieu ouvert situé ; 1 sans coordonnées, non compté, au" in without


def test_each_side_counts_what_is_planned_on_its_own_day(client, network):
    said = figures(client, date="2024-06-01", **{"date-reference": "2024-03-01"})
    assert [mark["planned"] for mark in said["maps"]["scenario"]["marks"] if mark["name"] == "Centre en projet"] == [True]
    assert "Référence : 1 lieu ouvert situé ;" in plain(said["html"])


def test_a_territory_is_told_apart_from_the_rest_of_france(client, session, network):
    far = figures(client, ouvrir=f"{DIGNE};commune-13055")
    here = figures(client, ouvrir=f"{DIGNE};commune-13055", territoires="departement-04")
    there = figures(client, ouvrir=f"{DIGNE};commune-13055", territoires="13")
    assert plain(here["summary"]).startswith(plain(far["summary"]).rstrip("."))
    assert "dont dans Alpes-de-Haute-Provence" in plain(here["summary"])
    assert here["summary"] != there["summary"]
    assert "territoires=departement-04" in here["address"]
    assert "Tous les habitants de France comptent" in plain(here["html"])
    assert "Tous les habitants de France comptent" in plain(far["html"])


def test_a_territory_that_does_not_exist_is_said(client):
    answer = client.get(FIGURES, query_string={"territoires": "Zorglubie", "ouvrir": DIGNE})
    assert answer.status_code == 400
    assert "Zorglubie" in answer.json["notices"]
    assert "ne change rien" not in answer.json["summary"]


def test_opening_what_the_directory_says_closed_is_said(client, session):
    library = make.library(session, "Médiathèque partie")
    make.observe(session, library, date(2025, 3, 12), State.CLOSED)
    said = "« Médiathèque partie » : structure fermée selon l’annuaire le 12 mars 2025."
    assert said in plain(figures(client, ouvrir=library.public_id)["notices"])
    assert said in plain(client.get(TRY, query_string={"ouvrir": library.public_id, "date": "2020-01-01"}).text)


def test_a_kept_scenario_says_that_what_it_opens_has_closed(client, session, sign_in):
    library = make.library(session, "Médiathèque partie")
    colleague = sign_in(make.member(session, make.cite(session)))
    kept = keep(colleague, session, query=f"ouvrir={library.public_id}")
    colleague.post(f"/scenarios/{kept.public_id}/lien")
    make.observe(session, library, today(), State.CLOSED)
    session.refresh(kept)
    for reader, path in ((colleague, kept.public_id), (client, f"lien/{kept.share_token}")):
        page = plain(reader.get(f"/scenarios/{path}").text)
        assert "structure fermée selon l’annuaire" in page
        assert "« Médiathèque partie » : ouvert alors, fermé maintenant" in page
        assert "n’ont pas changé" not in page
        assert "les chiffres restent les mêmes" in page
