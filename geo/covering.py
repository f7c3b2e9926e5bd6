"""Who would be reached by what: the demand that is left by the places that exist, and the candidates within reach of it.

Every question of siting starts here: what one candidate alone would bring, and the matrix that the search of several works
on. A candidate is worth the inhabitants whom it reaches and whom nothing reaches yet: whoever is within reach of two places
counts once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import KDTree

from geo.demand import Demand
from geo.reach import Places, chord_of, nearest, on_shores

#: Pairs are listed for so many communes at a time: the list is larger than the matrix that it makes.
BLOCK = 2_000


@dataclass(frozen=True)
class Covering:
    """What is left to cover, and by whom.

    `covers` is a matrix of groups × candidates, 1 where the candidate is within reach of the group. A group is the communes
    that the same candidates reach: `people` are its inhabitants, `group_of[i]` is the group of commune i of the `Demand`, or
    -1 (already within reach, uninhabited, not asked for, or out of reach of every candidate). `total` are the inhabitants of
    the communes asked for, `already` those of them within reach of what exists, `hopeless` those whom no candidate reaches.
    """

    people: NDArray[np.int64]
    covers: sparse.csr_array
    group_of: NDArray[np.int64]
    total: int
    already: int
    hopeless: int

    @property
    def candidates(self) -> int:
        return self.covers.shape[1]

    def gains(self) -> NDArray[np.int64]:
        """Give the inhabitants newly within reach if one candidate opened, for each of them alone."""
        return self.covers.T @ self.people


def left_by(
    demand: Demand, existing: Places, candidates: Places, reach_km: float, asked: NDArray[np.intp] | None = None
) -> Covering:
    """Prepare the question: who is farther than `reach_km` from what exists, and which candidates would reach them.

    `asked` are the positions of the communes whose inhabitants count (None: all). Distances are those of `geo.reach`.
    """
    counted = np.zeros(len(demand), dtype=bool)
    counted[slice(None) if asked is None else asked] = True
    inhabited = counted & (demand.population > 0)
    far = nearest(existing, demand).metres > reach_km * 1000
    left = np.flatnonzero(inhabited & far)
    covers, group = _collapsed(_within(demand, left, candidates, reach_km))
    people = np.bincount(group[group >= 0], demand.population[left][group >= 0], covers.shape[0]).astype(np.int64)
    group_of = np.full(len(demand), -1)
    group_of[left] = group
    return Covering(
        people=people,
        covers=covers,
        group_of=group_of,
        total=int(demand.population[counted].sum()),
        already=int(demand.population[inhabited & ~far].sum()),
        hopeless=int(demand.population[left][group < 0].sum()),
    )


def _within(demand: Demand, communes: NDArray[np.intp], candidates: Places, reach_km: float) -> sparse.csr_array:
    """The matrix of communes × candidates: 1 where one is within reach of the other, on the same shore."""
    if not len(communes) or not len(candidates):
        return sparse.csr_array((len(communes), len(candidates)), dtype=np.int32)
    homes = on_shores(demand.xyz[communes], demand.shores.of_commune[communes])
    places, chord = KDTree(candidates.on_shores_of(demand)), chord_of(reach_km * 1000)
    blocks = []
    for start in range(0, len(homes), BLOCK):
        block = KDTree(homes[start : start + BLOCK])
        pairs = block.sparse_distance_matrix(places, chord, output_type="ndarray")
        ones = np.ones(len(pairs), dtype=np.int32)
        blocks.append(sparse.csr_array((ones, (pairs["i"], pairs["j"])), shape=(block.n, places.n)))
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def _collapsed(covers: sparse.csr_array) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Make one row of identical rows, and none of empty ones; the second answer gives the new row of each, or -1."""
    first = first_alike(covers)
    kept, group = np.unique(first[first >= 0], return_inverse=True)
    of_row = np.full(len(first), -1)
    of_row[first >= 0] = group
    return covers[kept], of_row


def first_alike(matrix: sparse.csr_array) -> NDArray[np.int64]:
    """Give for each row of a matrix of ones the first row that is identical, itself where it is that one; -1 if empty."""
    matrix.sort_indices()
    seen: dict[bytes, int] = {}
    found = np.full(matrix.shape[0], -1)
    ends = matrix.indptr.tolist()
    for row in np.flatnonzero(np.diff(matrix.indptr)).tolist():
        found[row] = seen.setdefault(matrix.indices[ends[row] : ends[row + 1]].tobytes(), row)
    return found
