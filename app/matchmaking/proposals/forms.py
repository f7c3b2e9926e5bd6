"""What may be typed in a proposal, and in the answer to one."""

import re
from typing import Any

from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.directory.edition.models import ThemeKind
from app.directory.edition.words import theme_choices
from app.directory.vocabulary import Activity, Format
from app.forms import BaseForm, CheckboxListField, LongTextField
from app.matchmaking.proposals.contents import Contents
from app.partnerships.exchanges.models import Exchange, Side
from app.public_ids import LENGTH, LETTERS, random_public_id

NO_FORMAT = "Choisissez la formule que vous proposez."


class FormatField(RadioField):
    """One format among those of the vocabulary."""

    def __init__(self, label: str, **options: Any) -> None:
        choices = [SelectChoice(one.value, one.label) for one in Format]
        super().__init__(label, choices=choices, validate_choice=False, **options)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data not in {one.value for one in Format}:
            raise ValidationError(NO_FORMAT)


class ProposalForm(BaseForm):
    """A proposal: a draft may be incomplete, what is sent may not."""

    format = FormatField("Formule proposée")
    activities = CheckboxListField("Activités du rendez-vous de la Cité", [(one.value, one.label) for one in Activity])
    description = LongTextField("Description de la formule")
    brings = LongTextField("Ce que votre structure apporterait")
    asks = LongTextField("Ce que vous demandez à l’autre structure")
    poles = CheckboxListField("Pôles", [])
    axes = CheckboxListField("Axes de travail", [])
    calendar = LongTextField("Calendrier")
    people = LongTextField("Personnes qui suivraient le projet chez vous")
    form_key = HiddenField()
    revision = HiddenField()
    suite = HiddenField()

    @property
    def is_sending(self) -> bool:
        """Which of the two buttons was pressed: « suite » is their name."""
        return bool(self.suite.data == "envoyer")

    def is_acceptable(self) -> bool:
        """Whether it may be kept as a draft or, if that is asked, sent."""
        return self.validate() and (not self.is_sending or self._is_complete())

    def offer_themes(self, session: Session) -> None:
        """Offer the poles and axes as they are now: an open list."""
        self.poles.offer(theme_choices(session, ThemeKind.POLE))
        self.axes.offer(theme_choices(session, ThemeKind.AXIS))

    def name_sides(self, exchange: Exchange, side: Side | None) -> None:
        """Name the two institutions in the labels: « nous » and « vous » would change sides from one version to the next."""
        if side is not None:
            self.brings.label.text = f"Ce qu’apporterait : {exchange.institution(side).name}"
            self.asks.label.text = f"Ce que vous demandez à : {exchange.institution(side.other).name}"

    def show(self, said: Contents) -> None:
        """Fill the fields."""
        self.format.data = said.format.value
        self.poles.data = self.axes.data = list(said.themes)
        self.activities.data = list(said.activities)
        for name in ("description", "brings", "asks", "calendar", "people"):
            self[name].data = getattr(said, name)

    @property
    def contents(self) -> Contents:
        """What was typed, once valid. Activities are those of a « rendez-vous de la Cité », and of no other format."""
        wanted = Format(self.format.data)
        return Contents(
            wanted,
            tuple(self.activities.data or ()) if wanted is Format.RENDEZ_VOUS else (),
            self.description.data or "",
            self.brings.data or "",
            self.asks.data or "",
            (*(self.poles.data or ()), *(self.axes.data or ())),
            self.calendar.data or "",
            self.people.data or "",
        )

    def _is_complete(self) -> bool:
        """Say in the fields what is missing before it can be sent."""
        for name, sentence in self.contents.lacks().items():
            self[name].errors = [*self[name].errors, sentence]
        return not self.errors

    @property
    def key(self) -> str:
        """What makes a second sending of this form known; a form without it, or with a strange one, gets its own."""
        text = self.form_key.data or ""
        return text if re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", text) else random_public_id()

    def validate_description(self, field: LongTextField) -> None:
        if self.format.data == Format.OTHER.value and not field.data:
            raise ValidationError("Décrivez la formule que vous imaginez : elle n’a pas encore de définition.")

    @property
    def revision_read(self) -> int:
        """The revision that the person had before their eyes; 0, which is never one, when it is not a number."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class RevisionForm(BaseForm):
    """A button on a draft: which revision was read."""

    revision = HiddenField()

    revision_read = ProposalForm.revision_read


class DeclineForm(BaseForm):
    """A refusal says why."""

    reason = LongTextField(
        "Pourquoi ne pas donner suite", required="Dites en une phrase pourquoi : l’autre structure et l’agence la liront."
    )


class WithdrawForm(BaseForm):
    """A withdrawal may say why."""

    reason = LongTextField("Pourquoi retirer cette proposition (facultatif)")
