"""What every form shares: messages in French, fields that forgive, and errors that say what to write instead.

A `QueryForm` reads a search from the URL: it needs no token, and its answers go back into a URL. A `BaseForm` changes
something, and carries the token against forged requests.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Form, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.clock import today
from app.formats import number

LONGEST_TEXT = 200
LONGEST_LONG_TEXT = 2_000
#: The oldest day that makes sense: the first Cité opened in 1993.
FIRST_DAY = date(1990, 1, 1)
#: How far ahead a day to come may be: beyond, it is a slip of the pen.
FURTHEST = timedelta(days=10 * 366)

#: What Unicode counts among letters, and shows nothing.
BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
#: What Unicode will never make letters, and no XML holds: a file of them could not be written.
NO_LETTERS = "\ufffe\uffff"
#: A joiner that does not stand between two letters.
JOINERS = re.compile(r"(?<![^\W\d_])[\u200c\u200d]+|[\u200c\u200d]+(?![^\W\d_])")


class InFrench:
    """Settings of WTForms: its own messages are read in French."""

    locales = ("fr",)


class BaseForm(FlaskForm):
    """A form that changes something."""

    Meta = InFrench


class QueryForm(Form):
    """A search that stands in the URL."""

    Meta = InFrench


def tidy(text: str | None) -> str:
    """The same text without what is not seen, and with single spaces; an absent text is an empty one.

    What PostgreSQL or XML cannot keep becomes a space. What shows nothing, or turns the text around, goes; a joiner stays
    between two letters, where some scripts need it.
    """
    kept = "".join(" " if _cannot_be_kept(letter) else letter for letter in text or "")
    kept = JOINERS.sub("", "".join(letter for letter in kept if letter in "\u200c\u200d" or not _is_unseen(letter)))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _cannot_be_kept(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in NO_LETTERS


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf" or letter in BLANK_LETTERS


def tidy_lines(text: str | None) -> str:
    """The same text, each line tidied, with one empty line at most between paragraphs and none around."""
    lines = [tidy(line) for line in re.split(r"\r\n|[\r\n]", text or "")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _of_length(longest: int, required: str) -> list[Any]:
    """The validators of a text; `required` is the sentence for an empty one, if it may not be empty."""
    too_long = f"Ce texte est trop long : {number(longest)} caractères au plus."
    return [*([DataRequired(message=required), Legible(required)] if required else []), Length(max=longest, message=too_long)]


class Legible:
    """Refuse a text without any letter or digit."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if field.data and not any(letter.isalnum() for letter in field.data):
            raise ValidationError(self.message)


class TextField(StringField):
    """A line of text, tidied; never longer than a person would type. `required`: what is said of an empty one."""

    def __init__(self, label: str, longest: int = LONGEST_TEXT, required: str = "", **options: Any) -> None:
        super().__init__(label, _of_length(longest, required), filters=[tidy], **options)


class LongTextField(TextAreaField):
    """A text of several lines, tidied line by line; its end of line is a single character."""

    def __init__(self, label: str, longest: int = LONGEST_LONG_TEXT, required: str = "", **options: Any) -> None:
        super().__init__(label, _of_length(longest, required), filters=[tidy_lines], **options)


class DayField(DateField):
    """A day, as a browser sends it (2017-07-11) or as one types it (11/07/2017); empty: no day.

    Refuses a day to come, unless `past` is False; `required` is what is said of an empty one, if it may not be.
    """

    def __init__(self, label: str, past: bool = True, required: str = "", **options: Any) -> None:
        may_be_empty = DataRequired(message=required) if required else Optional()
        super().__init__(label, [may_be_empty], format=["%Y-%m-%d", "%d/%m/%Y"], **options)
        self.past = past

    def process_formdata(self, valuelist: list[str]) -> None:
        text = tidy(valuelist[0]) if valuelist else ""
        if not text:
            return
        try:
            super().process_formdata([text])
        except ValueError:
            raise ValueError(f"« {_shown(text)} » n’est pas une date. Écrivez-la ainsi : 11/07/2017.") from None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.past and self.data and self.data > today():
            raise ValidationError("Cette date est à venir. Choisissez aujourd’hui ou une date passée.")
        if self.data and self.data > today() + FURTHEST:
            raise ValidationError("Cette date est trop lointaine. Vérifiez l’année.")
        if self.data and self.data < FIRST_DAY:
            raise ValidationError("La première Cité des métiers a ouvert en 1993. Choisissez une date depuis 1990.")


class KilometresField(StringField):
    """A distance typed as « 30 », « 12,5 » or « 12.5 km »; `kilometres` is the number, None when empty."""

    def __init__(self, label: str, shortest: float = 1, longest: float = 500, **options: Any) -> None:
        super().__init__(label, filters=[tidy], **options)
        self.shortest, self.longest = shortest, longest

    @property
    def kilometres(self) -> float | None:
        found = re.fullmatch(r"(\d{1,6}(?:[.,]\d{1,3})?) ?(?:km)?", self.data or "", re.ASCII | re.IGNORECASE)
        return float(found[1].replace(",", ".")) if found else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data and not self.shortest <= (self.kilometres or 0) <= self.longest:
            raise ValidationError(
                f"« {_shown(self.data)} » n’est pas une distance possible. Écrivez un nombre de kilomètres"
                f" entre {self.shortest:g} et {self.longest:g}, par exemple 30 ou 12,5."
            )


class CheckboxListField(SelectMultipleField):
    """Several choices of a short list, as boxes to tick; an unknown code is named in the error."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(label, choices=[SelectChoice(code, said) for code, said in choices], **options)

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Change the choices of this one form: (code, label)."""
        self.choices = [SelectChoice(code, said) for code, said in choices]

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([code for code in valuelist if tidy(code)])

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        known = {choice.value for choice in self.choices}
        if unknown := [code for code in self.data or [] if code not in known]:
            raise ValidationError(f"{_quoted(unknown)} n’est pas un choix de cette liste. Cochez les cases voulues.")


def _quoted(codes: Iterable[str]) -> str:
    return ", ".join(f"« {_shown(code)} »" for code in codes)


def _shown(text: str) -> str:
    """What was typed, tidied and cut, so that a message stays readable."""
    text = tidy(text)
    return text if len(text) <= 40 else f"{text[:39]}…"
