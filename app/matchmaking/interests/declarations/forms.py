"""The short public form, and what the agency answers to it."""

from wtforms import BooleanField, StringField

from app.accounts.forms import EmailField
from app.directory.places import Answer, label
from app.directory.vocabulary import Format
from app.forms import BaseForm, CheckboxListField, LongTextField, QueryForm, TextField

FORMATS = [(one.value, one.label) for one in Format]
MOST_COMMUNES_SAID = 6


class PublicForm(BaseForm):
    """A library says its interest without an account."""

    library_name = TextField("Nom de la bibliothèque", name="nom", required="Écrivez le nom de la bibliothèque.")
    commune = TextField("Commune", name="commune", required="Écrivez le nom de la commune.")
    email = EmailField("Adresse électronique")
    formats = CheckboxListField("Formules qui vous intéressent", choices=FORMATS, name="formules")
    words = LongTextField("En quelques mots", name="mots")
    shows_author = BooleanField("Montrer au public le nom de la bibliothèque", name="montrer")
    #: Nobody sees it: what fills it is a robot.
    trap = StringField("Ne remplissez pas ce champ", name="site-web")

    def ask_back(self, answer: Answer) -> None:
        """Say what is not clear in the commune."""
        typed = self.commune.data
        if not answer.choices:
            said = f"Aucune commune ne s’appelle « {typed} ». Vérifiez l’orthographe, ou écrivez son code postal."
        else:
            meant = ", ".join(label(one) for one in answer.choices[:MOST_COMMUNES_SAID])
            said = f"« {typed} » ne suffit pas à dire quelle commune : recopiez la bonne, par exemple {meant}."
        self.commune.errors = [*self.commune.errors, said]


class FindForm(QueryForm):
    """`?q=herbes`: another sheet to which a declaration may be attached."""

    q = TextField("Chercher une autre fiche")


class SetAsideForm(BaseForm):
    """Why a declaration is not attached to any sheet."""

    reason = LongTextField(
        "Motif, transmis à la personne", name="motif", longest=1_000, required="Écrivez le motif : la personne le lira."
    )
