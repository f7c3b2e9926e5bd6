"""Where next: the N candidates that bring most inhabitants within reach, those that exist being counted first.

The problem is maximal covering location (R. Church and C. ReVelle, 1974). The answer comes with a proof: a bound that no
choice whatever exceeds. The question is first made smaller (`geo.thinning`), good choices are found fast (`geo.exchanges`), a
bound is lowered while the choice gets better (`geo.lagrangian`), and what is then small enough is solved to the end
(`geo.exact`). Everything is deterministic: ties go to the candidate that comes first, and the work is counted in steps, not in
seconds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.covering import Covering
from geo.exact import best_of, few, very_few
from geo.exchanges import exchanged, in_order_of_gain
from geo.lagrangian import Proof
from geo.progress import Cancelled, Progress, Teller, Watch
from geo.thinning import thinned

__all__ = ["Cancelled", "Progress", "Siting", "Watch", "best_sites"]


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
    """Choose at most `count` candidates that bring most inhabitants within reach, and prove how good the choice is.

    Of candidates that reach the same inhabitants the first stands for all, and one whose reach is contained in that of
    another gives way to it.
    """
    teller = Teller(watch)
    teller.at(0.0, "preparing")
    model = thinned(covering, teller)
    everybody = int(model.people.sum())
    teller.at(0.15, "searching")
    greedy, greedy_gains = in_order_of_gain(model, count)
    chosen, bound = np.array(greedy, dtype=np.intp), everybody if greedy else 0
    if 0 < sum(greedy_gains) < everybody:
        teller.at(0.2, "searching", sum(greedy_gains), bound)
        chosen = exchanged(model, greedy, teller)
        _, gains = in_order_of_gain(model, count, chosen.tolist())
        teller.at(0.3, "proving", sum(gains), bound)
        proof = Proof(model, count, chosen, gains[-1], teller)
        proof.run(very_few)
        chosen, bound = _ended(proof, teller)
    order, gains = in_order_of_gain(model, count, chosen.tolist())
    teller.at(1.0, "proving", sum(gains), bound)
    return Siting(
        chosen=tuple(model.candidates[order].tolist()),
        gains=tuple(gains),
        greedy=tuple(model.candidates[greedy].tolist()),
        greedy_gains=tuple(greedy_gains),
        bound=bound,
    )


def _ended(proof: Proof, teller: Teller) -> tuple[NDArray[np.intp], int]:
    """Solve to the end what a proof left open, where that is little."""
    if proof.proven or not few(proof.model):
        return proof.chosen, proof.bound
    found, bound = best_of(proof.model, proof.count, teller)
    better = proof.model.value(found) > proof.value
    value = max(proof.value, proof.model.value(found))
    return (proof.position[found] if better else proof.chosen), max(value, min(proof.bound, bound))
