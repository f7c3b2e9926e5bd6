"""The form of a search of the next sites. It is read from the URL, where links of other pages fill it, and when it is sent."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.coverage.areas import AreaForm
from app.coverage.eligible import POSSIBLE_KINDS
from app.coverage.sites.models import Aim
from app.directory.models import Kind
from app.forms import CheckboxListField, DayField, KilometresField, tidy

MOST_SITES = 100
SHORTEST_KM, LONGEST_KM = 5, 80
HOURS_A_WEEK = 168
NUMBER = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?) ?(?:%|h|lieux?)?", re.ASCII | re.IGNORECASE)


class OneOfField(RadioField):
    """One choice of a short list, given as (code, words); an unknown code is named in the error."""

    def __init__(self, label: str, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(label, choices=[SelectChoice(code, said) for code, said in choices], **options)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(f"« {tidy(str(self.data))[:40]} » n’est pas un choix de cette liste.")


class NumberField(StringField):
    """A number typed as « 3 », « 80 % » or « 12,5 »; `number` is None when it is empty or no number."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, filters=[tidy], **options)

    @property
    def number(self) -> float | None:
        found = NUMBER.fullmatch(self.data or "")
        return float(found[1].replace(",", ".")) if found else None


class SitesForm(AreaForm):
    """`?but=habitants&nombre=3&rayon=30&territoires=04;06`; what the aim does not take is not looked at."""

    but = OneOfField("Que cherchez-vous", choices=[(aim.value, aim.label) for aim in Aim], default=Aim.MOST.value)
    nombre = NumberField("Nombre de lieux", default="3")
    part = NumberField("Part des habitants voulue (%)", default="80")
    rayon = KilometresField("Rayon (km)", SHORTEST_KM, LONGEST_KM, default="30")
    date = DayField("Lieux existants au")
    projets = OneOfField(
        "Lieux en projet",
        choices=[("oui", "comptés comme s’ils étaient ouverts"), ("non", "laissés de côté")],
        default="oui",
    )
    voisins = OneOfField(
        "Habitants comptés",
        choices=[
            ("non", "ceux du territoire choisi seulement"),
            ("oui", "aussi ceux des communes voisines qu’un lieu du territoire mettrait à portée"),
        ],
        default="non",
    )
    type = CheckboxListField(
        "Structures possibles", [(kind.value, kind.label) for kind in POSSIBLE_KINDS], default=[Kind.LIBRARY.value]
    )
    heures = NumberField("Ouvertes au moins (heures par semaine)")
    salaries = OneOfField("Personnel", choices=[("", "avec ou sans salarié"), ("y", "au moins un salarié")], default="")
    inconnus = OneOfField(
        "Quand une bibliothèque n’a pas donné ces renseignements",
        choices=[("oui", "la garder parmi les choix"), ("non", "l’écarter")],
        default="oui",
    )

    @property
    def aim(self) -> Aim:
        return Aim(self.but.data)

    def validate_nombre(self, field: NumberField) -> None:
        """From 1 to 100 whole sites, where the aim takes a number."""
        may_be_empty = self.but.data == Aim.EACH.value
        if self.but.data not in {aim.value for aim in Aim if aim.takes_count} or (may_be_empty and not field.data):
            return
        if field.number == 0:
            raise ValidationError("Avec zéro lieu de plus, rien ne change : la page « Couverture » dit ce qu’il en est.")
        if field.number is None or field.number != int(field.number) or not 1 <= field.number <= MOST_SITES:
            raise ValidationError(f"Écrivez un nombre entier de lieux, de 1 à {MOST_SITES}.")

    def validate_part(self, field: NumberField) -> None:
        """From 1 to 100 %, where the aim takes a share."""
        if self.but.data == Aim.FEWEST.value and not 1 <= (field.number or 0) <= 100:
            raise ValidationError("Écrivez une part des habitants, de 1 à 100 %, par exemple 80.")

    def validate_heures(self, field: NumberField) -> None:
        """Hours of a week, or nothing."""
        if field.data and not 0 <= (-1 if field.number is None else field.number) <= HOURS_A_WEEK:
            raise ValidationError(f"Écrivez un nombre d’heures par semaine, de 0 à {HOURS_A_WEEK}, ou rien.")
