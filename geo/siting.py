"""Where next: the N candidates that bring most inhabitants within reach, those that exist being counted first.

The problem is maximal covering location (R. Church and C. ReVelle, 1974). The answer comes with a proof: a bound that no
choice whatever exceeds. Everything is deterministic: ties go to the candidate that comes first, and nothing depends on how
fast the machine is.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.covering import Covering


class Cancelled(Exception):
    """Whoever asked for a search does not want its answer any more; a `Watch` raises it."""


@dataclass(frozen=True)
class Progress:
    """How far a search has come: the share of it done, the best value so far, what no choice exceeds once that is known."""

    done: float
    value: int
    bound: int | None
    phase: str


#: Told often how far a search has come; it may raise `Cancelled`.
Watch = Callable[[Progress], None]


@dataclass(frozen=True)
class Siting:
    """The candidates chosen, by position, each with the inhabitants whom it newly brings within reach in that order.

    The greedy answer (always the candidate that brings most next) stands beside. No choice whatever of as many candidates
    brings more than `bound`. Fewer are chosen than asked for when no other brings anyone.
    """

    chosen: tuple[int, ...]
    gains: tuple[int, ...]
    greedy: tuple[int, ...]
    greedy_gains: tuple[int, ...]
    bound: int

    @property
    def value(self) -> int:
        return sum(self.gains)

    @property
    def greedy_value(self) -> int:
        return sum(self.greedy_gains)

    @property
    def gap(self) -> float:
        """How far from the best the choice may be, as a share of the bound; 0: it is the best."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def best_sites(covering: Covering, count: int, watch: Watch | None = None) -> Siting:
    """Choose at most `count` candidates that bring most inhabitants within reach, with a bound that proves how good it is."""
    tell = watch or _nobody
    tell(Progress(0.0, 0, None, "preparing"))
    reached = sparse.csr_array(covering.covers.T)
    greedy, greedy_gains = in_order_of_gain(reached, covering.people, count)
    chosen = _swapped(reached, covering.people, greedy)
    chosen, gains = in_order_of_gain(reached, covering.people, count, chosen)
    bound = min(int(covering.people.sum()), int(np.sort(covering.gains())[::-1][:count].sum()))
    found = Siting(chosen, gains, greedy, greedy_gains, bound)
    tell(Progress(1.0, found.value, bound, "proving"))
    return found


def _nobody(progress: Progress) -> None:
    """Watch nothing."""


def in_order_of_gain(
    reached: sparse.csr_array, people: NDArray[np.int64], count: int, among: Sequence[int] | None = None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Take again and again the candidate that brings most, at most `count` times; give them and what each brought.

    `reached` are the groups of each candidate, a row a candidate. What a candidate brings only falls as others are taken, so
    that whichever stays ahead of the old gains of all others is the next (M. Minoux, 1978). None that brings nobody is taken.
    """
    left, starts, groups = people.copy(), reached.indptr, reached.indices
    gains = reached @ people
    heap = [(-int(gains[one]), int(one)) for one in (range(len(gains)) if among is None else among)]
    heapq.heapify(heap)
    taken: list[int] = []
    brought: list[int] = []
    while heap and len(taken) < count:
        _, one = heapq.heappop(heap)
        own = groups[starts[one] : starts[one + 1]]
        gain = int(left[own].sum())
        if gain == 0:
            continue
        if heap and (-gain, one) > heap[0]:
            heapq.heappush(heap, (-gain, one))
            continue
        taken.append(one)
        brought.append(gain)
        left[own] = 0
    return tuple(taken), tuple(brought)


def _swapped(reached: sparse.csr_array, people: NDArray[np.int64], chosen: Sequence[int]) -> tuple[int, ...]:
    """Replace one of the chosen by whatever brings more, until none does."""
    kept = list(chosen)
    times = np.zeros(len(people), dtype=np.int64)

    def own(one: int) -> NDArray[np.int32]:
        return reached.indices[reached.indptr[one] : reached.indptr[one + 1]]

    for one in kept:
        times[own(one)] += 1
    better = True
    while better:
        better = False
        for place, one in enumerate(kept):
            times[own(one)] -= 1
            gains = reached @ np.where(times == 0, people, 0)
            best = int(gains.argmax())
            if gains[best] > gains[one]:
                kept[place], better = best, True
            times[own(kept[place])] += 1
    return tuple(kept)
