"""Workshops are anonymous, says the charter of the Cités des métiers: nobody takes away the names of their public."""

from app.errors import Refusal
from app.meetings.models import Meeting, MeetingKind

ANONYMOUS = (
    "Un atelier est anonyme : les noms du public ne sont ni imprimés, ni exportés, ni notés à l’entrée. Seul compte le nombre"
    " de personnes venues."
)


def is_anonymous(meeting: Meeting) -> bool:
    """Whether those who come are a number: the public of a workshop (charter of the Cités des métiers)."""
    return meeting.kind is MeetingKind.WORKSHOP


def refuse_names(meeting: Meeting) -> None:
    """Refuse what would write down the names of the public of a workshop."""
    if is_anonymous(meeting):
        raise Refusal(ANONYMOUS)
