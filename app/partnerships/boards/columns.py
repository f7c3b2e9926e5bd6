"""The columns of an exported board: those of the very select that the screen shows."""

from typing import Any

from app.exports import Column
from app.formats import date_with_precision
from app.partnerships.boards.models import Stall


def _since(row: Any) -> object:
    return row.stalled_since.date() if row.stalled_since else None


COLUMNS = [
    Column("Partenariat", "public_id", lambda row: row.public_id),
    Column("Cité des métiers", "cite", lambda row: row.cite),
    Column("Identifiant de la Cité", "cite_id", lambda row: row.cite_id),
    Column("Partenaire", "partner", lambda row: row.partner),
    Column("Identifiant du partenaire", "partner_id", lambda row: row.partner_id),
    Column("Commune du partenaire", "commune", lambda row: row.commune),
    Column("Département", "department", lambda row: (row.department or "").removeprefix("departement-") or None),
    Column("Formule", "format", lambda row: row.format),
    Column("Étape", "step", lambda row: row.step),
    Column(
        "Date de l’étape",
        "step_taken_on",
        lambda row: row.taken_on,
        shown=lambda row: date_with_precision(row.taken_on, row.precision.value) if row.taken_on else None,
    ),
    Column("Étape à confirmer", "waiting_step", lambda row: row.waiting),
    Column("Ce qui stagne", "stall", lambda row: Stall(row.stall) if row.stall else None),
    Column("Stagne depuis", "stalled_since", _since),
]
