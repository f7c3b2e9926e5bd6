"""The tables of the exchange time: what the organiser asks, the plan round after round, and what is changed by hand."""

from flask import Blueprint, abort, render_template

from app.accounts.session import sign_in_required
from app.directory.memberships.permissions import acting
from app.errors import allow
from app.extensions import db
from app.meetings import queries
from app.meetings.models import Meeting
from app.meetings.permissions import can_organise, can_see

seating = Blueprint("seating", __name__)


@seating.get("/rencontres/<meeting_id>/tables")
@sign_in_required
def index(meeting_id: str) -> str:
    """The tables, who sits where, and what may still be done."""
    meeting = _own(meeting_id)
    return render_template("seating/index.html", meeting=meeting)


def _own(meeting_id: str) -> Meeting:
    """The meeting, if this person organises it; 404 for whom may not know that it exists."""
    found: Meeting = db.session.scalar(queries.meeting_known_as(meeting_id)) or abort(404)
    if not can_see(acting(), found):
        abort(404)
    allow(can_organise(acting(), found))
    return found
