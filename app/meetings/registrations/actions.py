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

CHANGED = "Cette inscription vient d’être modifiée dans une autre page : relisez-la, puis recommencez."

#: Where a registration can be changed by who made it.
CHANGEABLE = (Place.TO_APPROVE, Place.WAITING, Place.CONFIRMED)


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


@dataclass(frozen=True)
class Registrant:
    """Who registers: for an institution, in one's own name, or (`email`) without account."""

    institution: Institution | None = None
    user: User | None = None
    email: str | None = None
    organisation: str | None = None
    territory: Territory | None = field(default=None)


class Already(Refusal):
    """The same institution, person or address is registered already."""

    def __init__(self, registration: Registration) -> None:
        super().__init__("Une inscription existe déjà.")
        self.registration = registration


def register(session: Session, meeting: Meeting, who: Registrant, asked: Asked, moment: datetime) -> Registration:
    """Ask for places. Without account nothing is held before the address is confirmed; else see `places.arrive`.

    Refuses a meeting that takes no registration now, and (`Already`) who is registered.
    """
    meeting = lock(session, meeting)
    refuse_unless_open(meeting)
    if found := session.scalar(queries.living_of(meeting, who.institution, who.user, who.email).limit(1)):
        raise Already(found)
    territory_id = who.institution.territory_id if who.institution else who.territory.id if who.territory else None
    registration = Registration(
        meeting_id=meeting.id,
        people=len(asked.people),
        institution_id=who.institution.id if who.institution else None,
        organisation=who.organisation,
        territory_id=territory_id,
        user_id=who.user.id if who.user else None,
        email=who.email,
        expects=asked.expects,
        formats=list(asked.formats),
        themes=list(asked.themes),
        asked_at=moment,
        attendees=[_attendee(one) for one in asked.people],
    )
    if who.email is not None:
        move(registration, Place.UNCONFIRMED, Who.PERSON, moment)
        session.add(registration)
        session.flush()
        write_to(session, registration, mails.confirm_address(registration), expires_at=moment + CONFIRM_WITHIN)
    else:
        _come(session, meeting, registration, moment)
    return registration


def confirm(session: Session, registration: Registration, moment: datetime) -> None:
    """The address is proven: it arrives now. Refuses one that was confirmed, is over, or comes after the closing."""
    meeting = _hold(session, registration)
    if registration.place is not Place.UNCONFIRMED:
        raise Refusal(f"Il n’y a rien à confirmer : cette inscription est « {registration.place.label} ».")
    if registration.asked_at <= moment - CONFIRM_WITHIN:
        raise Refusal("Ce lien a expiré : une demande se confirme sous 48 heures. Inscrivez-vous de nouveau.")
    refuse_unless_open(meeting)
    _come(session, meeting, registration, moment)


def change(session: Session, registration: Registration, asked: Asked, revision: int, moment: datetime) -> None:
    """Change who comes and what they expect, until registration closes.

    Fewer people free places. More come in only if they fit and nobody waits; refuses otherwise, and while an offer waits
    for its answer.
    """
    meeting = _hold(session, registration)
    _refuse_unless_changeable(meeting, registration, moment)
    if registration.revision != revision:
        raise Refusal(CHANGED)
    more = len(asked.people) - registration.people
    if more > 0:
        promote(session, meeting, moment)
        _refuse_growth(session, meeting, registration, more)
    _replace_people(registration, asked.people)
    registration.expects = asked.expects
    registration.formats, registration.themes = list(asked.formats), list(asked.themes)
    registration.revision += 1
    promote(session, meeting, moment)


def accept(session: Session, registration: Registration, kept: Collection[str], moment: datetime) -> None:
    """Take the places offered, for the people `kept` (public ids of attendees): all of them, or as many as there are places."""
    meeting = _hold(session, registration)
    _refuse_past_offer(meeting, registration, moment)
    staying = [one for one in registration.attendees if one.public_id in kept]
    places = registration.offered_places or 0
    if not 1 <= len(staying) <= places:
        raise Mistake(
            f"Cochez qui vient : {plural(places, 'personne')} au plus."
            if staying
            else "Cochez au moins une personne, ou laissez ces places.",
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
    meeting = _hold(session, registration)
    _refuse_past_offer(meeting, registration, moment)
    if is_partial(registration):
        keep_rank(registration, Who.PERSON, moment)
    else:
        move(registration, Place.WITHDRAWN, Who.PERSON, moment)
        write_to(session, registration, mails.withdrawn(registration))
    promote(session, meeting, moment)


def withdraw(session: Session, registration: Registration, moment: datetime) -> None:
    """They will not come: what they held is offered to those who wait. Refuses once the meeting has begun."""
    meeting = _hold(session, registration)
    if moment >= meeting.starts_at:
        raise Refusal("La rencontre a commencé : une inscription ne s’annule plus.")
    move(registration, Place.WITHDRAWN, Who.PERSON, moment)
    write_to(session, registration, mails.withdrawn(registration))
    promote(session, meeting, moment)


def approve(session: Session, registration: Registration, moment: datetime) -> None:
    """An organiser takes it: it gets its places, or waits at the rank of its demand."""
    meeting = _hold(session, registration)
    _refuse_unless_announced(meeting)
    if registration.place is not Place.TO_APPROVE:
        raise Refusal(f"Il n’y a rien à approuver : cette inscription est « {registration.place.label} ».")
    arrive(session, meeting, registration, Who.ORGANISER, moment)
    tell(session, registration)


def decline(session: Session, registration: Registration, reason: str, moment: datetime) -> None:
    """An organiser does not take it, or takes back what it had, and says why; its places are offered to those who wait."""
    meeting = _hold(session, registration)
    was_asking = registration.place is Place.TO_APPROVE
    registration.reason = reason
    move(registration, Place.DECLINED, Who.ORGANISER, moment)
    write_to(session, registration, (mails.declined if was_asking else mails.removed)(registration))
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


def _hold(session: Session, registration: Registration) -> Meeting:
    """Lock its meeting, and read the registration and its people as they are now."""
    meeting = lock(session, registration.meeting)
    fresh = sa.select(Registration).where(Registration.id == registration.id).execution_options(populate_existing=True)
    session.scalars(fresh).one()
    session.expire(registration, ["attendees"])
    return meeting


def _refuse_unless_announced(meeting: Meeting) -> None:
    if meeting.status is not Status.ANNOUNCED:
        raise Refusal(f"Cette rencontre est {meeting.stage.label} : les inscriptions ne changent plus.")


def _refuse_unless_changeable(meeting: Meeting, registration: Registration, moment: datetime) -> None:
    _refuse_unless_announced(meeting)
    if moment >= meeting.closes_at:
        raise Refusal("Les inscriptions sont closes : elles ne se modifient plus. Vous pouvez encore annuler la vôtre.")
    if registration.place is Place.OFFERED:
        raise Refusal("Des places vous sont proposées : répondez d’abord, en choisissant qui vient.")
    if registration.is_walk_in or registration.place not in CHANGEABLE:
        raise Refusal(f"Cette inscription est « {registration.place.label} » : elle ne se modifie pas.")


def _refuse_growth(session: Session, meeting: Meeting, registration: Registration, more: int) -> None:
    """More people in a group: only if nobody else waits and, where it holds places, if they fit."""
    if session.scalar(sa.select(queries.others_wait(registration))):
        raise Mistake(
            "D’autres attendent une place : on ne peut pas ajouter de personne à un groupe déjà inscrit. Vous pouvez en"
            " remplacer une par une autre.",
            "people",
        )
    left = meeting.places_left
    if registration.place is Place.CONFIRMED and left is not None and more > left:
        fits = f"il reste {plural(left, 'place')}" if left else "il ne reste pas de place"
        raise Mistake(f"On ne peut pas ajouter {plural(more, 'personne')} : {fits}.", "people")


def _refuse_past_offer(meeting: Meeting, registration: Registration, moment: datetime) -> None:
    _refuse_unless_announced(meeting)
    if registration.place is not Place.OFFERED:
        raise Refusal(f"Aucune place ne vous est proposée : votre inscription est « {registration.place.label} ».")
    assert registration.offer_expires_at is not None, "an offer expires"
    if moment >= min(registration.offer_expires_at, meeting.starts_at):
        raise Refusal("Cette proposition a expiré : la place va à la suite de la liste d’attente.")


def _replace_people(registration: Registration, people: Sequence[Person]) -> None:
    """Those who stay keep their row, and so their badge and their seat."""
    known = {one.public_id: one for one in registration.attendees}
    rows = []
    for one in people:
        row = known.pop(one.known_as, None) or Attendee()
        row.name, row.role, row.lunch, row.access_needs = one.name, one.role, one.lunch, one.access_needs
        rows.append(row)
    registration.attendees = rows
    registration.people = len(rows)


def _attendee(one: Person) -> Attendee:
    return Attendee(name=one.name, role=one.role, lunch=one.lunch, access_needs=one.access_needs)
