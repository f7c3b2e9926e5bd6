"""The ranking as a file: of each candidate every criterion, with figure, source, value, weight, contribution, interval."""

from collections.abc import Iterable

import numpy as np
from flask import url_for
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage.candidates.criteria import LEVELS, Criterion
from app.coverage.candidates.ranking import Ranking, Row
from app.coverage.candidates.sources import Sources, read
from app.coverage.candidates.wording import without_figure
from app.coverage.situation import kilometres_in_words
from app.exports import Column
from app.formats import typography


def columns(session: Session, ranking: Ranking) -> list[Column]:
    """The columns of a `Row`; those of a criterion that weighs nothing are left out. What they say is computed once."""
    sources, changes, (scores, lows, highs) = read(session, ranking), ranking.changes(), _lists(ranking.scores.parts.scores)
    weighing = [one for one in Criterion if ranking.question.weights[one] > 0]

    def change(row: Row, name: str) -> object:
        found = changes[row.position]
        return found and getattr(found, name)

    return [
        Column("Rang", "rang", lambda row: row.rank),
        Column("Identifiant", "identifiant", lambda row: row.library.public_id),
        Column("Nom", "nom", lambda row: row.library.name),
        Column("Type", "type", lambda row: row.library.kind),
        Column("Commune", "commune", lambda row: row.library.territory_name),
        Column("Code du territoire", "code_territoire", lambda row: row.library.territory_id.partition("-")[2]),
        Column("Département", "departement", lambda row: row.library.department_name),
        Column("Longitude", "longitude", lambda row: row.longitude, decimals=6),
        Column("Latitude", "latitude", lambda row: row.latitude, decimals=6),
        Column("Position propre", "position_exacte", lambda row: row.library.exact),
        Column("Score", "score", lambda row: scores[row.position], decimals=1),
        Column("Score au moins", "score_bas", lambda row: lows[row.position], decimals=1),
        Column("Score au plus", "score_haut", lambda row: highs[row.position], decimals=1),
        *(column for one in weighing for column in _of_criterion(one, ranking, sources)),
        Column("Cité comparée", "cite", lambda row: row.cite and row.cite.institution.name),
        Column("Accueille déjà", "accueille_deja", lambda row: row.houses),
        Column("Ce qui la ferait monter", "changement", lambda row: change(row, "said")),
        Column("Rang après ce changement", "rang_apres", lambda row: change(row, "after")),
    ]


def _of_criterion(criterion: Criterion, ranking: Ranking, sources: Sources) -> Iterable[Column]:
    """The seven columns of a criterion."""
    code, label, index = criterion.value, criterion.label, list(Criterion).index(criterion)
    parts, weight, levels = ranking.scores.parts, ranking.question.weights[criterion], LEVELS.get(criterion)
    figures = ranking.facts.figures[criterion].tolist()
    values, points, lows, highs = _lists(one[:, index] for one in (ranking.scores.middle, parts.middle, parts.low, parts.high))

    def figure(row: Row) -> object:
        found = figures[row.position]
        return int(found) if levels else found

    unit = f" ({criterion.unit})" if criterion.unit else ""
    return (
        Column(f"{label}{unit}", code, figure, shown=(lambda row: levels[int(figures[row.position])]) if levels else None),
        Column(f"{label} : source", f"{code}_source", lambda row: sources.of(criterion, row.library)),
        Column(f"{label} : valeur (0 à 100)", f"{code}_valeur", lambda row: values[row.position], decimals=1),
        Column(f"{label} : poids", f"{code}_poids", lambda _: weight),
        Column(f"{label} : contribution", f"{code}_contribution", lambda row: points[row.position], decimals=1),
        Column(f"{label} : contribution au moins", f"{code}_contribution_bas", lambda row: lows[row.position], decimals=1),
        Column(f"{label} : contribution au plus", f"{code}_contribution_haut", lambda row: highs[row.position], decimals=1),
    )


def _lists(arrays: Iterable[NDArray[np.float64]]) -> list[list[float]]:
    """Arrays as lists of Python: what is read one by one is read faster there."""
    return [one.tolist() for one in arrays]


def about(session: Session, ranking: Ranking) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » says: the question, how a score is made, where the figures come from."""
    question, sources = ranking.question, read(session, ranking)
    proposal = question.proposal
    return [
        ("Territoire", question.area.name),
        ("Page", url_for("candidates.index", **question.permanent_args, _external=True)),  # type: ignore[arg-type]
        ("Formule", question.format.label),
        ("Situation au", question.day),
        ("Bibliothèques", "Celles d’aujourd’hui, quelle que soit la date : leur liste n’a pas de passé."),
        ("Distance", f"{kilometres_in_words(question.reach_km)}, à vol d’oiseau"),
        ("Exporté le", today()),
        ("Nombre de lignes", len(ranking)),
        (
            "Score",
            "Moyenne des valeurs des critères (de 0 à 100), chacune comptée selon son poids ; les contributions s’y ajoutent.",
        ),
        ("Non connu", "Compté de la pire à la meilleure valeur de l’échelle ; le milieu sert au classement, jamais zéro."),
        ("Poids et échelles", "Des propositions du service, à ajuster : ce ne sont pas des faits."),
        *((f"Échelle : {one.label}", scale_said(ranking, one)) for one in Criterion if question.weights[one] > 0),
        ("Pourquoi ces poids", proposal.reason),
        *((f"Source : {one.title}", sources.said(name)) for name, one in sources.by_name.items() if name in USED),
    ]


#: The data sets that a ranking draws on.
USED = ("bibliotheques", "reseau", "territoires")


def scale_said(ranking: Ranking, criterion: Criterion) -> str:
    """« 0 → 0 ; 10 → 20 ; 35 → 100 », the weight after it."""
    scale = ranking.question.proposal.scales[criterion]
    levels = LEVELS.get(criterion)
    said = [f"{levels[int(figure)] if levels else f'{figure:g}'} → {value:g}" for figure, value in scale.points]
    without = without_figure(criterion, scale)
    return typography(f"{' ; '.join([*said, *without])}. Poids : {ranking.question.weights[criterion]:g}")
