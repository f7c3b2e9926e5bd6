"""What a meeting waits for stands on the page of whoever can answer, and goes when it is answered."""

from datetime import timedelta

import pytest

from app.clock import now
from app.directory.memberships.permissions import actor_of
from app.meetings.invitations.models import Invitation
from app.meetings.models import Status
from app.meetings.registrations.models import Place
from app.meetings.requests.models import MeetingRequest
from app.workspace.waiting import gather
from tests import factories, meeting_factories


def titles(app, session, user) -> list[str]:
    with app.test_request_context():
        return [group.title for group in gather(session, actor_of(session, user))]


def test_an_offer_is_shown_to_the_institution_that_may_take_it(app, session, sign_in):
    library = factories.library(session)
    member, stranger = factories.member(session, library), factories.member(session, factories.library(session))
    seminar = meeting_factories.meeting(session, capacity=1)
    meeting_factories.registration(session, seminar, library, place=Place.OFFERED, user=member)
    page = sign_in(member).get("/mon-espace").text
    assert "Places proposées" in page
    assert "/inscription/" in page
    assert titles(app, session, stranger) == []


def test_an_offer_that_is_past_waits_for_nobody(app, session):
    library = factories.library(session)
    member = factories.member(session, library)
    seminar = meeting_factories.meeting(session)
    expired = now() - timedelta(minutes=1)
    meeting_factories.registration(session, seminar, library, place=Place.OFFERED, user=member, offer_expires_at=expired)
    assert titles(app, session, member) == []


@pytest.mark.parametrize(("status", "waits"), [(Status.ANNOUNCED, True), (Status.HELD, False), (Status.CANCELLED, False)])
def test_a_meeting_that_is_over_waits_until_its_hosts_say_whether_it_was_held(app, session, status, waits):
    cite = factories.cite(session)
    host = factories.member(session, cite)
    begun = now() - timedelta(hours=5)
    meeting_factories.meeting(session, cite, status=status, starts_at=begun)
    assert titles(app, session, host) == (["Rencontres passées, à confirmer"] if waits else [])


def test_a_registration_to_approve_is_shown_to_the_organisers_alone(app, session):
    cite, library = factories.cite(session), factories.library(session)
    host, member = factories.member(session, cite), factories.member(session, library)
    seminar = meeting_factories.meeting(session, cite, needs_approval=True)
    meeting_factories.registration(session, seminar, library, place=Place.TO_APPROVE, user=member)
    assert titles(app, session, host) == ["Inscriptions à approuver"]
    assert titles(app, session, member) == []


def test_an_invitation_waits_for_the_institution_and_a_request_for_its_agency(app, session):
    library = factories.library(session)
    member = factories.member(session, library)
    agent = factories.member(session, factories.agency(session, "region-93"))
    session.add(Invitation(meeting_id=meeting_factories.meeting(session).id, institution_id=library.id))
    session.add(MeetingRequest(institution_id=library.id, region_id="region-93"))
    session.flush()
    assert titles(app, session, member) == ["Invitations"]
    assert titles(app, session, agent) == ["Demandes de rencontre"]
