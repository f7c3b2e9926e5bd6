"""What may be typed of an interest, and asked of the list of them."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, ValidationError

from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.forms import BaseForm, CheckboxListField, LongTextField, QueryForm, TextField, tidy
from app.matchmaking.interests.actions import Wording
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.targets import (
    LONGEST_NAME,
    MOST_NAMES,
    Named,
    Unclear,
    code_of,
    lines_of,
    names_of,
    said,
)

FORMATS = [(one.value, one.label) for one in Format]
#: What one types toward whom, by act.
TOWARD_LABELS = {
    Act.DECLARED: "Pour qui",
    Act.WANTED: "Villes, territoires ou structures souhaités",
    Act.SUGGESTED: "Pour quelle Cité ou quel territoire",
}


class FewLinesField(LongTextField):
    """Names, one a line."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if sum(len(names_of(line)) for line in lines_of(self.data or "")) > MOST_NAMES:
            raise ValidationError(f"C’est trop à la fois : {MOST_NAMES} noms au plus.")


class OpenListField(CheckboxListField):
    """Boxes whose choices are read from the database once the form has come: what is not among them is left out."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[], **options)

    def pre_validate(self, form: Any) -> None:
        """Accept what was sent: the view keeps what exists."""


class WordingForm(BaseForm):
    """What may be changed of an interest."""

    formats = CheckboxListField("Formules envisagées", choices=FORMATS, name="formules")
    themes = CheckboxListField("Pôles et axes", choices=[], name="axes")
    calendar = TextField("Calendrier", name="calendrier")
    words = LongTextField("En quelques mots", name="mots")
    shows_author = BooleanField("Montrer au public le nom de la structure", name="montrer")

    def offer_themes(self, choices: Iterable[tuple[str, str]]) -> None:
        self.themes.offer(choices)

    @property
    def wording(self) -> Wording:
        """What a valid form says."""
        return Wording(
            formats=tuple(code for code, _ in FORMATS if code in (self.formats.data or [])),
            themes=tuple(dict.fromkeys(self.themes.data or [])),
            calendar=self.calendar.data or "",
            words=self.words.data or "",
            shows_author=bool(self.shows_author.data),
        )

    def fill(self, interest: Interest) -> None:
        """Show what an interest says now."""
        self.formats.data, self.themes.data = interest.formats, interest.themes
        self.calendar.data, self.words.data = interest.calendar, interest.words
        self.shows_author.data = interest.shows_author


class InterestForm(WordingForm):
    """One form for the three acts: each has its own words, and asks what it needs."""

    #: The lead to which this interest answers.
    lead = HiddenField(name="piste")
    author = SelectField("De la part de", name="de", choices=[], validate_choice=False)
    about = FewLinesField("Structure qui pourrait être intéressée", name="sur", longest=1_000)
    about_ticked = OpenListField("Précisez la structure", name="sur-choix")
    toward = FewLinesField("Vers qui", name="vers-qui", longest=3_000)
    toward_ticked = OpenListField("Précisez", name="vers-choix")

    def word_for(self, act: Act, authors: Iterable[Institution]) -> None:
        """Give the fields the words of an act, and the authors that it may have."""
        self.toward.label.text = TOWARD_LABELS[act]
        self.author.choices = [(one.public_id, one.name) for one in authors]

    def ask_back(self, toward: Named, about: Named) -> None:
        """Say at each field what is not clear in it, with what it may mean as boxes to tick."""
        for field, boxes, found in ((self.toward, self.toward_ticked, toward), (self.about, self.about_ticked, about)):
            wanted = set(boxes.data or [])
            kept = {code_of(one): said(one) for one in found.targets if code_of(one) in wanted}
            offered = {code_of(one): said(one) for unclear in found.unclear for one in unclear.suggestions}
            boxes.offer((kept | offered).items())
            if found.unclear:
                field.errors = [
                    *field.errors,
                    *(_question(unclear) for unclear in found.unclear),
                ]


def _question(unclear: Unclear) -> str:
    line = unclear.line
    shown = line if len(line) <= 60 else f"{line[:59]}…"
    if unclear.is_too_long:
        return f"« {shown} » est trop long pour un nom : {LONGEST_NAME} caractères au plus, un nom par ligne."
    if unclear.suggestions:
        return f"« {shown} » peut désigner plusieurs lieux ou structures : cochez ci-dessous ce que vous voulez dire."
    return (
        f"« {shown} » n’est ni un lieu ni une structure que l’annuaire connaisse : vérifiez l’orthographe, ou retirez la ligne."
    )


class ListForm(QueryForm):
    """`?vue=ma-region&nature=souhait&territoire=departement-04&formule=point-relais&etat=fermes`."""

    view = HiddenField(name="vue")
    acts = CheckboxListField("Nature", choices=[(act.value, act.plural) for act in Act], name="nature")
    territory = TextField("Territoire", name="territoire")
    formats = CheckboxListField("Formule", choices=FORMATS, name="formule")
    state = HiddenField(name="etat")

    @property
    def clean_args(self) -> dict[str, Any]:
        """The parameters of the URL that asks the same, without an empty one."""
        asked = {
            "vue": tidy(self.view.data),
            "nature": list(dict.fromkeys(self.acts.data or [])),
            "territoire": self.territory.data,
            "formule": list(dict.fromkeys(self.formats.data or [])),
            "etat": "fermes" if self.state.data == "fermes" else "",
        }
        return {name: value for name, value in asked.items() if value}
