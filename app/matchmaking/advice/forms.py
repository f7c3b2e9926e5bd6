"""The questionnaire: its answers stand in the URL, and are stored nowhere."""

import re
from typing import Any

from wtforms import HiddenField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.formats import number
from app.forms import QueryForm, tidy
from app.matchmaking.advice.judging import Answers
from app.matchmaking.advice.prefill import Known
from app.matchmaking.advice.rules import QUESTIONS, Question

YES, NO, UNKNOWN = "oui", "non", ""


class YesNoField(RadioField):
    """Yes, no, or not known: the third is an answer too."""

    def __init__(self, label: str, **options: Any) -> None:
        choices = [SelectChoice(YES, "Oui"), SelectChoice(NO, "Non"), SelectChoice(UNKNOWN, "Je ne sais pas")]
        super().__init__(label, choices=choices, default=UNKNOWN, validate_choice=False, **options)

    @property
    def answer(self) -> bool | None:
        return {YES: True, NO: False}.get(self.data)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data not in (YES, NO, UNKNOWN):
            raise ValidationError("Répondez par « Oui », « Non » ou « Je ne sais pas ».")


class NumberField(StringField):
    """A number as one writes it in French: « 8,5 »; empty: not known."""

    def __init__(self, label: str, unit: str, most: float, **options: Any) -> None:
        super().__init__(label, filters=[tidy], **options)
        self.unit, self.most = unit, most

    @property
    def answer(self) -> float | None:
        text = re.sub(r"\s", "", self.data or "")
        return float(text.replace(",", ".")) if re.fullmatch(r"\d{1,6}([.,]\d{1,3})?", text, re.ASCII) else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data and (self.answer is None or self.answer > self.most):
            raise ValidationError(f"Écrivez un nombre entre 0 et {number(self.most)}, par exemple 8,5, ou laissez vide.")


class AdviceForm(QueryForm):
    """The fields are made from the questions of the rules, below."""

    structure = HiddenField()

    def offer(self, known: dict[str, Known], given: set[str]) -> None:
        """Write what the directory knows, but where the person has answered, or has erased it."""
        for code, one in known.items():
            if code not in given:
                self[code].data = number(one.value, 0 if float(one.value).is_integer() else 1)

    @property
    def answers(self) -> Answers:
        """By the code of the question; None: not known."""
        return {question.code: self[question.code].answer for question in QUESTIONS}


def _field(question: Question) -> Any:
    if question.is_number:
        return NumberField(question.text, question.unit, question.most)
    return YesNoField(question.text)


for _question in QUESTIONS:
    setattr(AdviceForm, _question.code, _field(_question))
