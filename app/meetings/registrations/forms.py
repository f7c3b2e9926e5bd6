"""What may be typed of a registration: who comes, in whose name, and why an organiser refuses."""

from typing import Any

from wtforms import BooleanField, Form, HiddenField, IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import HiddenInput

from app.accounts.forms import EmailField
from app.directory.places import Answer, label
from app.directory.vocabulary import Format
from app.forms import BaseForm, CheckboxListField, InFrench, LongTextField, QueryForm, TextField
from app.meetings.registrations.models import Place
from geo.territories import Territory

FORMATS = [(one.value, one.label) for one in Format]
LONGEST_NEEDS = 500
#: Of institutions, the one that registers nobody but the person.
ALONE = "moi"


class PersonForm(Form):
    """Someone who comes; the fields of one row, told apart by their prefix."""

    Meta = InFrench

    known_as = HiddenField(name="connu")
    name = TextField("Nom", name="nom")
    role = TextField("Fonction", name="fonction")
    lunch = BooleanField("Déjeune sur place", name="repas")
    access_needs = TextField("Besoins d’accès", name="besoins", longest=LONGEST_NEEDS)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed: the row counts for nobody."""
        return not any(one.data for one in self if one is not self.known_as)


class AskedForm(BaseForm):
    """What is asked besides people; shared by a new registration and by its change."""

    expects = LongTextField("Ce que vous attendez de cette rencontre", name="attentes")
    formats = CheckboxListField("Formules qui vous intéressent", choices=FORMATS, name="formules")
    themes = CheckboxListField("Pôles et axes qui vous intéressent", choices=[], name="axes")


class NewForm(AskedForm):
    """A new registration: besides, in whose name; a field that is not asked of this person is deleted from the form."""

    speaker = SelectField("Vous vous inscrivez pour", name="structure", choices=[])
    organisation = TextField("Votre structure", name="organisation", required="Écrivez le nom de votre structure.")
    commune = TextField("Commune", name="commune", longest=100, required="Écrivez le nom de votre commune.")
    #: Asked when what was typed is that of several.
    commune_meant = RadioField("Quelle commune", name="commune-choix", choices=[], validate_choice=False)
    email = EmailField("Adresse électronique", name="adresse")
    #: Nobody sees it: what fills it is a robot.
    trap = StringField("Ne remplissez pas ce champ", name="site-web")

    def validate_speaker(self, field: SelectField) -> None:
        """Nobody is registered for an institution that was not chosen."""
        if not field.data:
            raise ValidationError("Choisissez pour qui vous vous inscrivez.")

    def meant(self, answer: Answer) -> Territory | None:
        """The commune that was typed, or chosen among those that it may be."""
        return answer.territory or next((one for one in answer.choices if one.id == self.commune_meant.data), None)

    def ask_back(self, answer: Answer) -> None:
        """Say what is not clear in the commune, and offer those that it may be."""
        typed = self.commune.data
        if not answer.choices:
            said = f"Aucune commune ne s’appelle « {typed} ». Vérifiez l’orthographe, ou écrivez son code postal."
            self.commune.errors = [*self.commune.errors, said]
            return
        self.commune_meant.choices = [SelectChoice(one.id, label(one)) for one in answer.choices]
        self.commune_meant.errors = [f"« {typed} » peut désigner plusieurs communes : choisissez la vôtre."]


class ChangeForm(AskedForm):
    """The change of a registration: it says which one was read."""

    revision = IntegerField(name="lecture", widget=HiddenInput())
    #: Of the form that is shown once registration has closed.
    only_fewer = HiddenField(name="retrait")


class AcceptForm(BaseForm):
    """Who comes, of those for whom places are offered."""

    kept = CheckboxListField("Qui vient", choices=[], name="vient")


class ReasonForm(BaseForm):
    """Why an organiser refuses or takes back."""

    reason = LongTextField(
        "Motif, transmis à la personne", name="motif", longest=1_000, required="Écrivez le motif : la personne le lira."
    )


class LinkForm(BaseForm):
    """To find one's registration again."""

    email = EmailField("Adresse électronique", name="adresse")


class ListForm(QueryForm):
    """`?etat=liste-d-attente&q=camille`: what an organiser looks at."""

    place = SelectField(
        "État",
        name="etat",
        default="",
        choices=[
            SelectChoice("", "tous"),
            *(SelectChoice(one.value, one.label) for one in Place if one is not Place.UNCONFIRMED),
        ],
    )
    words = TextField("Nom ou structure", name="q", longest=100)

    @property
    def chosen(self) -> Place | None:
        return Place(self.place.data) if self.place.data else None

    @property
    def clean_args(self) -> dict[str, Any]:
        """The parameters of the URL that asks the same, without an empty one."""
        return {name: value for name, value in (("etat", self.place.data), ("q", self.words.data)) if value}
