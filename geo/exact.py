"""The end of a proof: when few candidates may still belong to a better choice, HiGHS says which choice is the best.

The model is that of R. Church and C. ReVelle (1974). The work is bounded by a number of nodes and not by a time, so that the
answer is the same on every machine.
"""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from geo.covering import first_alike
from geo.progress import Teller
from geo.thinning import Model

#: Models with so many pairs of a group and a candidate are solved in a second, and in some ten seconds; larger ones are not
#: tried.
VERY_FEW_PAIRS, FEW_PAIRS = 4_000, 25_000
NODES = 500
#: Seconds between two words to the watch while HiGHS works.
BETWEEN_WORDS = 0.2
#: HiGHS keeps constraints within a millionth; whole inhabitants are told apart with this margin.
ROUNDING = 0.01


def very_few(model: Model) -> bool:
    """Tell whether HiGHS solves so small a model at once: nothing else is worth trying."""
    return model.reached.nnz <= VERY_FEW_PAIRS


def few(model: Model) -> bool:
    """Tell whether HiGHS is likely to solve so small a model."""
    return model.reached.nnz <= FEW_PAIRS


def best_of(model: Model, count: int, teller: Teller) -> tuple[NDArray[np.intp], int]:
    """Give the best choice of at most `count` candidates that HiGHS finds, and what no choice of this model exceeds.

    Whoever cancels is answered at once; HiGHS itself then ends alone, after its nodes.
    """
    if not len(model):
        return np.array([], dtype=np.intp), 0
    if not teller.watch:
        found = _solved(model, count)
    else:
        worker = ThreadPoolExecutor(1, thread_name_prefix="highs")
        try:
            asked = worker.submit(_solved, model, count)
            while True:
                try:
                    found = asked.result(BETWEEN_WORDS)
                    break
                except NotYet:
                    teller.alive()
        finally:
            worker.shutdown(wait=False)
    if found.x is None:
        return np.array([], dtype=np.intp), int(model.people.sum())
    return np.flatnonzero(found.x[: len(model)] > 0.5), int(ROUNDING - found.mip_dual_bound)


def _solved(model: Model, count: int) -> OptimizeResult:
    covers = model.reached.T.tocsr()
    groups, group = np.unique(first_alike(covers), return_inverse=True)
    people, covers = np.bincount(group, model.people), covers[groups]
    candidates, demand = len(model), len(people)
    whole = np.concatenate((np.ones(candidates), np.zeros(demand)))
    return milp(
        np.concatenate((np.zeros(candidates), -people)),
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(sparse.hstack((covers, -sparse.eye_array(demand)), format="csr"), lb=0),
            LinearConstraint(whole[np.newaxis], ub=count),
        ],
        options={"mip_rel_gap": 0, "node_limit": NODES},
    )
