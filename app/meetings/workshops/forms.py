"""What may be typed of workshops: several at once, and how many came to each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.directory.models import Institution
from app.formats import apostrophes, number
from app.forms import BaseForm, DayField, LongTextField, TextField, tidy
from app.meetings.fields import TimeField
from app.meetings.models import MOST_PLACES, Meeting
from app.meetings.workshops.repeating import MOST_AT_ONCE, NotDays, Repeat, days_typed, repeated
from app.partnerships.figures.forms import CountField


class WorkshopsForm(BaseForm):
    """One title and several days; `planned_days` are these once the form is valid."""

    title = TextField("Titre", required="Donnez le titre de l’atelier.")
    summary = LongTextField("Présentation", 1000)
    days = LongTextField("Dates, une par ligne", required="Écrivez au moins une date, par exemple 09/03/2017.")
    repeat = RadioField(
        "Cet atelier a lieu",
        choices=[SelectChoice(one.value, one.label) for one in Repeat],
        default=Repeat.NEVER.value,
    )
    until = DayField("Répéter jusqu’au", past=False)
    starts = TimeField("Début", required="Donnez l’heure de début.")
    ends = TimeField("Fin", required="Donnez l’heure de fin.")
    place = RadioField("Lieu", [InputRequired("Choisissez où l’atelier a lieu.")], choices=[])
    capacity = CountField("Nombre de places", most=MOST_PLACES, least=1)
    takes_registrations = BooleanField("On peut s’inscrire en ligne à l’avance")
    walk_in_places = CountField("Places gardées pour ceux qui viennent sans inscription", most=MOST_PLACES)
    is_announced = BooleanField("Annoncer ces ateliers tout de suite")

    def offer_places(self, places: Iterable[Institution]) -> None:
        """Offer these institutions as places; the first is chosen unless another is."""
        self.place.choices = [SelectChoice(one.public_id, apostrophes(one.name)) for one in places]
        if self.place.data is None:
            self.place.data = self.place.choices[0].value

    @property
    def planned_days(self) -> list[date]:
        typed = days_typed(self.days.data or "")
        repeat = Repeat(self.repeat.data)
        return typed if repeat is Repeat.NEVER else repeated(typed[0], repeat, self.until.data)

    def validate_days(self, field: LongTextField) -> None:
        try:
            typed = days_typed(field.data or "")
        except NotDays as error:
            raise ValidationError(str(error)) from None
        if not typed:
            raise ValidationError("Écrivez au moins une date, par exemple 09/03/2017.")
        if len(typed) > MOST_AT_ONCE:
            raise ValidationError(f"Créez {MOST_AT_ONCE} ateliers au plus à la fois.")
        if len(typed) > 1 and self.repeat.data != Repeat.NEVER.value:
            raise ValidationError("Pour répéter un atelier, n’écrivez que sa première date.")

    def validate(self, **options: Any) -> bool:
        """Check together what depends on several fields."""
        valid = super().validate(**options)
        for name, sentence in (("until", self._wrong_end()), ("ends", self._wrong_hours()), *self._wrong_places()):
            if sentence and not self[name].errors:
                self[name].errors = [sentence]
                valid = False
        return bool(valid)

    def _wrong_end(self) -> str:
        if self.repeat.data in (None, Repeat.NEVER.value) or self.days.errors or self.repeat.errors:
            return ""
        first = days_typed(self.days.data or "")[0]
        if self.until.data is None:
            return "Dites jusqu’à quel jour l’atelier se répète."
        if self.until.data < first:
            return "Ce jour vient avant la première date."
        found = len(repeated(first, Repeat(self.repeat.data), self.until.data))
        return f"Cela ferait plus de {MOST_AT_ONCE} ateliers : choisissez un jour plus proche." if found > MOST_AT_ONCE else ""

    def _wrong_hours(self) -> str:
        if self.starts.hour and self.ends.hour and self.ends.hour <= self.starts.hour:
            return "L’atelier finit avant de commencer : vérifiez les deux heures."
        return ""

    def _wrong_places(self) -> list[tuple[str, str]]:
        capacity, kept = self.capacity.count, self.walk_in_places.count or 0
        if not kept:
            return []
        if capacity is None:
            return [("capacity", "Pour garder des places, dites d’abord combien il y en a.")]
        return [("walk_in_places", f"Il n’y a que {number(capacity)} places.")] if kept > capacity else []


class CountsForm(BaseForm):
    """How many came to each of several workshops; the fields are named by the workshop, and an empty one says nothing."""


@dataclass(frozen=True)
class Row:
    """A workshop to count: what was typed, what the page had shown (`read`), the number to save, and what is wrong."""

    meeting: Meeting
    typed: str
    read: str
    attendance: int | None = None
    error: str = ""

    @property
    def field_id(self) -> str:
        return f"presents-{self.meeting.public_id}"

    @property
    def read_id(self) -> str:
        return f"lu-{self.meeting.public_id}"

    @property
    def before(self) -> int | None:
        """What the page had shown, as a number."""
        return number_of(self.read)


def rows_now(meetings: Iterable[Meeting]) -> list[Row]:
    """The workshops as they are."""
    shown = [(one, "" if one.attendance is None else str(one.attendance)) for one in meetings]
    return [Row(one, known, known) for one, known in shown]


def rows_typed(meetings: Iterable[Meeting], data: Mapping[str, str]) -> list[Row]:
    """What was typed for each workshop; one that was not on the page is left as it is."""
    return [_row(Row(one, "", ""), data) for one in meetings]


def _row(row: Row, data: Mapping[str, str]) -> Row:
    typed, read = tidy(data.get(row.field_id, "")), tidy(data.get(row.read_id, ""))
    row = replace(row, typed=typed, read=read)
    if typed == read:
        return row
    if not typed:
        return replace(row, error="Un nombre déjà noté se corrige, il ne s’efface pas.")
    attendance = number_of(typed)
    if attendance is None:
        return replace(row, error=f"Écrivez un nombre entier, de 0 à {number(MOST_PLACES)}.")
    return replace(row, attendance=attendance)


def number_of(text: str) -> int | None:
    """The attendance that a text is, « 12 » or « 1 250 »; None for anything else."""
    plain = text.replace(" ", "")
    known = int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 6 else MOST_PLACES + 1
    return known if known <= MOST_PLACES else None


class AttendanceForm(BaseForm):
    """How many came to one workshop; `read` is what the page had shown."""

    attendance = CountField("Personnes venues", "Écrivez combien de personnes sont venues.", MOST_PLACES)
    read = HiddenField(filters=[tidy])
