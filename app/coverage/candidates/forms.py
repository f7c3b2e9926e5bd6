"""What may be asked of candidates, as a form that stands in the URL."""

import re
from typing import Any

from wtforms import BooleanField, Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.coverage.areas import AreaForm
from app.coverage.candidates.criteria import MOST_WEIGHT, Criterion
from app.coverage.eligible import POSSIBLE_KINDS
from app.coverage.forms import GainQuestionForm
from app.directory.models import Kind
from app.directory.vocabulary import Format
from app.forms import CheckboxListField, tidy

HOURS_OF_A_WEEK = 168


class NumberField(StringField):
    """A number typed as « 10 » or « 12,5 » ; `value` is None when empty."""

    def __init__(self, label: str, most: float, refusal: str, **options: Any) -> None:
        super().__init__(label, filters=[tidy], **options)
        self.most, self.refusal = most, refusal

    @property
    def value(self) -> float | None:
        found = re.fullmatch(r"(\d{1,4}(?:[.,]\d{1,2})?) ?h?", self.data or "", re.ASCII)
        return float(found[1].replace(",", ".")) if found else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data and (self.value is None or self.value > self.most):
            raise ValidationError(f"« {self.data[:20]} » : {self.refusal}")


def _weight(criterion: Criterion) -> NumberField:
    refusal = f"écrivez un nombre de 0 à {MOST_WEIGHT}."
    return NumberField(criterion.label, MOST_WEIGHT, refusal, name=f"poids-{criterion.value}")


class CandidateForm(AreaForm, GainQuestionForm):
    """`?territoires=04;06&formule=centre-associe&heures=10&poids-heures=4`."""

    formule = SelectField(
        "Formule", choices=[SelectChoice(one.value, one.label) for one in Format], default=Format.CENTRE.value
    )
    type = CheckboxListField("Type de structure", [(kind.value, kind.plural) for kind in POSSIBLE_KINDS])
    heures = NumberField(
        "Ouvertes au moins (heures par semaine)", HOURS_OF_A_WEEK, f"écrivez un nombre d’heures de 0 à {HOURS_OF_A_WEEK}."
    )
    salaries = BooleanField("Au moins un salarié")
    inconnus = SelectField(
        "Celles dont l’ouverture ou l’équipe n’est pas connue",
        choices=[SelectChoice("", "Les garder"), SelectChoice("non", "Les écarter")],
        default="",
    )
    projets = SelectField(
        "Lieux en projet",
        choices=[SelectChoice("", "Comptés comme s’ils étaient ouverts"), SelectChoice("non", "Laissés de côté")],
        default="",
    )
    voisins = SelectField(
        "Habitants comptés",
        choices=[SelectChoice("", "Ceux du territoire choisi"), SelectChoice("oui", "D’où qu’ils viennent")],
        default="",
    )
    tri = SelectField(
        "Classer selon",
        choices=[SelectChoice("", "Le milieu du score"), SelectChoice("prudent", "Le score le plus bas possible")],
        default="",
    )
    shown_format = StringField("Formule dont les poids sont montrés", name="poids-de", filters=[tidy])
    poids_habitants = _weight(Criterion.GAIN)
    poids_heures = _weight(Criterion.HOURS)
    poids_surface = _weight(Criterion.FLOOR)
    poids_salaries = _weight(Criterion.STAFF)
    poids_population = _weight(Criterion.POPULATION)
    poids_distance = _weight(Criterion.DISTANCE)
    poids_interet = _weight(Criterion.INTEREST)
    poids_axes = _weight(Criterion.COMMON)
    poids_partenariat = _weight(Criterion.PARTNERSHIP)

    @property
    def weight_fields(self) -> dict[Criterion, Field]:
        return {one: self[f"poids_{one.value}"] for one in Criterion}

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in POSSIBLE_KINDS if kind.value in (self.type.data or ())) or (Kind.LIBRARY,)
