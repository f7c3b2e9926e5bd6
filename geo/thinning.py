"""The same question, smaller: without the candidates that another one stands for.

Of candidates that reach the same inhabitants the first stands for all; one whose reach is contained in that of another gives
way to it, since whatever is chosen with the one is at least as good with the other. What is left may tell fewer groups of
inhabitants apart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.covering import Covering, first_alike
from geo.progress import Teller

#: Groups are spread over words of 64 bits in an order drawn once for all, so that few words tell two candidates apart.
DRAWN = 20170701
WORDS_AT_A_TIME = 16
PAIRS_AT_A_TIME = 100_000
CANDIDATES_AT_A_TIME = 500


@dataclass(frozen=True)
class Model:
    """Groups of inhabitants and who reaches them. Numbers are floats for speed; all are whole, so that sums are exact.

    `reached` has a row a candidate, `covers` a row a group; `candidates` are the positions in the `Covering` it comes from.
    """

    people: NDArray[np.float64]
    reached: sparse.csr_array
    candidates: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.candidates)

    def groups_of(self, candidate: int) -> NDArray[np.int32]:
        """Give the groups within reach of one candidate."""
        starts = self.reached.indptr
        return self.reached.indices[starts[candidate] : starts[candidate + 1]]

    def covered_by(self, chosen: NDArray[np.intp]) -> NDArray[np.int64]:
        """Count for each group how many of the chosen reach it."""
        return np.bincount(self.reached[chosen].indices, minlength=len(self.people))

    def value(self, chosen: NDArray[np.intp]) -> int:
        """Count the inhabitants whom the chosen reach, each once."""
        return int(self.people[self.covered_by(chosen) > 0].sum())

    def only(self, kept: NDArray[np.intp]) -> tuple["Model", NDArray[np.intp]]:
        """Keep these candidates and the groups that they reach; the second answer are the groups kept."""
        reached = self.reached[kept]
        groups = np.flatnonzero(np.bincount(reached.indices, minlength=len(self.people)))
        number = np.zeros(len(self.people), dtype=np.int32)
        number[groups] = np.arange(len(groups))
        smaller = _matrix(number[reached.indices], reached.indptr, (len(kept), len(groups)), np.float64)
        return Model(self.people[groups], smaller, self.candidates[kept]), groups


def whole(covering: Covering, kept: NDArray[np.intp] | None = None) -> Model:
    """Take the question as it is: every group, and every candidate or those that are kept."""
    candidates = np.arange(covering.candidates) if kept is None else kept
    reached = sparse.csr_array(covering.covers.T[candidates], dtype=np.float64)
    return Model(covering.people.astype(np.float64), reached, candidates)


def thinned(covering: Covering, teller: Teller) -> Model:
    """Leave out the candidates that bring nobody or that another stands for, then join the groups not told apart any more."""
    reached = _transposed(covering.covers)
    first = first_alike(reached)
    kept = np.flatnonzero(first == np.arange(len(first)))
    teller.alive()
    reached = reached[kept]
    teller.alive()
    free = ~_dominated(reached, teller)
    kept, covers = kept[free], _transposed(reached[free])
    teller.alive()
    first = first_alike(covers)
    groups, group = np.unique(first[first >= 0], return_inverse=True)
    people = np.bincount(group, weights=covering.people[first >= 0], minlength=len(groups)).astype(np.float64)
    reached = _transposed(covers[groups])
    return Model(people, _matrix(reached.indices, reached.indptr, reached.shape, np.float64), kept)


def _dominated(reached: sparse.csr_array, teller: Teller) -> NDArray[np.bool_]:
    """Tell which candidates reach nothing but a part of what another reaches; none is empty and no two are identical."""
    lesser, greater = _rivals(reached)
    teller.alive()
    words = _as_words(reached, teller)
    for start in range(0, words.shape[1], WORDS_AT_A_TIME):
        part = np.ascontiguousarray(words[:, start : start + WORDS_AT_A_TIME])
        contained = np.ones(len(lesser), dtype=bool)
        for pair in range(0, len(lesser), PAIRS_AT_A_TIME):
            these = slice(pair, pair + PAIRS_AT_A_TIME)
            contained[these] = ~(part[lesser[these]] & ~part[greater[these]]).any(axis=1)
            teller.alive()
        lesser, greater = lesser[contained], greater[contained]
    found = np.zeros(reached.shape[0], dtype=bool)
    found[lesser] = True
    return found


def _rivals(reached: sparse.csr_array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pair each candidate with those that reach more groups and, among them, the one of its groups that fewest reach."""
    covers = _transposed(reached)
    many, size = np.diff(covers.indptr), np.diff(reached.indptr)
    fewest = np.minimum.reduceat(many[reached.indices], reached.indptr[:-1]) if len(size) else size
    places = np.flatnonzero(many[reached.indices] == np.repeat(fewest, size))
    _, first = np.unique(np.searchsorted(reached.indptr, places, side="right"), return_index=True)
    rarest = reached.indices[places[first]]
    lesser = np.repeat(np.arange(len(size)), many[rarest])
    greater = covers[rarest].indices
    more = size[greater] > size[lesser]
    return lesser[more], greater[more]


def _as_words(reached: sparse.csr_array, teller: Teller) -> NDArray[np.uint64]:
    """Write the groups of each candidate as bits of 64-bit words."""
    candidates, groups = reached.shape
    words = -(-groups // 64)
    bit = np.random.default_rng(DRAWN).permutation(groups)
    written = np.zeros((candidates, words * 8), dtype=np.uint8)
    for start in range(0, candidates, CANDIDATES_AT_A_TIME):
        some = reached[start : start + CANDIDATES_AT_A_TIME]
        bits = np.zeros((some.shape[0], words * 64), dtype=bool)
        bits[np.repeat(np.arange(some.shape[0]), np.diff(some.indptr)), bit[some.indices]] = True
        written[start : start + CANDIDATES_AT_A_TIME] = np.packbits(bits, axis=1)
        teller.alive()
    return written.view(np.uint64)


def _transposed(matrix: sparse.csr_array) -> sparse.csr_array:
    """Turn rows into columns, in order, in as little memory as it takes."""
    return sparse.csr_array(_matrix(matrix.indices, matrix.indptr, matrix.shape, np.int8).T)


def _matrix(indices: NDArray, indptr: NDArray, shape: tuple[int, ...], kind: type) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(indices), dtype=kind), indices, indptr), shape=shape)
