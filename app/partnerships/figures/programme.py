"""What the programme says: workshops and awareness days that were held, workshops that are announced.

They are read from views that meetings keep above this subject.

A workshop that was held counts by itself, unless its day is in a period typed by hand: it is then one of those that this
period counts. So nothing is typed twice, and nothing is counted twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.partnerships.figures.models import ActivityFigures, AwarenessSessions, Nature, Toward, Unit
from app.partnerships.models import Partnership

#: Views of migration 0009: this subject stands under meetings, and knows no more of them than these columns.
held_workshop = sa.table("held_workshop", *(sa.column(name) for name in ("partnership_id", "held_on", "attendance")))
announced_workshop = sa.table("announced_workshop", *(sa.column(name) for name in ("partnership_id", "planned_on")))
held_awareness = sa.table(
    "held_awareness", *(sa.column(name) for name in ("partnership_id", "held_on", "attendance", "toward", "unit"))
)


@dataclass(frozen=True)
class Workshop:
    """A workshop of the programme that was held; `attendance` is None where nobody counted."""

    held_on: date
    attendance: int | None


@dataclass(frozen=True)
class AwarenessDay:
    """An awareness day of the programme that was held; `people` is None where nobody counted."""

    held_on: date
    people: int | None
    toward: Toward
    unit: Unit


@dataclass(frozen=True)
class AwarenessLine:
    """Awareness days of the programme of one direction and one unit, that no typed period covers."""

    unit: Unit
    sessions: int
    people: int
    counted: int
    starts_on: date
    ends_on: date


def workshops_of(partnership: Partnership) -> sa.Select:
    """The workshops of the programme that were held: day and attendance, the first held first."""
    columns = (held_workshop.c.held_on, held_workshop.c.attendance)
    return sa.select(*columns).where(held_workshop.c.partnership_id == partnership.id).order_by(held_workshop.c.held_on)


def awareness_days_of(partnership: Partnership) -> sa.Select:
    """The awareness days of the programme that were held, the first held first."""
    known = held_awareness.c
    columns = (known.held_on, known.attendance, known.toward, known.unit)
    return sa.select(*columns).where(known.partnership_id == partnership.id).order_by(known.held_on)


def read_workshops(session: Session, partnership: Partnership) -> list[Workshop]:
    """Read them."""
    return [Workshop(*row) for row in session.execute(workshops_of(partnership))]


def read_announced(session: Session, partnership: Partnership) -> list[date]:
    """The days of the workshops that are announced, and of which nobody has said that they were held."""
    known = announced_workshop.c
    asked = sa.select(known.planned_on).where(known.partnership_id == partnership.id).order_by(known.planned_on)
    return list(session.scalars(asked))


def read_awareness_days(session: Session, partnership: Partnership) -> list[AwarenessDay]:
    """Read them."""
    rows = session.execute(awareness_days_of(partnership))
    return [AwarenessDay(day, people, Toward(toward), Unit(unit)) for day, people, toward, unit in rows]


def outside(workshops: Iterable[Workshop], figures: Iterable[ActivityFigures]) -> list[Workshop]:
    """The workshops of days that no typed period of what was held covers: they count by themselves."""
    typed = list(figures)
    return [one for one in workshops if not is_typed(one.held_on, typed)]


def is_typed(day: date, figures: Iterable[ActivityFigures]) -> bool:
    """Whether a typed period of what was held covers a day."""
    return any(one.starts_on <= day <= one.ends_on for one in figures if one.nature is Nature.HELD)


def inside(workshops: Iterable[Workshop], figures: ActivityFigures) -> list[Workshop]:
    """The workshops that a typed period of what was held counts already."""
    if figures.nature is not Nature.HELD:
        return []
    return [one for one in workshops if figures.starts_on <= one.held_on <= figures.ends_on]


def awareness_lines(days: Sequence[AwarenessDay], typed: Iterable[AwarenessSessions], toward: Toward) -> list[AwarenessLine]:
    """The awareness days of a direction that no typed period of it covers, those of one unit together."""
    covered = [(one.starts_on, one.ends_on) for one in typed if one.toward is toward and one.starts_on and one.ends_on]
    left = [one for one in days if one.toward is toward and not any(first <= one.held_on <= last for first, last in covered)]
    return [_awareness_line(unit, list(group)) for unit, group in groupby(sorted(left, key=_order), lambda one: one.unit)]


def _order(day: AwarenessDay) -> tuple[str, date]:
    return day.unit.value, day.held_on


def _awareness_line(unit: Unit, days: list[AwarenessDay]) -> AwarenessLine:
    counted = [one.people for one in days if one.people is not None]
    return AwarenessLine(unit, len(days), sum(counted), len(counted), days[0].held_on, days[-1].held_on)
