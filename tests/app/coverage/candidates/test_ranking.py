"""The ranking itself, against the real network and the extract of the Ministry's libraries, and against PostGIS."""

from datetime import date

import numpy as np
import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.coverage.candidates.criteria import Criterion
from app.coverage.candidates.ranking import ranked
from app.coverage.candidates.reading import read
from app.directory.edition.models import Direction, Offering, Profile
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, Kind, ServiceTerritory, State
from app.directory.vocabulary import Resource
from tests import factories as make

ARTICLE = {"territoires": "departement-04;departement-06", "date": "2017-07-11", "rayon": "30"}


@pytest.fixture
def rank(app, session):
    """Rank what parameters ask for, as a visitor reads it."""

    def ranking_of(actor: Actor | None = None, **parameters: str):
        with app.test_request_context():
            asked = read(session, MultiDict(parameters), 24)
            assert asked.question is not None, asked.errors
            return ranked(session, actor or Actor(), asked.question)

    return ranking_of


#: The inhabitants of 04 and 06 within 30 km of a library and of no place open on 11 July 2017, by PostGIS, on the same shore.
BY_POSTGIS = """
WITH state AS (
  SELECT DISTINCT ON (institution_id) institution_id, state FROM observation
  WHERE observed_on <= '2017-07-11' AND confidence <> 'faible' ORDER BY institution_id, observed_on DESC, id DESC
), place AS (
  SELECT i.point FROM institution i JOIN state s ON s.institution_id = i.id
  WHERE s.state IN ('ouvert', 'en-projet') AND i.kind IN ('cite-des-metiers', 'centre-associe', 'point-relais')
), home AS (
  SELECT t.id, t.point, t.population, t.shore FROM territory t
  WHERE t.level = 'commune' AND t.department_id IN ('departement-04', 'departement-06') AND t.population > 0
    AND NOT EXISTS (SELECT 1 FROM place p WHERE ST_DWithin(p.point, t.point::geography, 30000))
)
SELECT i.public_id, coalesce((
  SELECT sum(h.population) FROM home h WHERE h.shore = own.shore
  AND ST_DWithin(coalesce(i.point, own.point::geography), h.point::geography, 30000)), 0)
FROM institution i JOIN territory own ON own.id = i.territory_id
WHERE i.kind = 'bibliotheque' AND own.department_id IN ('departement-04', 'departement-06')
"""


@pytest.mark.usefixtures("_the_real_files")
def test_the_gains_of_04_and_06_on_11_july_2017_are_those_that_postgis_counts(session, rank):
    expected = {public_id: int(people) for public_id, people in session.execute(sa.text(BY_POSTGIS))}
    ranking = rank(**ARTICLE)
    gains = {row.library.public_id: row.gain for row in ranking.bare_rows()}
    assert len(gains) == len(ranking) == 10
    assert gains == {public_id: expected[public_id] for public_id in gains}
    assert len({gain for gain in gains.values() if gain}) >= 6
    assert sorted(ranking.public_ids) == sorted(gains)
    for row in ranking.bare_rows(0, 40):
        share = ranking.scores.weights / ranking.scores.weights.sum()
        exact = float((ranking.scores.middle[row.position] * share).sum())
        assert abs(row.score - exact) <= 0.0500001
        assert row.low - 0.0500001 <= exact <= row.high + 0.0500001
        assert abs(sum(one.points for one in row.contributions) - row.score) < 1e-9


def test_a_place_in_project_counts_as_open_unless_one_asks_otherwise(session, rank):
    library = make.library(session)
    planned = make.place_in(
        session, make.institution(session, "Centre en projet", Kind.CENTRE, open_since=None), "commune-04112"
    )
    make.observe(session, planned, date(2024, 1, 1), State.PLANNED)
    assert rank(territoires="departement-04").bare_rows()[0].gain == 0
    left = rank(territoires="departement-04", projets="non").bare_rows()[0]
    assert left.library.public_id == library.public_id
    assert left.gain > 0


def test_the_inhabitants_of_the_neighbours_count_when_asked_for(session, rank):
    make.library(session)
    own, all_of_them = (rank(territoires="commune-04112", voisins=word).bare_rows()[0].gain for word in ("", "oui"))
    assert all_of_them > own > 0


def test_the_cite_compared_is_that_of_the_label_even_when_another_is_nearer(session, rank):
    library = make.library(session)
    near, label = make.cite(session, "Cité proche", "commune-13001"), make.cite(session, "Cité du label", "commune-06088")
    session.add(ServiceTerritory(institution_id=label.id, territory_id="departement-04"))
    session.add(Profile(institution_id=library.id, themes=["axe-un", "axe-deux"]))
    session.add(Profile(institution_id=label.id, themes=["axe-deux"]))
    session.add(Offering(institution_id=library.id, direction=Direction.OFFERED, resource=Resource.ROOM))
    session.add(Offering(institution_id=label.id, direction=Direction.SOUGHT, resource=Resource.ROOM))
    session.flush()
    row = rank(territoires="departement-04").bare_rows()[0]
    assert (row.cite.institution, row.nearest_cite.institution) == (label, near)
    common = next(one for one in row.contributions if one.criterion is Criterion.COMMON)
    assert common.figure == 2, "an axis, and a room that one has and the other seeks"
    point = sa.select(Institution.point).where(Institution.id == near.id).scalar_subquery()
    metres = sa.select(sa.func.ST_Distance(Institution.point, point))
    far = next(one for one in row.contributions if one.criterion is Criterion.DISTANCE)
    assert far.figure * 1000 == pytest.approx(session.scalar(metres.where(Institution.id == library.id)), abs=1)


def test_without_any_cite_on_its_shore_a_library_is_too_far_and_that_is_known(session, rank):
    make.library(session, "Bibliothèque d’Ajaccio", "commune-2A004")
    make.cite(session)
    row = rank(territoires="departement-2A").bare_rows()[0]
    far = next(one for one in row.contributions if one.criterion is Criterion.DISTANCE)
    assert (far.said, far.value_low, far.value_high) == ("aucune Cité sur la même rive", 0, 0)
    assert row.cite is None
    light = rank(territoires="departement-2A", formule="rendez-vous-de-la-cite").bare_rows()[0]
    assert next(one.value for one in light.contributions if one.criterion is Criterion.DISTANCE) == 20, "the worst of its scale"


def test_a_reason_is_a_strength_and_no_lesser_weakness(session, rank):
    one = make.library(session, "Petite", "commune-04070")
    one.weekly_hours, one.paid_staff = 35, 1
    session.flush()
    row = rank(territoires="departement-04").bare_rows()[0]
    values = {reason: next(part.value for part in row.contributions if part.said in reason) for reason in row.reasons(9)}
    assert "ouverte 35 h par semaine" in {reason.replace("\xa0", " ").replace("\u202f", " ") for reason in values}
    assert min(values.values()) >= 50
    assert not any("aucun" in reason or "1\xa0salarié" in reason for reason in values)


def test_what_would_raise_it_most_is_the_change_that_gives_the_rank_it_says(session, rank):
    for number, hours in enumerate((28, 20, 14, 8)):
        one = make.library(session, f"Bibliothèque {number}", "commune-04112")
        one.weekly_hours, one.surface_m2, one.paid_staff = hours, 500, 3
    session.flush()
    only_hours = {f"poids-{one.value}": "0" for one in Criterion if one is not Criterion.HOURS} | {
        "territoires": "departement-04"
    }
    rows = rank(**only_hours).bare_rows()
    assert [row.change and (row.change.said, row.change.effect) for row in rows] == [
        None,
        ("ouvrir 9 h de plus par semaine", "rang 2 → 1"),
        ("ouvrir 7 h de plus par semaine", "rang 3 → 2"),
        ("ouvrir 7 h de plus par semaine", "rang 4 → 3"),
    ]


def test_a_tie_is_won_only_by_the_first_identifier(session, rank):
    for number in range(2):
        one = make.library(session, f"Bibliothèque {number}", "commune-04112")
        one.weekly_hours = 40
    session.flush()
    only_hours = {f"poids-{one.value}": "0" for one in Criterion if one is not Criterion.HOURS} | {
        "territoires": "departement-04"
    }
    rows = rank(**only_hours).bare_rows()
    assert [row.change for row in rows] == [None, None], "nothing is said where nothing would raise it"
    assert [row.library.name for row in rows] == ["Bibliothèque 0", "Bibliothèque 1"]


def test_what_is_not_known_may_raise_it_once_learnt(session, rank):
    known, unknown = (make.library(session, name, "commune-04112") for name in ("Connue", "Inconnue"))
    known.weekly_hours = 25
    session.flush()
    only_hours = {f"poids-{one.value}": "0" for one in Criterion if one is not Criterion.HOURS} | {
        "territoires": "departement-04"
    }
    rows = rank(**only_hours).bare_rows()
    assert [row.library.public_id for row in rows] == [known.public_id, unknown.public_id]
    assert rows[1].change.effect == "rang 2 → 1 au mieux"
    assert "la durée d’ouverture" in rows[1].change.said
    assert (rows[1].low, rows[1].high, rows[1].score) == (0, 100, 50)
    assert np.isnan(rank(**only_hours).facts.figures[Criterion.HOURS]).sum() == 1


def test_a_library_that_houses_a_place_already_says_so(session, rank):
    library = make.library(session)
    centre = make.institution(session, "Centre de Manosque", Kind.CENTRE, host_id=library.id, host_name="Médiathèque")
    make.place_in(session, centre, "commune-04112")
    row = rank(territoires="departement-04").bare_rows()[0]
    assert row.houses == "Centre de Manosque"
    assert row.gain == 0
