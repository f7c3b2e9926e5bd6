"""The days of several workshops: typed one a line, or repeated from a first one each week or each month.

Each month means the same rank of the same day of the week, « le deuxième jeudi »; a fifth one is the last of its month, since
most months have only four. Days alone are computed here: the hour is added on the clocks of Paris, so that 14 h stays 14 h.
"""

import enum
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from app.clock import today
from app.directory.models import Precision
from app.forms import FIRST_DAY, FURTHEST
from app.partnerships.fields import read

#: More at once is a slip of the pen.
MOST_AT_ONCE = 60


class Repeat(enum.Enum):
    """How the first day is repeated."""

    NEVER = "non"
    WEEKLY = "semaine"
    FORTNIGHTLY = "quinzaine"
    MONTHLY = "mois"

    @property
    def label(self) -> str:
        return {
            Repeat.NEVER: "aux seules dates écrites ci-dessus",
            Repeat.WEEKLY: "chaque semaine",
            Repeat.FORTNIGHTLY: "toutes les deux semaines",
            Repeat.MONTHLY: "chaque mois, au même rang du même jour (le deuxième jeudi, par exemple)",
        }[self]


class NotDays(ValueError):
    """What was typed is no list of days; the message says why, in French."""


def days_typed(text: str) -> list[date]:
    """The days of a text, one a line, in order; raises `NotDays` for a line that is none, or that comes twice."""
    days: list[date] = []
    for line in (one for one in text.splitlines() if one.strip()):
        known = read(line)
        if known is None or known[1] is not Precision.DAY:
            raise NotDays(f"« {line[:40]} » n’est pas un jour. Écrivez une date par ligne, ainsi : 09/03/2017.")
        if not FIRST_DAY <= known[0] <= today() + FURTHEST:
            raise NotDays(f"« {line[:40]} » est trop loin. Vérifiez l’année.")
        if known[0] in days:
            raise NotDays(f"« {line[:40]} » est écrit deux fois.")
        days.append(known[0])
    return sorted(days)


def repeated(first: date, repeat: Repeat, until: date) -> list[date]:
    """The first day and those that follow, up to the last day included."""
    days = []
    for day in _following(first, repeat):
        if day > until:
            break
        days.append(day)
        if len(days) > MOST_AT_ONCE or repeat is Repeat.NEVER:
            break
    return days


def _following(first: date, repeat: Repeat) -> Iterator[date]:
    if repeat is Repeat.MONTHLY:
        yield from _same_rank(first)
        return
    step = timedelta(days=14 if repeat is Repeat.FORTNIGHTLY else 7)
    while True:
        yield first
        first += step


def _same_rank(first: date) -> Iterator[date]:
    rank = (first.day - 1) // 7
    year, month = first.year, first.month
    while True:
        of_weekday = 1 + (first.weekday() - date(year, month, 1).weekday()) % 7
        number = of_weekday + 7 * rank
        yield date(year, month, number if number <= monthrange(year, month)[1] else number - 7)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
