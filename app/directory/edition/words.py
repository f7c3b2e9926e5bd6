"""How what institutions say is written in French: poles and axes, resources, and each change of a sheet."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.directory.edition import hours
from app.directory.edition.models import Change, Direction, ThemeKind
from app.directory.edition.queries import themes
from app.directory.facts import COLUMN_LABELS
from app.directory.models import State
from app.directory.vocabulary import Audience, Resource
from app.formats import french_date, number

#: How the fields of a sheet are called in its history.
FIELD_LABELS = COLUMN_LABELS | {
    "name": "Nom",
    "weekly_hours": "Heures d’ouverture par semaine",
    "contact_email": "Adresse électronique de contact",
    "opening_hours": "Horaires",
    "themes": "Pôles et axes",
    "audiences": "Publics",
    "presentation": "Présentation",
    Direction.OFFERED.value: "Ce que la structure propose",
    Direction.SOUGHT.value: "Ce qu’elle recherche",
    "not_before": "Ne pas solliciter avant le",
    "open_solicitations_max": "Sollicitations en attente, au plus",
    "state": "État",
}
NOTHING = "rien"


def theme_labels(session: Session) -> dict[str, str]:
    """The poles and axes by code, in their order."""
    return {theme.code: theme.label for theme in session.scalars(themes())}


def theme_choices(session: Session, kind: ThemeKind) -> list[tuple[str, str]]:
    """The choices of a form: (code, label)."""
    return [(theme.code, theme.label) for theme in session.scalars(themes(kind))]


def resource_said(code: str, details: str | None) -> str:
    """« une salle : 40 places », « des expositions »; what is described needs no other name."""
    if code == Resource.OTHER.value and details:
        return details
    return f"{Resource(code).label} : {details}" if details else Resource(code).label


def value_said(field: str, value: Any, themes_by_code: dict[str, str]) -> str:
    """A value of a change as one reads it: « rien », « 12 h – 18 h », « orientation, étudiants »."""
    if value in (None, "", [], {}):
        return NOTHING
    if field == "themes":
        return ", ".join(themes_by_code.get(code, code) for code in value)
    if field == "audiences":
        return ", ".join(Audience(code).label for code in value)
    if field in (Direction.OFFERED.value, Direction.SOUGHT.value):
        return ", ".join(resource_said(code, details) for code, details in value.items())
    if field == "opening_hours":
        return " ; ".join(hours.lines(value)) or value
    if field == "not_before":
        return french_date(date.fromisoformat(value))
    if field == "state":
        return _state_said(value)
    return (
        number(value, 0 if float(value).is_integer() else 1) if isinstance(value, int | float) else " ".join(str(value).split())
    )


def change_said(change: Change, themes_by_code: dict[str, str]) -> str:
    """« Téléphone : de « 04 92 … » à « 04 91 … » », without who nor when."""
    before, after = (value_said(change.field, value, themes_by_code) for value in (change.before, change.after))
    label = FIELD_LABELS.get(change.field, change.field)
    if change.field == "state":
        return f"{label} : {after}" if before in (NOTHING, after) else f"{label} : {after} (auparavant : {before})"
    if before == NOTHING:
        return f"{label} : « {after} » (rien auparavant)"
    return f"{label} : effacé (auparavant : « {before} »)" if after == NOTHING else f"{label} : de « {before} » à « {after} »"


def changes_said(session: Session, changes: Sequence[Change]) -> list[tuple[Change, str]]:
    """Each change with its sentence; the poles and axes are read only if a change speaks of them."""
    labels = theme_labels(session) if any(change.field == "themes" for change in changes) else {}
    return [(change, change_said(change, labels)) for change in changes]


def _state_said(value: dict[str, Any]) -> str:
    said = State(value["state"]).label
    if value.get("day"):
        said += f" au {french_date(date.fromisoformat(value['day']))}"
    return f"{said}, {value['note']}" if value.get("note") else said
