"""What may be asked of the programme; all of it stands in the URL."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.forms import CheckboxListField, DayField, QueryForm, TextField
from app.meetings.models import MeetingKind

ANY_THEME = SelectChoice("", "Tous les pôles et axes")


class ThemeField(SelectField):
    """One pole or axis, or any; its choices are read from the database."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[ANY_THEME], validate_choice=False, **options)

    def offer(self, poles: Iterable[tuple[str, str]], axes: Iterable[tuple[str, str]]) -> None:
        groups = (("Pôles", poles), ("Axes", axes))
        offered = [SelectChoice(code, said, optgroup=group) for group, choices in groups for code, said in choices]
        self.choices = [ANY_THEME, *offered]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data and self.data not in {choice.value for choice in self.choices or []}:
            raise ValidationError("Ce pôle ou cet axe n’existe pas : choisissez dans la liste.")


class ProgrammeForm(QueryForm):
    """`?type=seminaire&territoire=region-93&structure=bpi&axe=axe-illettrisme&du=2017-11-01&au=2017-11-30&passees=oui`."""

    kinds = CheckboxListField("Type de rencontre", [(kind.value, kind.plural) for kind in MeetingKind], name="type")
    territory = TextField("Territoire", name="territoire")
    institution = TextField("Structure", name="structure")
    theme = ThemeField("Pôle ou axe", name="axe")
    starts = DayField("Du", past=False, name="du")
    ends = DayField("Au", past=False, name="au")
    past = BooleanField("Les rencontres passées", name="passees", false_values=("", "non"))

    def validate_ends(self, field: DayField) -> None:
        if field.data and self.starts.data and field.data < self.starts.data:
            raise ValidationError("Cette fin vient avant le début : échangez les deux dates, ou corrigez l’une d’elles.")

    @property
    def clean_args(self) -> dict[str, Any]:
        """The parameters of the URL that asks the same, without an empty one; only a valid form has them."""
        asked = {
            "type": [kind.value for kind in MeetingKind if kind.value in (self.kinds.data or [])],
            "territoire": self.territory.data,
            "structure": self.institution.data,
            "axe": self.theme.data,
            "du": self.starts.data.isoformat() if self.starts.data else "",
            "au": self.ends.data.isoformat() if self.ends.data else "",
            "passees": "oui" if self.past.data else "",
        }
        return {name: value for name, value in asked.items() if value}
