"""When the desk of a meeting is open: from the day before to the day after, while it is announced."""

from datetime import timedelta

from app.clock import PARIS, today
from app.errors import Refusal
from app.formats import french_date
from app.meetings.models import Meeting, Status

#: Around the days of a meeting: lists are made ready the day before, and put right the day after.
MARGIN = timedelta(days=1)


def closed_because(meeting: Meeting) -> str:
    """Why nobody can be welcomed now, as a sentence; empty: the desk is open."""
    first = meeting.starts_at.astimezone(PARIS).date() - MARGIN
    last = meeting.ends_at.astimezone(PARIS).date() + MARGIN
    if meeting.status is Status.DRAFT:
        return "Cette rencontre n’est pas encore annoncée : personne ne peut y être accueilli."
    if meeting.status is Status.CANCELLED:
        return "Cette rencontre est annulée : personne n’y est accueilli."
    if meeting.status is Status.HELD:
        return "Cette rencontre est déclarée tenue, avec le nombre de personnes venues : les arrivées ne changent plus."
    if today() < first:
        return f"L’accueil ouvre la veille de la rencontre, le {french_date(first)}."
    if today() > last:
        return f"L’accueil est fermé depuis le {french_date(last + timedelta(days=1))}, deux jours après la rencontre."
    return ""


def refuse_closed(meeting: Meeting) -> None:
    """Refuse to welcome anybody while the desk is closed."""
    if reason := closed_because(meeting):
        raise Refusal(reason)
