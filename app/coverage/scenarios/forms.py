"""What may be asked of a scenario, all of it in the URL, and what is typed to keep one."""

import re

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from app.coverage.areas import AreaForm
from app.coverage.scenarios.models import LONGEST_ASKED, LONGEST_NAME, LONGEST_NOTE
from app.forms import BaseForm, DayField, KilometresField, LongTextField, TextField
from geo.territories import Level

#: By the word that stands in the URL.
LEVELS = {"regions": Level.REGION, "departements": Level.DEPARTMENT, "intercommunalites": Level.EPCI}
LEVEL_LABELS = {"regions": "Régions", "departements": "Départements", "intercommunalites": "Intercommunalités"}
USUAL_LEVEL = "departements"
PLANNED = [SelectChoice("", "comptés comme ouverts"), SelectChoice("non", "laissés de côté")]


class TrialForm(AreaForm):
    """`?date=2026-06-30&rayon=20&ouvrir=bib-135;5.93,44.1&fermer=centre-associe-de-gap`, and an area told apart."""

    day = DayField("Situation au", name="date")
    reach = KilometresField("À moins de (km)", name="rayon")
    reference_day = DayField("Comparer avec la situation au", name="date-reference")
    reference_reach = KilometresField("Distance de la référence (km)", name="rayon-reference")
    planned = SelectField("Lieux en projet", name="projets", choices=PLANNED, default="")
    level = SelectField(
        "Par", name="niveau", choices=[SelectChoice(code, words) for code, words in LEVEL_LABELS.items()], default=USUAL_LEVEL
    )
    to_open = TextField("Lieux à ouvrir", name="ouvrir", longest=LONGEST_ASKED)
    to_close = TextField("Lieux à fermer", name="fermer", longest=LONGEST_ASKED)
    against = TextField("Comparer avec un autre scénario", name="contre", longest=60)
    add = TextField("Ouvrir un lieu", name="ajouter", longest=100)
    scenario = TextField("Scénario modifié", name="scenario", longest=60)
    revision = HiddenField(name="version")


class SaveForm(BaseForm):
    """The name of a scenario, and the team that keeps it; `asked` is the question, as the query of a URL."""

    name = TextField("Nom du scénario", name="nom", longest=LONGEST_NAME, required="Donnez un nom à ce scénario.")
    note = LongTextField("Note, pour votre équipe seule", name="note", longest=LONGEST_NOTE)
    team = SelectField("Équipe qui le garde", name="structure", choices=[], validate_choice=False)
    asked = HiddenField(name="question")
    scenario = HiddenField(name="scenario")
    revision = HiddenField(name="version")


def whole(text: str | None) -> int | None:
    """A number that a page carried; None for anything else."""
    return int(text) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) else None
