"""The format adviser: what is unknown is never a no, each point has its reason and source, and no label is ever given."""

import re
from itertools import product

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.directory.vocabulary import Format
from app.matchmaking.advice import judging, rules
from app.matchmaking.advice.judging import Fit, advise
from tests import factories

BOOLEANS = [question.code for question in rules.QUESTIONS if not question.is_number]
ALL_YES = {**dict.fromkeys(BOOLEANS, True), "heures": 35.0, "personnel": 4.0, "distance": 40.0}
URL_YES = "&".join(f"{code}=oui" for code in BOOLEANS) + "&heures=35&personnel=4"


def by_format(answers: dict) -> dict[Format, judging.Advice]:
    return {one.format: one for one in advise(answers)}


def test_every_format_is_advised_upon_and_every_need_is_asked_for():
    asked = {question.code for question in rules.QUESTIONS}
    assert set(rules.LADDER) == set(rules.NEEDS) == set(rules.REMARKS) == set(Format)
    needs = [need for found in rules.NEEDS.values() for need in found]
    assert {need.question for need in needs} <= asked
    assert all(need.reason and need.source.title for need in needs)
    numbers = {question.code for question in rules.QUESTIONS if question.is_number}
    assert all((need.at_least > 0) == (need.question in numbers) for need in needs)


def test_the_charter_is_quoted_as_the_article_gives_it():
    assert [principle.text for principle in rules.PRINCIPLES] == [
        "Accueillir de manière gratuite, anonyme et sans rendez-vous, dans l’esprit du service public",
        "Se centrer sur le besoin de la personne",
        "Favoriser l’écoute par un espace accueillant et valorisant",
        "S’adresser à tout public",
        "S’adapter aux besoins des habitants du territoire",
    ]
    charter = [need for need in rules.NEEDS[Format.CENTRE] if need.question in {one.code for one in rules.PRINCIPLES}]
    assert len(charter) == 5
    assert {need.source for need in charter} == {rules.ARTICLE}
    # The article makes it a condition of the fullest format alone.
    assert not [need for one in rules.LADDER[:-1] for need in rules.NEEDS[one] if need in charter]


def test_a_library_that_has_everything_fits_every_format():
    advices = advise(ALL_YES)
    assert {one.fit for one in advices} == {Fit.YES}
    assert judging.next_one(advices) is None


def test_what_is_not_known_is_to_be_checked_and_never_a_no():
    advices = advise(dict.fromkeys(ALL_YES))
    assert {one.fit for one in advices if one.points} == {Fit.UNKNOWN}
    assert not [need for one in advices for need in one.having(Fit.NO)]


@pytest.mark.parametrize("code", ALL_YES)
def test_one_answer_changes_only_the_formats_that_need_it(code: str):
    refused = 0.0 if isinstance(ALL_YES[code], float) else False
    for one in advise(ALL_YES | {code: refused}):
        needs = {need.question for need in rules.NEEDS[one.format]}
        assert one.fit is (Fit.NO if code in needs else Fit.YES)
        assert [need.question for need in one.having(Fit.NO)] == ([code] if code in needs else [])


@pytest.mark.parametrize(("hours", "fit"), [(19.5, Fit.NO), (20.0, Fit.YES), (8.5, Fit.NO), (0.0, Fit.NO)])
def test_hours_count_from_their_threshold(hours: float, fit: Fit):
    found = by_format(ALL_YES | {"heures": hours})
    assert found[Format.CENTRE].fit is fit
    assert found[Format.RENDEZ_VOUS].fit is Fit.YES


def test_a_small_outlet_is_led_to_a_rendez_vous_and_told_what_the_next_format_lacks():
    answers = dict.fromkeys(ALL_YES) | {"heures": 6.0, "personnel": 0.0, "salle": True, "accord": True}
    advices = advise(answers)
    following = judging.next_one(advices)
    assert by_format(answers)[Format.RENDEZ_VOUS].fit is Fit.YES
    assert following is not None
    assert following.format is Format.RELAY
    assert {need.question for need in following.having(Fit.NO)} == {"personnel", "heures"}
    assert [need.question for need in following.having(Fit.UNKNOWN)] == ["postes"]


def test_no_combination_of_answers_claims_a_label():
    """Exhaustive: every answer that any need tells apart, for every format; words of the page apart from these are below."""
    for wanted in Format:
        needs = rules.NEEDS[wanted]
        for values in product((None, False, True), repeat=len(needs)):
            answers = {
                need.question: (need.at_least * value if need.at_least and value is not None else value)
                for need, value in zip(needs, values, strict=True)
            }
            one = by_format(answers)[wanted]
            assert "label" not in one.verdict.lower()
            assert one.fit is (Fit.NO if False in values else Fit.UNKNOWN if None in values else Fit.YES)
    said = [wanted.definition for wanted in Format] + [remark for remark, _ in rules.REMARKS.values()]
    said += [need.label + need.reason for needs in rules.NEEDS.values() for need in needs]
    said += [question.text + question.hint for question in rules.QUESTIONS]
    said += [rules.about_distance(kilometres) for kilometres in (0, 5, 10, 20, 30, 500)]
    assert not [text for text in said if "label" in text.lower()]


@pytest.mark.parametrize("url", ["", URL_YES, "gratuit=non", "heures=8,5&salle=oui", URL_YES + "&distance=3"])
def test_the_page_says_who_gives_the_label_and_never_that_one_has_it(client: FlaskClient, url: str):
    page = client.get(f"/quelle-formule?{url}")
    assert page.status_code == 200
    assert "labellis" not in page.text.lower()
    content = re.sub(r"<[^>]+>", " ", page.text[page.text.index("<main") : page.text.index("</main>")])
    told = [sentence for sentence in content.split(".") if re.search(r"\blabel\b", sentence, re.IGNORECASE)]
    assert all("donné par Universcience" in sentence for sentence in told)
    assert bool(told) == bool(url)


def test_the_page_says_what_fits_what_is_missing_and_where_to_go(client: FlaskClient):
    page = client.get("/quelle-formule?heures=12&personnel=2&salle=oui&postes=oui&accord=oui&accueil=non").text
    assert "Dès aujourd’hui" in page
    assert "Centre associé" in page
    assert "Pas encore\u202f: il manque 2 points, 5 à vérifier" in page or "il manque 2 points, 5 points à vérifier" in page
    assert "notre appréciation" in page
    assert rules.ARTICLE.url in page
    assert "/interets/nouveau" in page
    assert "/echanges" in page


def test_the_answers_stay_in_the_form(client: FlaskClient):
    page = client.get("/quelle-formule?heures=12,5&salle=non").text
    assert 'value="12,5"' in page
    assert re.search(r"<input checked[^>]*name=\"salle\"[^>]*value=\"non\"", page)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("heures=beaucoup", "Écrivez un nombre"),
        ("heures=169", "Écrivez un nombre entre 0 et 168"),
        ("personnel=-1", "Écrivez un nombre"),
        ("heures=%3Cscript%3E", "Écrivez un nombre"),
        ("salle=peut-etre", "Répondez par"),
    ],
)
def test_a_strange_answer_is_refused_in_french(client: FlaskClient, url: str, sentence: str):
    page = client.get(f"/quelle-formule?{url}")
    assert page.status_code == 400
    assert sentence in page.text
    assert "<script>" not in page.text.replace("<script nonce", "")


def test_what_the_directory_knows_is_filled_with_its_source(client: FlaskClient, session: Session):
    factories.cite(session, "Cité de Marseille")
    library = factories.library(session, "Médiathèque d’essai")
    library.weekly_hours, library.paid_staff, library.surface_m2 = 22.5, 3, 450
    library.own_fields = ["weekly_hours"]
    session.flush()
    page = client.get(f"/quelle-formule?structure={library.public_id}").text

    assert 'value="22,5"' in page
    assert "saisi par la structure elle-même" in page
    assert 'value="3"' in page
    assert "Jeu d’essai inventé" in page
    assert "Surface connue" in page
    assert "jusqu’à\u202f: Cité de Marseille" in page
    assert "Dès aujourd’hui" not in page


def test_what_one_erased_or_corrected_is_not_filled_again(client: FlaskClient, session: Session):
    library = factories.library(session)
    library.weekly_hours, library.paid_staff = 22.5, 3
    session.flush()
    page = client.get(f"/quelle-formule?structure={library.public_id}&heures=&personnel=1").text
    assert 'value="22,5"' not in page
    assert re.search(r"name=\"personnel\"[^>]*value=\"1\"", page)


def test_a_structure_that_does_not_exist_is_not_found_and_a_cite_is_left_aside(client: FlaskClient, session: Session):
    assert client.get("/quelle-formule?structure=nulle-part").status_code == 404
    assert client.get("/quelle-formule?structure=..%2F").status_code == 404
    cite = factories.cite(session, "Cité de Marseille")
    page = client.get(f"/quelle-formule?structure={cite.public_id}")
    assert page.status_code == 200
    assert "Ce que l’annuaire sait" not in page.text
