"""What no choice exceeds that has one candidate at least in each class: the prices of `geo.lagrangian`, held to the classes.

Whatever the prices, no choice brings more than the dearest candidate of each class, then the dearest of the others, plus what
the prices leave of every group. Small instances are solved exactly.
"""

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy import sparse

from geo.needs import FEWEST_STEPS, MOST_STEPS, PATIENCE, WORK, Patience
from geo.progress import Teller
from geo.thinning import Model

#: The step at first, and after how many steps in vain it is halved.
FIRST_STEP, IN_VAIN = 1.0, 15
#: The share of the newest subgradient in the direction.
NEWEST = 0.3
#: Sums of prices are rounded; whole inhabitants are told apart with this margin.
ROUNDING = 1e-3


class Search:
    """The best choice and the bound known so far, of `count` candidates with one at least in each of `classes` classes.

    `of_candidate` is the class of each candidate of the model, or -1. Every class has a candidate, and `count` is at least the
    number of classes. `worthiest` are the candidates worth most at the best prices.
    """

    def __init__(
        self, model: Model, of_candidate: NDArray[np.intp], classes: int, count: int, chosen: NDArray[np.intp], teller: Teller
    ) -> None:
        self.model, self.of_candidate, self.classes, self.teller = model, of_candidate, classes, teller
        self.count = min(count, len(model))
        self.chosen, self.value = chosen, model.value(chosen)
        self.bound = int(model.people.sum())
        self.worthiest: list[int] = chosen.tolist()

    def offer(self, chosen: NDArray[np.intp]) -> None:
        """Keep a choice that brings more, if it holds to the classes."""
        held = np.unique(self.of_candidate[chosen])
        if np.count_nonzero(held >= 0) == self.classes and self.model.value(chosen) > self.value:
            self.chosen, self.value = chosen, self.model.value(chosen)

    def lower_the_bound(self) -> None:
        """Follow the subgradient of the prices for a number of steps that the size of the model gives."""
        people, reached = self.model.people, self.model.reached
        prices, direction = self._starting_prices(), np.zeros(len(people))
        step, in_vain, lowest = FIRST_STEP, 0, np.inf
        steps = int(np.clip(WORK // (reached.nnz + 1), FEWEST_STEPS, MOST_STEPS))
        for number in range(steps):
            worth = reached @ prices
            top = self._dearest(worth)
            bound = float((people - prices).sum() + worth[top].sum())
            in_vain = 0 if bound < lowest else in_vain + 1
            if bound < lowest:
                lowest, self.worthiest = bound, top.tolist()
                self.bound = max(self.value, min(self.bound, int(bound + ROUNDING)))
            if in_vain == IN_VAIN:
                step, in_vain = step / 2, 0
            self.teller.at(0.2 + 0.6 * number / steps, "proving", self.value, self.bound)
            self.offer(top)
            if self.bound <= self.value:
                return
            slope = self.model.covered_by(top) - (prices < people)
            direction = NEWEST * slope + (1 - NEWEST) * direction
            stuck = ((prices <= 0) & (direction > 0)) | ((prices >= people) & (direction < 0))
            along = np.where(stuck, 0, direction)
            length = float((along * along).sum())
            if length:
                prices = np.clip(prices - step * max(bound - self.value, 1) / length * along, 0, people)

    def _dearest(self, worth: NDArray[np.float64]) -> NDArray[np.intp]:
        """Choose the candidate worth most in each class, then those worth most of all others."""
        order = np.argsort(-worth, kind="stable")
        classes, first = np.unique(self.of_candidate[order], return_index=True)
        held = order[first[classes >= 0]]
        free = np.ones(len(worth), dtype=bool)
        free[held] = False
        return np.concatenate((held, order[free[order]][: self.count - len(held)]))

    def _starting_prices(self) -> NDArray[np.float64]:
        """Lower the prices until no candidate is worth more than its part of what is chosen, raising what may be raised."""
        covers = sparse.csr_array(self.model.reached.T)
        prices, part = self.model.people, max(self.value, 1) / max(self.count, 1)
        some = np.diff(covers.indptr) > 0
        for _ in range(10):
            worth = self.model.reached @ prices
            dearest = np.maximum.reduceat(worth[covers.indices], covers.indptr[:-1][some]) if some.any() else worth[:0]
            raised = prices[some] * (part / np.maximum(dearest, ROUNDING))
            prices = prices.copy()
            prices[some] = np.minimum(self.model.people[some], raised)
            self.teller.alive()
        return prices

    def solve(self) -> None:
        """Solve a small instance exactly, as far as the patience of the solver goes."""
        model = cp_model.CpModel()
        opened = [model.new_bool_var("") for _ in range(len(self.model))]
        covers = sparse.csr_array(self.model.reached.T)
        reached = [model.new_bool_var("") for _ in range(len(self.model.people))]
        for row, start, end in zip(reached, covers.indptr, covers.indptr[1:], strict=False):
            model.add_bool_or([row.negated(), *(opened[one] for one in covers.indices[start:end])])
        model.add(sum(opened) <= self.count)
        for number in range(self.classes):
            model.add_bool_or([opened[one] for one in np.flatnonzero(self.of_candidate == number)])
        value = sum(int(people) * row for people, row in zip(self.model.people, reached, strict=True))
        model.add(value <= self.bound)
        model.maximize(value)
        known = set(self.chosen.tolist())
        for one, variable in enumerate(opened):
            model.add_hint(variable, one in known)
        solver, some, _ = Patience(PATIENCE).solve(model)
        if some:
            self.offer(np.array([one for one, variable in enumerate(opened) if solver.boolean_value(variable)], dtype=np.intp))
        self.bound = max(self.value, min(self.bound, int(solver.best_objective_bound + ROUNDING)))
