"""What follows from the figures, and how: every number of the screen can be done again by hand.

At the Bpi: 551 participants in 56 workshops are 9.8 a workshop; 461 in 50 are 9.2; 86 planned for 2017 less 50 held in its
first half leave 36 to hold, or are 36 fewer than planned once that year is over. Source: Bpi, 11 July 2017 (the numbers; their
quotients are ours).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.clock import today
from app.partnerships.figures.models import ActivityFigures, AwarenessSessions, Nature, Toward


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


@dataclass(frozen=True)
class Plan:
    """A planned period, what was held within it, and what is left; None where a held period crosses its bounds."""

    planned: ActivityFigures
    held: int | None

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


def held_of(figures: Iterable[ActivityFigures]) -> Held:
    """Add up what was held."""
    rows = [one for one in figures if one.nature is Nature.HELD]
    counted = [one for one in rows if one.participants is not None]
    return Held(
        sum(one.workshops for one in rows),
        sum(one.workshops for one in counted),
        sum(one.participants or 0 for one in counted),
    )


def within(figures: Iterable[ActivityFigures], first: date, last: date) -> list[ActivityFigures]:
    """The figures whose whole period lies between two days."""
    return [one for one in figures if first <= one.starts_on and one.ends_on <= last]


def add_up(figures: Sequence[ActivityFigures], awareness: Sequence[AwarenessSessions]) -> Indicators:
    """Give the indicators of a partnership from its rows."""
    by_direction = {toward: [one for one in awareness if one.toward is toward] for toward in Toward}
    plans = [Plan(one, _held_within(figures, one)) for one in figures if one.nature is Nature.PLANNED]
    return Indicators(held_of(figures), plans, by_direction)


def _held_within(figures: Iterable[ActivityFigures], plan: ActivityFigures) -> int | None:
    """Workshops held in a planned period: only whole periods can be added."""
    touching = [
        one for one in figures if one.nature is Nature.HELD and one.starts_on <= plan.ends_on and plan.starts_on <= one.ends_on
    ]
    inside = within(touching, plan.starts_on, plan.ends_on)
    return sum(one.workshops for one in inside) if len(inside) == len(touching) else None
