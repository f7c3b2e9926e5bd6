"""Who sits where: a plan of all rounds, one after the other, each knowing who met in those before.

A round is first filled by a seeded local search, then given to CP-SAT, which improves it and proves a bound. The bound of the
whole is the sum of those of its rounds, each without what the rounds before forbid, or what counting alone gives where that
is more: no plan can be better. Equal to the value, the plan is proven best. The budget is counted in operations: the same
asking gets the same plan on any machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.meetings.seating.bounds import counted
from app.meetings.seating.model import SEED, fewest_moves, improve
from app.meetings.seating.problem import Problem, impossible
from app.meetings.seating.rules import hard_rules
from app.meetings.seating.search import first_seats
from app.meetings.seating.wishes import Round, a_round, met_in

Places = Mapping[tuple[str, int], str]
#: Deterministic time for all rounds together: about as many seconds on a machine of 2020.
BUDGET = 3.0
#: Beyond so many people times tables, CP-SAT seldom improves what the first search leaves: it bounds one round, in a third of
#: the budget. Measured by `make bench`.
LARGE = 1_500
#: The same for a round in which people may meet again: a pair is a variable, and CP-SAT slows down sooner.
LARGE_AGAIN = 200
#: Steps of the first search, for each person and each round, and in all.
STEPS_A_PERSON, MOST_STEPS = 2_000, 240_000


class Impossible(Exception):
    """No plan keeps the hard rules; the message is a French sentence."""


@dataclass(frozen=True)
class Plan:
    """Who sits where, by (person, round). `moved` are the (person, round) that a mended plan took from their table."""

    places: Places
    value: int
    bound: int
    moved: tuple[tuple[str, int], ...] = ()
    is_mended: bool = False


def solve(problem: Problem, budget: float = BUDGET) -> Plan:
    """The best plan found; stops with `Impossible` when there is none."""
    if sentence := impossible(problem):
        raise Impossible(sentence)
    problem = problem.sorted
    is_large = len(problem.people) * len(problem.tables) > LARGE
    spent = budget / 3 if is_large else budget / problem.rounds
    done: list[tuple[int, ...]] = []
    bounds: dict[tuple[tuple[int, int], ...], int] = {}
    value = bound = 0
    for number in range(1, problem.rounds + 1):
        of = _round(problem, number, done)
        start: Sequence[int] = first_seats(of, SEED + number, min(MOST_STEPS, STEPS_A_PERSON * len(problem.people)))
        locked = tuple(sorted(of.fixed.items()))
        if locked not in bounds:
            # The bound of a round is that of its wishes by itself: rounds that are locked alike share it.
            found = improve(replace(of, met={}), start, spent)
            bounds[locked] = found.bound
            start = found.seats if not of.met else start
        if of.met and len(problem.people) * len(problem.tables) <= LARGE_AGAIN:
            start = improve(of, start, spent / 2).seats
        seats = tuple(start) if of.keeps(start) else fewest_moves(of, dict(enumerate(start)))[0]
        done.append(seats)
        value += of.value(seats)
        bound += bounds[locked]
    by_counting = counted([_round(problem, number, []) for number in range(1, problem.rounds + 1)])
    return Plan(_told(problem, done), value, min(max(bound, by_counting), value))


def mend(problem: Problem, before: Places, budget: float = BUDGET) -> Plan:
    """The plan that moves as few people as the hard rules allow, and among such plans the best found.

    Who is new has no table to leave. The number of moves is proven the least; a table in use stays in use.
    """
    if sentence := impossible(problem):
        raise Impossible(sentence)
    problem = problem.sorted
    tables = {one.key: position for position, one in enumerate(problem.tables)}
    spent = budget / 3 / problem.rounds
    stays = [_staying(problem, before, tables, number) for number in range(1, problem.rounds + 1)]
    done: list[tuple[int, ...]] = []
    moved: list[tuple[str, int]] = []
    value = 0
    for number, stay in enumerate(stays, start=1):
        of = _round(problem, number, done, stay)
        seats, moves = fewest_moves(of, stay)
        seats = improve(of, seats, spent, stay, moves).seats
        moved += [(problem.people[one].key, number) for one, table in sorted(stay.items()) if seats[one] != table]
        done.append(seats)
        value += of.value(seats)
    return Plan(_told(problem, done), value, min(0, value), tuple(moved), is_mended=True)


def _round(problem: Problem, number: int, done: list[tuple[int, ...]], stay: Mapping[int, int] | None = None) -> Round:
    tables = {one.key: position for position, one in enumerate(problem.tables)}
    fixed = {
        position: tables[problem.locked[one.key, number]]
        for position, one in enumerate(problem.people)
        if (one.key, number) in problem.locked
    }
    in_use = frozenset([*stay.values(), *fixed.values()]) if stay else frozenset()
    return a_round(problem, hard_rules(problem.people, problem.tables, fixed, in_use), fixed, met_in(done))


def _staying(problem: Problem, before: Places, tables: Mapping[str, int], number: int) -> dict[int, int]:
    """The table where each person sits now, for those whose table still stands."""
    sat = {position: before.get((one.key, number), "") for position, one in enumerate(problem.people)}
    return {position: tables[table] for position, table in sat.items() if table in tables}


def _told(problem: Problem, done: list[tuple[int, ...]]) -> dict[tuple[str, int], str]:
    return {
        (one.key, number): problem.tables[seats[position]].key
        for number, seats in enumerate(done, start=1)
        for position, one in enumerate(problem.people)
    }
