"""What one writes to introduce two institutions, and to decline."""

from wtforms import RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.forms import BaseForm, DayField, LongTextField, QueryForm, TextField
from app.matchmaking.introductions.models import Reason

LONGEST_WORDS = 500


class SearchForm(QueryForm):
    """Looking for each of the two institutions by its name or its town."""

    cite = TextField("Chercher la Cité des métiers", name="chercher-cite")
    partner = TextField("Chercher l’autre structure", name="chercher-structure")


class IntroductionForm(BaseForm):
    """Why these two; which two they are stands in hidden fields."""

    message = LongTextField(
        "Pourquoi ces deux-là ?", 1_000, required="Dites en une phrase pourquoi ces deux structures gagneraient à se parler."
    )


class RefusalForm(BaseForm):
    """Why a side declines."""

    reason = RadioField(
        "Pourquoi déclinez-vous ?",
        choices=[SelectChoice(one.value, one.label) for one in Reason],
        validators=[InputRequired("Choisissez la raison qui s’approche le plus de la vôtre.")],
        validate_choice=False,
        name="raison",
    )
    words = LongTextField("Voulez-vous préciser ?", LONGEST_WORDS, name="precisions")

    def validate_reason(self, field: RadioField) -> None:
        if field.data and field.data not in {one.value for one in Reason}:
            raise ValidationError("Cette raison n’est pas dans la liste. Choisissez-en une.")

    def validate_words(self, field: LongTextField) -> None:
        if self.reason.data == Reason.OTHER.value and not field.data:
            raise ValidationError("Précisez en quelques mots cette autre raison.")


class PeriodForm(QueryForm):
    """`?du=2026-01-01&au=2026-12-31`: the introductions made on these days."""

    du = DayField("Du")
    au = DayField("Au")

    def validate_au(self, field: DayField) -> None:
        if field.data and self.du.data and field.data < self.du.data:
            raise ValidationError("La fin de la période précède son début.")
