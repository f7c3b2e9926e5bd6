"""What may be typed about oneself; `EmailField` is for every form that asks for an address."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, HiddenField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import EmailInput

from app.forms import BaseForm, Legible, TextField, tidy
from app.mail.models import Cadence, Category

#: How mailboxes that several people read usually begin.
SHARED = (
    *("accueil", "bdp", "bib", "biblio", "bibliotheque", "bibliotheques", "bm", "cdi", "cdm", "citedesmetiers", "contact"),
    *("culture", "direction", "info", "infos", "mairie", "mediatheque", "mediatheques", "reseau", "secretariat", "service"),
)


class EmailField(StringField):
    """One address, in lower case; no server is asked whether it exists. `data` is in ASCII, as mail servers know it."""

    widget = EmailInput()
    data: str | None

    def __init__(self, label: str, required: bool = True, **options: Any) -> None:
        validators = [InputRequired("Écrivez votre adresse électronique.")] if required else []
        super().__init__(label, validators, filters=[tidy], **options)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if not self.data:
            return
        try:
            found = validate_email(self.data, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            raise ValidationError(
                "Cette adresse n’est pas complète ou contient un caractère de trop. Écrivez-la ainsi : prenom.nom@ville.fr."
            ) from None
        self.data = (found.ascii_email or found.normalized).lower()


def looks_shared(email: str) -> bool:
    """Whether an address looks like a mailbox that several people read: mediatheque@…, contact.bm@…"""
    words = email.partition("@")[0].replace("_", ".").replace("-", ".").split(".")
    return words[0] in SHARED or "".join(words) in SHARED


class SignInForm(BaseForm):
    """Where to send the link, and which page to open afterwards."""

    email = EmailField("Votre adresse électronique")
    suite = HiddenField()


class ConfirmForm(BaseForm):
    """The button of the page that a sign-in link opens."""

    remember = BooleanField("Garder la session ouverte sur cet appareil pendant 30 jours", name="rester")


class AccountForm(BaseForm):
    """How a person is named to those they work with."""

    name = TextField("Vos prénom et nom", name="nom", longest=100)
    function = TextField("Votre fonction", name="fonction", longest=150)

    #: Both may stay empty; what is written is read by others.
    validate_name = Legible("Écrivez votre nom en toutes lettres, ou laissez ce champ vide.")
    validate_function = Legible("Écrivez votre fonction en toutes lettres, ou laissez ce champ vide.")
    suite = HiddenField()


class EmailForm(BaseForm):
    """The address that is to take the place of the present one."""

    email = EmailField("Votre nouvelle adresse électronique")


#: What may be chosen, and what it holds.
CHOSEN = {
    Category.REQUESTS: "Rattachements, mises en relation, propositions et étapes à confirmer.",
    Category.MESSAGES: "Un interlocuteur vous écrit sur la page de votre échange.",
    Category.INVITATIONS: "Un organisateur invite votre structure à une rencontre, ou attend sa réponse.",
    Category.FOLLOW_UP: "Partenariats qui attendent une suite, fins de convention, bilans à faire.",
    Category.ALERTS: "Une bibliothèque entre dans une recherche de candidates que vous suivez.",
    Category.NEWS: "Nouveaux intérêts et changements dans les territoires que vous suivez.",
}


class MailsForm(BaseForm):
    """How often to hear of each category: one field each, named by its code."""


for _category in CHOSEN:
    setattr(
        MailsForm,
        _category.value,
        RadioField(
            _category.label,
            choices=[SelectChoice(cadence.value, cadence.label) for cadence in Cadence],
            validators=[InputRequired("Choisissez un rythme.")],
        ),
    )
