"""Who erases their account leaves meetings: under the names of colleagues too, and nobody waits for one another for ever."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.clock import now
from app.directory.memberships.departures.actions import erase
from app.directory.models import Kind
from app.extensions import db
from app.meetings.locking import lock
from app.meetings.registrations import mails
from app.meetings.registrations.machine import Who, move
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.writing import write_to
from tests import factories, meeting_factories

NAME = "Élodie Inventée"


def test_the_name_that_a_colleague_wrote_is_in_the_file_and_goes_with_the_account(session: Session, sign_in):
    user, cite = factories.person(session, name=NAME), factories.cite(session)
    factories.member(session, cite, user)
    centre = factories.institution(session, "Centre de ma Cité", Kind.CENTRE, parent_id=cite.id)
    meeting = meeting_factories.meeting(session)
    rows = [
        meeting_factories.registration(session, meeting, of, ("ELODIE inventee", "Élodie Inventée-Autre"))
        for of in (cite, centre)
    ]
    for one in rows:
        one.attendees[0].access_needs, one.attendees[0].lunch = "Boucle magnétique", True
    homonym = meeting_factories.registration(session, meeting, factories.institution(session, "Ailleurs"), (NAME,))
    session.flush()
    client = sign_in(user)
    told = json.loads(client.get("/mon-compte/donnees.json").text)
    lines = next(one["lignes"] for one in told["rubriques"] if one["table"] == "attendee")
    assert [(line["name"], line["access_needs"]) for line in lines] == [("ELODIE inventee", "Boucle magnétique")] * 2
    page = client.get("/mon-compte/effacer").text
    for words in ("Une personne", "par un collègue", "90\u00a0jours après", "le lendemain"):
        assert words in page
    assert client.post("/mon-compte/effacer", data={"certain": "1"}).status_code == 303
    session.expire_all()
    for one in rows:
        assert [line.name for line in one.attendees] == ["Une personne", "Élodie Inventée-Autre"]
        assert (one.attendees[0].access_needs, one.attendees[0].lunch, one.place) == (None, True, Place.CONFIRMED)
    assert [line.name for line in homonym.attendees] == [NAME]


def test_the_telephone_of_a_contact_goes_with_their_address(session: Session):
    user = factories.person(session)
    theirs = meeting_factories.meeting(session, contact_email=user.email.capitalize(), contact_phone="06 00 00 00 00")
    another = meeting_factories.meeting(session, contact_email="x@exemple.invalid", contact_phone="04 00 00 00 00")
    erase(session, user)
    assert (theirs.contact_email, theirs.contact_phone) == (None, None)
    assert another.contact_phone == "04 00 00 00 00"


@pytest.fixture
def service(own_database: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": own_database})
    with app.app_context():
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("is_administrator", [True, False])
def test_an_erasure_and_a_withdrawal_at_once_both_end(service: Flask, is_administrator: bool):
    """Where the one who leaves is written to by the other transaction, or is an administrator as the one written to is."""
    user_id, row_id = _scene(db.session, is_administrator)
    raised: list[BaseException] = []
    thread = threading.Thread(target=_erase, args=(service, user_id, raised))
    row = db.session.get_one(Registration, row_id)
    lock(db.session, row.meeting)
    move(row, Place.WITHDRAWN, Who.PERSON, now())
    db.session.flush()
    thread.start()
    _wait_until_it_waits(thread)
    write_to(db.session, row, mails.withdrawn(row))
    db.session.commit()
    thread.join(timeout=20)
    assert (raised, thread.is_alive()) == ([], False)
    assert db.session.scalar(sa.select(sa.func.count(User.id)).where(User.id == user_id)) == 0


def _scene(session: Any, is_administrator: bool) -> tuple[int, int]:
    """Who leaves, and the registration that is withdrawn."""
    leaving = factories.person(session, administrator=is_administrator)
    library = factories.library(session)
    meeting = meeting_factories.meeting(session)
    written_to = leaving
    if is_administrator:
        written_to = factories.person(session, administrator=True)
        meeting_factories.registration(session, meeting, user=leaving)
    factories.member(session, library, written_to)
    row = meeting_factories.registration(session, meeting, library, user=written_to)
    session.commit()
    return leaving.id, row.id


def _erase(app: Flask, user_id: int, raised: list[BaseException]) -> None:
    with app.app_context():
        try:
            erase(db.session, db.session.get_one(User, user_id))
            db.session.commit()
        except BaseException as error:
            raised.append(error)


def _wait_until_it_waits(thread: threading.Thread) -> None:
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    end = time.monotonic() + 10
    while thread.is_alive() and time.monotonic() < end:
        with db.engine.connect() as connection:
            if connection.scalar(waiting):
                return
    raise AssertionError("the erasure waits for the meeting")
