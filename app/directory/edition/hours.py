"""Opening hours: OpenStreetMap's syntax under a grid of seven days, and read aloud in French.

`Tu-Fr 10:00-18:00; Sa 12:00-18:00` is what is stored. A `Grid` is what the form holds: up to two ranges a day, whether public
holidays are closed, a remark on school holidays. `parse` gives the grid of an expression, None when a grid cannot hold it; then
the library `opening_hours` says what is open. Minutes are counted from midnight; 24 × 60 is the midnight that ends the day.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from app.formats import NARROW_NO_BREAK, NO_BREAK, french_date, number

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MIDNIGHT = 24 * 60
RANGES_A_DAY = 2
DAY = f"(?:{'|'.join(CODES)})"
SELECTOR = re.compile(rf"{DAY}(?:-{DAY})?(?:,{DAY}(?:-{DAY})?)*")
RANGE = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
Range = tuple[int, int]
#: A day on which nothing is open.
CLOSED: tuple[Range, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A week, Monday first: the ranges of each day, in order and apart from each other."""

    days: tuple[tuple[Range, ...], ...] = (CLOSED,) * 7
    closed_on_public_holidays: bool = False
    school_holidays: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(self.days)

    @property
    def weekly_minutes(self) -> int:
        return sum(end - start for ranges in self.days for start, end in ranges)


def is_valid(text: str) -> bool:
    """Whether the text is an expression of OpenStreetMap's opening_hours."""
    try:
        OpeningHours(text)
    except ParserError:
        return False
    return True


def write(grid: Grid) -> str | None:
    """The expression of a grid; None for a week in which nothing is open."""
    if grid.is_empty:
        return None
    rules = [f"{_selector(days)} {_times(ranges)}" for days, ranges in _groups(grid)]
    if grid.closed_on_public_holidays:
        rules.append("PH off")
    if grid.school_holidays:
        quoted = grid.school_holidays.replace('"', "”")
        rules.append(f'SH unknown "{quoted}"')
    return "; ".join(rules)


def parse(text: str | None) -> Grid | None:
    """The grid of an expression, None when a grid cannot hold it."""
    days: list[tuple[Range, ...]] = [CLOSED] * 7
    public, school = False, ""
    for rule in _rules(text or ""):
        if rule in ("PH off", "PH closed") and not school:
            public = True
        elif found := re.fullmatch(r'SH unknown "([^"]+)"', rule):
            school = found[1]
        elif public or school or (read := _weekly(rule)) is None:
            # A rule after those of holidays may overrule them: only the usual order is read.
            return None
        else:
            for day in read[0]:
                days[day] = read[1]
    grid = Grid(tuple(days), public, school)
    return None if grid.is_empty else grid


def lines(text: str | None, on: date | None = None) -> list[str]:
    """« mardi à vendredi : 10 h – 18 h », line by line; without `on`, nothing for what a grid cannot hold.

    With a day, what a grid cannot hold is told as it will be during the seven days from then on.
    """
    if not text:
        return []
    grid = parse(text)
    if grid is None:
        return _coming_days(text, on) if on else []
    said = [f"{_days_said(days)} : {_times_said(ranges)}" for days, ranges in _groups(grid)]
    closed = [day for day, ranges in enumerate(grid.days) if not ranges]
    if closed:
        said.append(f"{_days_said(closed)} : fermé")
    if grid.closed_on_public_holidays:
        said.append("jours fériés : fermé")
    if grid.school_holidays:
        said.append(f"vacances scolaires : {grid.school_holidays}")
    return said


def weekly_hours(text: str | None) -> float | None:
    """How many hours a usual week has; None when a grid cannot tell."""
    grid = parse(text)
    return None if grid is None else grid.weekly_minutes / 60


def hours_said(hours: float) -> str:
    """« 38 h par semaine », « 37,5 h par semaine »."""
    return f"{number(hours, 0 if hours.is_integer() else 1)}{NO_BREAK}h par semaine"


def time_said(minutes: int) -> str:
    """« 10 h », « 9 h 30 », « minuit »."""
    if minutes in (0, MIDNIGHT):
        return "minuit"
    hour, rest = divmod(minutes, 60)
    return f"{hour}{NO_BREAK}h{NARROW_NO_BREAK}{rest:02}" if rest else f"{hour}{NO_BREAK}h"


def schema_org(text: str | None) -> list[str]:
    """The same as schema.org's openingHours, « Tu-Fr 10:00-18:00 »; empty when a grid cannot hold it."""
    grid = parse(text)
    if grid is None:
        return []
    return [
        f"{_selector(days)} {_clock(start)}-{_clock(end if end < MIDNIGHT else MIDNIGHT - 1)}"
        for days, ranges in _groups(grid)
        for start, end in ranges
    ]


def _rules(text: str) -> list[str]:
    """The rules between semicolons; those inside quotes part nothing."""
    parts = re.findall(r'(?:[^;"]|"[^"]*"?)+', text)
    return [" ".join(part.split()) for part in parts if part.strip()]


def _weekly(rule: str) -> tuple[list[int], tuple[Range, ...]] | None:
    """The days and ranges of a rule such as « Mo,We-Fr 10:00-12:00,14:00-18:00 » or « Su off »; None when it is none."""
    if rule == "24/7":
        return list(range(7)), ((0, MIDNIGHT),)
    selector, _, times = rule.partition(" ")
    if not SELECTOR.fullmatch(selector):
        selector, times = "Mo-Su", rule
    days = [day for part in selector.split(",") for day in _days_of(part)]
    if times in ("off", "closed"):
        return days, CLOSED
    ranges = [_range(part) for part in re.split(r", ?", times)]
    known = tuple(sorted(one for one in ranges if one is not None))
    if len(known) != len(ranges) or len(known) > RANGES_A_DAY or overlap(known):
        return None
    return days, known


def overlap(ranges: Iterable[Range]) -> bool:
    """Whether two of the ranges, in order, share a moment, or touch."""
    ordered = sorted(ranges)
    return any(first[1] >= second[0] for first, second in pairwise(ordered))


def _days_of(part: str) -> list[int]:
    first, _, last = part.partition("-")
    start, end = CODES.index(first), CODES.index(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _range(text: str) -> Range | None:
    """A range within one day; « 00:00 » ends it at midnight."""
    found = RANGE.fullmatch(text)
    if found is None:
        return None
    start, end = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    end = end or MIDNIGHT
    return (start, end) if start < end <= MIDNIGHT and int(found[2]) < 60 and int(found[4]) < 60 else None


def _groups(grid: Grid) -> list[tuple[list[int], tuple[Range, ...]]]:
    """The open days that have the same ranges, with these; by their first day."""
    groups: dict[tuple[Range, ...], list[int]] = {}
    for day, ranges in enumerate(grid.days):
        if ranges:
            groups.setdefault(ranges, []).append(day)
    return [(days, ranges) for ranges, days in groups.items()]


def _runs(days: list[int]) -> list[tuple[int, int]]:
    """The days as runs from first to last: [1, 2, 3, 5] gives (1, 3) and (5, 5)."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _selector(days: list[int]) -> str:
    return ",".join(
        CODES[first] if first == last else f"{CODES[first]}{'-' if last > first + 1 else ','}{CODES[last]}"
        for first, last in _runs(days)
    )


def _days_said(days: list[int]) -> str:
    if len(days) == 7:
        return "tous les jours"
    parts: list[str] = []
    for first, last in _runs(days):
        parts += [DAYS[day] for day in range(first, last + 1)] if last <= first + 1 else [f"{DAYS[first]} à {DAYS[last]}"]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} et {parts[-1]}"


def _times(ranges: tuple[Range, ...]) -> str:
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in ranges)


def _times_said(ranges: Sequence[Range]) -> str:
    if tuple(ranges) == ((0, MIDNIGHT),):
        return "jour et nuit"
    return " et ".join(f"{time_said(start)} – {time_said(end)}" for start, end in ranges)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _coming_days(text: str, first: date) -> list[str]:
    """What the library says of the seven days from `first` on, day by day."""
    begin = datetime.combine(first, time())
    last = begin + timedelta(days=7)
    open_at: dict[date, list[Range]] = {first + timedelta(days=n): [] for n in range(7)}
    for start, end, state, _ in OpeningHours(text).intervals(begin, last):
        if str(state) == "open":
            for day, ranges in open_at.items():
                low, high = (_minutes_into(day, moment) for moment in (start, end or last))
                if low < high:
                    ranges.append((low, high))
    return [f"{DAYS[day.weekday()]} {french_date(day)} : {_times_said(ranges) or 'fermé'}" for day, ranges in open_at.items()]


def _minutes_into(day: date, moment: datetime) -> int:
    """The minute of a day at which a moment falls, brought within it."""
    elapsed = moment.replace(tzinfo=None) - datetime.combine(day, time())
    return max(0, min(MIDNIGHT, int(elapsed.total_seconds() // 60)))
