"""From the form of several workshops to what is wanted, and back from a workshop to the form that does it again."""

from collections.abc import Iterable
from typing import Any

from app.directory.models import Institution
from app.meetings.fields import shown_hour
from app.meetings.models import Meeting
from app.meetings.workshops.actions import Wanted
from app.meetings.workshops.forms import WorkshopsForm


def wanted(form: WorkshopsForm, places: Iterable[Institution]) -> Wanted:
    """What a valid form asks for."""
    starts, ends = form.starts.hour, form.ends.hour
    assert starts is not None, "the form is valid"
    assert ends is not None, "the form is valid"
    return Wanted(
        title=form.title.data or "",
        days=form.planned_days,
        starts=starts,
        ends=ends,
        place=next(one for one in places if one.public_id == form.place.data),
        summary=form.summary.data or "",
        capacity=form.capacity.count,
        walk_in_places=form.walk_in_places.count or 0,
        takes_registrations=form.takes_registrations.data,
        is_announced=form.is_announced.data,
    )


def like(meeting: Meeting) -> dict[str, Any]:
    """What a form holds to do a workshop again: all but its day."""
    return {
        "title": meeting.title,
        "summary": meeting.summary or "",
        "starts": shown_hour(meeting.starts_at),
        "ends": shown_hour(meeting.ends_at),
        "place": meeting.place.public_id if meeting.place else None,
        "capacity": "" if meeting.capacity is None else str(meeting.capacity),
        "takes_registrations": meeting.takes_registrations,
        "walk_in_places": str(meeting.walk_in_places) if meeting.walk_in_places else "",
        "is_announced": True,
    }
