"""« Ce qui le ferait monter »: the single change, among what can be changed or learnt, that would raise a candidate most.

A library may open longer or have one more employee, an interest may be said, a figure may come to be known. Nobody moves a
library, nor the inhabitants around it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.coverage.candidates.criteria import LEVELS, Criterion
from app.coverage.candidates.facts import Facts
from app.coverage.candidates.scoring import Scores
from app.formats import plural

#: The most that is asked of a library: hours a week, employees.
MOST_MORE = {Criterion.HOURS: 10, Criterion.STAFF: 2}
MORE = {
    Criterion.HOURS: lambda hours: f"ouvrir {hours} h de plus par semaine",
    Criterion.STAFF: lambda people: plural(people, "salarié de plus", "salariés de plus"),
}
CRITERIA = list(Criterion)
#: Some of the libraries, the values that each might have on a criterion, the words of the n-th, and whether it is but learnt.
Possible = tuple[NDArray[np.intp], NDArray[np.float64], Callable[[int], str], bool]


@dataclass(frozen=True)
class Change:
    """A change in words, and the ranks before and after."""

    said: str
    before: int
    after: int
    is_learnt: bool = False

    @property
    def effect(self) -> str:
        """« rang 7 → 3 », « rang 7 → 3 au mieux »."""
        return f"rang {self.before} → {self.after}{' au mieux' if self.is_learnt else ''}"


def best_changes(scores: Scores, facts: Facts, positions: NDArray[np.intp], ranks: NDArray[np.int64]) -> list[Change | None]:
    """The change that gives each library the best rank; of equal ranks the one that asks least, then the first criterion."""
    found: list[Change | None] = [None] * len(positions)
    best = ranks.copy()
    for index, criterion in enumerate(CRITERIA):
        if scores.weights[index] == 0:
            continue
        for some, values, said, is_learnt in _changes(facts, criterion, facts.figures[criterion][positions]):
            after = scores.ranks_with(positions[some], index, values)
            step = after.argmin(axis=1)
            after = after[np.arange(len(some)), step]
            for one in np.flatnonzero(after < best[some]).tolist():
                best[some[one]] = after[one]
                found[some[one]] = Change(said(int(step[one]) + 1), int(ranks[some[one]]), int(after[one]), is_learnt)
    return found


def _changes(facts: Facts, criterion: Criterion, figures: NDArray[np.float64]) -> Iterator[Possible]:
    """What might change of these figures."""
    scale = facts.question.proposal.scales[criterion]

    def best_of(some: NDArray[np.intp]) -> NDArray[np.float64]:
        return np.full((len(some), 1), scale.best)

    unknown, known = np.flatnonzero(np.isnan(figures)), np.flatnonzero(~np.isnan(figures))
    learnt = f"connaître {LEARNT[criterion]}, si elle est la meilleure de l’échelle"
    yield unknown, best_of(unknown), lambda _: learnt, True
    if criterion in MOST_MORE:
        more = np.arange(1, MOST_MORE[criterion] + 1, dtype=float)
        yield known, scale.values(figures[known, None] + more), MORE[criterion], False
    elif criterion is Criterion.INTEREST:
        to_come = np.flatnonzero(figures < len(LEVELS[criterion]) - 1)
        yield to_come, best_of(to_come), lambda _: "un intérêt manifesté par la bibliothèque", False


#: What may come to be known, with its article.
LEARNT = {
    Criterion.GAIN: "le nombre d’habitants à portée",
    Criterion.HOURS: "la durée d’ouverture",
    Criterion.FLOOR: "la surface",
    Criterion.STAFF: "l’équipe salariée",
    Criterion.POPULATION: "la population desservie",
    Criterion.DISTANCE: "la distance à la Cité",
    Criterion.INTEREST: "l’intérêt de la bibliothèque",
    Criterion.COMMON: "la part commune avec sa Cité (axes, offres, recherches)",
    Criterion.PARTNERSHIP: "la relation avec une Cité",
}
