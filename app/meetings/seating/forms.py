"""What may be typed of tables and of what is wished of a plan."""

from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from app.forms import BaseForm, TextField
from app.meetings.seating.models import MOST_ROUNDS, MOST_SEATS, MOST_TABLES, SeatingPlan
from app.meetings.seating.problem import Weights

WEIGHTS = [(0, "pas demandé (0)"), (2, "un peu (2)"), (5, "nettement (5)"), (10, "avant tout (10)")]


def _choices(pairs: list[tuple[int, str]]) -> list[SelectChoice]:
    return [SelectChoice(code, said) for code, said in pairs]


class WholeField(IntegerField):
    """A whole number between two others, both said in the error."""

    def __init__(self, label: str, least: int, most: int, **options: Any) -> None:
        said = f"Écrivez un nombre entre {least} et {most}."
        super().__init__(label, [InputRequired(said), NumberRange(least, most, said)], **options)
        self.said = said

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.said) from None


class WeightField(SelectField):
    """How much a wish weighs."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=_choices(WEIGHTS), coerce=int, **options)


class TablesForm(BaseForm):
    """Several tables alike."""

    number = WholeField("Nombre de tables", 1, MOST_TABLES, name="nombre", default=1)
    seats = WholeField("Places à chacune", 2, MOST_SEATS, name="places", default=8)


class TableForm(BaseForm):
    """One table."""

    seats = WholeField("Places", 2, MOST_SEATS, name="places")
    territory = TextField("Réservée à un territoire", name="territoire", longest=100)


class WishesForm(BaseForm):
    """What is wished, and how much it weighs."""

    rounds = SelectField(
        "Tours", choices=[SelectChoice(n, str(n)) for n in range(1, MOST_ROUNDS + 1)], coerce=int, name="tours"
    )
    territory = WeightField("Réunir un même territoire", name="territoire")
    far = WeightField("Ne pas asseoir ensemble des régions éloignées", name="eloignement")
    kinds = WeightField("Mélanger les types de structures", name="types")
    apart = WeightField("Séparer les personnes d’une même structure", name="separer")
    again = WeightField("Ne pas se retrouver d’un tour à l’autre", name="retrouver")

    def fill(self, plan: SeatingPlan) -> None:
        """Show what is asked now; a weight that is no choice of the list is added to it."""
        self.rounds.data = plan.rounds
        self.territory.data, self.far.data, self.kinds.data = plan.territory_weight, plan.far_weight, plan.kinds_weight
        self.apart.data, self.again.data = plan.apart_weight, plan.again_weight
        for field in (self.territory, self.far, self.kinds, self.apart, self.again):
            if field.data not in dict(WEIGHTS):
                field.choices = _choices(sorted([*WEIGHTS, (field.data, f"{field.data}")]))

    @property
    def weights(self) -> Weights:
        return Weights(self.territory.data, self.far.data, self.kinds.data, self.apart.data, self.again.data)


class MoveForm(BaseForm):
    """Where someone goes: « table-3 », or « personne-… » to exchange seats with."""

    toward = RadioField("Vers", choices=[], validate_choice=False, name="vers")
    since = HiddenField(name="depuis")

    @property
    def table(self) -> str:
        return self._named("table-")

    @property
    def other(self) -> str:
        return self._named("personne-")

    def _named(self, prefix: str) -> str:
        code = self.toward.data or ""
        return code.removeprefix(prefix) if code.startswith(prefix) else ""
