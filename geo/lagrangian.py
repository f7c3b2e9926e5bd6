"""What no choice exceeds: a Lagrangian bound of maximal covering (R. D. Galvão and C. ReVelle, 1996), and better choices.

Each group of inhabitants has a price, at most its inhabitants; a candidate is worth the prices of the groups that it reaches.
Whatever the prices, no choice of N candidates brings more than the N largest worths plus what the prices leave of every group.
Lowering that over the prices gives the bound; the candidates that are worth most are the start of good choices; and one that
is worth too little for any better choice is left out for good.

Prices start where no candidate is worth more than the last one chosen brings, then follow a deflected subgradient (P. M.
Camerini, L. Fratta and F. Maffioli, 1975) on the few candidates worth most, repriced against all of them now and then. The
work is counted in steps and not in seconds: the answer is the same on every machine.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.exchanges import exchanged
from geo.progress import Teller
from geo.thinning import Model

#: Steps between two looks at all candidates; looks at most; looks without any progress before one gives up.
STEPS, LOOKS, PATIENCE = 50, 40, 8
#: How many candidates are worked on beside N at first, and how many each look may add.
AT_FIRST, ADDED = 1_500, 400
#: The price of every group is raised so many times before the first step.
RAISES = 15
#: The share of the newest subgradient in the direction; the step at first; how it shrinks after so many steps in vain.
NEWEST, FIRST_STEP, SHRINKS, IN_VAIN = 0.1, 0.3, 0.7, 30
#: Progress smaller than this share of the bound is none.
LEAST = 1e-6
#: Sums of prices are rounded; whole inhabitants are told apart with this margin.
ROUNDING = 1e-3

Prices = NDArray[np.float64]


class Proof:
    """The search of a bound for one model and one N; `chosen`, `value` and `bound` are the best known so far.

    `model` loses the candidates that no better choice holds, so that `bound` and `value` are those of the question asked while
    the model gets smaller. `chosen` are positions in the model first given.
    """

    def __init__(self, model: Model, count: int, chosen: NDArray[np.intp], smallest_gain: int, teller: Teller) -> None:
        self.count, self.teller = count, teller
        self.first, self.model = model, model
        self.position = np.arange(len(model))
        self.chosen, self.value = chosen, model.value(chosen)
        self.bound = int(model.people.sum())
        self.prices = self.best_prices = _starting_prices(model, smallest_gain, teller)
        self.lowest = np.inf
        self.active = np.zeros(len(model), dtype=bool)
        self.direction: Prices | None = None
        self.step, self.in_vain = FIRST_STEP, 0

    @property
    def proven(self) -> bool:
        return self.bound <= self.value

    def run(self, enough: Callable[[Model], bool]) -> None:
        """Look and step until the choice is proven best, little is left to gain, or what is left is small `enough`."""
        patience = PATIENCE
        for look in range(LOOKS):
            before = self.bound, self.value
            worth = self._look(ADDED if look else AT_FIRST)
            if look % 2 and not self.proven:
                self._improve(worth)
            self.teller.at(0.3 + 0.65 * look / LOOKS, "proving", self.value, self.bound)
            progress = before[0] - self.bound + self.value - before[1] > LEAST * 10 * self.bound
            patience = PATIENCE if progress else patience - 1
            if self.proven or not patience or enough(self.model):
                return
            self._descend()

    def _look(self, added: int) -> Prices:
        """Bound with every candidate, at the best prices; leave out those that no better choice holds."""
        worth = self.model.reached @ self.best_prices
        order = np.argsort(-worth, kind="stable")
        bound = (self.model.people - self.best_prices).sum() + worth[order[: self.count]].sum()
        self.bound = max(self.value, min(self.bound, int(bound + ROUNDING)))
        self.active[order[: self.count + added]] = True
        if len(order) > self.count:
            needed = worth[order[self.count - 1]] - (bound - self.value - 1) - ROUNDING
            kept = np.flatnonzero(worth >= needed)
            if len(kept) < 0.8 * len(order):
                self._keep(kept)
                worth = worth[kept]
        return worth

    def _keep(self, kept: NDArray[np.intp]) -> None:
        self.model, groups = self.model.only(kept)
        self.position, self.active = self.position[kept], self.active[kept]
        self.prices, self.best_prices = self.prices[groups], self.best_prices[groups]
        self.direction = None if self.direction is None else self.direction[groups]

    def _improve(self, worth: Prices) -> None:
        """Exchange from the candidates worth most, among those worked on."""
        among = np.flatnonzero(self.active)
        model, _ = self.model.only(among)
        top = np.argsort(-worth[among], kind="stable")[: self.count]
        found = exchanged(model, top.tolist(), self.teller)
        self._offer(self.position[among[found]])

    def _offer(self, chosen: NDArray[np.intp]) -> None:
        value = self.first.value(chosen)
        if value > self.value:
            self.chosen, self.value = chosen, value

    def _descend(self) -> None:
        """Lower the bound of the candidates worked on by steps along the subgradient of the prices."""
        among = np.flatnonzero(self.active)
        reached, people = self.model.reached[among], self.model.people
        prices, self.lowest = self.prices, np.inf
        tops = min(self.count, len(among))
        for _ in range(STEPS):
            worth = reached @ prices
            top = np.argpartition(-worth, tops - 1)[:tops]
            bound = (people - prices).sum() + worth[top].sum()
            times = np.bincount(reached[top].indices, minlength=len(people))
            if int(people[times > 0].sum()) > self.value:
                self._offer(self.position[among[top]])
            self._note(bound, prices)
            prices = self._stepped(prices, times - (prices < people), bound)
        self.prices = prices
        self.teller.alive()

    def _note(self, bound: float, prices: Prices) -> None:
        """Remember the best prices, and shorten the steps when none was better for long."""
        self.in_vain = 0 if bound < self.lowest * (1 - LEAST) else self.in_vain + 1
        if bound < self.lowest:
            self.lowest, self.best_prices = bound, prices
        if self.in_vain >= IN_VAIN:
            self.step, self.in_vain = self.step * SHRINKS, 0

    def _stepped(self, prices: Prices, subgradient: NDArray, bound: float) -> Prices:
        """Take one step, within what prices may be."""
        people = self.model.people
        old = self.direction
        self.direction = subgradient.astype(float) if old is None else NEWEST * subgradient + (1 - NEWEST) * old
        stuck = ((prices <= 0) & (self.direction > 0)) | ((prices >= people) & (self.direction < 0))
        along = np.where(stuck, 0, self.direction)
        length = (along * along).sum()
        if length == 0:
            return prices
        return np.clip(prices - self.step * max(bound - self.value, 0) / length * along, 0, people)


def _starting_prices(model: Model, most: int, teller: Teller) -> Prices:
    """Price groups so that no candidate is worth more than `most`, then raise what may still be raised."""
    covers = model.reached.T.tocsr()
    prices = model.people
    for _ in range(RAISES):
        worth = model.reached @ prices
        dearest = np.maximum.reduceat(worth[covers.indices], covers.indptr[:-1])
        prices = np.minimum(model.people, prices * (most / dearest))
        teller.alive()
    return prices
