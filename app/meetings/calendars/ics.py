"""Meetings as iCalendar (RFC 5545), for any calendar: Outlook, Google Agenda, Thunderbird, a phone.

The same meetings give the same bytes, so that a calendar that asks again is told that nothing has changed: DTSTAMP is when
the meeting last changed. A cancelled meeting stays, with STATUS:CANCELLED, so that calendars take it away or strike it out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import icalendar
from flask import current_app

from app.clock import PARIS
from app.formats import apostrophes
from app.mail.outbox import link
from app.meetings.models import Meeting, Status
from app.meetings.wording import hosts_said, hour_said, where_said

PRODID = "-//Maillage//Rencontres//FR"
REFRESH = timedelta(hours=6)
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
#: The clocks of Paris, by the rule of today, which holds since this day; what was before is told in UTC.
RULE_SINCE = datetime(1996, 10, 27, 1, tzinfo=UTC)
#: A change is told on the clocks, which have no zone: when, from how many hours ahead of UTC, to how many.
CHANGES = (
    (icalendar.TimezoneStandard, "CET", "1996-10-27T03:00", 2, 1, {"FREQ": "YEARLY", "BYMONTH": 10, "BYDAY": "-1SU"}),
    (icalendar.TimezoneDaylight, "CEST", "1997-03-30T02:00", 1, 2, {"FREQ": "YEARLY", "BYMONTH": 3, "BYDAY": "-1SU"}),
)


@dataclass(frozen=True)
class Entry:
    """A meeting as it stands in somebody's calendar.

    `position` is (longitude, latitude); `state` is CONFIRMED, TENTATIVE or CANCELLED; `said` are sentences for this reader;
    `shows_link` says that they may have the address of an online meeting; `is_busy` that it takes their time; `revision`
    counts the changes of how they come to it.
    """

    meeting: Meeting
    position: tuple[float, float] | None = None
    state: str = CONFIRMED
    said: tuple[str, ...] = ()
    shows_link: bool = False
    is_busy: bool = False
    changed_at: datetime | None = None
    revision: int = 0

    @property
    def is_cancelled(self) -> bool:
        return self.state == CANCELLED or self.meeting.status is Status.CANCELLED


def calendar_of(entries: Iterable[Entry], name: str, themes: Mapping[str, str], method: str = PUBLISH, note: str = "") -> bytes:
    """The file or the feed, with what is to be said of it; `themes` are the labels of poles and axes. Refuses a draft."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    if note:
        calendar.add("x-wr-caldesc", note)
    calendar.add("x-wr-timezone", PARIS.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))
    calendar.add_component(_zone())
    for entry in entries:
        calendar.add_component(_event(entry, themes))
    return calendar.to_ical()


def uid_of(meeting: Meeting) -> str:
    """What makes a meeting the same in every calendar, for ever: its public id at our host."""
    return f"{meeting.public_id}@{urlsplit(current_app.config['SITE_URL']).hostname}"


def _event(entry: Entry, themes: Mapping[str, str]) -> icalendar.Event:
    meeting = entry.meeting
    assert meeting.status is not Status.DRAFT, "a draft is in nobody's calendar"
    event = icalendar.Event()
    changed = max(meeting.updated_at, entry.changed_at or meeting.updated_at).astimezone(UTC).replace(microsecond=0)
    event.add("uid", uid_of(meeting))
    event.add("sequence", meeting.sequence + entry.revision)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("created", meeting.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _on_the_clocks(meeting.starts_at))
    event.add("dtend", _on_the_clocks(meeting.ends_at))
    event.add("summary", f"Annulée : {meeting.title}" if entry.is_cancelled else meeting.title)
    event.add("location", where_said(meeting))
    event.add("description", _description(entry))
    event.add("url", link("meetings.show", meeting_id=meeting.public_id))
    event.add("status", CANCELLED if entry.is_cancelled else entry.state)
    event.add("transp", "OPAQUE" if entry.is_busy and not entry.is_cancelled else "TRANSPARENT")
    event.add("categories", [meeting.kind.label, *(themes.get(code, code) for code in meeting.themes)])
    if entry.position is not None:
        longitude, latitude = entry.position
        event.add("geo", (round(latitude, 6), round(longitude, 6)))
    # What is published has an organiser (RFC 5546, 3.2.1): the service's own mailbox where the host gives none.
    mailbox = meeting.contact_email or current_app.config["CONTACT_EMAIL"] or current_app.config["MAIL_FROM"]
    event.add("organizer", f"mailto:{mailbox}", parameters={"CN": apostrophes(meeting.host.name).replace('"', "'")})
    return event


def _description(entry: Entry) -> str:
    """What the meeting is, as plain text."""
    meeting = entry.meeting
    agenda = [f"– {f'{hour_said(item.starts_at)} : ' if item.starts_at else ''}{item.title}" for item in meeting.agenda]
    contact = ", ".join(one for one in (meeting.contact_email, meeting.contact_phone) if one)
    parts = [
        f"Rencontre annulée. {meeting.cancel_reason}" if meeting.status is Status.CANCELLED else "",
        "\n".join(entry.said),
        meeting.summary or "",
        "\n".join(["Au programme :", *agenda]) if agenda else "",
        f"Pour venir : {meeting.access}" if meeting.access else "",
        _online(entry),
        "\n".join([f"Organisée par {hosts_said(meeting)}.", *([f"Contact : {contact}"] if contact else [])]),
        link("meetings.show", meeting_id=meeting.public_id),
    ]
    return "\n\n".join(part for part in parts if part)


def _online(entry: Entry) -> str:
    if not entry.meeting.online_url or entry.is_cancelled:
        return ""
    if entry.shows_link:
        return f"En ligne : {entry.meeting.online_url}"
    return "En ligne : l’adresse est donnée aux personnes inscrites."


def _on_the_clocks(moment: datetime) -> datetime:
    """The time on the clocks of Paris; in UTC for the hour that comes back in autumn, whose second turn no clock can name."""
    local = moment.astimezone(PARIS)
    return local.astimezone(UTC) if local.fold or moment < RULE_SINCE else local


def _zone() -> icalendar.Timezone:
    zone = icalendar.Timezone()
    zone.add("tzid", PARIS.key)
    for part, name, start, hours_before, hours_after, rule in CHANGES:
        change = part()
        change.add("dtstart", datetime.fromisoformat(start))
        change.add("tzoffsetfrom", timedelta(hours=hours_before))
        change.add("tzoffsetto", timedelta(hours=hours_after))
        change.add("tzname", name)
        change.add("rrule", rule)
        zone.add_component(change)
    return zone
