"""Why a wish is unmet: what is proven, or what was tried; nothing is guessed.

First its people are brought together (or parted) by the cheapest moves and exchanges of one person at a time, and the plan
that this gives is judged: if it meets the wish and keeps every rule, its value is the price. Else CP-SAT is asked whether any
plan at all meets this one wish under the rules; if none does, it is asked again without the locks, then without the rule of a
Cité or an agency at each table, so that the cause has a name. Where its budget runs out, nothing is said to be known.
"""

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from app.meetings.seating.model import can_meet
from app.meetings.seating.search import State
from app.meetings.seating.wishes import Round, Wish, WishKind


class Way(enum.Enum):
    """What stands in the way of a wish; of the last three, it is proven that no plan meets it."""

    UNKNOWN = "inconnu"
    OPEN = "possible"
    LOCKS = "verrous"
    GUIDES = "cite-ou-agence"
    SEATS = "places"


class Reasons:
    """Looks for reasons in a round under its rules, as it is seated; asks CP-SAT so many times at most."""

    def __init__(self, ruled: Round, seats: Sequence[int], tries: int) -> None:
        self.round, self.tries = ruled, tries
        self.before = list(seats)
        self.state = State(ruled)
        for one, table in enumerate(seats):
            self.state.sit(one, table)

    def of(self, wish: Wish, order: Sequence[int]) -> tuple[Way, int | None]:
        """What stands in the way of a wish, and the price of a plan that meets it; `order`: its tables, the fullest first."""
        same = next((one for one in self.round.wishes if (one.kind, one.names) == (wish.kind, wish.names)), None)
        if same is None:
            return Way.UNKNOWN, None
        price = self._price(same, order)
        if price is not None:
            return Way.OPEN, price
        if self.tries <= 0:
            return Way.UNKNOWN, None
        self.tries -= 1
        return _proven(self.round, same), None

    def _price(self, wish: Wish, order: Sequence[int]) -> int | None:
        """What meeting the wish by simple exchanges adds; the state is left as it was found."""
        state, before = self.state, self.before
        done = all(_bring(self.round, state, wish, *step) for step in _steps(self.round, wish, before, order))
        met = done and self.round.keeps(state.seats) and self.round.spent(wish, state.seats) <= wish.unavoidable
        price = self.round.value(state.seats) - self.round.value(before) if met else None
        for one, table in enumerate(before):
            if state.seats[one] != table:
                state.stand(one)
                state.sit(one, table)
        return price


def _proven(of: Round, wish: Wish) -> Way:
    """Whether some plan meets the wish, and the rule but for which one would."""
    without_locks = replace(of, fixed={})
    eased = [(Way.OPEN, of), (Way.LOCKS, without_locks), (Way.GUIDES, replace(without_locks, hard=replace(of.hard, covered=0)))]
    for way, ruled in eased:
        met = can_meet(ruled, wish)
        if met is None:
            return Way.UNKNOWN
        if met:
            return way
    return Way.SEATS


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


def _bring(of: Round, state: State, wish: Wish, one: int, table: int) -> bool:
    """Bring someone to a table, in the place of whoever costs least if it is full; whether somebody could go."""
    here = state.seats[one]
    state.stand(one)
    if len(state.at[table]) < of.tables[table].seats:
        state.sit(one, table)
        return True
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
        return False
    other = min(costs)[1]
    state.stand(other)
    state.sit(other, here)
    state.sit(one, table)
    return True
