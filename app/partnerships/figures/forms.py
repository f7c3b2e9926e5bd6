"""What may be typed of figures, awareness sessions and reviews."""

import re
from typing import Any

from wtforms import RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from app.formats import number
from app.forms import BaseForm, DayField, LongTextField, tidy
from app.partnerships.figures.actions import Period
from app.partnerships.figures.models import MOST, Decision, Nature, Toward, Unit


class CountField(StringField):
    """A whole number typed as « 551 » or « 1 250 »; `count` is its value, None when empty."""

    def __init__(self, label: str, required: str = "", most: int = MOST, least: int = 0, **options: Any) -> None:
        super().__init__(label, [DataRequired(message=required)] if required else [], filters=[tidy], **options)
        self.least, self.most = least, most

    @property
    def count(self) -> int | None:
        plain = re.sub(r"\s", "", self.data or "")
        return int(plain) if re.fullmatch(r"\d{1,7}", plain, re.ASCII) else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data and (self.count is None or not self.least <= self.count <= self.most):
            raise ValidationError(f"Écrivez un nombre entier, de {self.least} à {number(self.most)}.")


class PeriodForm(BaseForm):
    """A period from one day to another; `period` is it once the form is valid, None when both days are empty."""

    starts_on = DayField("Du", past=False)
    ends_on = DayField("Au", past=False)
    needs_period = True

    @property
    def period(self) -> Period | None:
        return Period(self.starts_on.data, self.ends_on.data) if self.starts_on.data and self.ends_on.data else None

    def validate(self, **options: Any) -> bool:
        """Check the two days together: a field that is empty skips its own checks."""
        valid = super().validate(**options)
        if self.starts_on.errors or self.ends_on.errors:
            return False
        if wrong := self._what_is_wrong():
            self.ends_on.errors = [wrong]
        return bool(valid and not wrong)

    def _what_is_wrong(self) -> str:
        first, last = self.starts_on.data, self.ends_on.data
        if (first is None) != (last is None) or (self.needs_period and last is None):
            return "Donnez les deux jours de la période, par exemple du 01/01/2017 au 30/06/2017."
        if first and last and last < first:
            return "La période finit avant de commencer : vérifiez les deux dates."
        return ""


class FiguresForm(PeriodForm):
    """Workshops planned or held."""

    nature = RadioField(
        "Ces ateliers sont",
        [InputRequired("Choisissez « réalisés » ou « prévus ».")],
        choices=[SelectChoice(Nature.HELD.value, "réalisés"), SelectChoice(Nature.PLANNED.value, "prévus")],
    )
    workshops = CountField("Nombre d’ateliers", "Écrivez le nombre d’ateliers.")
    participants = CountField("Participants")
    note = LongTextField("Remarque", 500)

    def validate_participants(self, field: CountField) -> None:
        if field.data and self.nature.data == Nature.PLANNED.value:
            raise ValidationError("Les participants se comptent quand les ateliers ont eu lieu : laissez cette case vide.")
        if field.count and self.workshops.count == 0:
            raise ValidationError("Il y a des participants, mais aucun atelier : vérifiez les deux nombres.")


class AwarenessForm(PeriodForm):
    """Awareness sessions of one direction."""

    needs_period = False
    toward = RadioField(
        "Ces séances ont eu lieu",
        [InputRequired("Dites où les séances ont eu lieu.")],
        choices=[SelectChoice(one.value, one.label) for one in Toward],
    )
    sessions = CountField("Nombre de séances", "Écrivez le nombre de séances.", 1000, least=1)
    unit = RadioField(
        "Comptées en",
        [InputRequired("Dites s’il s’agit de journées ou de demi-journées.")],
        choices=[SelectChoice(one.value, f"{one.label}s") for one in Unit],
        default=Unit.DAY.value,
    )
    people = CountField("Nombre de personnes", "Écrivez le nombre de personnes.", 100_000)
    outcome = LongTextField("Ce qui en est ressorti", 1000)


class ReviewForm(PeriodForm):
    """A yearly review."""

    held_on = DayField("Jour du bilan", required="Donnez le jour du bilan.")
    decision = RadioField(
        "Décision",
        [InputRequired("Dites ce qui a été décidé.")],
        choices=[SelectChoice(one.value, one.label) for one in Decision],
    )
    summary = LongTextField("Ce qui a été dit et décidé", required="Écrivez ce qui a été dit et décidé.")

    def _what_is_wrong(self) -> str:
        if self.held_on.data and self.ends_on.data and self.held_on.data < self.ends_on.data:
            return "Le bilan regarde une période passée : elle finit avant le jour du bilan, ou ce jour-là."
        return super()._what_is_wrong()
