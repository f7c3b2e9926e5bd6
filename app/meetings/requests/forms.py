"""Asking for a meeting in a region."""

from dataclasses import dataclass

from wtforms import RadioField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.directory.models import Institution
from app.directory.places import label
from app.forms import BaseForm, LongTextField
from geo.territories import Territory


@dataclass(frozen=True)
class Possible:
    """An institution that may ask, and the region for which it may."""

    institution: Institution
    region: Territory

    @property
    def code(self) -> str:
        return f"{self.institution.public_id}:{self.region.id}"

    @property
    def said(self) -> str:
        return f"{self.institution.name}, pour une rencontre ici : {label(self.region)}"


class RequestForm(BaseForm):
    """Who asks, for which region, and what they hope for."""

    who = RadioField("De la part de", choices=[], validate_choice=False, name="pour")
    words = LongTextField("Ce que vous en attendez", longest=1_000, name="mots")

    def offer(self, possible: list[Possible]) -> None:
        """Offer what this person may ask; the only one possible is chosen."""
        self.possible = {one.code: one for one in possible}
        self.who.choices = [SelectChoice(one.code, one.said) for one in possible]
        if len(possible) == 1:
            self.who.data = possible[0].code

    @property
    def chosen(self) -> Possible:
        """Which of them, once valid."""
        return self.possible[self.who.data]

    def validate_who(self, field: RadioField) -> None:
        if field.data not in self.possible:
            raise ValidationError("Choisissez la structure qui demande, et la région.")
