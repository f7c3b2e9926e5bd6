"""For those who are worst served: against every choice there is, on small invented countries of two shores."""

from itertools import combinations

import numpy as np
import pytest

from geo.demand import Demand, Grouping, earth_centred
from geo.progress import Cancelled, Progress
from geo.reach import Places, nearest
from geo.territories import Level
from geo.worst_question import Question
from geo.worst_served import protect_worst

COMMUNES, CANDIDATES, GROUPS = 20, 7, 4


def country(seed: int, existing: int = 2) -> tuple[Demand, Grouping, Places, Places]:
    """Draw communes, the last group of which is an island, and places on both shores."""
    draw = np.random.default_rng(seed)
    east, north = draw.uniform(3, 5, COMMUNES), draw.uniform(44, 46, COMMUNES)
    of_commune = draw.integers(0, GROUPS, COMMUNES).astype(np.int32)
    groups = Grouping(tuple("abcd"), of_commune)
    shores = Grouping(("continent", "ile"), (of_commune == GROUPS - 1).astype(np.int32))
    ids = tuple(f"commune-{number:05}" for number in range(COMMUNES))
    people = draw.integers(0, 100, COMMUNES)
    demand = Demand(ids, ids, earth_centred(east, north), people, shores, {Level.DEPARTMENT: groups})

    def places(count: int) -> Places:
        there = draw.random(count) < 0.25
        return Places(draw.uniform(3, 5, count), draw.uniform(44, 46, count), tuple(shores.ids[int(one)] for one in there))

    return demand, groups, places(existing), places(CANDIDATES)


def figures(demand: Demand, groups: Grouping, places: Places, share: float = 0.95) -> list[float]:
    """The figure of each inhabited group, the long way."""
    metres, found = nearest(places, demand).metres, []
    for group in range(GROUPS):
        homes = [home for home in np.argsort(metres) if groups.of_commune[home] == group and demand.population[home]]
        people = np.cumsum(demand.population[homes])
        if len(homes):
            found.append(float(metres[homes][people >= round(share * people[-1], 6)][0]))
    return found


@pytest.mark.parametrize(("seed", "existing"), [(0, 0), (1, 2), (2, 2), (5, 1)])
def test_no_choice_protects_the_worst_served_better(seed, existing):
    demand, groups, today, candidates = country(seed, existing)

    def after(chosen: tuple[int, ...]) -> list[float]:
        return figures(demand, groups, today.beside(candidates.only(np.array(chosen, dtype=int))))

    helped = np.isfinite(after(tuple(range(CANDIDATES))))
    for count in (1, 2):
        found = protect_worst(demand, today, candidates, count, groups)
        assert found.before.tolist() == figures(demand, groups, today)
        assert found.after.tolist() == after(found.chosen)
        assert np.isin(found.groups, found.helpless).tolist() == (~helped).tolist()
        best = min(sorted(np.ceil(after(one))[helped], reverse=True) for one in combinations(range(CANDIDATES), count))
        assert sorted(np.ceil(found.after)[helped], reverse=True) == best, "the largest, then the second largest…"
        assert found.proven
        assert found.worst is None or found.bound <= found.worst[1]


def test_the_largest_distance_never_rises_with_more_sites_and_none_is_today():
    demand, groups, today, candidates = country(7)
    found = [protect_worst(demand, today, candidates, count, groups) for count in (0, 1, 2, CANDIDATES + 5)]
    assert found[0].chosen == ()
    assert found[0].after.tolist() == found[0].before.tolist()
    assert found[0].worst == found[0].worst_before
    worst = [one.worst[1] for one in found]
    assert worst == sorted(worst, reverse=True)


def test_only_the_communes_asked_for_count_and_the_share_is_theirs():
    demand, groups, today, candidates = country(1)
    asked = np.flatnonzero(groups.of_commune == 1)
    found = protect_worst(demand, today, candidates, 1, groups, asked, share=0.5)
    assert found.groups == (1,)
    whole = [figures(demand, groups, today.beside(candidates.only(np.array([one]))), 0.5)[1] for one in range(CANDIDATES)]
    assert found.after[0] == min(whole)


def test_without_candidates_every_group_keeps_its_figure():
    demand, groups, today, candidates = country(1)
    found = protect_worst(demand, today, candidates.only(np.array([], dtype=int)), 3, groups)
    assert (found.chosen, found.after.tolist()) == ((), found.before.tolist())


def test_many_candidates_stand_for_one_another_and_what_is_proven_stays_true(monkeypatch):
    """With so few pairs allowed, cells stand for candidates: the choice may be less good, never the proof."""
    demand, groups, today, candidates = country(1)
    exact = protect_worst(demand, today, candidates, 2, groups)
    monkeypatch.setattr("geo.worst_question.PAIRS", 40)
    rough = protect_worst(demand, today, candidates, 2, groups)
    assert not Question(demand, today, candidates, groups, None, 0.95).small
    assert rough.bound <= exact.worst[1] <= rough.worst[1]


def test_whoever_gives_up_the_proof_says_so_and_what_is_proven_stays_true(monkeypatch):
    """With so little work allowed the choice may be less good, the figures are still its own and the bound holds."""
    demand, groups, today, candidates = country(13)
    exact = protect_worst(demand, today, candidates, 2, groups)
    for name in ("FIRST_PATIENCE", "PROOF_PATIENCE", "NEXT_PATIENCE"):
        monkeypatch.setattr(f"geo.worst_served.{name}", 0)
    for most in ("FEWEST_LOOKS", "MOST_LOOKS"):
        monkeypatch.setattr(f"geo.worst_served.{most}", 2)
    given_up = protect_worst(demand, today, candidates, 2, groups)
    opened = today.beside(candidates.only(np.array(given_up.chosen, dtype=int)))
    assert given_up.after.tolist() == figures(demand, groups, opened)
    assert given_up.bound <= exact.bound < exact.worst[1] < given_up.worst[1]
    assert (exact.proven, given_up.proven) == (True, False)


def test_the_same_question_has_the_same_answer_and_may_be_left():
    demand, groups, today, candidates = country(2)
    told: list[Progress] = []
    first, second = (protect_worst(demand, today, candidates, 2, groups, watch=told.append) for _ in range(2))
    assert (first.chosen, first.bound, first.after.tolist()) == (second.chosen, second.bound, second.after.tolist())
    assert told[-1].done == 1.0

    def leave(_: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        protect_worst(demand, today, candidates, 2, groups, watch=leave)
