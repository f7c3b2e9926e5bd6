"""A first good plan of a round: people placed one by one, then moved and exchanged as metal cools.

CP-SAT improves what this gives, and proves how far it is from the best. Everything is drawn from a generator with a seed
and a number of steps, not of seconds: the same input gives the same seats.
"""

import math
import random
from collections.abc import Sequence

from app.meetings.seating.wishes import Round, WishKind

#: More than all the wishes of a round together: a hard rule left aside on the way is mended first.
HARD = 10_000
#: Heat at both ends, in parts of the heaviest wish.
HOTTEST, COLDEST = 0.6, 0.1
#: How often someone is moved toward one of their own, and not anywhere.
TOWARD_OWN = 0.8


class State:
    """Seats, and by table and by wish how many people sit there, so that a move costs a few additions."""

    def __init__(self, of: Round) -> None:
        self.round = of
        most = len(of.people) + 2
        self.costs: list[list[int]] = []
        self.of_person: list[list[int]] = [[] for _ in of.people]
        for wish in of.wishes:
            self._count(wish.members, [wish.weight * wish.cost(count) for count in range(most)])
        hard = of.hard
        self._count([at for at, one in enumerate(of.people) if one.is_guide], [HARD] + [0] * (most - 1))
        self._count(range(len(of.people)), [HARD * max(0, hard.least - count) for count in range(most)])
        self.counts = [[0] * len(self.costs) for _ in of.tables]
        self.seats = [-1] * len(of.people)
        self.at: list[list[int]] = [[] for _ in of.tables]
        self.mates = _mates(of)
        areas = sorted({one.area for one in of.people})
        rank = {area: position for position, area in enumerate(areas)}
        self.area_of = [rank[one.area] for one in of.people]
        self.far = [[rank[other] for other in sorted(of.far.get(area, ()))] if of.far_weight else [] for area in areas]
        self.there = [[0] * len(areas) for _ in of.tables]
        self.met_by: list[list[tuple[int, int]]] = [[] for _ in of.people]
        for (one, other), times in of.met.items():
            self.met_by[one].append((other, times * of.again))
            self.met_by[other].append((one, times * of.again))

    def _count(self, members: Sequence[int] | range, costs: list[int]) -> None:
        for one in members:
            self.of_person[one].append(len(self.costs))
        self.costs.append(costs)

    def sit(self, one: int, table: int) -> int:
        """Seat someone who stands; what it adds to the value."""
        counts, added = self.counts[table], self.round.aside[one][table]
        for wish in self.of_person[one]:
            count, costs = counts[wish], self.costs[wish]
            added += costs[count + 1] - costs[count]
            counts[wish] = count + 1
        seats = self.seats
        for other, cost in self.met_by[one]:
            if seats[other] == table:
                added += cost
        area, there = self.area_of[one], self.there[table]
        if not there[area]:
            for other in self.far[area]:
                if there[other]:
                    added += self.round.far_weight
        there[area] += 1
        seats[one] = table
        self.at[table].append(one)
        return added

    def stand(self, one: int) -> int:
        """Take someone off their seat; what it adds to the value, most often less than nothing."""
        table, seats = self.seats[one], self.seats
        counts, added = self.counts[table], -self.round.aside[one][table]
        for wish in self.of_person[one]:
            count, costs = counts[wish], self.costs[wish]
            added += costs[count - 1] - costs[count]
            counts[wish] = count - 1
        seats[one] = -1
        for other, cost in self.met_by[one]:
            if seats[other] == table:
                added -= cost
        area, there = self.area_of[one], self.there[table]
        there[area] -= 1
        if not there[area]:
            for other in self.far[area]:
                if there[other]:
                    added -= self.round.far_weight
        self.at[table].remove(one)
        return added

    def value(self) -> int:
        """What all costs, rules left aside included, up to a constant."""
        tables = self.round.hard.tables
        total = sum(costs[self.counts[table][wish]] for wish, costs in enumerate(self.costs) for table in tables) + sum(
            self.round.aside[one][table] for one, table in enumerate(self.seats)
        )
        total += self.round.far_weight * sum(len(two) for two in self.round.far_pairs(self.seats).values())
        pairs = self.round.met.items()
        return total + self.round.again * sum(times for (a, b), times in pairs if self.seats[a] == self.seats[b])


def first_seats(of: Round, seed: int, steps: int) -> list[int]:
    """Seats that keep the hard rules but in odd corners, and most wishes."""
    state, chance = State(of), random.Random(seed)  # noqa: S311 - nothing secret is drawn
    _place(state)
    free = [one for one in range(len(of.people)) if one not in of.fixed]
    value = state.value()
    best, best_value = list(state.seats), value
    heaviest = max([1, of.again, of.far_weight, *(wish.weight for wish in of.wishes)])
    for step in range(steps if free and len(of.hard.tables) > 1 else 0):
        heat = heaviest * HOTTEST * (COLDEST / HOTTEST) ** (step / steps)
        value += _try(state, free, chance, heat)
        if value < best_value:
            best, best_value = list(state.seats), value
    return best


def _mates(of: Round) -> list[list[int]]:
    """By person, those of the same territories; the more they share, the more often one is drawn."""
    mates: list[list[int]] = [[] for _ in of.people]
    for wish in of.wishes:
        if wish.kind is WishKind.TOGETHER:
            for one in wish.members:
                mates[one] += [other for other in wish.members if other != one]
    return mates


def _place(state: State) -> None:
    """Those who are locked, then the guides, then territory by territory, each where it costs least."""
    of = state.round
    for one, table in sorted(of.fixed.items()):
        state.sit(one, table)
    size = {one: len(wish.members) for wish in of.wishes if wish.kind is WishKind.TOGETHER for one in wish.members}

    def rank(one: int) -> tuple[object, ...]:
        person = of.people[one]
        return (not person.is_guide, -size.get(one, 0), person.region, person.home, person.epci, one)

    for one in sorted((one for one in range(len(of.people)) if one not in of.fixed), key=rank):
        costs = []
        for table in of.hard.tables:
            if len(state.at[table]) < of.tables[table].seats:
                costs.append((state.sit(one, table), table))
                state.stand(one)
        state.sit(one, min(costs)[1])


def _try(state: State, free: list[int], chance: random.Random, heat: float) -> int:
    """Move someone, or exchange two, if it is worth it at this heat; what it added to the value."""
    one = free[int(chance.random() * len(free))]
    here = state.seats[one]
    mates = state.mates[one]
    if mates and chance.random() < TOWARD_OWN:
        there = state.seats[mates[int(chance.random() * len(mates))]]
    else:
        there = state.round.hard.tables[int(chance.random() * len(state.round.hard.tables))]
    if there == here:
        return 0
    other = None
    if len(state.at[there]) >= state.round.tables[there].seats:
        sitting = [other for other in state.at[there] if other not in state.round.fixed]
        if not sitting:
            return 0
        other = sitting[int(chance.random() * len(sitting))]
    added = state.stand(one)
    if other is not None:
        added += state.stand(other) + state.sit(other, here)
    added += state.sit(one, there)
    if added <= 0 or chance.random() < math.exp(-added / heat):
        return added
    state.stand(one)
    if other is not None:
        state.stand(other)
        state.sit(other, there)
    state.sit(one, here)
    return 0
