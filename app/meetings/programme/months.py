"""A month as a wall calendar shows it: weeks of seven days from Monday, with what is on each; and lists grouped by month."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from app.clock import PARIS, today
from app.formats import MONTHS
from app.forms import FIRST_DAY, FURTHEST
from app.meetings.models import Meeting
from app.meetings.wording import WEEKDAYS, day_said, hour_said


@dataclass(frozen=True)
class Day:
    """A square of the calendar; `is_outside` for those of the months around."""

    day: date
    meetings: Sequence[Meeting]
    is_outside: bool

    @property
    def is_today(self) -> bool:
        return self.day == today()

    def begins(self, meeting: Meeting) -> bool:
        """Whether the meeting starts on this day, or has gone on since another."""
        return days_of(meeting)[0] == self.day


@dataclass(frozen=True)
class Month:
    """A month of a year."""

    first: date

    def __str__(self) -> str:
        return f"{MONTHS[self.first.month - 1]} {self.first.year}"

    @property
    def code(self) -> str:
        """As URLs write it: « 2017-11 »."""
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        return self._shifted(1).first - timedelta(days=1)

    @property
    def before(self) -> "Month | None":
        return self._within(self._shifted(-1))

    @property
    def after(self) -> "Month | None":
        return self._within(self._shifted(1))

    def weeks(self, meetings: Iterable[Meeting]) -> list[list[Day]]:
        """Its weeks from Monday to Sunday; a meeting of several days stands on each of them."""
        by_day: dict[date, list[Meeting]] = {}
        for meeting in meetings:
            for day in days_of(meeting):
                by_day.setdefault(day, []).append(meeting)
        monday = self.first - timedelta(days=self.first.weekday())
        days = [monday + timedelta(days=number) for number in range((self.last - monday).days + 1)]
        days += [days[-1] + timedelta(days=number) for number in range(1, 7 - days[-1].weekday())]
        shown = [Day(day, by_day.get(day, []) if self._holds(day) else [], not self._holds(day)) for day in days]
        return [shown[start : start + 7] for start in range(0, len(shown), 7)]

    def _holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def _shifted(self, months: int) -> "Month":
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + months, 12)
        return Month(date(year, month + 1, 1))

    @staticmethod
    def _within(month: "Month") -> "Month | None":
        return month if FIRST_DAY <= month.first <= today() + FURTHEST else None


def month_of(day: date) -> Month:
    """The month of a day."""
    return Month(day.replace(day=1))


def read(code: str) -> Month | None:
    """The month that « 2017-11 » names; None for anything else, or for a year in which nothing is."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", code, re.ASCII):
        return None
    year = int(code[:4])
    if not FIRST_DAY.year <= year <= (today() + FURTHEST).year:
        return None
    return Month._within(Month(date(year, int(code[5:]), 1)))


def days_of(meeting: Meeting) -> list[date]:
    """The days in Paris on which a meeting is; one that ends at midnight is not on the day that begins then."""
    first = meeting.starts_at.astimezone(PARIS).date()
    last = (meeting.ends_at - timedelta(microseconds=1)).astimezone(PARIS).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def by_month(meetings: Iterable[Meeting]) -> list[tuple[Month, list[Meeting]]]:
    """A list in order of time, in either direction, parted by the month in which each starts."""
    parted = groupby(meetings, key=lambda meeting: month_of(meeting.starts_at.astimezone(PARIS).date()))
    return [(month, list(found)) for month, found in parted]


@dataclass(frozen=True)
class Slot:
    """When a meeting is, as a line of a list parts it: the day at the left, the hours in the line."""

    weekday: str
    number: str
    month: str
    iso: str
    hours: str


def slot_of(meeting: Meeting) -> Slot:
    """The day on which it starts, and « de 9 h 30 à 17 h », or until when it lasts over several days."""
    starts = meeting.starts_at.astimezone(PARIS)
    first, last = days_of(meeting)[0], days_of(meeting)[-1]
    hours = f"de {hour_said(meeting.starts_at)} à {hour_said(meeting.ends_at)}"
    if last != first:
        hours = f"à {hour_said(meeting.starts_at)}, jusqu’au {day_said(meeting.ends_at)} à {hour_said(meeting.ends_at)}"
    return Slot(
        weekday=WEEKDAYS[first.weekday()],
        number="1er" if first.day == 1 else str(first.day),
        month=MONTHS[first.month - 1] if first.year == today().year else str(month_of(first)),
        iso=starts.isoformat(timespec="minutes"),
        hours=hours,
    )


def by_day(meetings: Iterable[Meeting]) -> list[tuple[date, list[Meeting]]]:
    """A list in order of time, parted by the day in Paris on which each starts."""
    parted = groupby(meetings, key=lambda meeting: meeting.starts_at.astimezone(PARIS).date())
    return [(day, list(found)) for day, found in parted]
