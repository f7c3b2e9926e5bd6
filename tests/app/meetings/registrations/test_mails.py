"""What is written of a registration: which meeting, where and when, and never in a digest what is to be answered in hours."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.mail.models import Cadence, Category, MailPreference, OutgoingMessage
from app.meetings.models import MeetingKind
from app.meetings.registrations.models import Place, Registration
from tests import factories, meeting_factories

TokenOf = Callable[[Registration], str]


def written_to(session: Session, address: str) -> OutgoingMessage:
    asked = sa.select(OutgoingMessage).where(OutgoingMessage.address == address).order_by(OutgoingMessage.id.desc())
    return session.scalars(asked.limit(1)).one()


@pytest.mark.parametrize("cadence", [Cadence.NEVER, Cadence.WEEKLY])
def test_the_offer_of_a_place_is_written_at_once_whatever_a_person_wishes_to_be_written(
    session: Session, client: FlaskClient, token_of: TokenOf, cadence: Cadence
):
    user = factories.person(session, "camille@exemple.fr")
    session.add_all(
        MailPreference(user_id=user.id, category=one, cadence=cadence) for one in Category if one is not Category.ESSENTIAL
    )
    meeting = meeting_factories.meeting(session, capacity=1)
    leaver = meeting_factories.registration(session, meeting, email="part@exemple.fr")
    meeting_factories.registration(session, meeting, user=user, place=Place.WAITING)
    client.post(f"/inscription/{token_of(leaver)}/annuler")
    offer = written_to(session, user.email)
    assert offer.subject.startswith("Répondez avant le ")
    assert offer.category is Category.ESSENTIAL
    assert offer.unsubscribe_url is None


@time_machine.travel(datetime(2017, 10, 2, 8, tzinfo=UTC), tick=False)
def test_a_mail_says_which_meeting_by_whom_when_and_where_in_french(session: Session, client: FlaskClient, token_of: TokenOf):
    host = factories.cite(session)
    meeting = meeting_factories.meeting(
        session,
        host,
        co_host=factories.library(session),
        kind=MeetingKind.REGIONAL,
        title="Échanger",
        address="3 rue Inventée",
        capacity=3,
        starts_at=datetime(2017, 11, 7, 8, 30, tzinfo=UTC),
        ends_at=datetime(2017, 11, 7, 16, tzinfo=UTC),
    )
    leaver = meeting_factories.registration(session, meeting, email="part@exemple.fr", names=["Lou", "Sam"])
    meeting_factories.registration(session, meeting, email="reste@exemple.fr")
    meeting_factories.registration(session, meeting, email="trois@exemple.fr", names="ABC", place=Place.WAITING)
    client.post(f"/inscription/{token_of(leaver)}/annuler")
    offer = written_to(session, "trois@exemple.fr")
    text = offer.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert f"« Échanger » (rencontre régionale). Organisation : {host.name} et Médiathèque inventée." in text
    assert "Quand : mardi 7 novembre 2017, de 9 h 30 à 17 h (heure de Paris)." in text
    assert "Où : 3 rue Inventée, " in text
    subject = offer.subject.replace("\u00a0", " ").replace("\u202f", " ")
    assert subject == "Répondez avant le mercredi 4 octobre 2017 à 10 h (2 places libres) : Échanger"
