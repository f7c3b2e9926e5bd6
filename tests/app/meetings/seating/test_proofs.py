"""What is said to be proven, against every plan of small problems: bounds, and reasons why a wish is unmet."""

import random
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest

from app.meetings.seating.bounds import counted, fewest_pairs, fewest_repeats
from app.meetings.seating.judging import Verdict, judge
from app.meetings.seating.problem import Problem, Weights
from app.meetings.seating.reasons import Way
from app.meetings.seating.rules import hard_rules
from app.meetings.seating.solver import solve
from app.meetings.seating.wishes import WishKind, a_round
from tests.app.meetings.seating.small import KINDS, PLACES, every_round, guided, someone, tables

SIZES = ((3, 3), (2, 2, 2), (4, 3), (4, 4))


def drawn(seed: int) -> Problem:
    """Six people drawn by lot, some of them locked."""
    chance = random.Random(seed)
    homes = list(PLACES) if seed % 2 else ["04", "13"]
    people = [
        someone(n, chance.choice(homes), chance.choice(KINDS[: 2 + seed % 4]), f"i{chance.randrange(3)}") for n in range(6)
    ]
    sizes = SIZES[seed % len(SIZES)]
    who = chance.sample(people, chance.randrange(4))
    seats = chance.sample([str(n) for n, size in enumerate(sizes, start=1) for _ in range(size)], len(who))
    locked = {(one.key, 1): table for one, table in zip(who, seats, strict=True)}
    return Problem(tuple(people), tables(*sizes), 1, Weights(apart=seed % 3 * 5), locked)


def plans(problem: Problem, number: int = 1) -> list[tuple[str, ...]]:
    """Every round that keeps the rules, written anew: locks, two people a table if that can be, as many guided as can be."""
    kept = [
        names
        for names in every_round(problem)
        if all(names[at] == problem.locked.get((one.key, number), names[at]) for at, one in enumerate(problem.people))
        and len(set(names)) == len(problem.tables)
    ]
    in_company = [names for names in kept if min(Counter(names).values()) >= 2] or kept
    most = max(guided(problem, names) for names in in_company)
    return [names for names in in_company if guided(problem, names) == most]


def places(problem: Problem, *rounds: tuple[str, ...]) -> dict[tuple[str, int], str]:
    return {
        (one.key, number): name
        for number, names in enumerate(rounds, start=1)
        for one, name in zip(problem.people, names, strict=True)
    }


def bound_of(problem: Problem) -> int:
    rounds = []
    names = [table.key for table in problem.tables]
    for number in range(1, problem.rounds + 1):
        fixed = {
            at: names.index(problem.locked[one.key, number])
            for at, one in enumerate(problem.people)
            if (one.key, number) in problem.locked
        }
        rounds.append(a_round(problem, hard_rules(problem.people, problem.tables, fixed), fixed))
    return counted(rounds)


def unmet(verdict: Verdict) -> set[tuple[WishKind, tuple[str, ...]]]:
    return {(one.kind, one.names) for one in verdict.unmet}


@pytest.mark.parametrize("seed", range(24))
def test_no_plan_goes_under_the_counted_bound(seed: int):
    problem = drawn(seed)
    best = min(judge(problem, places(problem, names)).value for names in plans(problem))
    assert bound_of(problem) <= best


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_of_two_rounds_goes_under_the_counted_bound(seed: int):
    problem = replace(drawn(seed * len(SIZES)), rounds=2, locked={})
    both = product(plans(problem), repeat=2)
    best = min(judge(problem, places(problem, *rounds)).value for rounds in both)
    assert bound_of(problem) <= best


def test_the_counted_bound_meets_the_best_plan_where_tables_are_full():
    # Three departments of two at two full tables of three: one of them is parted.
    people = tuple(someone(n, ("04", "06", "13")[n // 2]) for n in range(6))
    problem = Problem(people, tables(3, 3), weights=Weights(kinds=0))
    assert bound_of(problem) >= 10
    assert (fewest_pairs(7, 3), fewest_repeats(7, 3)) == (5, 5)


def test_locks_are_counted():
    people = tuple(someone(n, "13", institution="i0") for n in range(4))
    locked = {("p000", 1): "1", ("p001", 1): "1", ("p002", 1): "2"}
    problem = Problem(people, tables(4, 4), 1, Weights(kinds=0, apart=5), locked)
    assert bound_of(problem) == 10 == solve(problem).value


@pytest.mark.parametrize("seed", range(24))
def test_a_reason_is_true(seed: int):
    problem = drawn(seed)
    every = plans(problem)
    names = every[seed * 7 % len(every)]
    verdict = judge(problem, places(problem, names), tries=50)
    judged = [judge(problem, places(problem, one)) for one in every]
    for one in verdict.unmet:
        meeting = [other for other in judged if (one.kind, one.names) not in unmet(other)]
        if one.way in (Way.LOCKS, Way.GUIDES, Way.SEATS):
            assert not meeting, f"said to be impossible: {one}"
        if one.way is Way.OPEN:
            assert meeting, f"said to be possible: {one}"
        if one.way is Way.LOCKS:
            free = replace(problem, locked={})
            assert any((one.kind, one.names) not in unmet(judge(free, places(free, other))) for other in plans(free))
        if one.price is not None:
            assert verdict.value + one.price in {other.value for other in meeting}
        assert one.kind not in (WishKind.TOGETHER, WishKind.MIXED, WishKind.APART) or one.way is not Way.UNKNOWN


def test_regions_far_from_each_other_get_tables_of_their_own():
    people = [someone(n, ("13", "75", "974", "04")[n % 4]) for n in range(12)]
    problem = Problem(tuple(people), tables(6, 3, 3), weights=Weights(territory=0, kinds=0))
    plan = solve(problem)
    assert plan.value == 0
    assert len({plan.places[one.key, 1] for one in people if one.region == "region-93"}) == 1
    mixed = judge(problem, {(one.key, 1): ("1", "2", "1", "3")[n % 4] for n, one in enumerate(people)})
    assert [(one.tables, one.names, one.spent) for one in mixed.unmet] == [(("1",), ("region-04", "region-93"), 1)]
    assert mixed.value == problem.weights.far
