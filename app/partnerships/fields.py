"""A day as one remembers it: « 05/07/2016 », « septembre 2015 », « 2013 »."""

import re
from datetime import date
from typing import Any

from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired

from app.clock import today
from app.directory.models import Precision
from app.formats import MONTHS
from app.forms import FIRST_DAY, tidy

HOW_TO_WRITE = "Écrivez-la ainsi : 05/07/2016, 07/2016, juillet 2016 ou 2016."
NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | {"fevrier": 2, "aout": 8, "decembre": 12}


class ApproximateDayField(StringField):
    """A past day, month or year. `day` is its first day and `precision` says which; both None when it is not one."""

    def __init__(self, label: str, required: str = "Donnez une date, même approximative.", **options: Any) -> None:
        super().__init__(label, [DataRequired(message=required)] if required else [], filters=[tidy], **options)

    @property
    def known(self) -> tuple[date, Precision] | None:
        return read(self.data or "")

    @property
    def day(self) -> date | None:
        return self.known[0] if self.known else None

    @property
    def precision(self) -> Precision | None:
        return self.known[1] if self.known else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if not self.data:
            return
        if self.day is None:
            raise ValidationError(f"« {self.data[:40]} » n’est pas une date. {HOW_TO_WRITE}")
        if self.day > today():
            raise ValidationError("Cette date est à venir. Donnez aujourd’hui ou une date passée.")
        if self.day < FIRST_DAY:
            raise ValidationError("La première Cité des métiers a ouvert en 1993. Donnez une date depuis 1990.")


def read(text: str) -> tuple[date, Precision] | None:
    """The first day of what is written, and how precise it is; None when it is no date."""
    text = text.lower().strip()
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII):
        return _made(found[1], found[2], found[3], Precision.DAY)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text, re.ASCII):
        return _made(found[3], found[2], found[1], Precision.DAY)
    if found := re.fullmatch(r"(\d{1,2})(?:er)? ([a-zéû]+) (\d{4})", text, re.ASCII | re.IGNORECASE):
        return _made(found[3], NUMBERS.get(found[2]), found[1], Precision.DAY)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{4})", text, re.ASCII):
        return _made(found[2], found[1], 1, Precision.MONTH)
    if found := re.fullmatch(r"([a-zéû]+) (\d{4})", text, re.ASCII):
        return _made(found[2], NUMBERS.get(found[1]), 1, Precision.MONTH)
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        return _made(text, 1, 1, Precision.YEAR)
    return None


def _made(year: str, month: str | int | None, day: str | int, precision: Precision) -> tuple[date, Precision] | None:
    try:
        return date(int(year), int(month or 0), int(day)), precision
    except ValueError:
        return None
