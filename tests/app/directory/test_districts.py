"""« Paris 13e »: the arrondissements of Paris, Lyon and Marseille in a search."""

import pytest

from tests.app.directory.pages import GAP, library, names_in

PARIS, LYON, MARSEILLE = "commune-75056", "commune-69123", "commune-13055"


@pytest.fixture(autouse=True)
def _libraries(session):
    library(session, "Italie", PARIS, postcode="75013", city="Paris")
    library(session, "Canopée", PARIS, postcode="75001", city="Paris")
    library(session, "Onzième", PARIS, postcode="75011", city="Paris")
    library(session, "Musset", PARIS, postcode="75016", city="Paris")
    library(session, "Tillion", PARIS, postcode="75116", city="Paris")
    library(session, "Les Olives", MARSEILLE, postcode="13013", city="Marseille")
    library(session, "Part-Dieu", LYON, postcode="69003", city="Lyon")
    library(session, "Bibliothèque 3ème Lacassagne", LYON, postcode="69505", city="Lyon")
    library(session, "Le Troisième", GAP, postcode="05003", city="Gap")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Paris 13e arrondissement", ["Italie"]),
        ("Paris 13e", ["Italie"]),
        ("paris 13ème", ["Italie"]),
        ("13eme arrdt de Paris", ["Italie"]),
        ("Marseille 13e", ["Les Olives"]),
        ("13e", ["Italie", "Les Olives"]),
        ("Lyon 3e", ["Bibliothèque 3ème Lacassagne", "Part-Dieu"]),
        ("Paris 1er", ["Canopée"]),
        ("bibliothèque Paris 16e", ["Musset", "Tillion"]),
        ("Paris 4e", []),
    ],
)
def test_the_number_of_an_arrondissement_finds_what_has_its_postcode_or_its_name(client, words, names):
    assert sorted(names_in(client.get("/annuaire", query_string={"q": words}))) == names


def test_arrondissement_is_a_word_like_another_without_a_number(client, session):
    library(session, "Maison de l’arrondissement")

    assert "Maison de l’arrondissement" in names_in(client.get("/annuaire?q=arrondissement"))
