"""Changing who comes and what they expect, until registration closes; then, until the start, taking people away alone."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.formats import plural
from app.meetings.models import Meeting, Status
from app.meetings.registrations import queries
from app.meetings.registrations.actions import Asked, Person, hold
from app.meetings.registrations.models import Attendee, Place, Registration
from app.meetings.registrations.places import promote
from app.partnerships.refusals import Mistake

CHANGED = "Cette inscription vient d’être modifiée dans une autre page : relisez-la, puis recommencez."
ONLY_FEWER = "Les inscriptions sont closes : on peut encore retirer quelqu’un, mais ni ajouter ni changer."
#: Where a registration can be changed by who made it.
CHANGEABLE = (Place.TO_APPROVE, Place.WAITING, Place.CONFIRMED)


def change(session: Session, registration: Registration, asked: Asked, revision: int, moment: datetime) -> None:
    """Change who comes and what they expect.

    Fewer people free places. More come in only if they fit and nobody waits; refuses otherwise, and while an offer waits
    for its answer. Once registration has closed, people are taken away and nothing else changes.
    """
    meeting = hold(session, registration)
    if said := why_not(registration, moment):
        raise Refusal(said)
    if registration.revision != revision:
        raise Refusal(CHANGED)
    if asked.only_fewer:
        _keep(registration, asked.people)
    else:
        if is_closed(registration, moment):
            raise Mistake(ONLY_FEWER, "people")
        _rewrite(session, meeting, registration, asked, moment)
    registration.revision += 1
    promote(session, meeting, moment)


def is_closed(registration: Registration, moment: datetime) -> bool:
    """Whether people can only be taken away."""
    return moment >= registration.meeting.closes_at


def why_not(registration: Registration, moment: datetime) -> str:
    """Why it cannot be changed, and what to do; empty when it can."""
    meeting, place = registration.meeting, registration.place
    if meeting.status is not Status.ANNOUNCED:
        return f"Cette rencontre est {meeting.stage.label} : les inscriptions ne changent plus."
    if place is Place.OFFERED:
        return "Des places vous sont proposées : répondez d’abord, en choisissant qui vient."
    if registration.is_walk_in or place not in CHANGEABLE:
        return f"Cette inscription est « {place.label} » : elle ne se modifie pas."
    if moment >= meeting.starts_at:
        return "La rencontre a commencé : une inscription ne se modifie plus."
    if is_closed(registration, moment) and registration.people == 1:
        return "Les inscriptions sont closes : elles ne se modifient plus. Vous pouvez encore annuler la vôtre."
    return ""


def _rewrite(session: Session, meeting: Meeting, registration: Registration, asked: Asked, moment: datetime) -> None:
    more = len(asked.people) - registration.people
    if more > 0:
        promote(session, meeting, moment)
        _refuse_growth(session, meeting, registration, more)
    _replace_people(registration, asked.people)
    registration.expects = asked.expects
    registration.formats, registration.themes = list(asked.formats), list(asked.themes)


def _keep(registration: Registration, people: Sequence[Person]) -> None:
    """Those who stay, as they are."""
    names = {one.public_id: one.name for one in registration.attendees}
    kept = {one.known_as for one in people}
    if len(kept) != len(people) or any(names.get(one.known_as) != one.name for one in people):
        raise Mistake(ONLY_FEWER, "people")
    registration.attendees = [one for one in registration.attendees if one.public_id in kept]
    registration.people = len(kept)


def _refuse_growth(session: Session, meeting: Meeting, registration: Registration, more: int) -> None:
    """More people in a group: only if it is offered nothing at this very moment, nobody else waits, and they fit."""
    if registration.place is Place.OFFERED:
        raise Mistake(
            "Des places viennent de se libérer pour votre groupe tel qu’il est : elles vous seront proposées par courrier d’ici"
            " quelques minutes. Répondez d’abord ; on ne peut ajouter personne d’ici là.",
            "people",
        )
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
