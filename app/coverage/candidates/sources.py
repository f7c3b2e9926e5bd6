"""Where the figure of a criterion comes from, and of when: the file of the Ministry, the library itself, or this service."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage.candidates.criteria import Criterion
from app.coverage.queries import sources
from app.formats import french_date
from geo.sources import DataSource

#: The column of a library that a criterion reads.
OWN_COLUMN = {Criterion.HOURS: "weekly_hours", Criterion.FLOOR: "surface_m2", Criterion.STAFF: "paid_staff"}
SAID_BY_ITSELF = "saisi par la structure elle-même"


@dataclass(frozen=True)
class Sources:
    """The data sets by name, and what one says of where a figure comes from."""

    by_name: dict[str, DataSource]
    network_until: str

    def of(self, criterion: Criterion, library: sa.Row[Any]) -> str:
        """« Adresses des bibliothèques publiques, 2024 » : the source of this figure of this library, and its date."""
        if criterion in OWN_COLUMN:
            own = OWN_COLUMN[criterion] in library.own_fields.split()
            return SAID_BY_ITSELF if own else self.said(library.source_name)
        if criterion is Criterion.POPULATION:
            return self.said("territoires")
        if criterion is Criterion.GAIN:
            return f"{self.said('territoires')} ; {self.network_until}"
        if criterion is Criterion.DISTANCE:
            return self.network_until
        return f"Maillage, le {french_date(today())}"

    def said(self, name: str) -> str:
        """A data set with its producer and its vintage."""
        one = self.by_name.get(name)
        if one is None:
            return name
        note = f" ({one.vintage_note})" if one.vintage_note else ""
        return f"{one.title} ({one.producer}), {french_date(one.vintage)}{note}"


def read(session: Session, ranking: Any) -> Sources:
    """The sources of a ranking."""
    day = french_date(ranking.question.day)
    return Sources({one.name: one for one in session.scalars(sources())}, f"structures connues au {day}")
