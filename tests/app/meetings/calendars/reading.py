"""Reads a file back with a parser that is not the writer's."""

import re

from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event
from werkzeug.test import TestResponse


def calendar_in(answer: TestResponse) -> Calendar:
    """The calendar of an answer, which must be one."""
    assert answer.status_code == 200, answer.status
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return IcsCalendarStream.calendar_from_ics(answer.text)


def event_in(answer: TestResponse) -> Event:
    """Its only event."""
    [event] = calendar_in(answer).events
    return event


def titles_in(answer: TestResponse) -> set[str]:
    """What the events are called."""
    return {str(event.summary) for event in calendar_in(answer).events}


def address_on(page: str) -> str:
    """The path of the secret address that a page shows."""
    found = re.search(r">https?://[^/<]+(/calendrier/[^<]+)</textarea>", page)
    assert found, "the page shows no address"
    return found[1]
