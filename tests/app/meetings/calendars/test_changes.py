"""What changes of a registration changes its file too, so that a calendar that has the older one takes the newer (RFC 5546)."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import now
from app.meetings.models import Meeting
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Place, Registration
from tests import factories, meeting_factories
from tests.app.meetings.calendars.reading import calendar_in, event_in

ADDRESS = "camille@exemple.invalid"


@pytest.fixture
def meeting(session: Session) -> Meeting:
    return meeting_factories.meeting(session, capacity=1)


def path_of(app: Flask, registration: Registration) -> str:
    with app.app_context():
        return f"/inscription/{token_of(registration)}"


def test_changing_who_comes_is_a_later_revision(app: Flask, client: FlaskClient, session: Session, meeting: Meeting):
    meeting.capacity = None
    path = path_of(app, meeting_factories.registration(session, meeting, email=ADDRESS))
    before = event_in(client.get(f"{path}/agenda.ics"))
    with time_machine.travel(now() + timedelta(minutes=5)):
        typed = {"lecture": "1", "personne-1-nom": "Camille Inventée", "personne-2-nom": "Lou Inventé"}
        assert client.post(f"{path}/modifier", data=typed).status_code == 303
    after = event_in(client.get(f"{path}/agenda.ics"))
    assert ("pour 1 personne" in plain(before.description), "pour 2 personnes" in plain(after.description)) == (True, True)
    assert after.dtstamp > before.dtstamp
    assert after.last_modified > before.last_modified
    assert after.sequence > before.sequence


def test_withdrawing_cancels_under_a_higher_sequence_and_registering_again_under_a_higher_one_still(
    app: Flask, client: FlaskClient, session: Session, meeting: Meeting
):
    path = path_of(app, meeting_factories.registration(session, meeting, email=ADDRESS))
    published = event_in(client.get(f"{path}/agenda.ics"))
    assert client.post(f"{path}/annuler").status_code == 303
    answer = client.get(f"{path}/agenda.ics")
    cancelled = event_in(answer)
    assert calendar_in(answer).method == "CANCEL"
    again = path_of(app, meeting_factories.registration(session, meeting, email=ADDRESS))
    assert published.sequence < cancelled.sequence < event_in(client.get(f"{again}/agenda.ics")).sequence
    assert published.uid == cancelled.uid


def test_a_place_that_is_offered_then_taken_is_told_to_the_calendar_of_a_member(
    app: Flask, client: FlaskClient, session: Session, sign_in, meeting: Meeting
):
    first = meeting_factories.registration(session, meeting, email=ADDRESS)
    library = factories.library(session)
    member = sign_in(factories.member(session, library))
    waiting = meeting_factories.registration(session, meeting, library, place=Place.WAITING)
    agenda = f"/rencontres/{meeting.public_id}/agenda.ics"
    seen = [event_in(client.get(agenda)).sequence, event_in(member.get(agenda)).sequence]
    client.post(f"{path_of(app, first)}/annuler")
    seen.append(event_in(member.get(agenda)).sequence)
    own = path_of(app, waiting)
    for answer in ("accepter", "annuler"):
        assert member.post(f"{own}/{answer}", data={"vient": waiting.attendees[0].public_id}).status_code == 303
        seen.append(event_in(member.get(agenda)).sequence)
    assert seen == sorted(set(seen))


def test_what_is_published_has_an_organiser_even_without_a_mailbox(app: Flask, client: FlaskClient, session: Session):
    cite = factories.cite(session, "Cité inventée")
    one = meeting_factories.meeting(session, cite, contact_email=None)
    organizer = event_in(client.get(f"/rencontres/{one.public_id}/agenda.ics")).organizer
    service = app.config["CONTACT_EMAIL"] or app.config["MAIL_FROM"]
    assert (str(organizer.uri), organizer.common_name) == (f"mailto:{service}", "Cité inventée")


def plain(text: str | None) -> str:
    return (text or "").replace("\u00a0", " ")
