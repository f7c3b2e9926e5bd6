"""What is wished of a plan, and what each unmet wish costs: the value of a plan is their sum, the lower the better.

Every wish counts by table how many of its people sit there, and costs something by that count:

- *together* (a territory): one for each table beyond the fewest that can hold it;
- *far* (two areas whose people come from far from each other): one for each table where both are;
- *mixed* (a family of kinds): one for each person lacking at a table that serves, half the family's even share being wished,
  one at least; what no plan can give is not counted;
- *apart* (an institution): one for each person beyond the first at a table, what no plan can avoid not counted;
- *meant for* (a table of a territory): one for each person of that territory elsewhere, one for each other person there;
- *again* (two people): one for each round in which they meet again.
"""

import enum
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from app.meetings.seating.problem import Person, Problem, Table
from app.meetings.seating.rules import Hard
from app.meetings.seating.territories import far_areas, units


class WishKind(enum.Enum):
    """What is wished."""

    TOGETHER = "ensemble"
    FAR = "eloignes"
    MIXED = "melange"
    APART = "separes"
    MEANT = "table-reservee"
    AGAIN = "deja-rencontres"


@dataclass(frozen=True)
class Wish:
    """One wish about some people, by their position. `names` are ids of territories, of an institution, or a family."""

    kind: WishKind
    names: tuple[str, ...]
    members: tuple[int, ...]
    weight: int
    wanted: int = 0
    unavoidable: int = 0

    def cost(self, count: int) -> int:
        """What it costs that so many of them sit at a table that serves, the weight not counted."""
        if self.kind is WishKind.MIXED:
            return max(0, self.wanted - count)
        if self.kind is WishKind.APART:
            return max(0, count - 1)
        return int(count > 0)


@dataclass(frozen=True)
class Round:
    """A round to seat, positions in the place of keys. `aside[person][table]`: what sitting there costs; `met`: times met."""

    people: tuple[Person, ...]
    tables: tuple[Table, ...]
    hard: Hard
    fixed: Mapping[int, int]
    wishes: tuple[Wish, ...]
    aside: tuple[tuple[int, ...], ...]
    met: Mapping[tuple[int, int], int]
    again: int
    #: By area, the areas that are far from it; `far_weight`: what two of them at a table cost.
    far: Mapping[str, frozenset[str]] = field(default_factory=dict)
    far_weight: int = 0

    def value(self, seats: Sequence[int]) -> int:
        """The value of an assignment of people to tables."""
        total = sum(self.aside[one][table] for one, table in enumerate(seats))
        for wish in self.wishes:
            total += wish.weight * (self.spent(wish, seats) - wish.unavoidable)
        if self.again:
            total += self.again * sum(times for (one, other), times in self.met.items() if seats[one] == seats[other])
        return total + self.far_weight * sum(len(pairs) for pairs in self.far_pairs(seats).values())

    def far_pairs(self, seats: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
        """By table, the pairs of areas there that are far from each other."""
        areas: dict[int, set[str]] = defaultdict(set)
        for one, table in enumerate(seats):
            areas[table].add(self.people[one].area)
        pairs = {table: combinations(sorted(there), 2) for table, there in areas.items()}
        return {table: [(a, b) for a, b in two if b in self.far.get(a, ())] for table, two in pairs.items()}

    def keeps(self, seats: Sequence[int]) -> bool:
        """Whether these seats keep every hard rule."""
        counts = Counter(seats)
        with_guide = {seats[at] for at, one in enumerate(self.people) if one.is_guide}
        return (
            counts.keys() == set(self.hard.tables)
            and all(self.hard.least <= number <= self.tables[table].seats for table, number in counts.items())
            and all(seats[one] == table for one, table in self.fixed.items())
            and len(with_guide) >= self.hard.covered
        )

    def spent(self, wish: Wish, seats: Sequence[int]) -> int:
        """What a wish costs, what is unavoidable included, the weight not counted."""
        counts = Counter(seats[one] for one in wish.members)
        return sum(wish.cost(counts[table]) for table in {*self.hard.tables, *counts})


def a_round(problem: Problem, hard: Hard, fixed: Mapping[int, int], met: Mapping[tuple[int, int], int] | None = None) -> Round:
    """The round of a sorted problem, knowing who has met whom in the other rounds."""
    people, tables, weights = problem.people, problem.tables, problem.weights
    wishes = [
        *_together(people, tables, hard, weights.territory),
        *_mixed(people, hard, weights.kinds),
        *_apart(people, hard, weights.apart),
    ]
    aside = _aside(people, tables, hard, weights.territory)
    known = {pair: times for pair, times in (met or {}).items() if times} if weights.again else {}
    far = far_areas(people) if weights.far else {}
    return Round(people, tables, hard, fixed, tuple(wishes), aside, known, weights.again, far, weights.far)


def met_in(rounds: Sequence[Sequence[int]]) -> dict[tuple[int, int], int]:
    """How often each two people sat together in these rounds."""
    met: dict[tuple[int, int], int] = defaultdict(int)
    for seats in rounds:
        at: dict[int, list[int]] = defaultdict(list)
        for one, table in enumerate(seats):
            at[table].append(one)
        for members in at.values():
            for pair in combinations(members, 2):
                met[pair] += 1
    return dict(met)


def _together(people: Sequence[Person], tables: Sequence[Table], hard: Hard, weight: int) -> list[Wish]:
    seats = sorted((tables[table].seats for table in hard.tables), reverse=True)
    found = units(people, len(seats), seats[0]) if weight else []
    return [
        Wish(WishKind.TOGETHER, unit.territories, unit.members, weight, unavoidable=fewest_tables(len(unit.members), seats))
        for unit in found
    ]


def fewest_tables(people: int, seats: Sequence[int]) -> int:
    """The fewest tables that can hold so many people, the largest first."""
    number, held = 0, 0
    while held < people:
        held += seats[number]
        number += 1
    return number


def _mixed(people: Sequence[Person], hard: Hard, weight: int) -> list[Wish]:
    families = defaultdict(list)
    for position, one in enumerate(people):
        if one.family:
            families[one.family].append(position)
    serving = len(hard.tables)
    found = []
    for family, members in sorted(families.items()) if weight else []:
        wanted = max(1, len(members) // (2 * serving))
        lacking = max(0, wanted * serving - len(members))
        found.append(Wish(WishKind.MIXED, (family,), tuple(members), weight, wanted, lacking))
    return found


def _apart(people: Sequence[Person], hard: Hard, weight: int) -> list[Wish]:
    institutions = defaultdict(list)
    for position, one in enumerate(people):
        if one.institution:
            institutions[one.institution].append(position)
    return [
        Wish(WishKind.APART, (name,), tuple(members), weight, unavoidable=max(0, len(members) - len(hard.tables)))
        for name, members in sorted(institutions.items())
        if weight and len(members) > 1
    ]


def _aside(people: Sequence[Person], tables: Sequence[Table], hard: Hard, weight: int) -> tuple[tuple[int, ...], ...]:
    """What it costs that a person sits at a table: that of others, or any but their own where there is one."""
    meant = {tables[table].territory for table in hard.tables} - {""}

    def cost(one: Person, table: Table) -> int:
        own = any(one.is_of(territory) for territory in meant)
        at_home = bool(table.territory) and one.is_of(table.territory)
        return weight * ((own and not at_home) + (bool(table.territory) and not at_home))

    return tuple(tuple(cost(one, table) for table in tables) for one in people)
