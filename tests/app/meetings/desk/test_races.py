"""Several people at the door at the same instant, on real connections."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.extensions import db
from app.meetings.desk.models import WalkInCount
from app.meetings.desk.queries import arrived
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Place, Registration
from app.public_ids import random_public_id
from tests import factories
from tests.app.meetings.desk.door import address, meeting_today, workshop_today
from tests.meeting_factories import registration

PEOPLE = 8


class Door:
    """A service with its own database: several people at the door of one seminar and of one workshop."""

    def __init__(self, database: str) -> None:
        self.app = create_app({"DATABASE_URL": database})
        self.app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        self.tokens = [secrets.token_urlsafe(16) for _ in range(PEOPLE)]
        with self.app.app_context(), db.sessionmaker() as session:
            self.fill(session)
            session.commit()
        self.clients = [self.client(token) for token in self.tokens]

    def fill(self, session: Session) -> None:
        seminar = meeting_today(session, capacity=3, walk_in_places=1)
        workshop = workshop_today(session, seminar.host)
        for number, token in enumerate(self.tokens):
            user = factories.member(session, seminar.host, name=f"Accueil {number}")
            session.add(UserSession(token_hash=hashed(token), user_id=user.id, device="Essai"))
        (expected,) = registration(session, seminar, factories.library(session), ["Zoé"]).attendees
        group = registration(
            session, seminar, factories.library(session), [f"Qui attend {n}" for n in range(PEOPLE + 1)], Place.WAITING
        )
        self.one = address(seminar, expected, "arrivee")
        self.waiting = [address(seminar, one, "faire-entrer") for one in group.attendees]
        self.walk_in = address(seminar, verb="sans-inscription")
        self.counter = f"/rencontres/{workshop.public_id}/compteur"
        self.seminar_id, self.workshop_id = seminar.id, workshop.id

    def client(self, token: str) -> FlaskClient:
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = token
        return client

    def together(self, addresses: list[str], forms: list[dict[str, str]]) -> list[int]:
        """Each person sends one form at the same instant; give what each was answered."""
        start = Barrier(PEOPLE)

        def send(number: int) -> int:
            start.wait()
            return self.clients[number].post(addresses[number], data=forms[number]).status_code

        with ThreadPoolExecutor(PEOPLE) as pool:
            return list(pool.map(send, range(PEOPLE)))

    def close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()


def test_at_the_same_instant_nobody_comes_in_twice_and_nobody_is_lost(own_database: str):
    door = Door(own_database)
    nothing: list[dict[str, str]] = [{}] * PEOPLE
    assert set(door.together([door.one] * PEOPLE, nothing)) == {303}
    told = [client.get(door.one.rpartition("/")[0]).text for client in door.clients]
    assert sum("arrivée déjà enregistrée" in page for page in told) == PEOPLE - 1
    # All but one of those who wait come in, each out of the same group, be the room full.
    assert set(door.together(door.waiting, nothing)) == {303}
    key = random_public_id()
    form = {"nom": "Venue sans inscription", "formulaire": key}
    assert set(door.together([door.walk_in] * PEOPLE, [form] * PEOPLE)) == {303}
    presses = [{"combien": "+1", "formulaire": key if number < 2 else random_public_id()} for number in range(PEOPLE)]
    assert set(door.together([door.counter] * PEOPLE, presses)) == {303}
    with door.app.app_context(), db.sessionmaker() as session:
        seminar, workshop = session.get_one(Meeting, door.seminar_id), session.get_one(Meeting, door.workshop_id)
        assert session.scalar(arrived(seminar)) == 1 + PEOPLE + 1
        assert session.scalar(arrived(workshop)) == PEOPLE - 1, "two of these were one double click"
        assert session.scalar(sa.select(sa.func.count(WalkInCount.id))) == PEOPLE - 1
        group = session.scalars(sa.select(Registration).where(Registration.place == Place.WAITING)).one()
        left = sa.select(sa.func.count(Attendee.id)).where(Attendee.registration_id == group.id)
        assert group.people == session.scalar(left) == 1
    door.close()
