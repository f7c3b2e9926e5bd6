"""What the map shows, as figures and rows: the same answer for those who do not see it, or prefer to read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.coverage.models import Status
from app.directory.models import Kind
from app.formats import plural
from app.maps import queries
from app.maps.forms import Question
from app.maps.page import Contents
from geo.territories import Level, Territory, within


@dataclass(frozen=True)
class Libraries:
    """How many libraries stand in a territory; no id nor name for those that no territory of that level holds."""

    id: str | None
    name: str | None
    number: int


@dataclass(frozen=True)
class Text:
    """The rows of the tables and the figures of the summary, for one question."""

    departments: Sequence[Any]
    network: Sequence[Any]
    agencies: Sequence[Any]
    counts: Sequence[Any]
    interests: Sequence[Any]
    question: Question

    def with_status(self, *statuses: Status) -> list[Any]:
        """The departments of these statuses."""
        return [row for row in self.departments if row.status in statuses]

    @property
    def by_status(self) -> list[Any]:
        """The departments, those without any structure first, then those to confirm."""
        order = (Status.UNCOVERED, Status.TO_CONFIRM, Status.COVERED)
        return [row for status in order for row in self.with_status(status)]

    @cached_property
    def shown(self) -> Counter[Kind]:
        """How many institutions of each kind the question shows, or would if it asked for that kind."""
        return self._by_kind("number")

    def _by_kind(self, column: str) -> Counter[Kind]:
        total: Counter[Kind] = Counter()
        for row in self.counts:
            total[row.kind] += getattr(row, column)
        return total

    @cached_property
    def libraries(self) -> list[Libraries]:
        """The libraries of the kinds asked for, by territory."""
        asked = [row for row in self.counts if row.kind in self.question.grouped_kinds]
        units = {row.id: row.name for row in asked}
        return [Libraries(key, name, sum(row.number for row in asked if row.id == key)) for key, name in units.items()]

    @property
    def kinds_in_words(self) -> list[str]:
        """« 24 Cités des métiers », « 14 945 bibliothèques »: what the map shows."""
        return [in_words(kind, self.shown[kind]) for kind in self.question.kinds]

    @property
    def library_total(self) -> int:
        return sum(row.number for row in self.libraries)

    @property
    def libraries_by_department(self) -> bool:
        """Whether `libraries` has a row for each department; inside a smaller territory it has EPCI or communes."""
        territory = self.question.territory
        return territory is None or territory.level == Level.REGION

    def libraries_of(self, territory_id: str) -> int:
        """How many libraries a territory of `libraries` has."""
        return self._libraries_by_id.get(territory_id, 0)

    @cached_property
    def _libraries_by_id(self) -> dict[str | None, int]:
        return {row.id: row.number for row in self.libraries}

    def interests_of(self, territory_id: str) -> tuple[int, int]:
        """How many interests and wishes are counted in a department."""
        return next(((row.declared, row.wanted) for row in self.interests if row.Territory.id == territory_id), (0, 0))

    @property
    def interest_totals(self) -> tuple[int, int]:
        """How many interests and wishes the departments of the tables have together."""
        shown = [self.interests_of(row.Territory.id) for row in self.departments]
        return sum(declared for declared, _ in shown), sum(wanted for _, wanted in shown)

    @property
    def libraries_unknown(self) -> bool:
        """Whether nothing had been observed, that day, of most libraries shown: the Ministry's file is younger."""
        unknown = self._by_kind("unknown")
        kinds = self.question.grouped_kinds
        return 2 * sum(unknown[kind] for kind in kinds) > sum(self.shown[kind] for kind in kinds)

    @property
    def unplaced(self) -> list[Any]:
        """The structures that are in the tables and that the map cannot show."""
        return [row.Institution for row in (*self.network, *self.agencies) if row.latitude is None]


def in_words(kind: Kind, number: int) -> str:
    """A number of institutions in the middle of a sentence; « Cité » keeps its capital, being a name."""
    names = (kind.label, kind.plural)
    return plural(number, *(name if kind == Kind.CITE else name[0].lower() + name[1:] for name in names))


def text_of(session: Session, contents: Contents) -> Text:
    """Give the text of `contents`."""
    return Text(
        departments=_departments(session, contents),
        network=contents.network,
        agencies=contents.agencies,
        interests=contents.interests,
        counts=session.execute(queries.counts(contents.question)).all(),
        question=contents.question,
    )


def _departments(session: Session, contents: Contents) -> Sequence[Any]:
    """The departments of the map: all, or those that the territory asked for touches."""
    territory = contents.question.territory
    if territory is None:
        return contents.departments
    communes = sa.select(Territory.department_id).where(Territory.level == Level.COMMUNE, within(territory))
    touched = set(session.scalars(communes.distinct()))
    return [row for row in contents.departments if row.Territory.id in touched]
