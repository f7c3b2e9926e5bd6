"""The answer: the best sites with their proof, what exists counted first, and what its page says of its limits."""

import csv
import html
import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.coverage.sites.models import Aim, SiteSearch, SiteSearchAsker
from app.coverage.sites.proving import comparison, proof
from app.coverage.sites.showing import gaining
from app.directory.models import Kind, State
from tests import factories
from tests.app.coverage.sites.asking import DIGNE, MANOSQUE, SISTERON, answered, launch, libraries, names, within, work

SignIn = Callable[[User | None], FlaskClient]


@pytest.fixture
def camille(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(factories.person(session, name="Camille Trèsdiscrète"))


def shown(count: int) -> str:
    return f"{count:,}".replace(",", " ")


def test_the_best_sites_are_found_with_their_proof_and_nobody_counts_twice(
    app: Flask, session: Session, camille: FlaskClient, sign_in: SignIn
):
    libraries(session)
    search, page = answered(app, session, camille, nombre="2")
    best = within(session, MANOSQUE, 10)
    assert best > within(session, DIGNE, 10) > within(session, SISTERON, 10)
    assert names(search) == ["Manosque", "Digne"]
    assert search.result["already"] == 0
    assert f"+ {shown(best)}" in page
    assert f"+ {shown(best + within(session, DIGNE, 10))}<" in page, "towns that far apart share nobody"
    assert "C’est prouvé : aucun autre choix de 2 lieux" in page
    assert "donne le même choix" in page
    assert page.count('role="img"') >= 2
    assert 'href="/annuaire/' in page
    assert "Trèsdiscrète" not in sign_in(None).get(f"/prochains-lieux/{search.public_id}").text


def test_what_exists_or_is_planned_counts_first(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    factories.cite(session, "Cité de Manosque", MANOSQUE)
    planned = factories.institution(session, "Centre de Digne", Kind.CENTRE, open_since=None)
    factories.place_in(session, planned, DIGNE)
    factories.observe(session, planned, date(2024, 1, 1), State.PLANNED)
    search, page = answered(app, session, camille)
    assert names(search) == ["Sisteron"]
    assert "1 ouvert et 1 en projet" in page
    assert "des habitants à portée des lieux existants et de celui en projet" in page
    assert search.result["already"] - search.result["opened"] == within(session, DIGNE, 10)
    assert "sans lui)" in page
    assert "Centre de Digne</a>, en projet" in page
    without, page = answered(app, session, camille, projets="non")
    assert names(without) == ["Digne"]
    assert "Centre de Digne" not in page
    link = page.split("Essayer ces ouvertures")[0].rsplit('href="', 1)[1].split('"')[0]
    tried = camille.get(html.unescape(link)).text.replace("\xa0", " ").replace("\u202f", " ")
    assert f"dont dans Alpes-de-Haute-Provence : {shown(without.result['sites'][0]['gain'])} habitants gagnés" in tried


def test_fewer_sites_are_given_when_no_other_brings_anyone(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    factories.library(session, "Médiathèque de Manosque bis", MANOSQUE)
    search, page = answered(app, session, camille, nombre="7")
    assert len(names(search)) == 4
    assert "4 lieux suffisent, sur 7 demandés" in page
    assert "vivent hors d’atteinte de toutes les structures possibles" in page
    assert "Placées au point de leur commune" not in page


def test_the_inhabitants_of_neighbours_count_if_one_says_so(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    own, page = answered(app, session, camille, rayon="25", nombre="4")
    both, other = answered(app, session, camille, rayon="25", nombre="4", voisins="oui")
    assert "ceux de ce territoire seulement" in page
    assert "et ceux des communes voisines" in other
    assert own.result["total"] == within(session, MANOSQUE, 500)
    assert both.result["total"] > own.result["total"]
    assert sum(one["gain"] for one in both.result["sites"]) > sum(one["gain"] for one in own.result["sites"])
    assert {one["code"] for one in both.result["departments"]} > {"04"}


def test_the_fewest_sites_for_a_share(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    share = 100 * within(session, MANOSQUE, 10) / within(session, MANOSQUE, 500)
    search, page = answered(app, session, camille, but="part", part=str(int(share)))
    assert names(search) == ["Manosque"]
    assert "C’est prouvé : un seul lieu de plus met" in page
    search, page = answered(app, session, camille, but="part", part="100")
    assert "ne peuvent pas être à portée" in page
    assert len(names(search)) == 4


def test_the_worst_served_are_protected(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    factories.library(session, "Médiathèque de Gap", "commune-05061")
    factories.cite(session, "Cité de Manosque", MANOSQUE)
    factories.cite(session, "Cité de Sisteron", SISTERON)
    search, page = answered(app, session, camille, but="mal-servis", territoires="04;05")
    assert "dans le département le plus mal servi (Hautes-Alpes)" in page
    assert names(search) == ["Gap"]
    assert "Distance à laquelle 95 % des habitants ont un lieu" in page


def test_each_uncovered_department_gets_one(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    factories.library(session, "Médiathèque de Gap", "commune-05061")
    factories.cite(session, "Cité de Manosque", MANOSQUE)
    search, page = answered(app, session, camille, but="departements", nombre="", territoires="04;05;06")
    assert names(search) == ["Gap"]
    assert "Départements non couverts où rien ne peut être choisi : Alpes-Maritimes" in page


def test_an_answer_says_when_its_data_have_changed(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    search, page = answered(app, session, camille)
    assert "ont changé depuis" not in page
    assert "Jeu d’essai inventé" not in page, "a data set that weighs nothing is no source"
    factories.library(session, "Médiathèque de Forcalquier", "commune-04088")
    page = camille.get(f"/prochains-lieux/{search.public_id}").text
    assert "ont changé depuis" in page
    assert "Recalculer avec les données" in page
    again = launch(camille, **search.question)
    assert search.public_id not in again.location


def test_the_sites_are_exported_for_people_and_for_machines(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    search, _ = answered(app, session, camille, nombre="2")
    address = f"/prochains-lieux/{search.public_id}/lieux"
    people = camille.get(f"{address}.csv").get_data(as_text=True)
    assert people.startswith("\ufeffOrdre;Identifiant;Nom;")
    assert len(people.strip().splitlines()) == 3
    machines = camille.get(f"{address}.csv?pour=machines").get_data(as_text=True).splitlines()
    assert machines[0].startswith("ordre,identifiant,nom,")
    assert str(within(session, MANOSQUE, 10)) in machines[1]
    assert camille.get(f"{address}.csv?pour=tous").status_code == 400
    assert camille.head(f"{address}.xlsx").status_code == 200
    with camille.get(f"{address}.xlsx") as sent, zipfile.ZipFile(io.BytesIO(sent.data)) as book:
        assert "aucun autre choix de 2\xa0lieux" in book.read("xl/worksheets/sheet2.xml").decode()
    drawn = camille.get(f"/prochains-lieux/{search.public_id}/carte.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert "Médiathèque" in drawn.text or "<title" in drawn.text


def test_the_chosen_ones_come_with_what_they_are_and_what_to_ask_of_them(app: Flask, session: Session, camille: FlaskClient):
    found = libraries(session)
    found["Manosque"].weekly_hours, found["Manosque"].paid_staff = 24, 2.5
    found["Digne"].weekly_hours = 8
    session.flush()
    search, page = answered(app, session, camille, nombre="2")
    assert "Médiathèque de Digne, Digne-les-Bains (04) : 8 h par semaine, personnel non connu" in page
    assert "Médiathèque de Manosque, " not in page
    assert "heures=15&amp;salaries=y&amp;inconnus=non" in page
    assert search.result["ranked"] == 4
    assert search.result["sites"][0]["rank"] == 1
    assert "1re candidate sur 4" in page
    assert "ouverte 24 h" in page
    address = f"/prochains-lieux/{search.public_id}/lieux.csv?pour=machines"
    head, first = camille.get(address).get_data(as_text=True).splitlines()[:2]
    told = dict(zip(head.split(","), next(csv.reader([first])), strict=True))
    assert (told["heures_hebdomadaires"], told["personnel_salarie"], told["rang_candidates"]) == ("24", "2.5", "1")
    assert "ouverte 24" in told["raisons"]
    strict, page = answered(app, session, camille, nombre="2", heures="15", salaries="y", inconnus="non")
    assert names(strict) == ["Manosque"]
    assert "À vérifier auprès d’elles" not in page


def test_two_questions_that_differ_are_called_by_what_they_ask(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    answered(app, session, camille)
    _, page = answered(app, session, camille, date="2017-07-11", heures="15")
    assert "<h1" in page
    assert "à 10 km, situation au 11 juillet 2017</h1>" in page
    assert "Ouvertes au moins 15 h par semaine." in page
    listed = " ".join(camille.get("/prochains-lieux").text.replace("\xa0", " ").split())
    assert listed.count("à 10 km</a>") == 2, "in mine and in the last ones"
    assert listed.count("à 10 km, situation au 11 juillet 2017</a>") == 2
    assert "; ouvertes au moins 15 h par semaine<" in listed


def test_what_departments_gain_adds_up(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    search, page = answered(app, session, camille, territoires="04;05")
    lines = gaining(search.result)
    assert [one["name"] for one in lines] == ["Alpes-de-Haute-Provence (04)", "Autres départements", "Ensemble"]
    assert lines[0]["inhabitants"] + lines[1]["inhabitants"] == lines[2]["inhabitants"] == search.result["total"]
    assert lines[2]["after"] == search.result["sites"][-1]["within"]
    assert "Autres départements" in page


def test_a_scenario_opens_with_the_day_the_reach_and_the_places_of_the_question(
    app: Flask, session: Session, camille: FlaskClient
):
    libraries(session)
    _, page = answered(app, session, camille, date="2017-07-11", projets="non")
    address = page.partition('href="/scenarios/essai?')[2].partition('"')[0]
    assert {"date=2017-07-11", "rayon=10", "projets=non"} <= set(address.split("&amp;"))
    assert "Un scénario compte les habitants de la France entière" in page


def test_an_unplaced_place_that_moves_changes_the_data_of_the_question(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    cite = factories.institution(session, "Cité sans adresse", Kind.CITE)
    cite.territory_id = "departement-05"
    session.flush()
    fields = {"but": "departements", "nombre": "", "territoires": "04;05"}
    search, _ = answered(app, session, camille, **fields)
    assert names(search) == ["Manosque"]
    cite.territory_id = "departement-04"
    session.flush()
    assert "ont changé depuis" in camille.get(f"/prochains-lieux/{search.public_id}").text
    assert search.public_id not in launch(camille, **fields).location


def test_a_search_without_answer_has_no_file(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    address = launch(camille).location
    assert camille.get(f"{address}/lieux.csv").status_code == 404
    assert camille.get(f"{address}/carte.svg").status_code == 404
    assert camille.get("/prochains-lieux/zzzzzzzzzzzzzz").status_code == 404


def test_the_same_question_of_the_same_data_has_the_same_answer(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    first, _ = answered(app, session, camille, nombre="3", rayon="30")
    told = (first.result, first.map_svg, first.curve_svg)
    session.execute(sa.delete(SiteSearch))
    again, _ = answered(app, session, camille, nombre="3", rayon="30")
    assert (again.result, again.map_svg, again.curve_svg) == told


def test_a_person_who_leaves_leaves_the_answer_without_their_name(app: Flask, session: Session, camille: FlaskClient):
    libraries(session)
    launch(camille)
    session.execute(sa.delete(User).where(User.name == "Camille Trèsdiscrète"))
    assert work(app) == 1
    session.expire_all()
    assert session.scalars(sa.select(SiteSearch.asked_by_id)).all() == [None]
    assert not session.scalars(sa.select(SiteSearchAsker)).all()


def test_what_the_simple_method_would_change_is_told():
    def site(name: str, gain: int) -> dict[str, Any]:
        return {"id": name, "gain": gain}

    told = comparison({"sites": [site("a", 10), site("b", 9)], "greedy": [site("c", 12), site("a", 3)]})
    assert (told["gain"], told["same"]) == (15, False)
    assert [one["id"] for one in told["added"]] == ["b"]
    assert [one["id"] for one in told["dropped"]] == ["c"]
    assert not told["many"]
    many = [site(f"autre {number}", 1) for number in range(6)]
    assert comparison({"sites": [site("a", 10)], "greedy": many})["many"], "six names are a wall in a sentence"


@pytest.mark.parametrize(
    ("count", "bound", "said"),
    [
        (1, 100, "C’est prouvé : aucun autre lieu ne mettrait plus d’habitants à portée."),
        (2, 200, "C’est prouvé : aucun autre choix de 2 lieux ne mettrait"),
        (2, 250, "celui-ci en est à 20,0 % au plus."),
        (1, 100.01, "celui-ci en est à moins de 0,1 %."),
    ],
)
def test_the_proof_says_how_near_the_best_it_is(count: int, bound: float, said: str):
    search = SiteSearch(aim=Aim.MOST, result={"sites": [{"gain": 100}] * count, "bound": bound})
    assert said in proof(search).replace("\xa0", " ").replace("\u202f", " ")
