"""The page of candidates, through its URL: what is asked, the order, and reasons that add up."""

import json
import re
from html import unescape

import pytest

from app.clock import today
from app.coverage.candidates.criteria import Criterion
from app.directory.models import Kind
from tests import factories as make

PAGE = "/bibliotheques-candidates"
DEPARTMENT = f"{PAGE}?territoires=departement-04"


@pytest.fixture
def libraries(session):
    """A large library in Manosque, a small one in Digne, one in Castellane of which nothing is known."""
    found = {
        "large": make.library(session, "Médiathèque de Manosque", "commune-04112"),
        "small": make.library(session, "Petite bibliothèque", "commune-04070"),
        "unknown": make.library(session, "Bibliothèque inconnue", "commune-04039"),
    }
    for name, hours, surface, staff in (("large", 35, 1_300, 12), ("small", 6, 60, 0)):
        found[name].weekly_hours, found[name].surface_m2, found[name].paid_staff = hours, surface, staff
    session.flush()
    return found


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u202f", " ").replace("\xa0", " ").split())


def names(answer) -> list[str]:
    return [unescape(name) for name in re.findall(r'candidate__title"><a[^>]*>([^<]+)</a>', answer.text)]


def tables(answer) -> list[tuple[list[float], float]]:
    """Of each candidate, the contributions as they are shown, and the score that their table ends with."""
    found = []
    for body, foot in re.findall(
        r"<caption[^>]*>.{0,90}Contributions.*?<tbody>(.*?)</tbody>\s*<tfoot>(.*?)</tfoot>", answer.text, re.S
    ):
        parts = [row.split("table__cell--number")[-1] for row in body.split("</tr>")[:-1]]
        shown = [float(re.search(r">(\d+,\d)", part)[1].replace(",", ".")) for part in parts]
        found.append((shown, float(re.search(r"<b>(\d+,\d)</b>", foot)[1].replace(",", "."))))
    return found


def test_the_best_comes_first_and_the_contributions_shown_add_up_to_the_score_shown(client, libraries):
    answer = client.get(DEPARTMENT)
    assert names(answer)[0] == "Médiathèque de Manosque"
    found = tables(answer)
    assert len(found) == 3
    for parts, score in found:
        assert len(parts) == 9
        assert round(sum(parts), 1) == score
    scores = [float(one.replace(",", ".")) for one in re.findall(r"</span><b>(\d+,\d)</b>", answer.text)]
    assert scores == [score for _, score in found]
    assert scores == sorted(scores, reverse=True)


def test_what_is_not_known_is_an_interval_and_never_zero(client, libraries):
    said = text_of(client.get(f"{DEPARTMENT}&poids-habitants=0&poids-population=0&poids-distance=0"))
    own = said[said.index("Contributions au score de Bibliothèque inconnue") :].split("Score, somme")[0]
    assert "Heures d’ouverture non connu" in own
    assert "0 à 100" in own


def test_moving_a_weight_moves_the_order_and_stays_in_the_address(client, libraries):
    others = "&".join(
        f"poids-{code}=0" for code in ("habitants", "heures", "surface", "distance", "interet", "axes", "partenariat")
    )
    assert names(client.get(f"{DEPARTMENT}&{others}&poids-salaries=1&poids-population=0"))[-1] == "Petite bibliothèque"
    moved = client.get(
        f"{DEPARTMENT}&formule=rendez-vous-de-la-cite&poids-de=rendez-vous-de-la-cite&poids-heures=4&poids-interet=4"
    )
    assert moved.status_code == 302
    assert moved.location.endswith(
        "/bibliotheques-candidates?territoires=departement-04&formule=rendez-vous-de-la-cite&poids-heures=4"
    ), "what goes without saying leaves the address"
    assert 'name="poids-heures" type="text" value="4"' in re.sub(r"\s+", " ", client.get(moved.location).text)


def test_another_format_brings_its_own_weights_but_those_that_were_moved(client):
    answer = client.get(
        f"{PAGE}?territoires=04&formule=rendez-vous-de-la-cite&poids-de=centre-associe&poids-heures=4&poids-surface=7"
    )
    assert answer.location == f"{PAGE}?territoires=departement-04&formule=rendez-vous-de-la-cite&poids-surface=7"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("poids-heures=11", "écrivez un nombre de 0 à 10"),
        ("poids-heures=beaucoup", "« beaucoup » : écrivez un nombre de 0 à 10"),
        ("heures=200", "écrivez un nombre d’heures de 0 à 168"),
        ("territoires=Atlantide", "Aucun territoire ne s’appelle « Atlantide »"),
        ("autour=Atlantide", "n’est pas une commune connue"),
        ("zone=5,44;6,44", "Une zone a de 3 à 60 sommets"),
        ("zone=5,44;6,45;6,44;5,45", "se croise"),
        ("date=demain", "n’est pas une date"),
        ("rayon=0", "n’est pas une distance possible"),
        ("formule=inconnue", "Formule"),
        ("type=agence-du-livre", "n’est pas un choix"),
        ("tri=hasard", "Classer selon"),
        ("&".join(f"poids-{one.value}=0" for one in Criterion), "Tous les poids sont à zéro"),
    ],
)
def test_what_cannot_be_answered_is_said_and_nothing_typed_is_lost(client, query, said):
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert "candidate__title" not in answer.text
    typed = query.split("&")[0].partition("=")[2]
    if not query.startswith(("formule", "type", "tri")):
        assert f'value="{typed}"' in answer.text
    assert client.get(f"{PAGE}.csv?{query}").status_code == 400


def test_the_filters_leave_out_what_they_say_and_the_empty_page_says_which_removes_how_many(client, session, libraries):
    make.place_in(session, make.institution(session, "Bibliothèque départementale", Kind.DEPARTMENTAL), "commune-04070")
    assert names(client.get(f"{DEPARTMENT}&heures=10")) == ["Médiathèque de Manosque", "Bibliothèque inconnue"]
    assert names(client.get(f"{DEPARTMENT}&salaries=y&inconnus=non")) == ["Médiathèque de Manosque"]
    assert "Bibliothèque départementale" in names(client.get(f"{DEPARTMENT}&type=bibliotheque-departementale"))
    said = text_of(client.get(f"{DEPARTMENT}&heures=100&salaries=y&inconnus=non"))
    assert "Aucune bibliothèque ne répond à cette demande" in said
    assert "4 structures possibles y sont ouvertes" in said
    assert "3 structures ouvertes moins de 100 h par semaine, ou dont on ne le sait pas" in said
    assert "2 structures sans salarié, ou dont on ne le sait pas" in said
    assert "1 structure d’un type que vous n’avez pas coché" in said


def test_whoever_opens_the_page_says_where_to_look_and_the_whole_country_is_a_choice(client, libraries, count_queries):
    before = count_queries()
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert count_queries() - before <= 2, "nothing is computed"
    assert names(answer) == []
    assert "Où cherchez-vous" in text_of(answer)
    assert f'href="{PAGE}?territoires=france"' in answer.text
    sent = client.get(f"{PAGE}?territoires=&poids-de=centre-associe")
    assert sent.status_code == 400
    assert "Dites où chercher" in text_of(sent)
    assert client.get(f"{PAGE}.csv").status_code == 400
    assert len(names(client.get(f"{PAGE}?territoires=france"))) == 3
    typed = client.get(f"{PAGE}?territoires=Toute la France&poids-de=centre-associe")
    assert typed.location == f"{PAGE}?territoires=france"


def test_an_unknown_territory_is_said_among_the_other_errors(client):
    said = text_of(client.get(f"{PAGE}?territoires=Atlantide&poids-heures=11&heures=beaucoup"))
    assert "Aucun territoire ne s’appelle « Atlantide »" in said
    assert "écrivez un nombre de 0 à 10" in said


@pytest.mark.usefixtures("_the_network")
def test_the_page_says_how_far_its_solidity_was_tried_and_of_when_its_sources_are(client, libraries):
    said = text_of(client.get(DEPARTMENT))
    assert "Dans les 512 combinaisons essayées (chaque poids à −20 % ou +20 %), les 3 premières le restent." in said
    assert "toujours" not in said.split("Le classement est-il solide ?")[-1].split("Les échelles")[0]
    assert re.search(r"Réseau des Cités des métiers \(Relevé du projet\), \d+(er)? \S+ 20\d\d \(jour du constat", said)
    assert "population légale en vigueur en 2026, recensement de 2017 pour Mayotte" in said
    assert "aucune Cité sur la même rive → 0" in said


def test_the_map_shows_the_whole_territory_and_the_marks_of_the_network(client, libraries):
    page = unescape(client.get(DEPARTMENT).text)
    (south, west), (north, east) = json.loads(re.search(r'"bounds": (\[\[.*?\]\])', page)[1])
    assert (43.6 < south < 43.8, 5.4 < west < 5.6, 44.5 < north < 44.8, 6.8 < east < 7) == (True,) * 4
    legend = text_of(client.get(DEPARTMENT)).split("Les candidates, et les structures connues")[1]
    assert "Point relais" in legend[:500]


def test_a_territory_without_any_library_says_so(client):
    assert "Aucune bibliothèque ouverte n’est connue dans ce territoire" in text_of(
        client.get(f"{PAGE}?territoires=commune-04112")
    )


def test_a_zone_and_what_is_around_a_commune_choose_the_libraries(client, libraries):
    assert names(client.get(f"{PAGE}?zone=5.7,43.8;5.9,43.8;5.9,43.9;5.7,43.9")) == ["Médiathèque de Manosque"]
    assert names(client.get(f"{PAGE}?autour=Digne-les-Bains&km=10")) == ["Petite bibliothèque"]


def test_pages_hold_25_candidates_and_go_on_counting(client, session):
    for number in range(30):
        make.library(session, f"Bibliothèque {number}", "commune-04112").weekly_hours = number + 1
    session.flush()
    assert len(names(client.get(DEPARTMENT))) == 25
    second = client.get(f"{DEPARTMENT}&page=2")
    assert len(names(second)) == 5
    assert '<ol class="candidates" start="26">' in second.text
    assert names(client.get(f"{DEPARTMENT}&page=99")) == names(second)


def test_the_number_of_queries_does_not_grow_with_the_libraries(client, session, libraries, count_queries):
    client.get(DEPARTMENT)
    before = count_queries()
    client.get(DEPARTMENT)
    few = count_queries() - before
    for number in range(20):
        make.library(session, f"Bibliothèque {number}", "commune-04112")
    before = count_queries()
    client.get(DEPARTMENT)
    assert count_queries() - before == few
    assert few <= 14


def test_the_day_and_the_distance_of_a_form_stay_in_the_address_only_if_they_are_not_the_usual_ones(client):
    sent = f"{PAGE}?poids-de=centre-associe&date={today().isoformat()}&rayon=30&territoires=04"
    assert client.get(sent).location == f"{PAGE}?territoires=departement-04"
    moved = client.get(f"{PAGE}?territoires=04&poids-de=centre-associe&date=11/07/2017&rayon=12,5")
    assert moved.location == f"{PAGE}?territoires=departement-04&date=2017-07-11&rayon=12,5"
    assert "au 11 juillet 2017" in text_of(client.get(moved.location))
