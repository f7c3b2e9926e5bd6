"""Figures of the criteria as French sentences."""

import math

from app.coverage.candidates.criteria import LEVELS, Criterion, Scale
from app.formats import NO_BREAK, distance, number, people, plural

UNKNOWN = "non connu"
NO_CITE = "aucune Cité sur la même rive"


def short(value: float) -> str:
    """« 24 », « 8,5 »: a number without useless decimals."""
    return number(value) if value == int(value) else number(value, 1)


def figure_said(criterion: Criterion, figure: float | None) -> str:
    """A raw value with its unit: « 24 h par semaine », « non connu »."""
    if figure is None:
        return UNKNOWN
    if criterion in LEVELS:
        return LEVELS[criterion][int(figure)]
    if criterion is Criterion.DISTANCE:
        return NO_CITE if math.isinf(figure) else distance(figure * 1000)
    if criterion in (Criterion.GAIN, Criterion.POPULATION):
        return people(int(figure))
    if criterion is Criterion.STAFF:
        return f"{short(figure)}{NO_BREAK}{'salarié' if figure < 2 else 'salariés'}"
    if criterion is Criterion.COMMON:
        return plural(int(figure), "point commun", "points communs")
    return f"{short(figure)}{NO_BREAK}{criterion.unit}"


def reason_said(criterion: Criterion, figure: float) -> str:
    """Why it counts, in a few words that stand alone."""
    said = figure_said(criterion, figure)
    return {
        Criterion.GAIN: f"{said} nouvellement à portée",
        Criterion.HOURS: f"ouverte {said}",
        Criterion.FLOOR: f"{said} de surface",
        Criterion.STAFF: said,
        Criterion.POPULATION: f"{said} dans sa commune",
        Criterion.DISTANCE: f"à {said} de la Cité la plus proche",
        Criterion.INTEREST: said,
        Criterion.COMMON: f"{said} avec sa Cité",
        Criterion.PARTNERSHIP: said,
    }[criterion]


def without_figure(criterion: Criterion, scale: Scale) -> list[str]:
    """What a scale gives where there is nothing to measure: « aucune Cité sur la même rive → 0 »."""
    return [f"{NO_CITE} → {scale.worst:g}"] if criterion is Criterion.DISTANCE else []
