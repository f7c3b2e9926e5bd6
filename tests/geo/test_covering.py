"""Who is left to cover and by whom: against distances counted one by one, and the coverage of today."""

import numpy as np
import pytest

from geo.covering import left_by
from geo.demand import Demand, Grouping, demand_of, earth_centred
from geo.reach import CONTINENT, Places, beyond, nearest
from geo.siting import best_sites

NOTHING = Places(np.array([]), np.array([]), ())


def places(drawn: np.random.Generator, count: int, shores: tuple[str | None, ...] = (CONTINENT,)) -> Places:
    """Places drawn around Nîmes, on shores in turn."""
    return Places(
        drawn.uniform(3.5, 5.5, count),
        drawn.uniform(43.4, 44.6, count),
        tuple(shores[one % len(shores)] for one in range(count)),
    )


def communes(drawn: np.random.Generator, count: int) -> Demand:
    """Communes drawn around Nîmes, one in five on an island and one in ten uninhabited."""
    people = drawn.integers(1, 5_000, count)
    people[::10] = 0
    return Demand(
        ids=tuple(f"commune-{number:05}" for number in range(count)),
        names=tuple(f"Commune {number}" for number in range(count)),
        xyz=earth_centred(drawn.uniform(3.5, 5.5, count), drawn.uniform(43.4, 44.6, count)),
        population=people,
        shores=Grouping((CONTINENT, "ile"), np.where(np.arange(count) % 5 == 3, 1, 0).astype(np.int32)),
        groups={},
    )


@pytest.fixture
def scene() -> tuple[Demand, Places, Places]:
    drawn = np.random.default_rng(2017)
    return communes(drawn, 300), places(drawn, 4), places(drawn, 60, (CONTINENT, "ile", CONTINENT, None))


@pytest.mark.parametrize("reach_km", [5, 20, 80])
def test_each_candidate_reaches_whom_it_is_near_to_and_nobody_else_has(scene, reach_km):
    """One place at a time, with the distances of coverage: no tree of pairs, nothing joined."""
    demand, existing, candidates = scene
    question = left_by(demand, existing, candidates, reach_km)
    far = nearest(existing, demand).metres > reach_km * 1000
    for one in range(len(candidates)):
        near = nearest(candidates.only(np.array([one])), demand).metres <= reach_km * 1000
        reached = (question.group_of >= 0) & question.covers[:, [one]].toarray()[question.group_of, 0].astype(bool)
        assert (reached == (near & far & (demand.population > 0))).all()
        assert question.gains()[one] == demand.population[near & far].sum()


def test_inhabitants_are_counted_once_each(scene):
    demand, existing, candidates = scene
    question = left_by(demand, existing, candidates, 20)
    assert question.already > 0
    assert question.hopeless > 0
    assert question.total == question.already + question.people.sum() + question.hopeless == demand.population.sum()
    in_groups = question.group_of >= 0
    counted = np.bincount(question.group_of[in_groups], demand.population[in_groups])
    assert counted.tolist() == question.people.tolist()


def test_communes_that_the_same_candidates_reach_are_one_group(scene):
    demand, existing, candidates = scene
    question = left_by(demand, existing, candidates, 20)
    rows = {tuple(row) for row in question.covers.toarray().tolist()}
    assert len(rows) == question.covers.shape[0] < (question.group_of >= 0).sum()
    assert (0,) * len(candidates) not in rows


def test_only_the_communes_asked_for_count(scene):
    demand, existing, candidates = scene
    asked = np.arange(50, 120)
    question = left_by(demand, existing, candidates, 20, asked)
    assert question.total == demand.population[asked].sum()
    assert set(np.flatnonzero(question.group_of >= 0)) <= set(asked)
    whole = left_by(demand, existing, candidates, 20)
    assert (question.gains() <= whole.gains()).all()
    assert question.gains().sum() < whole.gains().sum()


def test_a_candidate_of_an_island_serves_nobody_of_the_mainland(scene):
    demand, _, candidates = scene
    shore_of = np.array(["continent", "ile"])[demand.shores.of_commune]
    question = left_by(demand, NOTHING, candidates, 80)
    for one, shore in enumerate(candidates.shores):
        reached = question.covers[:, [one]].toarray()[question.group_of, 0].astype(bool) & (question.group_of >= 0)
        assert set(shore_of[reached]) == ({shore} if shore else set())


@pytest.mark.parametrize(("existing", "candidates"), [(NOTHING, NOTHING), (None, NOTHING), (NOTHING, None)])
def test_without_places_or_candidates_nobody_is_lost(scene, existing, candidates):
    demand, some, others = scene
    question = left_by(demand, some if existing is None else existing, others if candidates is None else candidates, 20)
    assert question.total == question.already + question.people.sum() + question.hopeless
    assert (question.already == 0) == (existing is NOTHING)
    assert (question.people.sum() == 0) == (candidates is NOTHING)
    assert len(question.gains()) == question.candidates == question.covers.shape[1]


@pytest.mark.parametrize("reach_km", [5, 30, 80])
def test_no_new_site_is_the_coverage_of_today_and_new_sites_are_that_of_all_places(session, reach_km):
    """On every commune of France: what siting says is what the page of coverage would say once they opened."""
    france, drawn = demand_of(session), np.random.default_rng(5)
    existing, candidates = places(drawn, 6), places(drawn, 25)
    question = left_by(france, existing, candidates, reach_km)
    today = beyond(france, nearest(existing, france).metres, reach_km, None)
    assert best_sites(question, 0).value == 0
    assert question.total - question.already == today.beyond[0]
    found = best_sites(question, 4)
    opened = [existing, candidates.only(np.array(found.chosen))]
    together = Places(
        np.concatenate([some.longitude for some in opened]),
        np.concatenate([some.latitude for some in opened]),
        opened[0].shores + opened[1].shores,
    )
    then = beyond(france, nearest(together, france).metres, reach_km, None)
    assert today.beyond[0] - then.beyond[0] == found.value > 0


def test_coverage_never_falls_as_distance_or_places_grow(scene):
    demand, existing, candidates = scene
    for count in (1, 3):
        questions = [left_by(demand, existing, candidates, reach_km) for reach_km in (5, 8, 12, 20, 30, 50, 80)]
        covered = [question.already + best_sites(question, count).value for question in questions]
        assert covered == sorted(covered)
    fewer = left_by(demand, existing, candidates, 12)
    assert fewer.already + best_sites(fewer, 1).value <= fewer.already + best_sites(fewer, 3).value


def test_a_candidate_where_a_place_already_is_brings_nobody(scene):
    demand, existing, _ = scene
    question = left_by(demand, existing, existing, 20)
    assert question.gains().tolist() == [0] * len(existing)
    found = best_sites(question, 3)
    assert (found.chosen, found.value) == ((), 0)
    assert question.already == left_by(demand, existing, NOTHING, 20).already > 0, "what exists is never given up"
