"""What happens to a meeting: announced, moved, cancelled, held, its registrations closed and opened again.

Each takes the lock of the meeting first: of two organisers at once, the second is told what the first did.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory import facts
from app.directory.models import Institution
from app.errors import Refusal
from app.mail.outbox import Mail, post, post_to_address
from app.meetings import mails
from app.meetings.actions import OVER, only_fresh, touch
from app.meetings.agenda import shift, shifted
from app.meetings.fields import wall_difference
from app.meetings.locking import lock
from app.meetings.models import Meeting, Openness, Status
from app.meetings.registrations.models import Registration
from app.meetings.registrations.places import promote, shorten_offers
from app.meetings.registrations.writing import write_to
from app.meetings.requests.actions import answer_requests
from app.meetings.telling import concerned, partners, people_of_institutions
from app.meetings.wording import when_said, where_said
from app.meetings.workshops.models import AttendanceCorrection
from app.partnerships.refusals import Mistake
from geo.territories import Level

NOT_ANNOUNCED = "Cette rencontre n’est pas encore annoncée : modifiez le brouillon."
STARTED = "La rencontre a commencé : les inscriptions ne rouvrent plus."


def lacking(meeting: Meeting) -> list[str]:
    """What a draft lacks before it can be announced, in a few words each."""
    found = []
    if meeting.starts_at <= now():
        found.append("une date à venir")
    if not (meeting.place_id or meeting.address or meeting.online_url):
        found.append("un lieu ou un lien de connexion")
    elif meeting.place is not None and not meeting.online_url and not _has_address(meeting.place):
        found.append("l’adresse du lieu, que l’annuaire n’a pas : choisissez « à une autre adresse »")
    if not meeting.summary:
        found.append("une présentation")
    if not (meeting.contact_email or meeting.contact_phone):
        found.append("un contact")
    if meeting.openness is Openness.RESERVED and not (meeting.for_kinds or meeting.for_territories):
        found.append("les types de structures ou les territoires auxquels elle est réservée")
    if meeting.registration_closes_at and meeting.takes_registrations and meeting.registration_closes_at <= now():
        found.append("une clôture des inscriptions à venir")
    return found


def _has_address(place: Institution) -> bool:
    """Whether one knows where to go: an address, or at least a town."""
    in_a_town = place.territory is not None and place.territory.level == Level.COMMUNE
    return in_a_town or bool(facts.address(place))


def announce(session: Session, meeting: Meeting, by: User) -> int:
    """Make it seen by those for whom it is, and give how many requests of a meeting it answers.

    Refuses what is incomplete, in the past, or announced already. The co-host is told, and the people of the two partners of
    a partnership; a regional meeting answers those of its region who asked for one.
    """
    meeting = lock(session, meeting)
    if meeting.status is not Status.DRAFT:
        raise Refusal(OVER.get(meeting.status, "Cette rencontre est déjà annoncée."))
    if missing := lacking(meeting):
        raise Refusal(f"Pour annoncer cette rencontre, il manque : {', '.join(missing)}.")
    meeting.status, meeting.announced_at = Status.ANNOUNCED, now()
    touch(meeting)
    session.flush()
    co_hosts = people_of_institutions(session, [meeting.co_host], but=by) if meeting.co_host else []
    post(session, mails.co_hosts(meeting), co_hosts)
    told = {one.id for one in co_hosts}
    around = people_of_institutions(session, partners(meeting), but=by)
    post(session, mails.announced(meeting), [one for one in around if one.id not in told])
    return answer_requests(session, meeting)


def accept_co_hosting(session: Session, meeting: Meeting, institution: Institution, by: User) -> None:
    """The institution that its host names organises it too, from now on; the host is told."""
    meeting = _asked_to_co_host(session, meeting, institution)
    meeting.co_host_accepted_at = meeting.updated_at = now()
    host = people_of_institutions(session, [meeting.host], but=by)
    post(session, mails.co_host_answered(meeting, institution, accepts=True), host)


def decline_co_hosting(session: Session, meeting: Meeting, institution: Institution, by: User) -> None:
    """Its name goes away; the host is told."""
    meeting = _asked_to_co_host(session, meeting, institution)
    meeting.named_co_host = None
    touch(meeting)
    host = people_of_institutions(session, [meeting.host], but=by)
    post(session, mails.co_host_answered(meeting, institution, accepts=False), host)


def _asked_to_co_host(session: Session, meeting: Meeting, institution: Institution) -> Meeting:
    """Lock it; refuses an answer where none is waited for any more."""
    meeting = lock(session, meeting)
    if meeting.status in OVER:
        raise Refusal(OVER[meeting.status])
    if meeting.co_host_id != institution.id:
        raise Refusal("On ne propose plus à votre structure d’organiser cette rencontre.")
    if meeting.co_host_accepted_at is not None:
        raise Refusal("Votre structure a déjà accepté. Pour en retirer son nom, modifiez la rencontre.")
    return meeting


def move(session: Session, meeting: Meeting, columns: dict[str, Any], note: str, revision: int | None, by: User) -> None:
    """Give it another date or place, and write to everyone concerned; registrations stay.

    The agenda and the closing of registrations follow the start, by as much on the clocks of Paris; their opening, and the
    time to answer an offer, where the start comes earlier. Refuses a start in the
    past, a move that changes nothing, a page opened before another change, and what has begun.
    """
    meeting = lock(session, meeting)
    only_movable(meeting)
    only_fresh(meeting, revision)
    if columns["starts_at"] <= now():
        raise Mistake("Cette date est passée : choisissez une date à venir.", "day")
    before = (when_said(meeting), where_said(meeting))
    if not _change_place_and_day(meeting, columns):
        raise Mistake("Rien n’est changé : donnez une autre date ou un autre lieu.", "day")
    meeting.sequence += 1
    touch(meeting)
    session.flush()
    session.refresh(meeting)
    shorten_offers(session, meeting, now())
    _tell(session, meeting, by, lambda registration: mails.moved(meeting, before, note, registration))


def cancel(session: Session, meeting: Meeting, reason: str, by: User) -> None:
    """Cancel it for good, and write to everyone concerned; what is offered to those who waited ends without a mail of its own.

    Refuses a draft, which is discarded, and what is over.
    """
    meeting = lock(session, meeting)
    only_announced(meeting)
    meeting.status, meeting.cancelled_at, meeting.cancel_reason = Status.CANCELLED, now(), reason
    meeting.sequence += 1
    touch(meeting)
    session.flush()
    _tell(session, meeting, by, lambda registration: mails.cancelled(meeting, registration))
    promote(session, meeting, now())


def hold(session: Session, meeting: Meeting, attendance: int | None, outcome: str, by: User) -> None:
    """Say that it was held, how many came, what came out of it; or correct what was said. Refuses before its start.

    A number that is corrected leaves a trace.
    """
    meeting = lock(session, meeting)
    if meeting.status is Status.HELD and meeting.attendance != attendance:
        trace = AttendanceCorrection(meeting_id=meeting.id, was=meeting.attendance, became=attendance, by_id=by.id)
        session.add(trace)
    only_begun(meeting)
    if meeting.status is not Status.HELD:
        meeting.status, meeting.held_at = Status.HELD, now()
    meeting.attendance, meeting.outcome = attendance, outcome or None
    touch(meeting)
    promote(session, meeting, now())


def close_registration(session: Session, meeting: Meeting) -> None:
    """Nobody signs up any more. Refuses where registration is not open, so that a second click is told."""
    meeting = lock(session, meeting)
    only_announced(meeting)
    if not meeting.is_registering:
        raise Refusal("Les inscriptions à cette rencontre ne sont pas ouvertes.")
    meeting.registration_closes_at = now()
    if meeting.registration_opens_at is not None and meeting.registration_opens_at >= meeting.registration_closes_at:
        meeting.registration_opens_at = None
    touch(meeting)


def reopen_registration(session: Session, meeting: Meeting) -> None:
    """One signs up again, until it starts; places that are free go to the waiting list first. Refuses once it has begun."""
    meeting = lock(session, meeting)
    only_announced(meeting)
    if meeting.starts_at <= now():
        raise Refusal(STARTED)
    if not meeting.takes_registrations or meeting.closes_at > now():
        raise Refusal("Les inscriptions à cette rencontre ne sont pas closes.")
    meeting.registration_closes_at = None
    touch(meeting)
    session.flush()
    promote(session, meeting, now())


def only_announced(meeting: Meeting) -> None:
    """Refuse a draft, and what is over."""
    if meeting.status is Status.DRAFT:
        raise Refusal(NOT_ANNOUNCED)
    if meeting.status is not Status.ANNOUNCED:
        raise Refusal(OVER[meeting.status])


def only_movable(meeting: Meeting) -> None:
    """Refuse to move what is not announced, or has begun."""
    only_announced(meeting)
    if meeting.starts_at <= now():
        raise Refusal("Cette rencontre a commencé : elle ne se déplace plus.")


def only_begun(meeting: Meeting) -> None:
    """Refuse to say that something was held which has not begun, or was not to be; what was said may be corrected."""
    if meeting.status is Status.HELD:
        return
    only_announced(meeting)
    if meeting.starts_at > now():
        raise Refusal("Cette rencontre n’a pas encore commencé : on dit qu’elle a été tenue ensuite.")


def _change_place_and_day(meeting: Meeting, columns: dict[str, Any]) -> bool:
    """Write them, and what follows the start; tell whether anything changed."""
    before = _place_and_day(meeting)
    old_start = meeting.starts_at
    point = columns["point"]
    for name, value in columns.items():
        setattr(meeting, name, value)
    # A point cannot be compared: where one was typed, the place is written again.
    if before == _place_and_day(meeting) and point is None:
        return False
    # An hour that comes twice is unequal to itself in another zone: instants are compared.
    if meeting.starts_at.timestamp() != old_start.timestamp():
        meeting.previous_starts_at = old_start
        _follow_the_start(meeting, old_start)
    return True


def _follow_the_start(meeting: Meeting, old_start: datetime) -> None:
    by = wall_difference(old_start, meeting.starts_at)
    shifted(meeting.agenda, by)
    closes = meeting.registration_closes_at
    # What the organisers closed already stays closed.
    if closes is not None and closes > now():
        meeting.registration_closes_at = min(shift(closes, by), meeting.ends_at)
    opens = meeting.registration_opens_at
    if opens is not None:
        # The day that was announced is kept, or comes earlier: nobody who comes back on that day finds the door closed.
        opens = min(opens, shift(opens, by))
        meeting.registration_opens_at = opens if opens < meeting.closes_at else None


def _place_and_day(meeting: Meeting) -> tuple[object, ...]:
    place = meeting.place.id if meeting.place else None
    where = (place, meeting.address, meeting.territory_id, meeting.online_url, meeting.access)
    return (meeting.starts_at.timestamp(), meeting.ends_at.timestamp(), *where)


def _tell(session: Session, meeting: Meeting, by: User, mail: Callable[[Registration | None], Mail]) -> None:
    whom = concerned(session, meeting, but=by)
    for registration in whom.registrations:
        write_to(session, registration, mail(registration))
    post(session, mail(None), whom.people)
    for invitation, mailbox in whom.mailboxes:
        post_to_address(session, mails.to_mailbox(mail(None), invitation, mailbox), mailbox)
