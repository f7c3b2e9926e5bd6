"""From answers to advice: for each format, whether it fits today, and what is missing or to be checked."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from app.directory.vocabulary import Format
from app.matchmaking.advice.rules import LADDER, NEEDS, REMARKS, Need, Source

#: By the code of its question: True or False, a number, or None for what is not known.
Answers = Mapping[str, bool | float | None]


class Fit(enum.Enum):
    """How a need, or a format, stands; the value is for the style sheet."""

    YES = "oui"
    UNKNOWN = "a-verifier"
    NO = "pas-encore"


@dataclass(frozen=True)
class Advice:
    """What is said of one format."""

    format: Format
    fit: Fit
    points: tuple[tuple[Need, Fit], ...]
    remark: tuple[str, Source]

    def having(self, fit: Fit) -> list[Need]:
        """The needs that stand so."""
        return [need for need, stands in self.points if stands is fit]

    @property
    def verdict(self) -> str:
        """In a few words."""
        if not self.points:
            return "Toujours possible, à décrire ensemble"
        missing, unknown = len(self.having(Fit.NO)), len(self.having(Fit.UNKNOWN))
        if self.fit is Fit.YES:
            return "Convient aujourd’hui, d’après vos réponses"
        to_check = f"{unknown} point{'s' if unknown > 1 else ''} à vérifier"
        if self.fit is Fit.UNKNOWN:
            return f"Possible : {to_check}"
        said = f"Pas encore : il manque {missing} point{'s' if missing > 1 else ''}"
        return f"{said}, {to_check}" if unknown else said


def stands(need: Need, answers: Answers) -> Fit:
    """Whether the answers meet a need; what is not known is to be checked, never a no."""
    answer = answers.get(need.question)
    if answer is None:
        return Fit.UNKNOWN
    met = answer if isinstance(answer, bool) else answer >= need.at_least
    return Fit.YES if met else Fit.NO


def advise(answers: Answers) -> list[Advice]:
    """One advice a format, the lightest first."""
    return [_advice(one, answers) for one in LADDER]


def next_one(advices: list[Advice]) -> Advice | None:
    """The lightest format above the heaviest that fits today: the next step, if there is one."""
    fitting = [rank for rank, one in enumerate(advices) if one.fit is Fit.YES]
    heavier = advices[max(fitting, default=-1) + 1 :]
    return heavier[0] if heavier else None


def _advice(wanted: Format, answers: Answers) -> Advice:
    points = tuple((need, stands(need, answers)) for need in NEEDS[wanted])
    seen = {fit for _, fit in points}
    fit = next((one for one in (Fit.NO, Fit.UNKNOWN) if one in seen), Fit.YES)
    return Advice(wanted, fit, points, REMARKS[wanted])
