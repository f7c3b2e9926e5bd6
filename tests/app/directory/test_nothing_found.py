"""When nothing answers a search to the letter: what nearly answers, said as such, and the commune that its words name."""

import csv
import io

import pytest

from app.directory.models import Kind
from tests import factories as make
from tests.app.directory.pages import FORCALQUIER, GAP, library, links_in, names_in, text_of

ILE_ROUSSE = "commune-2B134"
NEARLY = "Aucun résultat exact ; résultats approchants"


def files_of(client, words: str) -> list[str]:
    response = client.get("/annuaire.csv", query_string={"q": words, "pour": "machines"})
    return [row["nom"] for row in csv.DictReader(io.StringIO(response.text))]


def test_a_misspelling_that_another_institution_bears_is_forgiven_when_nothing_answers_the_whole(client, session):
    library(session, "Médiathèque Sofia", GAP)
    library(session, "Médiathèque Colette", aliases=["Communauté Sophia Antipolis"])
    library(session, "Médiathèque d’Antibes", aliases=["Antipolis"])
    response = client.get("/annuaire?q=Sofia+Antipolis")

    assert names_in(response) == ["Médiathèque Colette"]
    assert NEARLY in text_of(response)
    assert "1 structure" in text_of(response)
    assert files_of(client, "Sofia Antipolis") == ["Médiathèque Colette"]


def test_an_exact_answer_keeps_what_only_resembles_away(client, session):
    library(session, "Médiathèque Sofia")
    library(session, "Médiathèque Sophia")
    response = client.get("/annuaire?q=sofia")

    assert names_in(response) == ["Médiathèque Sofia"]
    assert NEARLY not in text_of(response)
    assert files_of(client, "sofia") == ["Médiathèque Sofia"]


def test_the_address_is_read_when_nothing_answers(client, session):
    library(session, "Bibliothèque publique (Bpi)", address="Centre Pompidou")
    library(session, "Bibliothèque Georges Pompidou", GAP)

    assert names_in(client.get("/annuaire?q=Bpi+Pompidou")) == ["Bibliothèque publique (Bpi)"]


def test_a_wildcard_in_the_words_is_not_one(client, session):
    library(session, "Bibliothèque", address="Rue des Lices")

    assert names_in(client.get("/annuaire", query_string={"q": "%%%%%"})) == []


def test_what_nearly_answers_stays_within_the_filters_and_its_other_kinds_are_counted(client, session):
    library(session, "Médiathèque Sofia", GAP)
    library(session, "Médiathèque Sophia", FORCALQUIER)
    make.place_in(session, make.institution(session, "Cité Sophia", Kind.CITE), FORCALQUIER)
    response = client.get("/annuaire?q=sofia&territoire=departement-04&type=bibliotheque")

    assert names_in(response) == ["Médiathèque Sophia"]
    assert "Cités des métiers (1)" in text_of(response)
    assert "sans Alpes-de-Haute-Provence (département 04) : 1 structure" in text_of(response)


@pytest.mark.parametrize("words", ["Île-Rousse", "l'ile rousse"])
def test_the_name_of_a_commune_without_institution_leads_to_it_and_around_it(client, session, words):
    library(session, "À Forcalquier")
    response = client.get("/annuaire", query_string={"q": words, "type": "bibliotheque"})

    assert names_in(response) == []
    assert "Vous cherchez une commune ?" in text_of(response)
    assert f"/territoires/{ILE_ROUSSE}" in links_in(response)
    assert f"/annuaire?pres-de={ILE_ROUSSE}&type=bibliotheque" in links_in(response) or (
        f"/annuaire?type=bibliotheque&pres-de={ILE_ROUSSE}" in links_in(response)
    )


def test_words_that_name_no_commune_offer_none(client, session):
    library(session, "À Forcalquier")
    text = text_of(client.get("/annuaire?q=qsdfgh+wxcvbn"))

    assert "Aucune structure ne répond à cette recherche" in text
    assert "Vous cherchez" not in text
