"""How introductions end, counted: what an intermediary tells of its region, and never who."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from app.matchmaking.introductions.models import Outcome, Reason


@dataclass
class Counts:
    """How many introductions were made, and what became of them."""

    waiting: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    reasons: dict[Reason, int] = field(default_factory=lambda: dict.fromkeys(Reason, 0))

    @property
    def total(self) -> int:
        return self.waiting + sum(self.outcomes.values())

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Each outcome in French with its number, a line each reason under the refusals."""
        return [
            ("Proposées", self.total),
            ("En attente de réponse", self.waiting),
            ("Acceptées des deux côtés", self.outcomes[Outcome.ACCEPTED]),
            ("Déclinées", self.outcomes[Outcome.REFUSED]),
            *((f"dont : {reason.label[0].lower()}{reason.label[1:]}", number) for reason, number in self.reasons.items()),
            ("Éteintes sans réponse", self.outcomes[Outcome.EXPIRED]),
            ("Retirées", self.outcomes[Outcome.WITHDRAWN]),
        ]


def count(rows: Iterable[sa.Row]) -> Counts:
    """Add up the rows of `queries.outcomes`."""
    counts = Counts()
    for outcome, reason, number in rows:
        if outcome is None:
            counts.waiting += number
        else:
            counts.outcomes[outcome] += number
        if outcome is Outcome.REFUSED and reason is not None:
            counts.reasons[reason] += number
    return counts
