"""What may be typed at the door."""

import re
from collections.abc import Sequence

from wtforms import HiddenField, RadioField, StringField, ValidationError

from app.directory.facts import place
from app.directory.models import Institution
from app.directory.places import Answer, label
from app.forms import BaseForm, QueryForm, TextField, tidy
from app.meetings.desk.queries import View
from app.public_ids import LENGTH, LETTERS, random_public_id
from geo.territories import Territory

#: How many people one press of the counter may add.
MOST_AT_ONCE = 100
#: The choice of a name that is of no institution of the directory.
AS_TYPED = "tel-quel"


class DeskForm(QueryForm):
    """`?q=inventee&vue=attendus`: whom one looks for."""

    q = TextField("Nom ou structure", longest=100)
    view = HiddenField(name="vue")

    @property
    def asked_view(self) -> View:
        return next((one for one in View if one.value == self.view.data), View.ALL)


class KeyedForm(BaseForm):
    """A form that carries a key of its own: sent twice, it does what it does once."""

    form_key = HiddenField(name="formulaire")

    @property
    def key(self) -> str:
        """The key that was sent, or a new one where it is not ours."""
        sent = self.form_key.data or ""
        return sent if re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", sent) else random_public_id()


class WalkInForm(KeyedForm):
    """Somebody who came without registering."""

    name = TextField("Prénom et nom", name="nom", required="Écrivez le nom de la personne.")
    role = TextField("Fonction", name="fonction")
    organisation = TextField("Structure", name="structure")
    #: Asked when the directory knows institutions of that name.
    institution_meant = RadioField("Quelle structure", name="structure-choix", choices=[], validate_choice=False)
    commune = TextField("Commune", name="commune", longest=100)
    commune_meant = RadioField("Quelle commune", name="commune-choix", choices=[], validate_choice=False)

    def meant_commune(self, answer: Answer) -> Territory | None:
        """The commune that was typed, or chosen among those that it may be."""
        return answer.territory or next((one for one in answer.choices if one.id == self.commune_meant.data), None)

    def ask_commune(self, answer: Answer) -> None:
        """Say what is not clear in the commune, and offer those that it may be."""
        typed = self.commune.data
        if not answer.choices:
            self.commune.errors = [
                f"Aucune commune ne s’appelle « {typed} ». Vérifiez l’orthographe, ou écrivez son code postal."
            ]
            return
        self.commune_meant.choices = [(one.id, label(one)) for one in answer.choices]
        self.commune_meant.errors = [f"« {typed} » peut désigner plusieurs communes : choisissez la bonne."]

    def ask_institution(self, found: Sequence[Institution]) -> None:
        """Offer the institutions that the name may be of, and to keep it as it was typed."""
        known = [(one.public_id, f"{one.name}, {place(one)}" if place(one) else one.name) for one in found]
        self.institution_meant.choices = [*known, (AS_TYPED, f"Aucune de celles-ci : garder « {self.organisation.data} »")]
        self.institution_meant.errors = ["L’annuaire connaît ce nom : choisissez la structure, ou gardez ce qui est écrit."]


class CountForm(KeyedForm):
    """A press on the counter of a workshop: « +1 », « −1 », or a group that comes in together."""

    change = StringField("Personnes à ajouter", name="combien", filters=[tidy])

    def validate_change(self, field: StringField) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.people is None:
            raise ValidationError(f"Écrivez un nombre de personnes, de 1 à {MOST_AT_ONCE}.")

    @property
    def people(self) -> int | None:
        """How many more came, or fewer; None for what is no such number."""
        found = re.fullmatch(r"\+?(\d{1,3})|[-−]1", self.change.data or "", re.ASCII)
        if not found:
            return None
        number = int(found[1]) if found[1] else -1
        return number if number == -1 or 1 <= number <= MOST_AT_ONCE else None
