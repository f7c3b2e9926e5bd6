"""What may be asked when one chooses whom to invite, and what is said to those invited."""

import re

from wtforms import BooleanField, ValidationError

from app.directory.forms import STATE_CHOICES
from app.directory.models import State
from app.directory.queries import RANKED_KINDS
from app.forms import BaseForm, CheckboxListField, KilometresField, LongTextField, QueryForm, TextField

LONGEST_MESSAGE = 1_500
#: How many institutions a link may name one by one, as a list that a team keeps does.
MOST_NAMED = 100
#: What is closed, or gone, is invited to nothing.
NEVER_INVITED = (State.CLOSED.value, State.ABSENT.value)


class ChooseForm(QueryForm):
    """`?type=bibliotheque&territoires=departement-04;departement-06&loin=30`: the selection stands in the URL."""

    q = TextField("Mots à chercher")
    territoires = TextField("Territoires", longest=1_000)
    type = CheckboxListField("Type de structure", [(kind.value, kind.plural) for kind in RANKED_KINDS])
    loin = KilometresField("À plus de … kilomètres d’une Cité ou d’un centre")
    unplaced = BooleanField("Ajouter celles dont la position n’est pas connue", name="sans-position")
    interested = BooleanField("Qui ont manifesté un intérêt, et le montrent", name="interet")
    free = BooleanField("Sans partenariat en cours avec l’organisateur", name="libres")
    etat = CheckboxListField("État", [choice for choice in STATE_CHOICES if choice[0] not in NEVER_INVITED])
    structures = TextField("Structures d’une liste", longest=8_000)

    def validate_structures(self, field: TextField) -> None:  # noqa: ARG002 - the signature is that of WTForms
        """Public ids, as a link writes them."""
        if len(self.codes) > MOST_NAMED:
            raise ValidationError(f"C’est trop à la fois : {MOST_NAMED} structures d’une liste au plus.")
        if not all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code, re.ASCII) for code in self.codes):
            raise ValidationError("Ces structures ne se lisent pas : ouvrez de nouveau le lien de votre liste.")

    @property
    def codes(self) -> list[str]:
        """The public ids of the institutions that a link names."""
        return list(dict.fromkeys(code for code in (self.structures.data or "").split(";") if code))


class SendForm(BaseForm):
    """What the organiser says beside the facts of the meeting."""

    message = LongTextField("Votre mot", longest=LONGEST_MESSAGE)
