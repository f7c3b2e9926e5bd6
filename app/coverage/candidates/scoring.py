"""The arithmetic of a ranking: values on their scales, weighted means, ranks. Numbers in, numbers out.

What is not known lies between the worst and the best of its scale. A score is therefore an interval; its middle ranks.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

#: Scores that are the same to so many decimals are equal: the rest is of the order of additions.
SAME_TO = 9
SAME = 10**-SAME_TO
#: How far each weight is moved to see whether the first ones stay first.
MOVED_BY = 0.2


@dataclass(frozen=True)
class Scores:
    """The worst and the best value of each library on each criterion, shape (libraries, criteria), and the weights."""

    worst: NDArray[np.float64]
    best: NDArray[np.float64]
    weights: NDArray[np.float64]
    prudent: bool = False

    @cached_property
    def middle(self) -> NDArray[np.float64]:
        """The value in the middle of each interval."""
        return (self.worst + self.best) / 2

    def of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The weighted mean of values whose last axis is the criteria, from 0 to 100."""
        found: NDArray[np.float64] = values @ self.weights / self.weights.sum()
        return found

    @property
    def compared(self) -> NDArray[np.float64]:
        """The values by which the libraries are ranked: the middle, or the worst where one is prudent."""
        return self.worst if self.prudent else self.middle

    @cached_property
    def keys(self) -> NDArray[np.float64]:
        """What the libraries are ranked by, the larger first."""
        return np.round(self.of(self.compared), SAME_TO)

    def order(self) -> NDArray[np.intp]:
        """The positions of the libraries, best first; those of equal key in the order in which they came."""
        return np.argsort(-self.keys, kind="stable")

    def ranks_with(self, position: int, criterion: int, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """The rank that a library would have with each of these values on one criterion, all others unchanged."""
        own = self.compared[position]
        moved = (values - own[criterion]) * self.weights[criterion] / self.weights.sum()
        keys = np.round(self.of(own) + moved, SAME_TO)
        sorted_keys, order = self._sorted
        ahead = np.searchsorted(sorted_keys, -keys, side="left")
        last = np.searchsorted(sorted_keys, -keys, side="right")
        ties = [np.searchsorted(order[first:end], position) for first, end in zip(ahead, last, strict=True)]
        itself = self.keys[position] > keys
        found: NDArray[np.int64] = ahead + ties - itself + 1
        return found

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """The keys in falling order, negated, and the positions to which they belong."""
        order = self.order()
        return -self.keys[order], order


@dataclass(frozen=True)
class Stability:
    """What moving every weight by ±20 % at once does to the first ones, in each of `corners` ways."""

    corners: int
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    kept: NDArray[np.int64]


def stability(scores: Scores, first: NDArray[np.intp]) -> Stability:
    """Rank anew with each weight at its lowest or its highest, in all combinations: the ranks that the `first` then take.

    `kept` counts the combinations in which each stays among as many first ones. A weight of nothing stays nothing.
    """
    used = np.flatnonzero(scores.weights > 0)
    moves = np.array(list(product((1 - MOVED_BY, 1 + MOVED_BY), repeat=len(used))))
    weights = scores.weights[used] * moves
    keys = (scores.compared[:, used] @ weights.T) / weights.sum(axis=1)
    ranks = np.empty((len(first), len(weights)), dtype=np.int64)
    for index, position in enumerate(first):
        own = keys[position]
        ahead = np.count_nonzero(keys > own + SAME, axis=0)
        ties = np.count_nonzero(keys[:position] >= own - SAME, axis=0) - np.count_nonzero(keys[:position] > own + SAME, axis=0)
        ranks[index] = ahead + ties + 1
    return Stability(len(weights), ranks.min(axis=1), ranks.max(axis=1), (ranks <= len(first)).sum(axis=1))


def shared_out(parts: NDArray[np.float64], decimals: int = 1) -> NDArray[np.float64]:
    """Round parts so that what is shown of them adds up to what is shown of their sum: the largest remainders go up.

    The sum is rounded half up; of equal remainders, the first part goes up.
    """
    unit = 10**decimals
    scaled = np.round(parts * unit, 6)
    down = np.floor(scaled)
    missing = int(np.floor(np.round(scaled.sum(), 6) + 0.5) - down.sum())
    up = np.argsort(-(scaled - down), kind="stable")[:missing]
    down[up] += 1
    found: NDArray[np.float64] = down / unit
    return found
