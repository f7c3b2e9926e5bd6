"""The agenda of a meeting in a form: repeated lines of an hour, a title and a detail, that work without JavaScript.

The lines are in order: an hour earlier than that of the line before is of the next day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wtforms import Field, ValidationError

from app.clock import PARIS
from app.forms import LONGEST_TEXT, tidy, tidy_lines
from app.meetings.fields import HOW_TO_WRITE, NoSuchHour, moment, read_hour, shown_hour
from app.meetings.models import AgendaItem

MOST_LINES = 40
#: How many empty lines a new form shows, and how many follow those that are filled.
FIRST_LINES, MORE_LINES = 3, 1
LONGEST_DETAIL = 1_000


@dataclass
class Line:
    """A line as it was typed; `error` says what is wrong with it."""

    hour: str = ""
    title: str = ""
    detail: str = ""
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.hour or self.title or self.detail)


@dataclass(frozen=True)
class Item:
    """A line of the agenda as it is kept."""

    starts_at: datetime | None
    title: str
    detail: str | None


class AgendaField(Field):
    """Parallel lists of hours, titles and details; `lines` are what the page shows again."""

    PARTS = ("heure", "titre", "detail")

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.lines: list[Line] = [Line() for _ in range(FIRST_LINES)]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002
        """Read the lines that were sent: each sends its three parts, empty ones too."""
        self.process_errors: list[str] = []
        self.errors: Sequence[str] = ()
        self.object_data = self.data = data
        if formdata is None:
            return
        parts = [formdata.getlist(f"{self.name}-{part}") for part in self.PARTS]
        longest = min(max(len(part) for part in parts), MOST_LINES + 1)
        texts = [[*part, *[""] * longest][:longest] for part in parts]
        typed = [Line(tidy(hour), tidy(title), tidy_lines(detail)) for hour, title, detail in zip(*texts, strict=True)]
        self.show(line for line in typed if not line.is_empty)

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines, and room for more."""
        kept = list(lines)
        room = max(FIRST_LINES - len(kept), MORE_LINES)
        self.lines = [*kept, *(Line() for _ in range(room))]

    def fill(self, agenda: Iterable[AgendaItem]) -> None:
        """Show an agenda as it is now."""
        self.show(Line(shown_hour(one.starts_at) if one.starts_at else "", one.title, one.detail or "") for one in agenda)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        typed = [line for line in self.lines if not line.is_empty]
        if len(typed) > MOST_LINES:
            raise ValidationError(f"Le déroulé a {MOST_LINES} lignes au plus.")
        for line in typed:
            line.error = _fault(line)
        self._say_errors()

    def items(self, first_day: date, starts_at: datetime, ends_at: datetime) -> list[Item]:
        """What is kept, each line on its day. What lies outside the meeting is said by its line, as an error of the field."""
        day, last, kept = first_day, None, []
        for line in (one for one in self.lines if not one.is_empty):
            hour = read_hour(line.hour)
            if hour is not None and last is not None and hour < last:
                day += timedelta(days=1)
            last = hour or last
            instant = self._instant(line, day, starts_at, ends_at)
            kept.append(Item(instant, line.title, line.detail or None))
        self._say_errors()
        return kept

    def _instant(self, line: Line, day: date, starts_at: datetime, ends_at: datetime) -> datetime | None:
        hour = read_hour(line.hour)
        if hour is None:
            return None
        try:
            instant = moment(day, hour)
        except NoSuchHour as error:
            line.error = line.error or str(error)
            return None
        if not starts_at <= instant <= ends_at:
            line.error = line.error or "Cette heure n’est pas pendant la rencontre."
        return instant

    def _say_errors(self) -> None:
        wrong = [(number, line.error) for number, line in enumerate(self.lines, 1) if line.error]
        self.errors = [f"Ligne {number} : {error}" for number, error in wrong]


def _fault(line: Line) -> str:
    if not line.title or not any(letter.isalnum() for letter in line.title):
        return "Dites en quelques mots ce qui s’y passe."
    if len(line.title) > LONGEST_TEXT or len(line.detail) > LONGEST_DETAIL:
        return f"Ce texte est trop long : {LONGEST_TEXT} caractères au plus, {LONGEST_DETAIL} pour la précision."
    if line.hour and read_hour(line.hour) is None:
        return f"« {line.hour[:40]} » n’est pas une heure. {HOW_TO_WRITE}"
    return ""


def shifted(items: Iterable[AgendaItem], by: timedelta) -> None:
    """Move the hours of an agenda by as much as its meeting was moved, on the clocks of Paris."""
    for item in items:
        if item.starts_at is not None:
            item.starts_at = shift(item.starts_at, by)


def shift(instant: datetime, by: timedelta) -> datetime:
    """The instant moved by this on the clocks of Paris: 9 h stays 9 h across a change of hour."""
    local = instant.astimezone(PARIS).replace(tzinfo=None) + by
    return local.replace(tzinfo=PARIS)
