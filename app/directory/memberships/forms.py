"""What is typed to ask to speak for an institution, to answer, and to invite."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.accounts.forms import EmailField
from app.directory.memberships.models import Role
from app.forms import BaseForm, LongTextField, QueryForm, TextField


class FindForm(QueryForm):
    """`?q=manosque`: the institution for which one wants to speak."""

    q = TextField("Nom de la structure ou de sa ville")


class AskForm(BaseForm):
    """Who asks."""

    name = TextField("Vos prénom et nom", longest=100, required="Écrivez vos prénom et nom.")
    function = TextField("Votre fonction", longest=150, required="Écrivez votre fonction dans cette structure.")
    message = LongTextField(
        "Quelques mots pour les personnes qui décideront",
        longest=1_000,
        required="Dites en quelques mots qui vous êtes et ce que vous ferez pour cette structure.",
    )


#: What each role may do, as it is said to whoever chooses.
ROLE_CHOICES = (
    SelectChoice(Role.MEMBER.value, "Membre : tient la fiche à jour et répond au nom de la structure"),
    SelectChoice(Role.RESPONSIBLE.value, "Responsable : décide aussi de qui parle au nom de la structure"),
)


class RoleForm(BaseForm):
    """The role of a member."""

    role = RadioField("Rôle", choices=ROLE_CHOICES, validators=[InputRequired("Choisissez un rôle.")])

    @property
    def chosen(self) -> Role:
        return Role(self.role.data)


class RefuseForm(BaseForm):
    """Why a request is refused."""

    reason = LongTextField("Raison du refus", longest=1_000, required="Donnez une raison : la personne la lira.")


class InviteForm(BaseForm):
    """A colleague to invite."""

    email = EmailField("Adresse électronique de votre collègue")
