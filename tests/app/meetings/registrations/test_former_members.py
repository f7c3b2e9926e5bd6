"""Who has left an institution has no more part in what they registered for it, though they keep the mails and their links."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.models import Membership
from app.directory.memberships.permissions import Actor, actor_of
from app.mail.models import OutgoingMessage
from app.meetings.awaiting import offers_to
from app.meetings.models import Meeting, Openness
from app.meetings.queries import own_registrations
from app.meetings.registrations.models import Place, Registration
from tests import factories, meeting_factories

TokenOf = Callable[[Registration], str]
SignIn = Callable[[User | None], FlaskClient]


@pytest.fixture
def left(session: Session) -> tuple[Meeting, Registration, User]:
    """An online meeting by invitation, a registration of a library, and who made it and has left."""
    library = factories.library(session)
    former, _present = factories.member(session, library), factories.member(session, library)
    meeting = meeting_factories.meeting(session, openness=Openness.INVITED, online_url="https://visio.exemple/salle")
    made = meeting_factories.registration(session, meeting, library, user=former)
    session.execute(sa.delete(Membership).where(Membership.user_id == former.id))
    return meeting, made, former


def test_the_link_leads_to_sign_in_and_opens_for_those_who_speak_for_the_institution(
    session: Session, left: tuple[Meeting, Registration, User], sign_in: SignIn, client: FlaskClient, token_of: TokenOf
):
    _meeting, made, former = left
    page = f"/inscription/{token_of(made)}"
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer.location.startswith("/connexion?suite=")
    assert client.post(f"{page}/annuler").status_code == 302
    out = sign_in(former)
    assert out.get(page).status_code == 403
    assert out.get(f"{page}/modifier").status_code == 403
    assert out.post(f"{page}/annuler").status_code == 403
    session.expire_all()
    assert made.place is Place.CONFIRMED
    assert made.institution is not None
    assert "Camille Inventée" in sign_in(factories.member(session, made.institution)).get(page).text


def test_the_meeting_the_calendar_and_the_report_are_closed_too(
    session: Session, left: tuple[Meeting, Registration, User], sign_in: SignIn, client: FlaskClient, token_of: TokenOf
):
    meeting, made, former = left
    out = sign_in(former)
    assert out.get(f"/rencontres/{meeting.public_id}").status_code == 404
    assert out.get(f"/rencontres/{meeting.public_id}/compte-rendu?inscription={token_of(made)}").status_code == 404
    assert "Séminaire inventé" not in out.get("/mes-rencontres").text
    assert list(session.scalars(own_registrations(actor_of(session, former)))) == []
    file = client.get(f"/inscription/{token_of(made)}/agenda.ics").text
    assert "Séminaire inventé" in file, "a calendar that holds the address goes on"
    assert "visio.exemple" not in file
    assert "Camille" not in file


def test_its_mails_go_to_those_who_are_there(
    session: Session, left: tuple[Meeting, Registration, User], sign_in: SignIn, token_of: TokenOf
):
    _meeting, made, former = left
    assert made.institution is not None
    other = factories.member(session, made.institution)
    assert sign_in(other).post(f"/inscription/{token_of(made)}/annuler").status_code == 303
    addresses = set(session.scalars(sa.select(OutgoingMessage.address)))
    assert other.email in addresses
    assert former.email not in addresses


def test_offers_are_those_of_a_person_and_of_whom_they_speak_for(session: Session):
    library = factories.library(session)
    member, former = factories.member(session, library), factories.person(session)
    meeting = meeting_factories.meeting(session)
    meeting_factories.registration(session, meeting, email="a@exemple.fr", place=Place.OFFERED)
    own = meeting_factories.registration(session, meeting, library, user=former, place=Place.OFFERED)
    assert list(session.scalars(offers_to(actor_of(session, member)))) == [own]
    assert list(session.scalars(offers_to(actor_of(session, former)))) == []
    assert list(session.scalars(offers_to(Actor()))) == [], "a visitor has none"
