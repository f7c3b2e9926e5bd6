"""What a person does of a registration: ask for places, confirm an address, change who comes, answer an offer, withdraw.

Each begins with the lock of the meeting, and reads the registration anew under it: who comes second sees what the first did.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.queries import people_of
from app.directory.models import Institution
from app.errors import Refusal
from app.formats import plural
from app.mail.outbox import post
from app.meetings.locking import lock
from app.meetings.models import Meeting, Status
from app.meetings.registrations import mails, queries
from app.meetings.registrations.machine import Who, move
from app.meetings.registrations.models import Attendee, Place, Registration
from app.meetings.registrations.places import CONFIRM_WITHIN, arrive, give_rank, is_partial, keep_rank, promote
from app.meetings.registrations.writing import write_to
from app.partnerships.refusals import Mistake
from geo.territories import Territory


@dataclass(frozen=True)
class Person:
    """Someone who comes, as typed; `known_as` is the public id of the attendee, for whom is registered already."""

    name: str
    role: str | None = None
    lunch: bool | None = None
    access_needs: str | None = None
    known_as: str = ""


@dataclass(frozen=True)
class Asked:
    """What is asked of the organisers: who comes, and what they expect."""

    people: Sequence[Person]
    expects: str | None = None
    formats: Sequence[str] = ()
    themes: Sequence[str] = ()
    #: Asked once registration has closed: the names of those who stay, and nothing else.
    only_fewer: bool = False


@dataclass(frozen=True)
class Registrant:
    """Who registers: for an institution, in one's own name, or (`email`) without account."""

    institution: Institution | None = None
    user: User | None = None
    email: str | None = None
    organisation: str | None = None
    territory: Territory | None = field(default=None)


class Already(Mistake):
    """The same institution, person or address is registered already."""

    def __init__(self, registration: Registration) -> None:
        whose = "Cette structure est déjà inscrite" if registration.institution_id else "Une inscription à votre nom existe"
        super().__init__(f"{whose} : pour ajouter quelqu’un, modifiez l’inscription qui existe.", "speaker")
        self.registration = registration


def register(session: Session, meeting: Meeting, who: Registrant, asked: Asked, moment: datetime) -> Registration:
    """Ask for places. Without account nothing is held before the address is confirmed; else see `places.arrive`.

    Refuses a meeting that takes no registration now, and (`Already`) who is registered; but what an address asks before it
    is confirmed stands in the place of what it asked first.
    """
    meeting = lock(session, meeting)
    refuse_unless_open(meeting)
    found = session.scalar(queries.living_of(meeting, who.institution, who.user, who.email).limit(1))
    if found is not None and found.place is not Place.UNCONFIRMED:
        raise Already(found)
    registration = _written(found or Registration(meeting_id=meeting.id), who, asked, moment)
    if who.email is not None:
        if found is None:
            move(registration, Place.UNCONFIRMED, Who.PERSON, moment)
        session.add(registration)
        session.flush()
        write_to(session, registration, mails.confirm_address(registration), expires_at=moment + CONFIRM_WITHIN)
    else:
        _come(session, meeting, registration, moment)
    return registration


def confirm(session: Session, registration: Registration, moment: datetime) -> None:
    """The address is proven: it arrives now. Refuses one that was confirmed, is over, or comes after the closing."""
    meeting = hold(session, registration)
    if registration.place is not Place.UNCONFIRMED:
        raise Refusal(f"Il n’y a rien à confirmer : cette inscription est « {registration.place.label} ».")
    if registration.asked_at <= moment - CONFIRM_WITHIN:
        raise Refusal("Ce lien a expiré : une demande se confirme sous 48 heures. Inscrivez-vous de nouveau.")
    refuse_unless_open(meeting)
    of_theirs = registration.institution
    if of_theirs is not None and session.scalar(queries.living_of(meeting, of_theirs, None, None).limit(1)):
        raise Refusal(f"Votre structure, {of_theirs.name}, est déjà inscrite : demandez à vos collègues de vous ajouter.")
    _come(session, meeting, registration, moment)


def accept(session: Session, registration: Registration, kept: Collection[str], moment: datetime) -> None:
    """Take the places offered, for the people `kept` (public ids of attendees): all of them, or as many as there are places."""
    meeting = hold(session, registration)
    _refuse_past_offer(meeting, registration, moment)
    staying = [one for one in registration.attendees if one.public_id in kept]
    places = registration.offered_places or 0
    if not 1 <= len(staying) <= places:
        raise Mistake(
            f"Cochez qui vient : {plural(places, 'personne')} au plus."
            if staying
            else "Cochez qui vient, ou répondez que vous laissez ce qui est proposé.",
            "kept",
        )
    registration.attendees = staying
    registration.people = len(staying)
    move(registration, Place.CONFIRMED, Who.PERSON, moment)
    registration.revision += 1
    session.flush()
    promote(session, meeting, moment)
    write_to(session, registration, mails.confirmed(registration))


def let_go(session: Session, registration: Registration, moment: datetime) -> None:
    """Leave the places offered. Of a part of the group: it keeps its rank. Of the whole: the registration ends."""
    meeting = hold(session, registration)
    _refuse_past_offer(meeting, registration, moment)
    if is_partial(registration):
        keep_rank(registration, Who.PERSON, moment)
    else:
        move(registration, Place.WITHDRAWN, Who.PERSON, moment)
        write_to(session, registration, mails.withdrawn(registration))
    promote(session, meeting, moment)


def withdraw(session: Session, registration: Registration, moment: datetime) -> None:
    """They will not come: what they held is offered to those who wait. Refuses once the meeting has begun."""
    meeting = hold(session, registration)
    if moment >= meeting.starts_at:
        raise Refusal("La rencontre a commencé : une inscription ne s’annule plus.")
    move(registration, Place.WITHDRAWN, Who.PERSON, moment)
    write_to(session, registration, mails.withdrawn(registration))
    promote(session, meeting, moment)


def tell(session: Session, registration: Registration) -> None:
    """Write where a registration that has just arrived stands; an offer is written by whoever offers."""
    if registration.place is Place.CONFIRMED:
        write_to(session, registration, mails.confirmed(registration))
    elif registration.place is Place.WAITING:
        rank = session.scalar(queries.rank_of(registration)) or 1
        write_to(session, registration, mails.waiting(registration, rank))


def refuse_unless_open(meeting: Meeting) -> None:
    """Refuse a meeting that takes no registration now."""
    if not meeting.is_registering:
        raise Refusal("Cette rencontre ne prend pas d’inscription en ce moment. Sa page dit ce qui est possible.")


def hold(session: Session, registration: Registration) -> Meeting:
    """Lock its meeting, and read the registration and its people as they are now."""
    meeting = lock(session, registration.meeting)
    fresh = sa.select(Registration).where(Registration.id == registration.id).execution_options(populate_existing=True)
    session.scalars(fresh).one()
    session.expire(registration, ["attendees"])
    return meeting


def refuse_unless_announced(meeting: Meeting) -> None:
    """Refuse what was cancelled, or held."""
    if meeting.status is not Status.ANNOUNCED:
        raise Refusal(f"Cette rencontre est {meeting.stage.label} : les inscriptions ne changent plus.")


def _come(session: Session, meeting: Meeting, registration: Registration, moment: datetime) -> None:
    """Arrive: be placed, or wait for approval with a rank."""
    if not meeting.needs_approval:
        arrive(session, meeting, registration, Who.PERSON, moment)
        tell(session, registration)
        return
    give_rank(session, registration)
    move(registration, Place.TO_APPROVE, Who.PERSON, moment)
    session.add(registration)
    session.flush()
    write_to(session, registration, mails.to_approve(registration))
    hosts = [one for one in (meeting.host, meeting.co_host) if one is not None]
    post(session, mails.asks_approval(registration), [user for one in hosts for user in session.scalars(people_of(one))])


def _refuse_past_offer(meeting: Meeting, registration: Registration, moment: datetime) -> None:
    refuse_unless_announced(meeting)
    if registration.place is not Place.OFFERED:
        raise Refusal(f"Aucune place ne vous est proposée : votre inscription est « {registration.place.label} ».")
    assert registration.offer_expires_at is not None, "an offer expires"
    if moment >= min(registration.offer_expires_at, meeting.starts_at):
        raise Refusal("Cette proposition a expiré : la place va à la suite de la liste d’attente.")


def _written(registration: Registration, who: Registrant, asked: Asked, moment: datetime) -> Registration:
    """Write what is asked, in the place of what was asked before."""
    territory = who.institution.territory_id if who.institution else who.territory.id if who.territory else None
    registration.institution_id = who.institution.id if who.institution else None
    registration.user_id = who.user.id if who.user else None
    registration.organisation, registration.territory_id, registration.email = who.organisation, territory, who.email
    registration.expects = asked.expects
    registration.formats, registration.themes = list(asked.formats), list(asked.themes)
    registration.people, registration.asked_at = len(asked.people), moment
    registration.attendees = [
        Attendee(name=one.name, role=one.role, lunch=one.lunch, access_needs=one.access_needs) for one in asked.people
    ]
    return registration
