"""Short ways to seat people at a table in the tests of this folder."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.directory.models import Institution
from app.meetings.models import Meeting
from app.meetings.registrations.models import Registration
from app.meetings.seating.models import ExchangeTable, Seat
from app.meetings.sheets.models import TableSheet
from tests import factories, meeting_factories

WORDS = {
    "organisation": "La médiathèque prête sa salle le mardi.",
    "axes": "Lutte contre l’illettrisme.",
    "calendrier": "Première réunion en janvier",
    "personnes": "responsable opérationnel, responsable du partenariat",
}


def todays(session: Session, **columns: Any) -> Meeting:
    """A seminar that has just begun."""
    return meeting_factories.meeting(session, starts_at=now() - timedelta(minutes=5), **columns)


def seat(
    session: Session, table: ExchangeTable, *institutions: Institution | None, number: int = 1, **columns: Any
) -> Registration:
    """Register one person of each institution (None: without account), seat them at the table, and give the last one."""
    for institution in institutions:
        one = meeting_factories.registration(session, table.meeting, institution, **columns)
        session.add(Seat(attendee_id=one.attendees[0].id, round=number, table_id=table.id))
    session.flush()
    return one


def sheet(session: Session, table: ExchangeTable, number: int = 1, **columns: Any) -> TableSheet:
    """The written sheet of a table."""
    known = {"organisation": "Une salle le mardi.", "axes": "Illettrisme.", "calendar": "En janvier", "people": "directrice"}
    row = TableSheet(table_id=table.id, round=number, **{**known, **columns})
    session.add(row)
    session.flush()
    return row


def address(table: ExchangeTable, end: str = "") -> str:
    return f"/rencontres/{table.meeting.public_id}/tables/{table.public_id}/fiche{end}"


def pair_at_a_table(session: Session) -> tuple[ExchangeTable, Institution, Institution]:
    """A table of today where a Cité and a library sit."""
    table = meeting_factories.table(session, todays(session))
    cite, library = factories.cite(session, "Cité de la table"), factories.library(session, "Médiathèque de la table")
    seat(session, table, cite, library)
    return table, cite, library
