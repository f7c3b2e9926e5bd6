"""What is written of a person on the list, the badge and the screen of the desk, and the columns of the file."""

from app.clock import PARIS
from app.directory.facts import place
from app.directory.places import label
from app.exports import Column
from app.meetings.registrations.models import Attendee
from app.meetings.wording import hour_said


def institution_of(attendee: Attendee) -> str:
    """The name of the institution, as the directory has it or as it was typed; empty: none was given."""
    registration = attendee.registration
    return registration.institution.name if registration.institution else registration.organisation or ""


def territory_of(attendee: Attendee) -> str:
    """Where they come from: « Manosque (04) »; empty: not known."""
    registration = attendee.registration
    if registration.territory is not None:
        return label(registration.territory)
    return place(registration.institution) if registration.institution else ""


def arrival_of(attendee: Attendee) -> str:
    """« 9 h 05 », or nothing for somebody who is not there."""
    return hour_said(attendee.checked_in_at) if attendee.checked_in_at else ""


def _arrival_for_machines(attendee: Attendee) -> str | None:
    moment = attendee.checked_in_at
    return moment.astimezone(PARIS).isoformat(timespec="minutes") if moment else None


def _institution_id(attendee: Attendee) -> str | None:
    institution = attendee.registration.institution
    return institution.public_id if institution else None


COLUMNS = [
    Column("Nom", "nom", lambda one: one.name),
    Column("Fonction", "fonction", lambda one: one.role),
    Column("Structure", "structure", institution_of),
    Column("Identifiant de la structure", "structure_id", _institution_id),
    Column("Territoire", "territoire", territory_of),
    Column("Code du territoire", "territoire_id", lambda one: one.registration.territory_id),
    Column("Sans inscription préalable", "sans_inscription", lambda one: one.registration.is_walk_in),
    Column("Présence", "present", lambda one: one.checked_in_at is not None),
    Column("Heure d’arrivée", "arrivee", _arrival_for_machines, shown=arrival_of),
]
