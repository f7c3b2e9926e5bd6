"""How few candidates give every class of inhabitants its due: partial set covering, with a proof of how few cannot.

A class (a department, or everyone) is served when candidates within reach of its inhabitants bring together what it needs.
Two questions are asked: which candidates do, at most so many; and below which number nobody can. All work is counted in steps
and not in seconds, so that the answer is the same on every machine; ties go to the candidate that comes first.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy import sparse

from geo.progress import Teller

#: Where the exact solver is asked: at most so many ones in the matrix. Its patience, in its own deterministic seconds.
SMALL, PATIENCE = 60_000, 1.5
#: Steps of the proof by prices: as many as so many ones of the matrix allow, within these limits.
WORK, FEWEST_STEPS, MOST_STEPS = 900_000_000, 100, 300
#: What a step hopes for at first, in what is needed; how many steps in vain are borne, and what is then still hoped for.
HOPED, IN_VAIN, LESS = 0.1, 8, 0.7
#: The share of the newest subgradient in the direction.
NEWEST = 0.3
#: Passes over the chosen in search of a better exchange, and the ones of the matrix that they may read together.
PASSES, READ = 3, 600_000_000
#: Sums of shares are rounded: nothing is proven by less than this.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Needs:
    """Inhabitants by row, the rows that each candidate reaches (a matrix of candidates × rows), and what is needed.

    `of_row` is the class of each row, `needed` the inhabitants that each class needs, more than 0.
    """

    people: NDArray[np.int64]
    reached: sparse.csr_array
    of_row: NDArray[np.intp]
    needed: NDArray[np.int64]

    def served(self, chosen: list[int]) -> NDArray[np.int64]:
        """Count the inhabitants of each class that the chosen reach, each once."""
        rows = np.unique(self.reached[chosen].indices) if chosen else np.array([], dtype=np.intp)
        return np.bincount(self.of_row[rows], self.people[rows], len(self.needed)).astype(np.int64)

    def met_by(self, chosen: list[int]) -> bool:
        return bool((self.served(chosen) >= self.needed).all())

    @property
    def hopeless(self) -> bool:
        """Whether all candidates together would not do."""
        everyone = np.unique(self.reached.indices)
        most = np.bincount(self.of_row[everyone], self.people[everyone], len(self.needed))
        return bool((most < self.needed).any())

    @property
    def small(self) -> bool:
        return self.reached.nnz <= SMALL


def enough(needs: Needs, count: int, teller: Teller) -> list[int] | None:
    """Look for at most `count` candidates that meet every need; None where none were found, which proves nothing."""
    chosen = most_needed(needs, count, teller)
    if needs.met_by(chosen):
        return chosen
    return _exchanged(needs, chosen, teller) if len(chosen) == count else None


def most_needed(needs: Needs, count: int, teller: Teller) -> list[int]:
    """Take what brings most of what is still needed, each class's need counting as one whole (L. A. Wolsey, 1982)."""
    left = needs.people / needs.needed[needs.of_row]
    lacking = np.ones(len(needs.needed))
    gains = _gains(needs, left, lacking)
    heap = [(-gain, one) for one, gain in enumerate(gains.tolist()) if gain > ROUNDING]
    heapq.heapify(heap)
    starts = needs.reached.indptr
    taken: list[int] = []
    while heap and len(taken) < count:
        _, one = heapq.heappop(heap)
        rows = needs.reached.indices[starts[one] : starts[one + 1]]
        brought = np.bincount(needs.of_row[rows], left[rows], len(lacking))
        gain = float(np.minimum(brought, lacking).sum())
        if gain <= ROUNDING:
            continue
        if heap and (-gain, one) > heap[0]:
            heapq.heappush(heap, (-gain, one))
            continue
        taken.append(one)
        left[rows] = 0
        lacking = np.maximum(lacking - brought, 0)
        teller.alive()
    return taken


def _gains(needs: Needs, left: NDArray[np.float64], lacking: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what each candidate brings of what is lacking."""
    rows, shape = needs.reached.indices, (needs.reached.shape[0], len(lacking))
    # Adding up the shares of a class writes into the arrays: none of them may be those of the needs.
    shares = sparse.csr_array((left[rows], needs.of_row[rows].astype(rows.dtype), needs.reached.indptr.copy()), shape)
    shares.sum_duplicates()
    shares.data = np.minimum(shares.data, lacking[shares.indices])
    return shares.sum(axis=1)


def _exchanged(needs: Needs, chosen: list[int], teller: Teller) -> list[int] | None:
    """Replace one of the chosen by whatever leaves less lacking, until nothing is, or no exchange helps."""
    kept, whole = list(chosen), needs.people / needs.needed[needs.of_row]
    times = np.bincount(needs.reached[kept].indices, minlength=len(whole))
    looks = min(PASSES * len(kept), READ // (needs.reached.nnz + 1))
    unchanged = 0
    for look in range(looks):
        place = look % len(kept)
        one = kept[place]
        times[_rows(needs, one)] -= 1
        served = np.bincount(needs.of_row, np.where(times > 0, whole, 0), len(needs.needed))
        gains = _gains(needs, np.where(times > 0, 0, whole), np.maximum(1 - served, 0))
        best = int(gains.argmax())
        unchanged += 1
        if gains[best] > gains[one] + ROUNDING:
            kept[place], unchanged = best, 0
        times[_rows(needs, kept[place])] += 1
        teller.alive()
        if unchanged == 0 and needs.met_by(kept):
            return kept
        if unchanged == len(kept):
            return None
    return None


def _rows(needs: Needs, one: int) -> NDArray[np.int32]:
    return needs.reached.indices[needs.reached.indptr[one] : needs.reached.indptr[one + 1]]


def least(needs: Needs, upto: int, teller: Teller) -> int:
    """Prove that no fewer candidates than the answer meet the needs; the answer is at most `upto`.

    Prices, as in `geo.lagrangian`: each row has one, at most its weight in what is needed, and each class weighs something,
    all classes together 1. Whatever they are, what prices leave of the rows and the worth of the dearest candidates must come
    to 1, or else the candidates are too few. The prices follow the subgradient, the weights what each class lacks.
    """
    prices = _Prices(needs, upto, teller)
    steps = int(np.clip(WORK // (needs.reached.nnz + 1), FEWEST_STEPS, MOST_STEPS))
    for _ in range(steps):
        prices.look()
        if prices.proven >= upto:
            return upto
        prices.step()
        teller.alive()
    return prices.proven


class _Prices:
    """The prices of the rows and the weights of the classes, and the number of candidates that they prove to be needed.

    Steps aim at a value lower by `hoped` than the lowest seen, for a number of candidates half-way between what is proven and
    what is known to do; in vain, less is hoped for (J.-L. Goffin and K. C. Kiwiel, 1999).
    """

    def __init__(self, needs: Needs, upto: int, teller: Teller) -> None:
        self.needs, self.upto, self.proven = needs, upto, 1
        self.share = needs.people / needs.needed[needs.of_row]
        self.weight = np.full(len(needs.needed), 1 / len(needs.needed))
        self.full = self.share * self.weight[needs.of_row]
        self.prices = _starting_prices(needs, self.full, upto, teller)
        self.direction = np.zeros(len(self.share))
        self.aim, self.lowest, self.hoped, self.in_vain = 0, np.inf, HOPED, 0

    def look(self) -> None:
        """See how many candidates the prices prove to be needed, and how far they are from proving what is aimed at."""
        self.worth = self.needs.reached @ self.prices
        lacking = 1 - ROUNDING - float((self.full - self.prices).sum())
        if lacking > 0:
            self.proven = max(self.proven, int(np.searchsorted(np.cumsum(np.sort(self.worth)[::-1]), lacking)) + 1)
        aim = min((self.proven + self.upto) // 2, len(self.worth))
        self.top = np.argpartition(-self.worth, aim - 1)[:aim]
        self.over = float(self.worth[self.top].sum()) - lacking
        if aim != self.aim:
            self.aim, self.lowest, self.in_vain = aim, self.over, 0
        elif self.over < self.lowest - self.hoped / 100:
            self.lowest, self.in_vain = self.over, 0
        else:
            self.in_vain += 1
        if self.in_vain >= IN_VAIN:
            self.hoped, self.in_vain = self.hoped * LESS, 0

    def step(self) -> None:
        """Take one step, within what prices may be."""
        kept = self.prices < self.full
        slope = np.bincount(self.needs.reached[self.top].indices, minlength=len(self.share)) - kept
        self.direction = NEWEST * slope + (1 - NEWEST) * self.direction
        stuck = ((self.prices <= 0) & (self.direction > 0)) | (~kept & (self.direction < 0))
        along = np.where(stuck, 0, self.direction)
        length = float((along * along).sum())
        if length:
            self.prices = self.prices - (self.over - self.lowest + self.hoped) / length * along
        if len(self.weight) > 1:
            self._weigh(kept)
        self.prices = np.clip(self.prices, 0, self.full)

    def _weigh(self, kept: NDArray[np.bool_]) -> None:
        """Give more weight to the classes that lack something, with the prices of their rows."""
        served = np.bincount(self.needs.of_row, self.share * kept, len(self.weight))
        fresh = self.weight * np.exp(-2 * self.hoped * (np.minimum(served, 2) - 1))
        fresh /= fresh.sum()
        self.prices = self.prices * (fresh / self.weight)[self.needs.of_row]
        self.weight, self.full = fresh, self.share * fresh[self.needs.of_row]


def _starting_prices(needs: Needs, full: NDArray[np.float64], upto: int, teller: Teller) -> NDArray[np.float64]:
    """Lower the prices so that no candidate is worth more than its part of the whole, then raise what may be raised."""
    covers = sparse.csr_array(needs.reached.T)
    reached = np.diff(covers.indptr) > 0
    prices = np.where(reached, full, 0)
    for _ in range(10):
        worth = needs.reached @ prices
        dearest = np.full(len(full), np.inf)
        dearest[reached] = np.maximum.reduceat(worth[covers.indices], covers.indptr[:-1][reached])
        prices = np.minimum(full, prices / (max(upto, 1) * np.maximum(dearest, ROUNDING)))
        teller.alive()
    return np.where(reached, prices, full)


class Patience:
    """The work that exact solvers may still do for one search, in their own deterministic seconds."""

    def __init__(self, left: float) -> None:
        self.left = left

    def solve(self, model: cp_model.CpModel) -> tuple[cp_model.CpSolver, bool, bool]:
        """Solve as far as patience goes, the same on every machine; tell whether there is a solution, or proven to be none."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = max(min(PATIENCE, self.left), 0)
        status = solver.solve(model)
        self.left -= solver.response_proto.deterministic_time
        return solver, status in (cp_model.OPTIMAL, cp_model.FEASIBLE), status == cp_model.INFEASIBLE


def fewest(needs: Needs, known: list[int]) -> tuple[list[int], int]:
    """Solve a small instance: the fewest candidates that meet the needs, and the number proven; `known` do meet them.

    CP-SAT counts in whole numbers: neither the answer nor the proof is a matter of rounding.
    """
    model, opened = _written(needs)
    hinted = set(known)
    for one, variable in enumerate(opened):
        model.add_hint(variable, one in hinted)
    solver, some, _ = Patience(PATIENCE).solve(model)
    found = _chosen(solver, opened) if some else known
    return (found if len(found) < len(known) else known), min(_proven(solver), len(found), len(known))


def within(needs: Needs, count: int, patience: Patience) -> tuple[list[int] | None, bool]:
    """Look in a small instance for at most `count` candidates that meet the needs; tell whether it is proven that none do."""
    model, opened = _written(needs)
    model.add(sum(opened) <= count)
    solver, some, none = patience.solve(model)
    return (_chosen(solver, opened) if some else None), none


def _written(needs: Needs) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Write the needs down for CP-SAT; the second answer says of each candidate whether it opens."""
    model = cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in range(needs.reached.shape[0])]
    covers = sparse.csr_array(needs.reached.T)
    reached = [model.new_bool_var("") for _ in range(len(needs.people))]
    for row, start, end in zip(reached, covers.indptr, covers.indptr[1:], strict=False):
        model.add_bool_or([row.negated(), *(opened[one] for one in covers.indices[start:end])])
    for number, needed in enumerate(needs.needed.tolist()):
        rows = np.flatnonzero(needs.of_row == number)
        model.add(sum(int(needs.people[row]) * reached[row] for row in rows) >= needed)
    model.minimize(sum(opened))
    return model, opened


def _chosen(solver: cp_model.CpSolver, opened: list[cp_model.IntVar]) -> list[int]:
    return [one for one, variable in enumerate(opened) if solver.boolean_value(variable)]


def _proven(solver: cp_model.CpSolver) -> int:
    return round(np.ceil(solver.best_objective_bound - 1e-6))
