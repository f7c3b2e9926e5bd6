"""What a plan is worth as it stands, moved by hand or not: rules left aside, wishes unmet, and what it would cost to meet each.

The reason why a wish is unmet is tried, not guessed: its people are brought together (or parted) by the cheapest moves and
exchanges that keep the hard rules, and the value is read before and after.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.meetings.seating.problem import Problem
from app.meetings.seating.rules import Hard, hard_rules
from app.meetings.seating.search import HARD, State
from app.meetings.seating.wishes import Round, Wish, WishKind, a_round, met_in


@dataclass(frozen=True)
class Unmet:
    """A wish of a round that costs something. `tables` are those where its people sit, the one with most of them first.

    `price` is what meeting it would add to the value (less than nothing: it would be better); None where the rules, or the
    locked seats, let no move or exchange of one person at a time meet it.
    """

    kind: WishKind
    round: int
    names: tuple[str, ...]
    people: int
    tables: tuple[str, ...]
    spent: int
    price: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The value of a plan, its unmet wishes, and by round the tables that break a rule."""

    value: int
    unmet: tuple[Unmet, ...]
    unguided: tuple[tuple[int, tuple[str, ...]], ...]
    alone: tuple[tuple[int, str], ...]
    #: How many tables can have a Cité or an agency, and how many serve.
    covered: int
    serving: int


def judge(problem: Problem, places: Mapping[tuple[str, int], str]) -> Verdict:
    """Judge a plan in which everybody is seated in every round."""
    problem = problem.sorted
    tables = {one.key: position for position, one in enumerate(problem.tables)}
    done: list[list[int]] = []
    unmet: list[Unmet] = []
    unguided, alone, value = [], [], 0
    hard = hard_rules(problem.people, problem.tables, {})
    for number in range(1, problem.rounds + 1):
        seats = [tables[places[one.key, number]] for one in problem.people]
        serving = tuple(sorted({*hard.tables, *seats}))
        fixed = {at: seats[at] for at, one in enumerate(problem.people) if (one.key, number) in problem.locked}
        of = a_round(problem, Hard(serving, 0, hard.covered), fixed, met_in(done))
        value += of.value(seats)
        unmet += _unmet(of, seats, number)
        counts = Counter(seats)
        with_guide = {seats[at] for at, one in enumerate(problem.people) if one.is_guide}
        lacking = tuple(problem.tables[table].key for table in sorted(counts.keys() - with_guide))
        if lacking and len(counts) - len(lacking) < min(hard.covered, len(counts)):
            unguided.append((number, lacking))
        alone += [(number, problem.tables[table].key) for table in sorted(counts) if counts[table] == 1]
        done.append(seats)
    return Verdict(value, tuple(unmet), tuple(unguided), tuple(alone), hard.covered, len(hard.tables))


def _unmet(of: Round, seats: Sequence[int], number: int) -> list[Unmet]:
    state = _state_of(of, seats)
    found = []
    for wish in of.wishes:
        spent = of.spent(wish, seats) - wish.unavoidable
        if spent > 0:
            counts = Counter(seats[one] for one in wish.members)
            order = sorted(counts, key=lambda table: (-counts[table], table))
            keys = tuple(of.tables[table].key for table in order)
            price = _price(of, state, wish, order)
            found.append(Unmet(wish.kind, number, wish.names, len(wish.members), keys, spent, price))
    return [*found, *_aside(of, seats, number), *_again(of, seats, number)]


def _aside(of: Round, seats: Sequence[int], number: int) -> list[Unmet]:
    """For each table meant for a territory: its people elsewhere, and the others there."""
    found = []
    for table in of.hard.tables:
        territory = of.tables[table].territory
        if not territory or not of.people:
            continue
        own = [one for one, person in enumerate(of.people) if person.is_of(territory)]
        away = [one for one in own if not of.people[one].is_of(of.tables[seats[one]].territory or "-")]
        others = [one for one in range(len(seats)) if seats[one] == table and one not in own]
        if any(of.aside[one][seats[one]] for one in (*away, *others)):
            key = of.tables[table].key
            found.append(Unmet(WishKind.MEANT, number, (territory,), len(away), (key,), len(others)))
    return found


def _again(of: Round, seats: Sequence[int], number: int) -> list[Unmet]:
    pairs = sum(times for (one, other), times in of.met.items() if seats[one] == seats[other])
    return [Unmet(WishKind.AGAIN, number, (), pairs, (), pairs)] if pairs else []


def _state_of(of: Round, seats: Sequence[int]) -> State:
    state = State(of)
    for one, table in enumerate(seats):
        state.sit(one, table)
    return state


def _price(of: Round, state: State, wish: Wish, order: Sequence[int]) -> int | None:
    """What meeting the wish adds; the state is left as it was found."""
    before = list(state.seats)
    total: int | None = 0
    for one, table in _steps(of, wish, before, order):
        added = _bring(of, state, wish, one, table)
        if added is None:
            total = None
            break
        total = (total or 0) + added
    if total is not None and total > HARD // 2:
        total = None  # A table would lose its only Cité or agency.
    for one, table in enumerate(before):
        if state.seats[one] != table:
            state.stand(one)
            state.sit(one, table)
    return total


def _steps(of: Round, wish: Wish, seats: Sequence[int], order: Sequence[int]) -> list[tuple[int, int]]:
    """Who goes where to meet the wish: from the small parts to the large ones, from a crowd to where one lacks."""
    members = {table: [one for one in wish.members if seats[one] == table and one not in of.fixed] for table in order}
    if wish.kind is WishKind.TOGETHER:
        scattered = [one for table in order[wish.unavoidable :] for one in members[table]]
        return [(one, order[position % wish.unavoidable]) for position, one in enumerate(scattered)]
    counts = Counter(seats[one] for one in wish.members)
    least = wish.wanted if wish.kind is WishKind.MIXED else 1
    lacking = [table for table in of.hard.tables for _ in range(max(0, least - counts[table]))]
    spare = [one for table in order for one in members[table][: max(0, counts[table] - least)]]
    if wish.kind is WishKind.APART:
        lacking = lacking[: len(spare)]
    return list(zip(spare, lacking, strict=False))


def _bring(of: Round, state: State, wish: Wish, one: int, table: int) -> int | None:
    """Bring someone to a table, in the place of whoever costs least if it is full; what it added, None if nobody may go."""
    here = state.seats[one]
    added = state.stand(one)
    if len(state.at[table]) < of.tables[table].seats:
        return added + state.sit(one, table)
    members, costs = set(wish.members), []
    for other in [other for other in state.at[table] if other not in of.fixed and other not in members]:
        change = state.stand(other) + state.sit(other, here)
        change += state.sit(one, table)
        costs.append((change, other))
        state.stand(one)
        state.stand(other)
        state.sit(other, table)
    if not costs:
        state.sit(one, here)
        return None
    change, other = min(costs)
    state.stand(other)
    state.sit(other, here)
    state.sit(one, table)
    return added + change
