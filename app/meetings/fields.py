"""Hours as one types them, and the instant that a day and an hour of Paris are.

On the night of spring when clocks go from 2 h to 3 h, what lies between does not exist, and is refused. On the night of
autumn when they go back from 3 h to 2 h, what lies between comes twice: the first time is meant, and it is said.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired

from app.clock import PARIS
from app.formats import french_date
from app.forms import tidy

HOW_TO_WRITE = "Écrivez-la ainsi : 9:30, 9 h 30 ou 14 h."


class NoSuchHour(ValueError):
    """On that day the clocks skip this hour."""


class TimeField(StringField):
    """An hour, as a browser sends it (09:30) or as one types it (9h30, 14 h); `hour` is its value, None when empty."""

    def __init__(self, label: str, required: str = "", **options: Any) -> None:
        super().__init__(label, [DataRequired(message=required)] if required else [], filters=[tidy], **options)

    @property
    def hour(self) -> time | None:
        return read_hour(self.data or "")

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data and self.hour is None:
            raise ValidationError(f"« {self.data[:40]} » n’est pas une heure. {HOW_TO_WRITE}")


def read_hour(text: str) -> time | None:
    """The hour that a text is: « 9:30 », « 09h30 », « 14 h », « 9 »; None for anything else."""
    found = re.fullmatch(r"(\d{1,2}) ?(?:(?:h|H|:|heures?) ?(\d{2})?)?(?::00)?", tidy(text), re.ASCII)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def moment(day: date, hour: time) -> datetime:
    """The instant of a day and an hour on the clocks of Paris; of an hour that comes twice, the first.

    Raises `NoSuchHour`, with a sentence for the person, where the clocks skip it.
    """
    local = datetime.combine(day, hour, PARIS)
    instant = local.astimezone(UTC)
    if instant.astimezone(PARIS).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchHour(
            f"Le {french_date(day)}, les horloges passent de 2 h à 3 h : {hour.hour} h {hour.minute:02} n’existe pas ce"
            " jour-là. Choisissez une autre heure."
        )
    return instant


def comes_twice(instant: datetime) -> bool:
    """Whether the clocks of Paris show this hour twice that day: the night when they go back."""
    local = instant.astimezone(PARIS)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def shown_hour(instant: datetime) -> str:
    """An instant as the field of an hour holds it: « 09:30 »."""
    return f"{instant.astimezone(PARIS):%H:%M}"


def wall_difference(before: datetime, after: datetime) -> timedelta:
    """How much later an instant is on the clocks of Paris: one day from 9 h to 9 h, also when these change in between."""
    return after.astimezone(PARIS).replace(tzinfo=None) - before.astimezone(PARIS).replace(tzinfo=None)
