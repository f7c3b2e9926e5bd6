"""A public meeting in the vocabulary of schema.org, for search engines; never what only those who come may know."""

from typing import Any

from app.clock import PARIS
from app.meetings.models import Meeting, Openness, Status
from app.meetings.wording import address_said

ORIGIN = "https://schema.org/"


def describe(meeting: Meeting, url: str, position: Any) -> dict[str, Any] | None:
    """Give the JSON-LD of a meeting whose address is `url`; None for a draft, or for one that is not public.

    `position` is a row of `queries.position_of`: a point that is only that of a commune is not given.
    """
    if meeting.openness is not Openness.PUBLIC or meeting.status is Status.DRAFT:
        return None
    rescheduled = meeting.previous_starts_at is not None and meeting.status is Status.ANNOUNCED
    described = {
        "@context": ORIGIN.rstrip("/"),
        "@type": "Event",
        "@id": url,
        "url": url,
        "name": meeting.title,
        "description": meeting.summary,
        "startDate": meeting.starts_at.astimezone(PARIS).isoformat(),
        "endDate": meeting.ends_at.astimezone(PARIS).isoformat(),
        "previousStartDate": meeting.previous_starts_at.astimezone(PARIS).isoformat() if rescheduled else None,  # type: ignore[union-attr]
        "eventStatus": ORIGIN + _status(meeting, rescheduled),
        "eventAttendanceMode": ORIGIN + _mode(meeting),
        "location": _locations(meeting, url, position),
        "organizer": [{"@type": "Organization", "name": one.name} for one in (meeting.host, meeting.co_host) if one],
        "maximumAttendeeCapacity": meeting.capacity,
        "remainingAttendeeCapacity": meeting.places_left if meeting.takes_registrations else None,
        "inLanguage": "fr",
    }
    return {name: value for name, value in described.items() if value not in (None, [], "")}


def _status(meeting: Meeting, rescheduled: bool) -> str:
    if meeting.status is Status.CANCELLED:
        return "EventCancelled"
    return "EventRescheduled" if rescheduled else "EventScheduled"


def _mode(meeting: Meeting) -> str:
    in_person = bool(meeting.place_id or meeting.address)
    if in_person and meeting.online_url:
        return "MixedEventAttendanceMode"
    return "OfflineEventAttendanceMode" if in_person else "OnlineEventAttendanceMode"


def _locations(meeting: Meeting, url: str, position: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if meeting.place or meeting.address:
        place: dict[str, Any] = {
            "@type": "Place",
            "name": meeting.place.name if meeting.place else meeting.address,
            "address": address_said(meeting),
        }
        if position.longitude is not None and position.exact:
            place["geo"] = {"@type": "GeoCoordinates", "latitude": position.latitude, "longitude": position.longitude}
        found.append(place)
    if meeting.online_url:
        # The link itself is for those who come: the page tells how.
        found.append({"@type": "VirtualLocation", "url": url})
    return found
