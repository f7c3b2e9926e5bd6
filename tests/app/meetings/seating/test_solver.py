"""The solver against every plan of small problems, and its promises on larger ones."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.meetings.seating.judging import judge
from app.meetings.seating.problem import Person, Problem, Weights
from app.meetings.seating.solver import Impossible, mend, solve
from app.meetings.seating.territories import units
from tests.app.meetings.seating.small import (
    KINDS,
    PLACES,
    best_value,
    every_round,
    guided,
    hard_faults,
    own_value,
    someone,
    tables,
)


def drawn(seed: int, people: int = 7, sizes: tuple[int, ...] = (4, 4), **weights: int) -> Problem:
    """A small problem drawn by lot."""
    chance = random.Random(seed)
    who = [
        someone(number, chance.choice(list(PLACES)), chance.choice(KINDS), f"i{chance.randrange(4)}")
        for number in range(people)
    ]
    return Problem(tuple(who), tables(*sizes), 1, Weights(**weights))


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_is_the_best_of_all_plans_and_says_so(seed: int):
    sizes = (4, 4) if seed % 2 else (3, 3, 2)
    problem = drawn(seed, sizes=sizes, apart=(0, 5)[seed % 3 == 0])
    if seed == 5:
        problem = replace(problem, locked={("p003", 1): "1", ("p004", 1): "2"})
    plan = solve(problem)
    assert plan.value == best_value(problem)
    assert plan.bound == plan.value
    assert judge(problem, plan.places).value == plan.value


def test_the_same_people_in_another_order_get_the_same_plan():
    problem = replace(drawn(3, 14, (5, 5, 5)), rounds=2)
    plan = solve(problem, 0.2)
    people, given_tables = list(problem.people), list(problem.tables)
    random.Random(1).shuffle(people)
    given_tables.reverse()
    assert solve(replace(problem, people=tuple(people), tables=tuple(given_tables)), 0.2) == plan
    assert solve(problem, 0.2) == plan


def test_a_territory_that_fits_a_table_sits_together():
    people = [someone(number, ("04", "06", "13")[number % 3]) for number in range(12)]
    plan = solve(Problem(tuple(people), tables(4, 4, 4), weights=Weights(kinds=0)))
    assert plan.value == 0
    for department in ("04", "06", "13"):
        assert len({plan.places[one.key, 1] for one in people if one.department.endswith(department)}) == 1


def test_a_territory_too_small_for_a_table_joins_its_nearest():
    people = [someone(n, "13") for n in range(4)] + [someone(n, "04") for n in range(4, 6)] + [someone(6, "75")] * 1
    people += [someone(n, "974") for n in range(7, 12)]
    found = {unit.territories for unit in units(people, 3, 4)}
    # Two of 04 are fewer than the four of a table: they join the 13, far nearer than Paris; Paris is alone, and joins them.
    assert ("departement-04", "departement-13", "departement-75") in found
    assert ("departement-04",) in found, "two neighbours of a joined department are still wished together"
    assert not any("departement-974" in codes and len(codes) > 1 for codes in found)


def test_the_nearest_is_so_on_the_ellipsoid_and_not_on_a_sphere():
    # At 45° N, 0.7075° to the north are 78.6 km and 1° to the east 78.8; on a sphere, 78.76 and 78.72.
    points = {"04": [(5.0, 45.0)], "05": [(5.0, 45.7075)] * 2, "07": [(6.0, 45.0)] * 2}
    codes = [(code, point) for code, places in points.items() for point in places]
    people = [Person(str(n), department=f"departement-{code}", point=point) for n, (code, point) in enumerate(codes)]
    assert ("departement-04", "departement-05") in {unit.territories for unit in units(people, 2, 8)}


def test_a_cite_or_an_agency_sits_at_each_table_and_a_centre_is_none():
    kinds = ["cite-des-metiers", "agence-du-livre", "centre-associe", *["bibliotheque"] * 6]
    problem = Problem(tuple(someone(n, "13", kind) for n, kind in enumerate(kinds)), tables(5, 5))
    plan = solve(problem)
    assert plan.places["p000", 1] != plan.places["p001", 1]
    few = Problem(problem.people[1:], tables(3, 3, 3))
    names = tuple(solve(few).places[one.key, 1] for one in few.people)
    assert guided(few, names) == 1, "one agency, three tables: as many as can be"
    assert judge(few, solve(few).places).covered == 1


def test_colleagues_sit_apart_when_it_is_asked():
    people = [someone(n, "13", institution=f"i{n // 2}") for n in range(8)]
    problem = Problem(tuple(people), tables(4, 4), weights=Weights(territory=10, kinds=0, apart=5))
    plan = solve(problem)
    assert all(plan.places[people[n].key, 1] != plan.places[people[n + 1].key, 1] for n in range(0, 8, 2))
    assert plan.value == 0


def test_nobody_meets_again_where_it_can_be_avoided():
    people = tuple(replace(someone(n), department="", region="", epci="") for n in range(9))
    problem = Problem(people, tables(3, 3, 3), 3, Weights(territory=0, kinds=0, again=5))
    plan = solve(problem)
    assert plan.value == 0 == own_value(problem, dict(plan.places)), "nine people of three tables meet all in four rounds"


def test_a_table_meant_for_a_territory_gets_its_people():
    people = [someone(n, "04" if n < 3 else "13") for n in range(8)]
    given_tables = (tables(4)[0], replace(tables(4, 4)[1], territory="departement-04"))
    plan = solve(Problem(tuple(people), given_tables))
    assert {plan.places[one.key, 1] for one in people[:3]} == {"2"}


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem((), tables(4)), "personne à placer"),
        (Problem((someone(1),), ()), "pas encore de table"),
        (Problem(tuple(someone(n) for n in range(5)), tables(2, 2)), "il manque 1 place"),
        (
            Problem(tuple(someone(n) for n in range(4)), tables(2, 4), locked={(f"p00{n}", 1): "1" for n in range(3)}),
            "3 personnes sont verrouillées à la table 1",
        ),
        (Problem((someone(1), someone(2)), tables(4), locked={("p001", 1): "9"}), "n’existe plus"),
    ],
)
def test_what_cannot_be_is_said_before_solving(problem: Problem, said: str):
    with pytest.raises(Impossible, match=said):
        solve(problem)
    with pytest.raises(Impossible, match=said):
        mend(problem, {})


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.data())
def test_hard_rules_hold_whatever_is_asked(data: st.DataObject):
    people = tuple(
        someone(n, data.draw(st.sampled_from(list(PLACES))), data.draw(st.sampled_from(KINDS)), f"i{n % 5}")
        for n in range(data.draw(st.integers(1, 12)))
    )
    sizes = data.draw(st.lists(st.integers(2, 6), min_size=1, max_size=4))
    problem = Problem(people, tables(*sizes), data.draw(st.integers(1, 2)))
    free = Counter({table.key: table.seats for table in problem.tables})
    locked = {}
    for one in people:
        goal = data.draw(st.sampled_from(["", *free]))
        if goal and free[goal]:
            free[goal] -= 1
            locked[one.key, 1] = goal
    problem = replace(problem, locked=locked)
    if len(people) > sum(sizes):
        with pytest.raises(Impossible):
            solve(problem, 0.1)
        return
    plan = solve(problem, 0.1)
    assert not hard_faults(problem, dict(plan.places))
    assert 0 <= plan.bound <= plan.value
    without = replace(
        problem, people=people[1:], locked={who: table for who, table in locked.items() if who[0] != people[0].key}
    )
    if people[1:]:
        assert not hard_faults(without, dict(mend(without, plan.places, 0.1).places))


def fewest(problem: Problem, before: dict[tuple[str, int], str]) -> int:
    """The fewest moves of one round, every plan tried: tables in use stay so, as many are guided as can be."""
    used = {before[one.key, 1] for one in problem.people if (one.key, 1) in before}
    plans = [names for names in every_round(problem) if used <= set(names)]
    plans = [names for names in plans if len(set(names)) == max(len(used), min(len(set(one)) for one in plans))]
    most = max(guided(problem, names) for names in plans)
    return min(
        sum(before.get((one.key, 1), name) != name for one, name in zip(problem.people, names, strict=True))
        for names in plans
        if guided(problem, names) == most
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_mended_plan_moves_as_few_people_as_can_be(seed: int):
    problem = drawn(seed, 7, (4, 3, 3))
    before = dict(solve(problem, 0.3).places)
    gone = problem.people[seed]
    kept = tuple(one for one in problem.people if one != gone)
    comers: tuple[Person, ...] = () if seed % 2 else (someone(90, "75", "cite-des-metiers"),)
    changed = replace(problem, people=kept + comers)
    plan = mend(changed, before, 0.3)
    assert len(plan.moved) == fewest(changed, before)
    assert not hard_faults(changed, dict(plan.places))


def test_a_withdrawal_moves_nobody_and_a_late_comer_takes_a_free_place():
    problem = drawn(1, 30, (8, 8, 8, 8))
    before = solve(problem, 0.3).places
    plain = next(one for one in problem.people if not one.is_guide)
    without = replace(problem, people=tuple(one for one in problem.people if one != plain))
    assert mend(without, before, 0.3).moved == ()
    late = replace(problem, people=(*problem.people, someone(99, "06")))
    mended = mend(late, before, 0.3)
    assert mended.moved == ()
    assert {who: table for who, table in mended.places.items() if who[0] != "p099"} == dict(before)


def test_a_table_that_loses_its_only_cite_gets_another_one_by_one_move():
    people = [someone(n, "13", "cite-des-metiers" if n in (0, 4, 5) else "bibliotheque") for n in range(8)]
    before = {(one.key, 1): "1" if n < 4 else "2" for n, one in enumerate(people)}
    problem = Problem(tuple(people[1:]), tables(4, 4))
    plan = mend(problem, before)
    assert len(plan.moved) == 1
    assert plan.moved[0][0] in ("p004", "p005")
