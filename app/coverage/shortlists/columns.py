"""The columns of an exported list: the lines of the very select that the screen shows, with the source of each fact."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.coverage.shortlists.forms import BY_RANK, ORDERS, ViewForm
from app.coverage.shortlists.models import Shortlist
from app.exports import Column
from geo.territories import Level, Territory

FILENAME = "liste-de-candidates"
NOT_SPREAD = "Ce fichier dit ce que votre équipe pense de bibliothèques : il n’est pas destiné à être diffusé."


def _commune(row: Any) -> Territory | None:
    home = row.Entry.institution.territory
    return home if home is not None and home.level is Level.COMMUNE else None


def _department(row: Any) -> str | None:
    home = row.Entry.institution.territory
    return home.department.code if home is not None and home.department is not None else None


COLUMNS = [
    Column("Bibliothèque", "nom", lambda row: row.Entry.institution.name),
    Column("Identifiant", "identifiant", lambda row: row.Entry.institution.public_id),
    Column("Commune", "commune", lambda row: (found := _commune(row)) and found.name),
    Column("Code Insee", "code_insee", lambda row: (found := _commune(row)) and found.code),
    Column("Département", "departement", _department),
    Column("État pour l’équipe", "statut", lambda row: row.Entry.status),
    Column("Note", "note", lambda row: row.Entry.note),
    Column("Ajoutée le", "ajoutee_le", lambda row: row.Entry.added_at),
    Column("Dernière modification", "modifiee_le", lambda row: row.Entry.changed_at),
    Column("État selon l’annuaire", "etat_annuaire", lambda row: row.state),
    Column("Heures d’ouverture par semaine", "heures_hebdomadaires", lambda row: row.Entry.institution.weekly_hours),
    Column("Salariés", "salaries", lambda row: row.Entry.institution.paid_staff),
    Column("Surface (m²)", "surface_m2", lambda row: row.Entry.institution.surface_m2),
    Column("Téléphone", "telephone", lambda row: row.Entry.institution.phone),
    Column("Site internet", "site_internet", lambda row: row.Entry.institution.website),
    Column("Source de la ligne", "source", lambda row: row.Entry.institution.source.title),
    Column("Millésime de la source", "millesime_source", lambda row: row.Entry.institution.source.vintage),
]


def about(shortlist: Shortlist, view: ViewForm, number: int, day: date) -> Iterator[tuple[str, object]]:
    """The sheet « Lisez-moi »: what the file holds."""
    yield "Contenu", f"Liste « {shortlist.name} » de {shortlist.institution.name}"
    yield "États", ", ".join(one.label for one in view.statuses) or "tous"
    yield "Ordre", {**ORDERS, BY_RANK[0]: BY_RANK[1]}[view.tri.data]
    yield "Nombre de lignes", number
    yield "Exporté le", day
    yield "Diffusion", NOT_SPREAD
