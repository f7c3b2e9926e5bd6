"""What a plan is worth as it stands, moved by hand or not: rules left aside, wishes unmet, and what stands in their way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.meetings.seating.problem import Problem
from app.meetings.seating.reasons import Reasons, Way
from app.meetings.seating.rules import Hard, hard_rules
from app.meetings.seating.wishes import Round, WishKind, a_round, met_in


@dataclass(frozen=True)
class Unmet:
    """A wish of a round that costs something. `tables` are those where its people sit, the one with most of them first.

    `way` is what stands in its way, and `price` what a plan that was tried and meets it adds to the value (less than nothing:
    it is better); None where no such plan is at hand.
    """

    kind: WishKind
    round: int
    names: tuple[str, ...]
    people: int
    tables: tuple[str, ...]
    spent: int
    way: Way = Way.UNKNOWN
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


def judge(problem: Problem, places: Mapping[tuple[str, int], str], tries: int = 0) -> Verdict:
    """Judge a plan in which everybody is seated in every round. So many wishes at most have their reason looked for."""
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
        met = met_in(done)
        of = a_round(problem, Hard(serving, 0, hard.covered), fixed, met)
        value += of.value(seats)
        ruled = a_round(problem, hard_rules(problem.people, problem.tables, fixed), fixed, met)
        unmet += _unmet(of, seats, number, Reasons(ruled, seats, tries // problem.rounds))
        counts = Counter(seats)
        with_guide = {seats[at] for at, one in enumerate(problem.people) if one.is_guide}
        lacking = tuple(problem.tables[table].key for table in sorted(counts.keys() - with_guide))
        if lacking and len(counts) - len(lacking) < min(hard.covered, len(counts)):
            unguided.append((number, lacking))
        alone += [(number, problem.tables[table].key) for table in sorted(counts) if counts[table] == 1]
        done.append(seats)
    return Verdict(value, tuple(unmet), tuple(unguided), tuple(alone), hard.covered, len(hard.tables))


def _unmet(of: Round, seats: Sequence[int], number: int, reasons: Reasons) -> list[Unmet]:
    found = []
    for wish in of.wishes:
        spent = of.spent(wish, seats) - wish.unavoidable
        if spent > 0:
            counts = Counter(seats[one] for one in wish.members)
            order = sorted(counts, key=lambda table: (-counts[table], table))
            keys = tuple(of.tables[table].key for table in order)
            way, price = reasons.of(wish, order)
            found.append(Unmet(wish.kind, number, wish.names, len(wish.members), keys, spent, way, price))
    return [*found, *_far(of, seats, number), *_aside(of, seats, number), *_again(of, seats, number)]


def _far(of: Round, seats: Sequence[int], number: int) -> list[Unmet]:
    """For each table where areas far from each other meet: which, and how many pairs of them."""
    found = []
    for table, pairs in sorted(of.far_pairs(seats).items()) if of.far_weight else []:
        if pairs:
            names = tuple(sorted({area for pair in pairs for area in pair}))
            found.append(Unmet(WishKind.FAR, number, names, 0, (of.tables[table].key,), len(pairs)))
    return found


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
