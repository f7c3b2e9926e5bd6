"""Where next for those who are worst served: the largest distance first, then the second largest, and so on.

The figure of a department is the distance within which a share of its inhabitants, 95 % unless told otherwise, have a place,
those that exist counted: the figure that `geo.reach` gives. A mean hides the far valley behind the chief town; the very largest
distance hangs on one hamlet; this one says « dix-neuf habitants sur vingt ont un lieu à moins de … km » and can be defended.

Lowering the largest figure is a p-centre problem (S. L. Hakimi, 1964) with a due share of each department, solved as M. S.
Daskin does (Network and Discrete Location, 1995, chapter 5): by bisection on the distance, each step a covering problem.
Going on with the second largest once the first cannot be lowered is lexicographic minimax (W. Ogryczak, On the lexicographic
minimax approach to location problems, European Journal of Operational Research, 1997).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.demand import Demand, Grouping
from geo.needs import Needs, Patience, enough, least, most_needed, within
from geo.progress import Teller, Watch
from geo.reach import Places
from geo.worst_question import Question

#: The share of the inhabitants of a group within the distance that is its figure.
SHARE = 0.95
#: Where an instance is large or the exact solver gave up: searched to this part of the distance, and not to the metre.
PART = 200
#: Of large instances so many figures are lowered, with as many looks as such pairs of commune and candidate allow.
FIGURES, PAIRS_LOOKED_AT, FEWEST_LOOKS, MOST_LOOKS = 12, 4_000_000_000, 8, 150
#: The patience of the exact solver, in its own seconds: for the first figure, for its proof, for all that follow.
FIRST_PATIENCE, PROOF_PATIENCE, NEXT_PATIENCE = 6.0, 4.0, 5.0
#: Metres; no shore is as long.
FARTHEST = 2_000_000.0
#: Metres tried first, and then their doubles, where a group has no place at all.
FIRST_TRY = 25_000.0


@dataclass(frozen=True)
class Protection:
    """The candidates chosen for those who are worst served, and the figure of each group before and after, in metres.

    `chosen` are positions of candidates, in their order. `groups` are positions in the `Grouping` of the groups where somebody
    lives; `before` and `after` have one figure each, infinite where too few have a place on their shore. No choice of as many
    candidates brings every group that can be helped to `bound` metres or less. `helpless` are the groups whose figure stays
    infinite whatever opens: they are left aside.
    """

    chosen: tuple[int, ...]
    groups: tuple[int, ...]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    bound: float
    helpless: tuple[int, ...]

    def _worst(self, figures: NDArray[np.float64]) -> tuple[int, float] | None:
        aside = np.isin(self.groups, self.helpless)
        if aside.all():
            return None
        worst = int(np.where(aside, -1, figures).argmax())
        return self.groups[worst], float(figures[worst])

    @property
    def worst_before(self) -> tuple[int, float] | None:
        """The group worst served today and its figure; None where there is no group that can be helped."""
        return self._worst(self.before)

    @property
    def worst(self) -> tuple[int, float] | None:
        """The group worst served once the chosen are open, and its figure."""
        return self._worst(self.after)

    @property
    def proven(self) -> bool:
        """Whether no choice has a smaller largest figure, to the metre."""
        worst = self.worst
        return worst is None or not worst[1] > self.bound + 1


def protect_worst(
    demand: Demand,
    existing: Places,
    candidates: Places,
    count: int,
    groups: Grouping,
    asked: NDArray[np.intp] | None = None,
    share: float = SHARE,
    watch: Watch | None = None,
) -> Protection:
    """Choose at most `count` candidates so that the largest figure of the groups is the least, then the second largest…

    The first figure comes with a bound; it is the least to the metre where the instance is small enough for the patience of
    the exact solver. Each following one is lowered while those before it keep theirs: what is found is good, and no proof is
    given of it. Figures are within `share` of the inhabitants asked for (`asked`: positions of communes, None: all).
    """
    teller = Teller(watch)
    teller.at(0.0, "preparing")
    question = Question(demand, existing, candidates, groups, asked, share)
    search = _Search(question, min(count, len(candidates)), teller)
    if search.count and len(question.groups):
        search.first_figure()
        search.next_figures()
    after = question.figures(search.chosen)
    teller.at(1.0, "proving")
    return Protection(
        chosen=tuple(sorted(search.chosen)),
        groups=tuple(question.groups.tolist()),
        before=search.before,
        after=after,
        bound=float(search.proven),
        helpless=tuple(question.groups[np.isinf(search.possible)].tolist()),
    )


class _Search:
    """The best choice so far, and the distance that no choice attains.

    `possible` are the figures if every candidate opened; `limits` those that the groups settled must keep, infinite where the
    group is left aside; `free` are the groups not settled. All work is bounded in steps: `patience` is that of the exact
    solver, `looks` are those still allowed, `rough` tells that the solver gave up and that metres are not worth a look.
    """

    def __init__(self, question: Question, count: int, teller: Teller) -> None:
        self.question, self.count, self.teller = question, count, teller
        self.chosen: list[int] = []
        self.before = question.figures([])
        self.possible = question.figures(list(range(len(question.sites))))
        self.limits = np.full(len(question.groups), np.inf)
        self.free = np.isfinite(self.possible)
        self.patience, self.looks, self.rough = Patience(FIRST_PATIENCE), MOST_LOOKS, not question.small
        #: No choice brings every group to so many whole metres.
        self.proven = self._floor() if self.count else self._largest(self.before)

    def _floor(self) -> float:
        """Whole metres that the largest figure of the free groups exceeds even if every candidate opened."""
        return float(np.ceil(self.possible[self.free].max(initial=0)) - 1)

    def _largest(self, figures: NDArray[np.float64]) -> float:
        return float(figures[self.free].max(initial=0))

    def first_figure(self) -> None:
        """Lower the largest figure by bisection, and prove below what it cannot be."""
        low = self._lowered(0.6)
        if low > self.proven:
            self._prove(low)
        if self.proven >= FARTHEST:
            self.proven = np.inf
        self.teller.at(0.6, "searching")

    def next_figures(self) -> None:
        """Settle the group whose figure is largest, lower the next one, and so on."""
        most = len(self.limits) if self.question.small else FIGURES
        self.patience = Patience(NEXT_PATIENCE)
        self.looks = int(np.clip(PAIRS_LOOKED_AT // self.question.pairs, FEWEST_LOOKS, MOST_LOOKS))
        for number in range(most):
            if not self.free.any() or self.looks <= 0:
                return
            self.rough = not self.question.small
            figures = self.question.figures(self.chosen)
            worst = int(np.where(self.free, figures, -1).argmax())
            self.free[worst] = False
            self.limits[worst] = np.ceil(figures[worst])
            if self.free.any() and self._largest(figures) > 0:
                self._lowered(0.6 + 0.4 * number / most, first=False)

    def _ceiling(self) -> float:
        """Whole metres to which the choice so far brings every free group; infinite where it leaves one without a place."""
        return float(np.ceil(self._largest(self.question.figures(self.chosen))))

    def _lowered(self, done: float, first: bool = True) -> float:
        """Lower the largest figure of the free groups; give whole metres at which nothing was found."""
        low, high = self._floor(), self._ceiling()
        if np.isinf(high):
            low, high = self._made_finite(low, first)
        elif not first and high - low > self._step(high) and not self._found(high - self._step(high)):
            # Most often nothing more can be done: one look tells.
            return high - self._step(high)
        while not np.isinf(high) and high - low > self._step(high) and self.looks > 0:
            middle = float((low + high) // 2)
            if self._found(middle, first):
                high = self._ceiling()
            else:
                low = middle
            self.teller.at(min(done, self.teller.done + 0.03), "searching")
        return low

    def _step(self, metres: float) -> float:
        return max(1.0, metres // PART) if self.rough else 1.0

    def _made_finite(self, low: float, first: bool) -> tuple[float, float]:
        """Try farther and farther until every free group has a place; else as many of them as the sites suffice for."""
        metres = max(2 * low, FIRST_TRY)
        while metres < FARTHEST:
            if self._found(metres, first):
                return low, self._ceiling()
            low, metres = metres, metres * 2
        if self._found(FARTHEST, first):
            return low, self._ceiling()
        needs, kept = self.question.needs(self._limits(FARTHEST))
        self.chosen = kept[most_needed(needs, self.count, self.teller)].tolist()
        return FARTHEST, np.inf

    def _limits(self, metres: float) -> NDArray[np.float64]:
        return np.where(self.free, metres, self.limits)

    def _found(self, metres: float, first: bool = False) -> bool:
        """Look for a choice that brings every free group to so many metres; `first`: what is proven counts as a bound."""
        self.looks -= 1
        needs, kept = self.question.needs(self._limits(metres))
        if needs.hopeless:
            return False
        found = enough(needs, self.count, self.teller)
        if found is None and self.question.small and needs.small:
            found, impossible = self._exact(needs)
            if first and impossible:
                self.proven = max(self.proven, metres)
        if found is None:
            return False
        self.chosen = kept[found].tolist()
        return True

    def _exact(self, needs: Needs) -> tuple[list[int] | None, bool]:
        """Look as the exact solver does, as long as its patience lasts; tell whether it is proven that there is nothing."""
        if least(needs, self.count + 1, self.teller) > self.count:
            return None, True
        able = self.question.small and needs.small and self.patience.left > 0
        found, impossible = within(needs, self.count, self.patience) if able else (None, False)
        self.rough = self.rough or (found is None and not impossible)
        self.teller.alive()
        return found, impossible

    def _prove(self, metres: float) -> None:
        """Find by bisection the largest distance that is proven to be too small, up to this one."""
        low, high = self.proven, metres + 1
        self.patience = Patience(PROOF_PATIENCE)
        while high - low > self._step(high):
            middle = float((low + high) // 2)
            needs, _ = self.question.needs(self._limits(middle), generous=True)
            if needs.hopeless or self._exact(needs)[1]:
                low = self.proven = middle
            else:
                high = middle
            self.teller.alive()
