"""What may be typed, ticked and sent about agreements."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired

from app.forms import BaseForm, CheckboxListField, DayField, LongTextField, TextField, tidy
from app.partnerships.agreements import pdf
from app.partnerships.agreements.actions import Paper, Signed
from app.partnerships.agreements.models import LARGEST_DOCUMENT, AgreementKind, Item, Principle
from app.partnerships.exchanges.models import Side
from app.partnerships.fields import ApproximateDayField

MOST_SIGNATORIES = 10
ONE_A_LINE = "Écrivez un signataire par ligne : le nom, une virgule, puis la fonction."


class SignatoriesField(LongTextField):
    """People who signed, one a line: « Christine Carrier, directrice de la Bpi »."""

    @property
    def signatories(self) -> list[tuple[str, str]]:
        """The names and functions; a line without a function has an empty one."""
        lines = [line for line in (self.data or "").split("\n") if line.strip()]
        return [(tidy(name), tidy(function)) for name, _, function in (line.partition(",") for line in lines)]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if any(not name or not function for name, function in self.signatories):
            raise ValidationError(ONE_A_LINE)
        if len(self.signatories) > MOST_SIGNATORIES:
            raise ValidationError(f"{MOST_SIGNATORIES} signataires au plus.")


class AgreementForm(BaseForm):
    """An agreement that was signed."""

    kind = RadioField(
        "Nature de l’accord",
        [InputRequired("Choisissez la nature de l’accord.")],
        choices=[SelectChoice(k.value, k.label) for k in AgreementKind],
    )
    day = ApproximateDayField("Date de signature")
    purpose = LongTextField("Objet", required="Dites en une phrase ce que l’accord prévoit.")
    of_cite = SignatoriesField("Signataires du côté de la Cité des métiers", 1000, required=ONE_A_LINE)
    of_partner = SignatoriesField("Signataires du côté du partenaire", 1000, required=ONE_A_LINE)
    legal_carrier = TextField("Porteur juridique de la Cité des métiers")
    third_party = TextField("Tiers signataire (accord tripartite)")
    of_third_party = SignatoriesField("Signataires du tiers", 1000)
    ends_on = DayField("Dernier jour de l’accord", past=False)

    def validate_ends_on(self, field: DayField) -> None:
        """It ends after it was signed."""
        if field.data and self.day.day and field.data < self.day.day:
            raise ValidationError("Un accord ne peut pas finir avant d’être signé.")

    def validate_of_third_party(self, field: SignatoriesField) -> None:
        """Whoever signs for a third party signs for someone."""
        if field.data and not self.third_party.data:
            raise ValidationError("Nommez aussi le tiers pour lequel ces personnes ont signé.")

    @property
    def paper(self) -> Paper | None:
        """What the agreement says, once the form is valid."""
        if self.day.known is None:
            return None
        sides = ((Side.CITE, self.of_cite), (Side.PARTNER, self.of_partner), (None, self.of_third_party))
        return Paper(
            AgreementKind(self.kind.data),
            *self.day.known,
            purpose=self.purpose.data,
            signatories=[Signed(side, *one) for side, field in sides for one in field.signatories],
            legal_carrier=self.legal_carrier.data,
            third_party=self.third_party.data,
            ends_on=self.ends_on.data,
        )


class CharterForm(BaseForm):
    """Principles that one accepts."""

    principles = CheckboxListField("Principes que vous acceptez", choices=[(one.value, one.sentence) for one in Principle])

    def validate_principles(self, field: CheckboxListField) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError("Cochez les principes que vous acceptez.")


class PrincipleForm(BaseForm):
    """The principle that one no longer accepts."""

    principle = HiddenField("Principe", [AnyOf([one.value for one in Principle])])


class ItemForm(BaseForm):
    """An item of the checklist."""

    item = HiddenField("Point", [AnyOf([one.value for one in Item])])


class DocumentForm(BaseForm):
    """A PDF to keep; `content` is what was read of it."""

    file = FileField("Document PDF", [FileRequired("Choisissez un fichier PDF.")])
    content: pdf.Pdf | None = None

    def validate_file(self, field: FileField) -> None:
        """Its content is read, never its name."""
        with field.data.stream as stream:
            content = stream.read(LARGEST_DOCUMENT + 1)
        if len(content) > LARGEST_DOCUMENT:
            raise ValidationError("Ce fichier dépasse 10 Mo. Réduisez-le avant de l’envoyer.")
        try:
            self.content = pdf.read(content)
        except pdf.NotAcceptable as error:
            raise ValidationError(str(error)) from error
