"""What may be typed about a partnership and its steps."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.directory.vocabulary import Format
from app.forms import BaseForm, LongTextField
from app.partnerships.fields import ApproximateDayField
from app.partnerships.models import Step
from app.partnerships.steps import RULES


class StepForm(BaseForm):
    """A step that one side takes; the choices are those that the table allows, given by the view."""

    step = RadioField("Étape", [InputRequired("Choisissez l’étape.")], choices=[])
    day = ApproximateDayField("Date")
    note = LongTextField("Note")

    def offer(self, steps: Sequence[Step]) -> None:
        """Offer these steps and no other."""
        self.step.choices = [SelectChoice(step.value, step.label) for step in steps]

    def validate_note(self, field: LongTextField) -> None:
        """Some steps cannot do without words."""
        chosen = next((rule for rule in RULES.values() if rule.step.value == self.step.data), None)
        if chosen and chosen.note and not field.data:
            raise ValidationError(f"Pour noter « {chosen.step.label} », écrivez {chosen.note}.")


class RefusalForm(BaseForm):
    """Why a step is not confirmed."""

    note = LongTextField("Pourquoi vous ne la confirmez pas", required="Dites en quelques mots pourquoi.")


class RecordForm(BaseForm):
    """A partnership that begins, or that runs already."""

    format = RadioField(
        "Formule", [InputRequired("Choisissez une formule.")], choices=[SelectChoice(one.value, one.label) for one in Format]
    )
    description = LongTextField("Description de la formule")
    day = ApproximateDayField("Date de la prise de contact")
    note = LongTextField("Note")

    def validate_description(self, field: LongTextField) -> None:
        """What is to be invented has to be described."""
        if self.format.data == Format.OTHER.value and not field.data:
            raise ValidationError("Décrivez la formule que vous inventez.")


def refusal_form(**options: Any) -> RefusalForm:
    """The form of a refusal: its fields have names of their own, since it stands beside another form."""
    return RefusalForm(prefix="refus", **options)


def day_of(text: str) -> date | None:
    """The day that a link carries, such as « 2017-07-11 »; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
