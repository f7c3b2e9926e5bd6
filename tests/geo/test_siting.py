"""Where next: the best choice and its proof, on instances whose best is known."""

import numpy as np
from scipy import sparse

from geo.covering import Covering
from geo.siting import best_sites


def covering(people: list[int], reached: list[list[int]]) -> Covering:
    """Write an instance down: the inhabitants of each group, and the groups that each candidate reaches."""
    covers = sparse.lil_array((len(people), len(reached)), dtype=np.int64)
    for candidate, groups in enumerate(reached):
        covers[groups, candidate] = 1
    total = sum(people)
    return Covering(np.array(people), sparse.csr_array(covers), np.arange(len(people)), total, 0, 0)


def test_the_best_pair_is_found_where_taking_the_largest_first_misses_it():
    found = best_sites(covering([30, 30, 30, 30, 2], [[1, 2, 4], [0, 1], [2, 3]]), 2)
    assert (found.greedy, found.greedy_value) == ((0, 1), 92)
    assert (found.chosen, found.gains, found.value) == ((1, 2), (60, 60), 120)
