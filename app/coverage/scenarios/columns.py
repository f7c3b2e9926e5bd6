"""What the exports of a scenario hold, column by column, and what their sheet « Lisez-moi » says."""

from flask import url_for
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage.scenarios.comparing import Comparison, Side
from app.coverage.scenarios.forms import LEVEL_LABELS
from app.coverage.scenarios.trials import Trial
from app.coverage.scenarios.vintages import as_read, sources_of
from app.coverage.situation import kilometres_in_words
from app.exports import Column
from app.formats import french_date

#: The two tables that can be downloaded, by the name that stands in the URL.
TERRITORIES, COMMUNES = "territoires", "communes"
TABLES = (TERRITORIES, COMMUNES)


def of_rows(comparison: Comparison, sources: str) -> list[Column]:
    """The columns of a `Row`: a territory where something changes."""
    return [
        Column("Identifiant", "identifiant", lambda row: row.id),
        Column("Code", "code", lambda row: row.code),
        Column("Territoire", "nom", lambda row: row.name),
        Column("Habitants", "habitants", lambda row: row.population),
        Column("À portée dans la référence", "habitants_a_portee_reference", lambda row: row.before),
        Column("À portée dans le scénario", "habitants_a_portee_scenario", lambda row: row.after),
        Column("Habitants gagnés", "habitants_gagnes", lambda row: row.gained),
        Column("Habitants perdus", "habitants_perdus", lambda row: row.lost),
        Column("Solde", "solde", lambda row: row.net),
        *_asked(comparison, sources),
    ]


def of_communes(comparison: Comparison, sources: str) -> list[Column]:
    """The columns of a `CommuneRow`: a commune that changes sides."""
    return [
        Column("Code Insee", "code_insee", lambda row: row.code),
        Column("Commune", "commune", lambda row: row.name),
        Column("Code du département", "code_departement", lambda row: row.department_code),
        Column("Habitants", "habitants", lambda row: row.population),
        Column("Changement", "changement", lambda row: "gagnee" if row.gained else "perdue", shown=_in_words),
        Column("Distance dans la référence (m)", "distance_reference_m", lambda row: row.metres_before, decimals=0),
        Column("Distance dans le scénario (m)", "distance_scenario_m", lambda row: row.metres_after, decimals=0),
        *_asked(comparison, sources),
    ]


def about(session: Session, comparison: Comparison, trial: Trial, against: str, line_count: int) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » says: the question, how to read the figures, where they come from."""
    totals = comparison.totals
    return [
        ("Page", url_for("scenarios.try_out", **trial.args, _external=True)),
        ("Scénario", _side(comparison.scenario)),
        ("Référence", f"{against} : {_side(comparison.reference)}" if against else _side(comparison.reference)),
        ("Lieux ouverts en pensée", [spot.name for spot in comparison.scenario.opened]),
        ("Lieux fermés en pensée", sorted(comparison.scenario.closed)),
        ("Lieux en projet", "comptés comme ouverts" if trial.planned else "laissés de côté"),
        ("France : habitants gagnés", totals.gained),
        ("France : habitants perdus", totals.lost),
        ("France : solde", totals.net),
        ("Par", LEVEL_LABELS[trial.level]),
        ("Gagné, perdu", "Un habitant est à portée ou ne l’est pas : personne n’est compté deux fois."),
        ("Distances", "À vol d’oiseau, du point de la commune au lieu le plus proche de la même rive."),
        ("Exporté le", today()),
        ("Nombre de lignes", line_count),
        *((f"Source : {one.title}", as_read(one)) for one in sources_of(session, comparison)),
    ]


def _side(side: Side) -> str:
    return f"au {french_date(side.day)}, à moins de {kilometres_in_words(side.reach_km)}"


def _in_words(row: object) -> str:
    return "gagnée" if getattr(row, "gained", False) else "perdue"


def _asked(comparison: Comparison, sources: str) -> list[Column]:
    """What was asked and the sources stand in every row, because figures travel alone."""
    reference, scenario = comparison.reference, comparison.scenario
    return [
        Column("Référence au", "reference_au", lambda _: reference.day),
        Column("Distance de la référence (km)", "distance_reference_km", lambda _: reference.reach_km),
        Column("Scénario au", "scenario_au", lambda _: scenario.day),
        Column("Distance du scénario (km)", "distance_scenario_km", lambda _: scenario.reach_km),
        Column("Source de la ligne", "source", lambda _: sources),
    ]
