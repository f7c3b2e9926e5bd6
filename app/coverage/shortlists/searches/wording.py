"""What a search asks, in a sentence: whoever did not make it knows what they are told of."""

from collections.abc import Iterator

from app.coverage.candidates.question import CandidateQuestion
from app.coverage.candidates.wording import short
from app.coverage.eligible import Eligibility
from app.coverage.situation import kilometres_in_words
from app.formats import NO_BREAK, french_date


def said(question: CandidateQuestion, first: int | None = None) -> str:
    """« Alpes-de-Haute-Provence (04) : bibliothèques, ouvertes au moins 20 h par semaine ; … »: all that is asked."""
    among = f"les {first} premières du classement, parmi : " if first else ""
    return f"{question.area.name} : {among}{', '.join(_filters(question.eligibility))} ; {' ; '.join(_ranking(question))}."


def _filters(one: Eligibility) -> Iterator[str]:
    yield " et ".join(kind.plural[0].lower() + kind.plural[1:] for kind in one.kinds)
    if one.hours:
        yield f"ouvertes au moins {short(one.hours)}{NO_BREAK}h par semaine"
    if one.staffed:
        yield "avec au moins un salarié"
    if one.hours or one.staffed or not one.unknown:
        yield f"celles dont on ne le sait pas {'gardées' if one.unknown else 'écartées'}"


def _ranking(question: CandidateQuestion) -> Iterator[str]:
    yield f"pour la formule « {question.format.label} »"
    yield f"à {kilometres_in_words(question.reach_km)} à vol d’oiseau"
    if "date" in dict(question.asked):
        yield f"situation au {french_date(question.day)}"
    if not question.planned:
        yield "lieux en projet laissés de côté"
    if question.neighbours:
        yield "habitants comptés d’où qu’ils viennent"
    if question.prudent:
        yield "classées selon le score le plus bas possible"
    if question.moved:
        yield "poids choisis : " + ", ".join(f"{one.label.lower()} {short(weight)}" for one, weight in question.moved)
