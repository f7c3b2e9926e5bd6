"""Who is worst served, and by which candidates it could be less: the communes, their groups, and what a distance asks for."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import KDTree

from geo.covering import Covering, first_alike
from geo.demand import NOWHERE, Demand, Grouping
from geo.needs import Needs
from geo.progress import Teller
from geo.reach import Places, chord_of, nearest, on_shores
from geo.thinning import thinned

#: Pairs of commune and candidate looked at together; above, candidates of a cell stand for one another.
PAIRS = 6_000_000
#: The sides of the cells tried one after the other, in metres.
CELLS = (2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000)


class Question:
    """The communes that count, as rows, and what their groups have today.

    `groups` are the positions in the `Grouping` of the groups where somebody lives; `of_row` the position among them of each
    commune; `due` the inhabitants of each group who must be within its figure.
    """

    def __init__(
        self,
        demand: Demand,
        existing: Places,
        candidates: Places,
        groups: Grouping,
        asked: NDArray[np.intp] | None,
        share: float,
    ) -> None:
        counted = np.zeros(len(demand), dtype=bool)
        counted[slice(None) if asked is None else asked] = True
        rows = np.flatnonzero(counted & (demand.population > 0) & (groups.of_commune != NOWHERE))
        self.groups, self.of_row = np.unique(groups.of_commune[rows], return_inverse=True)
        self.people = demand.population[rows]
        total = np.bincount(self.of_row, self.people, len(self.groups))
        self.due = np.ceil(np.round(share * total, 6)).astype(np.int64)
        self.today = nearest(existing, demand).metres[rows]
        self.demand, self.rows, self.candidates = demand, rows, candidates
        self.homes = on_shores(demand.xyz[rows], demand.shores.of_commune[rows])
        self.sites = candidates.on_shores_of(demand)

    @property
    def pairs(self) -> int:
        return len(self.rows) * len(self.sites)

    @property
    def small(self) -> bool:
        return self.pairs <= PAIRS

    def figures(self, chosen: list[int]) -> NDArray[np.float64]:
        """Give the figure of each group, in metres, if the chosen opened beside what exists."""
        opened = nearest(self.candidates.only(np.array(chosen, dtype=np.intp)), self.demand).metres[self.rows]
        metres = np.minimum(self.today, opened)
        order = np.lexsort((metres, self.of_row))
        within = np.cumsum(self.people[order])
        total = np.bincount(self.of_row, self.people, len(self.groups)).astype(np.int64)
        return metres[order][np.searchsorted(within, np.cumsum(total) - total + self.due)]

    def needs(self, limits: NDArray[np.float64], generous: bool = False) -> tuple[Needs, NDArray[np.intp]]:
        """Ask for whoever lacks a place within the limit of each group; none is asked of a group whose limit is infinite.

        The second answer are the candidates by which the question is asked. Where there are too many pairs, one candidate of a
        cell stands for all of it: what is then found is true of that candidate; asked `generous`ly it has the reach of all of
        them, so that what cannot be done even so cannot be done at all.
        """
        near = self.today <= limits[self.of_row]
        served = np.bincount(self.of_row, self.people * near, len(self.groups)).astype(np.int64)
        lacking = np.where(np.isinf(limits), 0, np.maximum(self.due - served, 0))
        rows = np.flatnonzero(~near & (lacking[self.of_row] > 0))
        reaches = np.array([chord_of(limit) for limit in np.where(np.isinf(limits), 0, limits)])[self.of_row[rows]]
        kept, covers = self._pairs(rows, reaches, generous)
        if self.small:
            kept, covers = _thinned(self.people[rows], kept, covers)
        classes = np.flatnonzero(lacking)
        of_row = np.searchsorted(classes, self.of_row[rows])
        return _collapsed(self.people[rows], covers, of_row, lacking[classes]), kept

    def _pairs(
        self, rows: NDArray[np.intp], reaches: NDArray[np.float64], generous: bool
    ) -> tuple[NDArray[np.intp], sparse.csr_array]:
        """The candidates kept, and the matrix of rows × kept: 1 within reach."""
        kept, slack = np.arange(len(self.sites)), 0.0
        if not len(rows) or not len(kept):
            return kept, sparse.csr_array((len(rows), len(kept)), dtype=np.int32)
        homes, farthest = KDTree(self.homes[rows]), float(reaches.max())
        for side in CELLS:
            if homes.count_neighbors(KDTree(self.sites[kept]), farthest + slack * generous) <= PAIRS:
                break
            kept, slack = self._one_a_cell(side)
        slack *= generous
        pairs = homes.sparse_distance_matrix(KDTree(self.sites[kept]), farthest + slack, output_type="ndarray")
        pairs = pairs[pairs["v"] <= reaches[pairs["i"]] + slack]
        ones = np.ones(len(pairs), dtype=np.int32)
        return kept, sparse.csr_array((ones, (pairs["i"], pairs["j"])), shape=(len(rows), len(kept)))

    def _one_a_cell(self, side: int) -> tuple[NDArray[np.intp], float]:
        cells = np.column_stack((np.floor(self.sites[:, :3] / side), self.sites[:, 3]))
        _, first, cell = np.unique(cells, axis=0, return_index=True, return_inverse=True)
        apart = np.linalg.norm(self.sites - self.sites[first[cell]], axis=1)
        return np.sort(first), float(apart.max())


def _thinned(
    people: NDArray[np.int64], kept: NDArray[np.intp], covers: sparse.csr_array
) -> tuple[NDArray[np.intp], sparse.csr_array]:
    """Leave out the candidates that another one stands for."""
    reached = np.flatnonzero(np.diff(covers.indptr))
    question = Covering(people[reached], sparse.csr_array(covers[reached]), reached, int(people.sum()), 0, 0)
    free = thinned(question, Teller(None)).candidates if len(reached) else np.array([], dtype=np.intp)
    return kept[free], sparse.csr_array(covers[:, free])


def _collapsed(people: NDArray[np.int64], covers: sparse.csr_array, of_row: NDArray[np.intp], needed: NDArray) -> Needs:
    """Make one row of those of a class that the same candidates reach, and none of those that none reaches."""
    reached = np.flatnonzero(np.diff(covers.indptr))
    people, covers, of_row = people[reached], covers[reached], of_row[reached]
    ones = np.ones(len(people), dtype=covers.dtype)
    class_ = sparse.csr_array((ones, (np.arange(len(people)), of_row)), shape=(len(people), len(needed)))
    first = first_alike(sparse.csr_array(sparse.hstack([covers, class_], format="csr")))
    rows, row = np.unique(first, return_inverse=True)
    together = np.bincount(row, people, len(rows)).astype(np.int64)
    return Needs(together, sparse.csr_array(covers[rows].T, dtype=float), of_row[rows], needed)
