"""What organisers answer to a registration, until the meeting is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.meetings.models import Meeting, Status
from app.meetings.registrations import mails
from app.meetings.registrations.actions import hold, refuse_unless_announced, tell
from app.meetings.registrations.machine import Who, move
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.places import arrive, promote
from app.meetings.registrations.writing import write_to


def approve(session: Session, registration: Registration, moment: datetime) -> None:
    """An organiser takes it: it gets its places, or waits at the rank of its demand."""
    meeting = hold(session, registration)
    _refuse_over(meeting, moment)
    if registration.place is not Place.TO_APPROVE:
        raise Refusal(f"Il n’y a rien à approuver : cette inscription est « {registration.place.label} ».")
    arrive(session, meeting, registration, Who.ORGANISER, moment)
    tell(session, registration)


def decline(session: Session, registration: Registration, reason: str, moment: datetime) -> None:
    """An organiser does not take it, or takes back what it had, and says why; its places are offered to those who wait."""
    meeting = hold(session, registration)
    _refuse_over(meeting, moment)
    was_asking = registration.place is Place.TO_APPROVE
    registration.reason = reason
    move(registration, Place.DECLINED, Who.ORGANISER, moment)
    write_to(session, registration, (mails.declined if was_asking else mails.removed)(registration))
    promote(session, meeting, moment)


def note_withdrawal(session: Session, registration: Registration, moment: datetime) -> None:
    """They told an organiser that they will not come: as if they had withdrawn. Refuses a group of which somebody is there."""
    meeting = hold(session, registration)
    _refuse_over(meeting, moment)
    if any(one.checked_in_at for one in registration.attendees):
        raise Refusal("Une personne de cette inscription est arrivée : annulez d’abord son arrivée, à l’accueil.")
    move(registration, Place.WITHDRAWN, Who.ORGANISER, moment)
    write_to(session, registration, mails.withdrawal_noted(registration))
    promote(session, meeting, moment)


def is_over(meeting: Meeting, moment: datetime) -> bool:
    """Whether there is nothing left to give nor to take back: cancelled, held, or past."""
    return meeting.status is not Status.ANNOUNCED or meeting.ends_at <= moment


def _refuse_over(meeting: Meeting, moment: datetime) -> None:
    refuse_unless_announced(meeting)
    if is_over(meeting, moment):
        raise Refusal("Cette rencontre est terminée : les inscriptions ne changent plus.")
