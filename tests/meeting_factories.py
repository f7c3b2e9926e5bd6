"""Invented meetings for the tests; each factory adds and flushes one row with as few arguments as the test needs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.models import Institution
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.registrations.models import LIVING, QUEUE, Attendee, Place, Registration
from app.meetings.seating.models import ExchangeTable, SeatingPlan
from tests import factories


def meeting(session: Session, host: Institution | None = None, **columns: Any) -> Meeting:
    """Add a meeting: by default an announced public seminar of two hours, thirty days from now, hosted by a Cité, with room."""
    host = host or factories.cite(session)
    starts_at = columns.pop("starts_at", now().replace(microsecond=0) + timedelta(days=30))
    known = {
        "kind": MeetingKind.SEMINAR,
        "status": Status.ANNOUNCED,
        "title": "Séminaire inventé",
        "host": host,
        "place": None if columns.keys() & {"address", "online_url"} else host,
        "territory_id": host.territory_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
    } | columns
    if "co_host" in known:
        known |= {"named_co_host": known.pop("co_host"), "co_host_accepted_at": now()}
    if known["status"] is Status.HELD:
        known.setdefault("held_at", now())
    if known["status"] is Status.CANCELLED:
        known |= {"cancelled_at": now(), "cancel_reason": known.get("cancel_reason", "Essai")}
    row = Meeting(**known)
    session.add(row)
    session.flush()
    return row


def registration(
    session: Session,
    of: Meeting,
    institution: Institution | None = None,
    names: Sequence[str] = ("Camille Inventée",),
    place: Place = Place.CONFIRMED,
    user: User | None = None,
    **columns: Any,
) -> Registration:
    """Add a registration with its people; of an institution, of a person, or (`email=`) of someone without account."""
    if place in LIVING and place is not Place.UNCONFIRMED and not columns.get("is_walk_in"):
        columns.setdefault("queue_number", session.scalar(sa.select(QUEUE.next_value())))
    if place is Place.OFFERED:
        columns.setdefault("offered_places", len(names))
        columns.setdefault("offer_expires_at", now() + timedelta(hours=48))
    if place is Place.DECLINED:
        columns.setdefault("reason", "Essai")
    row = Registration(
        meeting_id=of.id,
        place=place,
        people=len(names),
        institution_id=institution.id if institution else None,
        territory_id=institution.territory_id if institution else None,
        user_id=user.id if user else None,
        attendees=[Attendee(name=name, role="bibliothécaire") for name in names],
        **columns,
    )
    session.add(row)
    session.flush()
    session.refresh(of)
    return row


def table(session: Session, of: Meeting, number: int = 1, seats: int = 8, **columns: Any) -> ExchangeTable:
    """Add a table of the exchange time, and the plan of the meeting where it has none."""
    if session.get(SeatingPlan, of.id) is None:
        session.add(SeatingPlan(meeting_id=of.id))
    row = ExchangeTable(meeting_id=of.id, number=number, seats=seats, **columns)
    session.add(row)
    session.flush()
    return row
