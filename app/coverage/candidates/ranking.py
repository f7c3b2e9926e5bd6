"""Candidate libraries in order, each with its score, the interval in which it lies, and what it is made of.

    ranking = ranked(session, actor, question)
    ranking.public_ids         all of them, best first
    ranking.rows(0, 10)        the first ten, each with its institution

What the actor may not know is not in it: two people may read two rankings of the same question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session, joinedload

from app.coverage.candidates import facts
from app.coverage.candidates.criteria import Criterion
from app.coverage.candidates.facts import Facts
from app.coverage.candidates.question import CandidateQuestion
from app.coverage.candidates.raising import Change, best_changes
from app.coverage.candidates.scoring import Scores, Stability, stability
from app.coverage.candidates.wording import figure_said, reason_said
from app.coverage.situation import OpenPlace
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from geo.territories import Territory

__all__ = ["CandidateQuestion", "Ranking", "Row", "ranked"]

FIRST_ONES = 10
REASONS = 3
#: What a value has to be, of 100, to be a reason.
GOOD_VALUE = 50


@dataclass(frozen=True)
class Contribution:
    """What a criterion brings to a score: `points` to a tenth, so that they add up; `low` and `high` where it is not known.

    `figure` is the raw value, None where unknown; `value` the middle of what its scale gives, from 0 to 100.
    """

    criterion: Criterion
    figure: float | None
    weight: float
    value_low: float
    value_high: float
    points: float
    low: float
    high: float

    @property
    def value(self) -> float:
        return (self.value_low + self.value_high) / 2

    @property
    def is_known(self) -> bool:
        return self.figure is not None

    @property
    def said(self) -> str:
        """The raw value in French, with its unit: « 24 h par semaine », « non connu »."""
        return figure_said(self.criterion, self.figure)


@dataclass(frozen=True)
class Row:
    """A candidate in its place. `library` holds the columns of `facts.COLUMNS`; `institution` is loaded by `Ranking.rows`."""

    ranking: "Ranking"
    position: int
    rank: int
    institution: Institution | None = None

    @property
    def library(self) -> sa.Row[Any]:
        return self.ranking.facts.libraries[self.position]

    @property
    def score(self) -> float:
        """The middle of the interval, to a tenth: the sum of the points of `contributions`."""
        return float(self.ranking.scores.parts.scores[0][self.position])

    @property
    def low(self) -> float:
        """The score if all that is not known were the worst, to a tenth."""
        return float(self.ranking.scores.parts.scores[1][self.position])

    @property
    def high(self) -> float:
        """The score if all that is not known were the best, to a tenth."""
        return float(self.ranking.scores.parts.scores[2][self.position])

    @property
    def is_certain(self) -> bool:
        return self.high - self.low < 0.05

    @property
    def gain(self) -> int:
        """The inhabitants newly within reach if it opened alone."""
        return int(self.ranking.facts.figures[Criterion.GAIN][self.position])

    @property
    def longitude(self) -> float:
        return float(self.library.longitude)

    @property
    def latitude(self) -> float:
        return float(self.library.latitude)

    @cached_property
    def contributions(self) -> list[Contribution]:
        """What each criterion that weighs something brings, in the order of the criteria."""
        scores, position = self.ranking.scores, self.position
        parts = scores.parts
        found = []
        for index, criterion in enumerate(Criterion):
            if scores.weights[index] == 0:
                continue
            figure = float(self.ranking.facts.figures[criterion][position])
            worst, best = float(scores.worst[position, index]), float(scores.best[position, index])
            found.append(
                Contribution(
                    criterion,
                    None if np.isnan(figure) else figure,
                    float(scores.weights[index]),
                    worst,
                    best,
                    float(parts.middle[position, index]),
                    float(parts.low[position, index]),
                    float(parts.high[position, index]),
                )
            )
        return found

    @property
    def cite(self) -> OpenPlace | None:
        """The Cité to which it is compared: whose label covers its territory, or else the nearest."""
        position = self.ranking.facts.cite[self.position]
        return self.ranking.facts.cites[position] if position >= 0 else None

    @property
    def nearest_cite(self) -> OpenPlace | None:
        position = self.ranking.facts.nearest_cite[self.position]
        return self.ranking.facts.cites[position] if position >= 0 else None

    @property
    def houses(self) -> str:
        """The place of the network that stands in it already, if any."""
        return self.ranking.facts.hosts.get(self.library.id, "")

    def reasons(self, number: int = REASONS) -> list[str]:
        """What counts most for it, in words, the largest contribution first: what is good, and no lesser evil."""
        good = [one for one in self.contributions if one.is_known and one.points > 0 and one.value >= GOOD_VALUE]
        return [reason_said(one.criterion, one.figure or 0) for one in sorted(good, key=lambda one: -one.points)[:number]]

    @cached_property
    def change(self) -> Change | None:
        """« Ce qui le ferait monter » : the single change that would raise it most, if any would."""
        return best_changes(self.ranking.scores, self.ranking.facts, np.array([self.position]), np.array([self.rank]))[0]


@dataclass(frozen=True)
class Ranking:
    """The candidates of a question, as one person may read them."""

    session: Session
    question: CandidateQuestion
    facts: Facts
    scores: Scores

    def __len__(self) -> int:
        return len(self.facts)

    @cached_property
    def order(self) -> NDArray[np.intp]:
        return self.scores.order()

    @property
    def public_ids(self) -> list[str]:
        """The public ids, best first."""
        return [self.facts.libraries[position].public_id for position in self.order]

    def rows(self, start: int = 0, stop: int | None = None) -> list[Row]:
        """The candidates from `start` to before `stop`, best first, with their institutions."""
        bare = self.bare_rows(start, stop)
        loaded = self._institutions([row.library.id for row in bare])
        return [Row(self, row.position, row.rank, loaded[row.library.id]) for row in bare]

    def bare_rows(self, start: int = 0, stop: int | None = None) -> list[Row]:
        """The same without their institutions: for files and maps."""
        chosen = self.order[start:stop]
        return [Row(self, int(position), start + index + 1) for index, position in enumerate(chosen)]

    def changes(self) -> dict[int, Change | None]:
        """What would raise each candidate most, by position: all at once, for files."""
        found = best_changes(self.scores, self.facts, self.order, np.arange(1, len(self) + 1))
        return dict(zip(self.order.tolist(), found, strict=True))

    @cached_property
    def stability(self) -> Stability:
        """What ±20 % on every weight does to the first ten."""
        return stability(self.scores, self.order[:FIRST_ONES])

    def _institutions(self, ids: Sequence[int]) -> dict[int, Institution]:
        place = joinedload(Institution.territory)
        loaded = (place.joinedload(Territory.department), joinedload(Institution.source))
        found = self.session.scalars(sa.select(Institution).where(Institution.id.in_(ids)).options(*loaded))
        return {one.id: one for one in found}


def ranked(session: Session, actor: Actor, question: CandidateQuestion) -> Ranking:
    """Rank the eligible libraries of the area, as this person may read them."""
    found = facts.read(session, actor, question)
    weights = np.array([question.weights[one] for one in Criterion], dtype=float)
    scales = [question.proposal.scales[one] for one in Criterion]
    figures = [found.figures[one] for one in Criterion]
    values = np.column_stack([scale.values(column) for scale, column in zip(scales, figures, strict=True)])
    unknown = np.isnan(values)
    worst = np.where(unknown, [scale.worst for scale in scales], values)
    best = np.where(unknown, [scale.best for scale in scales], values)
    return Ranking(session, question, found, Scores(worst, best, weights, question.prudent))
