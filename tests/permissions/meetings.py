"""Meetings: a public seminar hosted by the Cité; its organisers alone change it."""

from typing import Any

from sqlalchemy.orm import Session

from app.meetings.invitations.models import Invitation
from app.meetings.requests.models import MeetingRequest
from app.meetings.seating.models import Seat
from app.meetings.sheets.models import TableSheet
from tests import meeting_factories
from tests.permissions.scene import Scene

ROUTES = {
    "meetings.new": "login yes yes yes yes yes yes",
    "meetings.create": "login yes yes yes yes yes yes",
    "meetings.mine": "login yes yes yes yes yes yes",
    "meetings.show": "yes yes yes yes yes yes yes",
    "meetings.edit": "login no yes no no no yes",
    "meetings.update": "login no yes no no no yes",
    "meetings.co_hosting": "login no no no no no no",
    "meetings.accept_co_hosting": "login no no no no no no",
    "meetings.decline_co_hosting": "login no no no no no no",
    "meetings.announce": "login no yes no no no yes",
    "meetings.move": "login no yes no no no yes",
    "meetings.move_to": "login no yes no no no yes",
    "meetings.cancellation": "login no yes no no no yes",
    "meetings.cancel": "login no yes no no no yes",
    "meetings.holding": "login no yes no no no yes",
    "meetings.hold": "login no yes no no no yes",
    "meetings.close_registration": "login no yes no no no yes",
    "meetings.reopen_registration": "login no yes no no no yes",
    "meetings.discard": "login no yes no no no yes",
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    """A seminar of the Cité, to which the library comes with two people, and what hangs on it."""
    seminar = meeting_factories.meeting(session, scene.cite, capacity=40, walk_in_places=5)
    names = ("Camille Inventée", "Dominique Inventé")
    registration = meeting_factories.registration(session, seminar, scene.library, names, user=scene.people["library"])
    table = meeting_factories.table(session, seminar)
    attendee = registration.attendees[0]
    sheet = TableSheet(table_id=table.id, organisation="Essai")
    invitation = Invitation(meeting_id=seminar.id, institution_id=scene.library.id)
    asked = MeetingRequest(institution_id=scene.library.id, region_id="region-93")
    session.add_all([sheet, invitation, asked, Seat(attendee_id=attendee.id, round=1, table_id=table.id)])
    session.flush()
    return {
        "meeting_id": seminar.public_id,
        "registration": registration,
        "registration_id": registration.public_id,
        "attendee_id": attendee.public_id,
        "table_id": table.public_id,
        "sheet_id": sheet.public_id,
        "invitation_id": invitation.public_id,
        "meeting_request_id": asked.public_id,
    }
