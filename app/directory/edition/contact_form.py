"""The name of an institution and how it is reached: what is written in the usual way, and no mailbox of a person."""

import re
from typing import Any
from urllib.parse import urlsplit

from wtforms import BooleanField, StringField, ValidationError

from app.accounts.forms import EmailField, looks_shared
from app.directory.edition.forms import SectionForm
from app.forms import TextField, tidy

CONTACT_FIELDS = ("name", "short_name", "address", "postcode", "city", "phone", "website", "contact_email")
#: « prenom.nom », « jean-claude_martin »: a mailbox named so is taken for a person's.
PERSONAL = re.compile(r"[a-z]+(?:[._-][a-z]+)+")


class ContactForm(SectionForm):
    """How the institution is called and reached."""

    name = TextField("Nom", required="Écrivez le nom de la structure.", name="nom")
    short_name = TextField("Nom court ou sigle", longest=60, name="nom-court")
    address = TextField("Adresse (numéro et rue)", name="adresse")
    postcode = TextField("Code postal", longest=12, name="code-postal")
    city = TextField("Ville", longest=100, name="ville")
    phone = TextField("Téléphone", longest=40, name="telephone")
    website = TextField("Site internet", longest=300, name="site")
    contact_email = EmailField("Adresse électronique de contact", required=False, name="courriel")
    is_shared = BooleanField("C’est une boîte que plusieurs personnes lisent", name="boite-commune")

    @classmethod
    def shown(cls, current: dict[str, Any]) -> dict[str, Any]:
        return {name: tidy(current[name]) for name in CONTACT_FIELDS}

    @property
    def may_be_shared(self) -> bool:
        """Whether the box that says « plusieurs personnes lisent cette boîte » is worth showing."""
        typed = self.contact_email.data or ""
        return bool(PERSONAL.fullmatch(typed.partition("@")[0])) and typed != self.current["editor_email"]

    def validate_contact_email(self, field: EmailField) -> None:
        """The sheet shows this mailbox to all: it is not a person's.

        Refused: the address with which the editor signs in; and « prenom.nom@… », until a box says that several people read
        it. « mediatheque@… » and its like are taken as they are. Whether any other address has an account is not looked at:
        the answer would tell it.
        """
        if self.is_as_it_was(field) or not field.data or looks_shared(field.data):
            return
        if field.data == self.current["editor_email"]:
            raise ValidationError(
                "C’est l’adresse d’une personne : vous vous connectez avec elle. La fiche montre cette boîte à tous, écrivez"
                " celle de la structure, ou rien."
            )
        if self.may_be_shared and not self.is_shared.data:
            raise ValidationError(
                "Cette adresse ressemble à celle d’une personne, et la fiche la montre à tous. Écrivez celle de la structure ;"
                " si plusieurs personnes lisent bien celle-ci, cochez la case ci-dessous."
            )

    def validate_postcode(self, field: StringField) -> None:
        if self.is_as_it_was(field) or not field.data or self.current["country"] != "FR":
            return
        if not re.fullmatch(r"\d{2} ?\d{3}", field.data, re.ASCII):
            raise ValidationError("Un code postal a cinq chiffres, par exemple 04100.")
        field.data = field.data.replace(" ", "")

    def validate_phone(self, field: StringField) -> None:
        if self.is_as_it_was(field) or not field.data:
            return
        digits = re.sub(r"[ .()\-\u00a0\u202f]", "", field.data)
        if not re.fullmatch(r"(0\d{9}|\d{4}|(\+|00)[1-9]\d{6,14})", digits, re.ASCII):
            raise ValidationError(
                "Ce numéro n’est pas complet ou a un chiffre de trop. Écrivez-le ainsi : 04 92 00 00 00, ou +41 22 000 00 00."
            )
        field.data = " ".join(re.findall("..", digits)) if re.fullmatch(r"0\d{9}", digits) else field.data

    def validate_website(self, field: StringField) -> None:
        if self.is_as_it_was(field) or not field.data:
            return
        typed = field.data if re.match(r"https?://", field.data, re.IGNORECASE) else f"https://{field.data}"
        if not is_address_of_the_web(typed):
            raise ValidationError("Cette adresse n’est pas celle d’un site. Écrivez-la ainsi : https://www.mediatheque.fr.")
        field.data = typed

    def values(self) -> dict[str, Any]:
        return {name: self.text(name) for name in CONTACT_FIELDS}


def is_address_of_the_web(text: str) -> bool:
    """Whether it has a host with a dot, nobody's name before it, and nothing that an attribute or a browser reads otherwise."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        known_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = re.fullmatch(r"[^\s/@:\[\]]+\.[^\s/@:\[\].]{2,}", host) is not None
    return plain and known_port and parts.username is None and not re.search(r"[\s<>\"'\\]", text)
