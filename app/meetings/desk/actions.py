"""What changes on the day itself: people arrive, are let in, are added on the spot, or are counted.

Everything happens under the lock of the meeting, so that two people at the door never undo each other. Nobody is refused for
want of places: those at the door see the room, and are warned by the screen when more are in than there are places.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.models import Institution
from app.errors import Refusal
from app.meetings.anonymity import is_anonymous, refuse_names
from app.meetings.desk import queries
from app.meetings.desk.models import WalkInCount
from app.meetings.desk.opening import refuse_closed
from app.meetings.locking import lock
from app.meetings.models import MOST_PLACES, Meeting
from app.meetings.registrations.machine import Who, move
from app.meetings.registrations.models import Attendee, Place, Registration
from app.meetings.registrations.places import promote
from geo.territories import Territory


@dataclass(frozen=True)
class WalkIn:
    """Somebody who came without registering. An institution of the directory, or the name of one that was typed."""

    name: str
    role: str = ""
    institution: Institution | None = None
    organisation: str = ""
    commune: Territory | None = None


def check_in(session: Session, meeting: Meeting, attendee: Attendee, by: User) -> bool:
    """Note that this person is there, and who welcomed them; False where that was already done. Refuses without a place."""
    _hold(session, meeting, attendee)
    if attendee.registration.place is not Place.CONFIRMED:
        raise Refusal(
            f"L’inscription de {attendee.name} est « {attendee.registration.place.label} » : sans place confirmée, utilisez"
            " « Faire entrer »."
        )
    return _arrive(attendee, by)


def undo(session: Session, meeting: Meeting, attendee: Attendee) -> None:
    """Note that this person is not there after all; already so: nothing changes."""
    _hold(session, meeting, attendee)
    attendee.checked_in_at, attendee.checked_in_by = None, None


def let_in(session: Session, meeting: Meeting, attendee: Attendee, by: User) -> bool:
    """Let in somebody who holds no place, as a walk-in; False where they are in already.

    Of a group, this person alone comes in: the others stay where they were. A place that was offered to them goes on to
    whoever waits.
    """
    meeting = _hold(session, meeting, attendee)
    registration = attendee.registration
    if registration.place is Place.CONFIRMED:
        return _arrive(attendee, by)
    if registration.place not in queries.WITHOUT_PLACE:
        raise Refusal(
            f"Cette inscription est « {registration.place.label} » : ajoutez la personne comme venue sans inscription."
        )
    if registration.people == 1:
        registration.is_walk_in = True
        move(registration, Place.CONFIRMED, Who.DESK, now())
    else:
        _part(session, attendee, registration)
    _arrive(attendee, by)
    session.flush()
    promote(session, meeting, now())
    return True


def add_walk_in(session: Session, meeting: Meeting, form_key: str, walk_in: WalkIn, by: User) -> Attendee | None:
    """Add somebody who came without registering, and is there; None where this very form was already sent.

    `form_key` becomes the public id of the registration, which the database keeps unique. Refuses names at a workshop.
    """
    meeting = lock(session, meeting)
    refuse_closed(meeting)
    refuse_names(meeting)
    if session.scalar(queries.registration_known_as(form_key)):
        return None
    attendee = Attendee(name=walk_in.name, role=walk_in.role or None)
    institution = walk_in.institution
    session.add(
        Registration(
            public_id=form_key,
            meeting_id=meeting.id,
            place=Place.CONFIRMED,
            is_walk_in=True,
            people=1,
            institution=institution,
            organisation=None if institution else walk_in.organisation or None,
            territory_id=walk_in.commune.id if walk_in.commune else institution.territory_id if institution else None,
            confirmed_at=now(),
            attendees=[attendee],
        )
    )
    _arrive(attendee, by)
    session.flush()
    return attendee


def remove_walk_in(session: Session, meeting: Meeting, attendee: Attendee) -> None:
    """Take somebody who was added on the spot off the list, once their arrival is undone; already so: nothing changes."""
    _hold(session, meeting, attendee)
    registration = attendee.registration
    if registration.place is Place.WITHDRAWN:
        return
    if not registration.is_walk_in or attendee.checked_in_at is not None:
        raise Refusal("Seule une personne ajoutée sur place, et dont l’arrivée est annulée, se retire de la liste.")
    move(registration, Place.WITHDRAWN, Who.DESK, now())


def count(session: Session, meeting: Meeting, form_key: str, change: int) -> int:
    """Add to the nameless count of those who came to a workshop, or take away; give the new total.

    The same form sent twice counts once. Refuses to go under zero, and any meeting where people have names.
    """
    meeting = lock(session, meeting)
    refuse_closed(meeting)
    if not is_anonymous(meeting):
        raise Refusal("Ce compteur est celui des ateliers : ici, ajoutez chaque personne par son nom.")
    total = session.scalar(queries.counted(meeting)) or 0
    if session.scalar(queries.press_known_as(meeting, form_key)):
        return total
    if not 0 <= total + change <= MOST_PLACES:
        raise Refusal(f"Le compteur est à {total} : il va de 0 à {MOST_PLACES}.")
    session.add(WalkInCount(meeting_id=meeting.id, form_key=form_key, people=total + change))
    session.flush()
    return total + change


def _hold(session: Session, meeting: Meeting, attendee: Attendee) -> Meeting:
    """Lock the meeting, read the person anew, and refuse what is no longer open or known."""
    meeting = lock(session, meeting)
    anew = queries.known_as(meeting, attendee.public_id).execution_options(populate_existing=True)
    if session.scalar(anew) is None:
        raise Refusal(
            "Cette personne n’est plus inscrite : son inscription a été modifiée depuis que vous avez ouvert cette page."
        )
    refuse_closed(meeting)
    if attendee.name is None:
        raise Refusal("Le nom de cette personne est effacé : son arrivée ne change plus.")
    return meeting


def _arrive(attendee: Attendee, by: User) -> bool:
    if attendee.checked_in_at is not None:
        return False
    attendee.checked_in_at, attendee.checked_in_by = now(), by
    return True


def _part(session: Session, attendee: Attendee, group: Registration) -> None:
    """Take one person out of a group that waits, into a registration of their own that came on the spot."""
    alone = Registration(
        meeting_id=group.meeting_id,
        place=Place.CONFIRMED,
        is_walk_in=True,
        people=1,
        institution_id=group.institution_id,
        organisation=group.organisation,
        territory_id=group.territory_id,
        confirmed_at=now(),
    )
    session.add(alone)
    session.flush()
    group.people -= 1
    group.revision += 1
    if group.offered_places is not None:
        group.offered_places = min(group.offered_places, group.people)
    attendee.registration = alone
