"""What may be typed of a sheet as a whole: its state, an error seen in it, and what became of the report."""

from wtforms import RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.accounts.forms import EmailField
from app.clock import today
from app.directory.edition.models import Outcome
from app.directory.models import State
from app.forms import BaseForm, DayField, LongTextField, TextField, tidy


class StateForm(BaseForm):
    """« Nous sommes fermés, en projet, ouverts », since when (by default today), and a word."""

    state = RadioField(
        "Quel est votre état ?",
        choices=[SelectChoice(state.value, state.label) for state in (State.OPEN, State.CLOSED, State.PLANNED)],
        validators=[InputRequired("Choisissez un état.")],
        name="etat",
    )
    day = DayField("Depuis le", default=today, name="date")
    note = TextField("Précision", longest=300, name="precision")


class ReportForm(BaseForm):
    """An error seen in a sheet. `site_web` is a field that nobody sees: who fills it is a robot."""

    message = LongTextField("Qu’est-ce qui est inexact ?", required="Écrivez ce qui est inexact.", name="message")
    email = EmailField("Votre adresse électronique, si vous souhaitez une réponse", required=False, name="courriel")
    site_web = StringField("Laissez ce champ vide", filters=[tidy])

    def validate_site_web(self, field: StringField) -> None:
        if field.data:
            raise ValidationError("Un champ caché a été rempli, comme le font les robots. Effacez-le, puis envoyez de nouveau.")


class HandleForm(BaseForm):
    """What became of an error report."""

    outcome = RadioField(
        "Votre conclusion",
        choices=[SelectChoice(outcome.value, outcome.label) for outcome in Outcome],
        validators=[InputRequired("Choisissez une conclusion.")],
        name="conclusion",
    )
    answer = LongTextField("Un mot pour la personne qui a signalé", longest=500, name="reponse")
