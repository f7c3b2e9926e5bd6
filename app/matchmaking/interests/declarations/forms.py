"""The short public form, and what the agency answers to it."""

from wtforms import BooleanField, RadioField, StringField

from app.accounts.forms import EmailField
from app.directory.places import Answer, label
from app.directory.vocabulary import Format
from app.forms import BaseForm, CheckboxListField, LongTextField, QueryForm, TextField
from geo.territories import Territory

FORMATS = [(one.value, one.label) for one in Format]


class PublicForm(BaseForm):
    """A library says its interest without an account."""

    library_name = TextField("Nom de la bibliothèque", name="nom", required="Écrivez le nom de la bibliothèque.")
    commune = TextField("Commune", name="commune", longest=100, required="Écrivez le nom de la commune.")
    #: Asked when what was typed is that of several: « 06130 » is Grasse and Le Plan-de-Grasse.
    commune_meant = RadioField("Quelle commune", name="commune-choix", choices=[], validate_choice=False)
    email = EmailField("Adresse électronique")
    formats = CheckboxListField("Formules qui vous intéressent", choices=FORMATS, name="formules")
    words = LongTextField("En quelques mots", name="mots")
    offers_mailbox = BooleanField(
        "Cette boîte est celle de l’équipe, et la fiche de la bibliothèque peut la montrer comme contact", name="boite"
    )
    shows_author = BooleanField("Montrer au public le nom de la bibliothèque", name="montrer")
    #: Nobody sees it: what fills it is a robot.
    trap = StringField("Ne remplissez pas ce champ", name="site-web")

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
        self.commune_meant.choices = [(one.id, label(one)) for one in answer.choices]
        self.commune_meant.errors = [f"« {typed} » peut désigner plusieurs communes : choisissez la vôtre."]


class FindForm(QueryForm):
    """`?q=herbes`: another sheet to which a declaration may be attached."""

    q = TextField("Chercher une autre fiche")


class SetAsideForm(BaseForm):
    """Why a declaration is not attached to any sheet."""

    reason = LongTextField(
        "Motif, transmis à la personne", name="motif", longest=1_000, required="Écrivez le motif : la personne le lira."
    )
