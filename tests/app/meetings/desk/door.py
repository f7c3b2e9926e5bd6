"""A meeting that takes place now, and what one presses at its door."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.clock import now
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.meetings.models import Meeting, MeetingKind
from app.meetings.registrations.models import Attendee
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories


def meeting_today(session: Session, host: Institution | None = None, **columns: Any) -> Meeting:
    """An announced seminar that begins now."""
    return meeting_factories.meeting(session, host, starts_at=now().replace(microsecond=0), **columns)


def workshop_today(session: Session, host: Institution) -> Meeting:
    """A workshop of a partnership, that begins now."""
    partnership = Partnership(exchange=factories.exchange(session, host), format=Format.RENDEZ_VOUS, step=Step.RUNNING)
    session.add(partnership)
    return meeting_today(session, host, kind=MeetingKind.WORKSHOP, partnership=partnership, title="Youpi matin")


def address(meeting: Meeting, attendee: Attendee | None = None, verb: str = "") -> str:
    """The address of the desk, of a person there, or of a button of theirs."""
    parts = [
        "/rencontres",
        meeting.public_id,
        "accueil",
        *([attendee.public_id] if attendee else []),
        *([verb] if verb else []),
    ]
    return "/".join(parts)


def press(client: FlaskClient, meeting: Meeting, attendee: Attendee, verb: str, **data: str) -> TestResponse:
    return client.post(address(meeting, attendee, verb), data=data)
