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
TENTHS = 10
#: Combinations of weights that are computed at once: all of them for the whole country would fill the memory.
AT_ONCE = 32


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

    def ranks_with(self, positions: NDArray[np.intp], criterion: int, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """The ranks that libraries would each have with these values on one criterion, all others unchanged.

        `values` has one line a position; so has what is given.
        """
        own = self.compared[positions]
        moved = (values - own[:, criterion, None]) * self.weights[criterion] / self.weights.sum()
        keys = np.round(self.of(own)[:, None] + moved, SAME_TO)
        levels, places = self._sorted
        level = np.searchsorted(levels, -keys)
        is_tie = levels[np.minimum(level, len(levels) - 1)] == -keys
        ahead = np.searchsorted(places, level * len(self.keys) + np.where(is_tie, positions[:, None], 0))
        itself = self.keys[positions, None] > keys
        found: NDArray[np.int64] = ahead - itself + 1
        return found

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """The different keys in falling order, negated; and the place of each library, its level before its position."""
        levels, level = np.unique(-self.keys, return_inverse=True)
        return levels, np.sort(level * len(self.keys) + np.arange(len(self.keys)))

    @cached_property
    def parts(self) -> "Parts":
        """What each criterion brings to the score of each library, as it is shown."""
        share = self.weights / self.weights.sum()
        is_known = self.best == self.worst
        middle = _in_tenths(share * self.middle, is_known)
        return Parts(
            middle,
            np.minimum(_in_tenths(share * self.worst, is_known), middle),
            np.maximum(_in_tenths(share * self.best, is_known), middle),
        )


@dataclass(frozen=True)
class Parts:
    """Contributions to a tenth, shape (libraries, criteria): in the middle, at worst and at best. Their sums are the scores.

    What is known brings the same in all three; what is not, no less than at worst and no more than at best.
    """

    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @cached_property
    def scores(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """The score of each library in the middle, at worst and at best."""
        return tuple(np.round(parts.sum(axis=1), 1) for parts in (self.middle, self.low, self.high))


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
    ranks = np.hstack(
        [_ranks(scores.compared[:, used], some, first) for some in np.split(weights, range(AT_ONCE, len(weights), AT_ONCE))]
    )
    return Stability(len(weights), ranks.min(axis=1), ranks.max(axis=1), (ranks <= len(first)).sum(axis=1))


def _ranks(values: NDArray[np.float64], weights: NDArray[np.float64], first: NDArray[np.intp]) -> NDArray[np.int64]:
    """The ranks of the `first` under each line of weights; shape (first, lines)."""
    keys = (values @ weights.T) / weights.sum(axis=1)
    ranks = np.empty((len(first), len(weights)), dtype=np.int64)
    for index, position in enumerate(first):
        own = keys[position]
        ahead = np.count_nonzero(keys > own + SAME, axis=0)
        ties = np.count_nonzero(keys[:position] >= own - SAME, axis=0) - np.count_nonzero(keys[:position] > own + SAME, axis=0)
        ranks[index] = ahead + ties + 1
    return ranks


def _in_tenths(parts: NDArray[np.float64], is_known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Round lines of parts to tenths that add up to the sum of each line: what is known first, by itself alone."""
    known = shared_out(np.where(is_known, parts, 0))
    left = np.round(_half_up(parts.sum(axis=-1) * TENTHS) - np.round(known.sum(axis=-1) * TENTHS))
    return known + shared_out(np.where(is_known, 0, parts), left)


def shared_out(parts: NDArray[np.float64], tenths: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Round parts to tenths so that what is shown of them adds up: the largest remainders go up, of equal ones the first.

    They add up to so many `tenths`, or else to what is shown of their sum, half up; the last axis is that of the parts.
    """
    scaled = np.round(parts * TENTHS, 6)
    down = np.floor(scaled)
    total = _half_up(scaled.sum(axis=-1)) if tenths is None else tenths
    missing = total - down.sum(axis=-1)
    turn = np.argsort(np.argsort(down - scaled, axis=-1, kind="stable"), axis=-1, kind="stable")
    found: NDArray[np.float64] = (down + (turn < missing[..., None])) / TENTHS
    return found


def _half_up(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.floor(np.round(values, 6) + 0.5)
    return found
