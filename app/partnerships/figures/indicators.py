"""What follows from the figures, and how: every number of the screen can be done again by hand.

At the Bpi: 551 participants in 56 workshops are 9.8 a workshop; 461 in 50 are 9.2; 86 planned for 2017 less 50 held in its
first half leave 36 to hold, or are 36 fewer than planned once that year is over. Source: Bpi, 11 July 2017 (the numbers; their
quotients are ours).

A period typed by hand counts for the days that it covers, and the workshops of the programme on these days are inside it.
Outside typed periods each workshop of the programme that was held counts one, with its attendance where it was counted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.clock import today
from app.partnerships.figures.models import ActivityFigures, AwarenessSessions, Nature, Toward
from app.partnerships.figures.programme import (
    AwarenessDay,
    AwarenessLine,
    Workshop,
    awareness_lines,
    inside,
    is_typed,
    outside,
)


@dataclass(frozen=True)
class Held:
    """Workshops held and their attendances; `counted` are the workshops whose attendances are known."""

    workshops: int
    counted: int
    participants: int

    @property
    def per_workshop(self) -> float | None:
        """Attendances a workshop, over those that were counted; None when none was."""
        return self.participants / self.counted if self.counted else None

    @property
    def is_complete(self) -> bool:
        return self.counted == self.workshops

    @property
    def is_counted(self) -> bool:
        """Whether attendances are known of some of them; of no workshop at all, they are known to be none."""
        return self.counted > 0 or self.workshops == 0


@dataclass(frozen=True)
class Line:
    """A row of the table: a period that was typed, or a month of the programme outside typed periods.

    `detailed` are the workshops of the programme inside a typed period. `held` is None for what is planned; without anything
    typed, `planned` is then what the programme has in a year, held or announced.
    """

    starts_on: date
    ends_on: date
    nature: Nature
    held: Held | None
    typed: ActivityFigures | None
    detailed: Held
    planned: int = 0

    @property
    def workshops(self) -> int:
        """How many, planned or held."""
        if self.held is not None:
            return self.held.workshops
        return self.typed.workshops if self.typed else self.planned

    @property
    def is_short(self) -> bool:
        """Whether the programme has come to count more than what had been typed for the same days: its count holds."""
        return self.typed is not None and self.detailed.workshops > self.typed.workshops


@dataclass(frozen=True)
class Plan:
    """A planned period, what was held within it, and what is left; None where a held period crosses its bounds.

    `in_programme`: how many workshops of the programme are in it, held or announced.
    """

    planned: Line
    held: int | None
    in_programme: int

    @property
    def left(self) -> int | None:
        """How many workshops are left to hold; negative when more were held than planned."""
        return None if self.held is None else self.planned.workshops - self.held

    @property
    def is_over(self) -> bool:
        """Whether the period has ended: nothing of it is left to hold any more."""
        return self.planned.ends_on < today()


@dataclass(frozen=True)
class Indicators:
    """The figures of a partnership, added up."""

    held: Held
    plans: list[Plan]
    awareness: dict[Toward, list[AwarenessSessions]]
    awareness_of_programme: dict[Toward, list[AwarenessLine]]
    lines: list[Line]

    @property
    def years(self) -> list["Year"]:
        """The rows year by year; years that a period goes across are told together, since it cannot be shared out."""
        found: list[Year] = []
        for line in self.lines:
            if not found or line.starts_on.year > found[-1].last:
                found.append(Year(line.starts_on.year, line.ends_on.year, []))
            found[-1].lines.append(line)
            found[-1].last = max(found[-1].last, line.ends_on.year)
        return found


@dataclass
class Year:
    """The rows of a year, or of several that a period goes across."""

    first: int
    last: int
    lines: list[Line]

    @property
    def held(self) -> Held:
        return held_of(self.lines)

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def add_up(
    figures: Sequence[ActivityFigures],
    awareness: Sequence[AwarenessSessions],
    workshops: Sequence[Workshop] = (),
    days: Sequence[AwarenessDay] = (),
    announced: Sequence[date] = (),
) -> Indicators:
    """Give the indicators of a partnership from what was typed, and from what its programme says was held and announces."""
    lines = sorted([*lines_of(figures, workshops), *_plans_of_programme(figures, workshops, announced)], key=_order)
    known = [*(one.held_on for one in workshops), *announced]
    plans = [_plan(one, figures, workshops, known) for one in lines if one.nature is Nature.PLANNED]
    by_direction = {toward: [one for one in awareness if one.toward is toward] for toward in Toward}
    of_programme = {toward: awareness_lines(days, awareness, toward) for toward in Toward}
    return Indicators(held_of(lines), plans, by_direction, of_programme, lines)


def lines_of(figures: Iterable[ActivityFigures], workshops: Sequence[Workshop]) -> list[Line]:
    """The rows of the table, in order of their days: typed periods, and months of the programme outside of them."""
    typed = list(figures)
    lines = [_typed_line(one, sum_of(inside(workshops, one))) for one in typed]
    alone = sorted(outside(workshops, typed), key=lambda one: one.held_on)
    months = groupby(alone, lambda one: (one.held_on.year, one.held_on.month))
    lines += [_programme_line(list(group)) for _, group in months]
    return sorted(lines, key=_order)


def held_of(lines: Iterable[Line]) -> Held:
    """Add up what was held."""
    held = [one.held for one in lines if one.held is not None]
    return Held(sum(one.workshops for one in held), sum(one.counted for one in held), sum(one.participants for one in held))


def held_between(figures: Iterable[ActivityFigures], workshops: Sequence[Workshop], first: date, last: date) -> Held:
    """What was held between two days: the typed periods that lie whole between them, and the programme outside typed ones."""
    typed = list(figures)
    whole = [one for one in typed if first <= one.starts_on and one.ends_on <= last]
    alone = [one for one in outside(workshops, typed) if first <= one.held_on <= last]
    of_whole = held_of(_typed_line(one, sum_of(inside(workshops, one))) for one in whole)
    of_alone = sum_of(alone)
    return Held(
        of_whole.workshops + of_alone.workshops,
        of_whole.counted + of_alone.counted,
        of_whole.participants + of_alone.participants,
    )


def sum_of(workshops: Sequence[Workshop]) -> Held:
    """Add up workshops of the programme."""
    counted = [one.attendance for one in workshops if one.attendance is not None]
    return Held(len(workshops), len(counted), sum(counted))


def _typed_line(figures: ActivityFigures, detailed: Held) -> Line:
    held = _held(figures, detailed) if figures.nature is Nature.HELD else None
    return Line(figures.starts_on, figures.ends_on, figures.nature, held, figures, detailed)


def _held(figures: ActivityFigures, detailed: Held) -> Held:
    """What a typed period counts: never less than what the programme details in it.

    Attendances that were not typed are those that the programme knows.
    """
    workshops = max(figures.workshops, detailed.workshops)
    if figures.participants is None or detailed.participants > figures.participants:
        return Held(workshops, detailed.counted, detailed.participants)
    return Held(workshops, figures.workshops, figures.participants)


def _programme_line(workshops: list[Workshop]) -> Line:
    first, last = workshops[0].held_on, workshops[-1].held_on
    return Line(first, last, Nature.HELD, sum_of(workshops), None, Held(0, 0, 0))


def _order(line: Line) -> tuple[date, str, date]:
    return line.starts_on, line.nature.value, line.ends_on


def _plans_of_programme(
    figures: Sequence[ActivityFigures], workshops: Sequence[Workshop], announced: Sequence[date]
) -> list[Line]:
    """For each year of announced workshops of which no plan was typed: what was held, and what is announced besides."""
    typed = {
        year for one in figures if one.nature is Nature.PLANNED for year in range(one.starts_on.year, one.ends_on.year + 1)
    }
    to_come = Counter(day.year for day in announced if day.year not in typed and not is_typed(day, figures))
    found = []
    for year, number in to_come.items():
        first, last = date(year, 1, 1), date(year, 12, 31)
        held = _held_within(figures, workshops, first, last)
        if held is not None:
            found.append(Line(first, last, Nature.PLANNED, None, None, Held(0, 0, 0), planned=held + number))
    return found


def _plan(line: Line, figures: Sequence[ActivityFigures], workshops: Sequence[Workshop], known: Iterable[date]) -> Plan:
    in_programme = sum(line.starts_on <= day <= line.ends_on for day in known)
    return Plan(line, _held_within(figures, workshops, line.starts_on, line.ends_on), in_programme)


def _held_within(figures: Sequence[ActivityFigures], workshops: Sequence[Workshop], first: date, last: date) -> int | None:
    """Workshops held between two days; None where a typed period goes across one of them: only whole ones can be added."""
    touching = [one for one in figures if one.nature is Nature.HELD and one.starts_on <= last and first <= one.ends_on]
    if any(one.starts_on < first or last < one.ends_on for one in touching):
        return None
    return held_between(figures, workshops, first, last).workshops
