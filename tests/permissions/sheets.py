"""Sheets of tables: read by the organisers and those registered; written by the organisers and, from the day, by the table.

The scene's seminar is to come: its library, seated, reads. The seminar of this module is today's: its library writes.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.meetings.seating.models import Seat
from app.meetings.sheets.models import TableSheet
from tests import meeting_factories
from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "sheets.show": "login no yes yes no no yes",
    "sheets.edit": "login no yes no no no yes",
    "sheets.update": "login no yes yes no no yes",
    "sheets.blank": "login no yes yes no no yes",
    "sheets.blanks": "login no yes no no no yes",
    "sheets.to_interests": "login no yes yes no no yes",
    "sheets.to_proposals": "login no yes yes no no yes",
    "sheets.report": "login no yes yes no no yes",
    "sheets.export": "login no yes yes no no yes",
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    """A seminar that has just begun, where the library sits."""
    seminar = meeting_factories.meeting(session, scene.cite, starts_at=now() - timedelta(minutes=5))
    registration = meeting_factories.registration(session, seminar, scene.library, user=scene.people["library"])
    table = meeting_factories.table(session, seminar)
    sheet = TableSheet(table_id=table.id, organisation="Essai")
    session.add_all([sheet, Seat(attendee_id=registration.attendees[0].id, round=1, table_id=table.id)])
    session.flush()
    return {"todays": {"meeting_id": seminar.public_id, "table_id": table.public_id, "sheet_id": sheet.public_id}}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    todays = scene.values["todays"]
    return {
        "sheets.update": todays,
        "sheets.to_interests": todays,
        "sheets.to_proposals": todays,
        "sheets.export": {"extension": "csv"},
    }
