"""Meetings: the page of each."""

import re

from flask import abort, render_template

from app.directory.memberships.permissions import acting
from app.extensions import db
from app.meetings import queries, wording
from app.meetings.blueprint import meetings
from app.meetings.models import Meeting
from app.meetings.permissions import can_see

__all__ = ["meetings"]

meetings.add_app_template_global(wording.when_said, "meeting_when")
meetings.add_app_template_global(wording.where_said, "meeting_where")
meetings.add_app_template_global(wording.where_said_short, "meeting_where_short")
meetings.add_app_template_global(wording.address_said, "meeting_address")
meetings.add_app_template_global(wording.hour_said, "hour_said")
meetings.add_app_template_global(wording.day_said, "day_said")


@meetings.get("/rencontres/<meeting_id>")
def show(meeting_id: str) -> str:
    """A meeting, for those who may see it."""
    meeting = load(meeting_id)
    return render_template("meetings/show.html", meeting=meeting)


def load(meeting_id: str) -> Meeting:
    """The meeting of a URL, if this person may know that it exists."""
    found: Meeting | None = None
    if re.fullmatch(r"[a-z0-9]{14}", meeting_id):
        found = db.session.scalar(queries.meeting_known_as(meeting_id))
    return found if found is not None and can_see(acting(), found) else abort(404)
