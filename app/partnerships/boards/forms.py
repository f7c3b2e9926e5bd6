"""What may be asked of a board; everything stands in the URL."""

from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from app.directory.vocabulary import Format
from app.forms import BaseForm, CheckboxListField, QueryForm, TextField
from app.partnerships.boards.reminders import SNOOZES
from app.partnerships.models import Step

COLUMNS = "colonnes"
STALLED = "1"


class BoardForm(QueryForm):
    """`?q=manosque&etape=cadrage&formule=centre-associe&en-attente=1&vue=colonnes`."""

    q = TextField("Structure")
    etape = CheckboxListField("Étape", [(one.value, one.label) for one in Step])
    formule = CheckboxListField("Formule", [(one.value, one.label) for one in Format])
    en_attente = CheckboxListField("Suivi", [(STALLED, "Ce qui stagne seulement")], name="en-attente")
    vue = HiddenField("Vue")

    def count_steps(self, counts: dict[Step, int]) -> None:
        """Say beside each step how many would be found."""
        kept = [one for one in Step if counts.get(one) or one.value in (self.etape.data or [])]
        self.etape.offer((one.value, f"{one.label} ({counts.get(one, 0)})") for one in kept)

    @property
    def clean_args(self) -> dict[str, Any]:
        """The parameters of the URL that asks the same, without an empty one."""
        asked = {
            "q": self.q.data,
            "etape": [one.value for one in Step if one.value in (self.etape.data or [])],
            "formule": [one.value for one in Format if one.value in (self.formule.data or [])],
            "en-attente": STALLED if self.en_attente.data else "",
            "vue": COLUMNS if self.vue.data == COLUMNS else "",
        }
        return {name: value for name, value in asked.items() if value}


class SnoozeForm(BaseForm):
    """For how long not to be reminded."""

    jours = RadioField(
        "Ne plus me le rappeler avant", choices=[SelectChoice(str(days), said) for days, said in SNOOZES.items()], default="30"
    )
