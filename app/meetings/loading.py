"""The meeting of a URL: 404 for whom may not know that it exists, 403 for whom does not organise it."""

import re

from flask import abort

from app.directory.memberships.permissions import acting
from app.errors import allow
from app.extensions import db
from app.meetings import queries
from app.meetings.models import Meeting
from app.meetings.permissions import can_organise, can_see


def load(meeting_id: str) -> Meeting:
    """The meeting, if this person may know that it exists."""
    found: Meeting | None = None
    if re.fullmatch(r"[a-z0-9]{14}", meeting_id):
        found = db.session.scalar(queries.meeting_known_as(meeting_id))
    return found if found is not None and can_see(acting(), found) else abort(404)


def load_organised(meeting_id: str) -> Meeting:
    """The meeting, if this person organises it."""
    found = load(meeting_id)
    allow(can_organise(acting(), found))
    return found
