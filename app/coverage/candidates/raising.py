"""« Ce qui le ferait monter »: the single change, among what can be changed or learnt, that would raise a candidate most.

A library may open longer or have one more employee, an interest may be said, a figure may come to be known. Nobody moves a
library, nor the inhabitants around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.coverage.candidates.criteria import LEVELS, Criterion
from app.coverage.candidates.facts import Facts
from app.coverage.candidates.scoring import Scores
from app.formats import plural

#: The most that is asked of a library: hours a week, employees.
MOST_MORE = {Criterion.HOURS: 10, Criterion.STAFF: 2}
CRITERIA = list(Criterion)


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


def best_change(scores: Scores, facts: Facts, position: int, rank: int) -> Change | None:
    """The change that gives the best rank; of equal ranks the one that asks least, in the order of the criteria."""
    if rank == 1:
        return None
    found = [change for change in _changes(scores, facts, position, rank) if change.after < rank]
    return min(found, key=lambda change: change.after, default=None)


def _changes(scores: Scores, facts: Facts, position: int, rank: int) -> Iterator[Change]:
    for index, criterion in enumerate(CRITERIA):
        if scores.weights[index] == 0:
            continue
        figure = float(facts.figures[criterion][position])
        if np.isnan(figure):
            value = facts.question.proposal.scales[criterion].best
            said = f"connaître {LEARNT[criterion]}, si elle est la meilleure de l’échelle"
            yield Change(said, rank, _rank(scores, position, index, value), is_learnt=True)
        elif criterion in MOST_MORE:
            yield from _more(scores, facts, position, rank, index)
        elif criterion is Criterion.INTEREST and figure < len(LEVELS[criterion]) - 1:
            value = facts.question.proposal.scales[criterion].best
            yield Change("un intérêt manifesté par la bibliothèque", rank, _rank(scores, position, index, value))


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


def _more(scores: Scores, facts: Facts, position: int, rank: int, index: int) -> Iterator[Change]:
    """The fewest hours or employees more that give the best rank that some of them may give."""
    criterion = CRITERIA[index]
    figure, scale = facts.figures[criterion][position], facts.question.proposal.scales[criterion]
    values = scale.values(figure + np.arange(1, MOST_MORE[criterion] + 1, dtype=float))
    ranks = scores.ranks_with(position, index, values)
    more = int(np.argmin(ranks)) + 1
    said = (
        f"ouvrir {more} h de plus par semaine"
        if criterion is Criterion.HOURS
        else plural(more, "salarié de plus", "salariés de plus")
    )
    yield Change(said, rank, int(ranks.min()))


def _rank(scores: Scores, position: int, index: int, value: float) -> int:
    return int(scores.ranks_with(position, index, np.array([value]))[0])
