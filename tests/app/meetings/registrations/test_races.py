"""Many people at once, each on a connection of their own: no place is sold twice, and nobody is overtaken."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, joinedload

from app import create_app
from app.clock import now
from app.errors import Refusal
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.registrations import actions, changing
from app.meetings.registrations.actions import Asked, Person, Registrant
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.organising import actions as organising
from app.meetings.registrations.places import promote
from app.partnerships.refusals import Mistake
from tests import factories, meeting_factories
from tests.app.meetings.registrations.places import check, standing

NAMES = [Person(f"Camille {number}") for number in range(1, 7)]


@pytest.fixture
def service(own_database: str) -> Iterator[Flask]:
    """The application on a database of its own, which as many connections as wished may write to."""
    app = create_app({"DATABASE_URL": own_database})
    with app.app_context():
        db.engine.dispose()
        engine = sa.create_engine(db.engine.url, pool_size=20, max_overflow=0, hide_parameters=True)
        db.sessionmaker.configure(bind=engine, binds={})
    yield app
    engine.dispose()
    with app.app_context():
        db.engine.dispose()


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """A transaction on a connection of its own."""
    with app.app_context(), db.sessionmaker.begin() as session:
        yield session


def all_at_once(number: int, act: Callable[[int], None]) -> list[BaseException]:
    """Run `act` in so many threads, which begin at the same instant; give what they raised."""
    barrier, raised = threading.Barrier(number), []

    def run(index: int) -> None:
        barrier.wait(timeout=30)
        try:
            act(index)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def planned(app: Flask, **columns: object) -> int:
    """A meeting to which everybody may come; its id."""
    with writing(app) as session:
        return meeting_factories.meeting(session, **columns).id


def test_a_hundred_people_on_the_last_ten_places_at_the_same_instant(service: Flask):
    meeting_id = planned(service, capacity=40, walk_in_places=5)
    with writing(service) as session:
        meeting = session.get_one(Meeting, meeting_id)
        meeting_factories.registration(session, meeting, email="complet@exemple.fr", names=["Camille"] * 20)
        meeting_factories.registration(session, meeting, email="presque@exemple.fr", names=["Camille"] * 5)
        people = [factories.person(session) for _ in range(100)]
        ids = [one.id for one in people]

    def register(index: int) -> None:
        with writing(service) as session:
            user = session.get_one(type(people[0]), ids[index])
            actions.register(session, session.get_one(Meeting, meeting_id), Registrant(user=user), Asked(NAMES[:1]), now())

    assert all_at_once(100, register) == []
    with writing(service) as session:
        check(session, session.get_one(Meeting, meeting_id))
        newcomers = sa.select(Registration).where(Registration.user_id.in_(ids)).order_by(Registration.queue_number)
        found = [one.place for one in session.scalars(newcomers)]
        assert found == [Place.CONFIRMED] * 10 + [Place.WAITING] * 90, "exactly ten, and the others in order of arrival"


def test_one_institution_that_registers_twenty_times_at_once_is_registered_once(service: Flask):
    meeting_id = planned(service, capacity=100)
    with writing(service) as session:
        library = factories.library(session)
        library_id, kind = library.id, type(library)

    def register(_: int) -> None:
        with writing(service) as session:
            who = Registrant(institution=session.get_one(kind, library_id))
            actions.register(session, session.get_one(Meeting, meeting_id), who, Asked(NAMES[:2]), now())

    refused = all_at_once(20, register)
    assert len(refused) == 19
    assert {type(one) for one in refused} == {actions.Already}
    with writing(service) as session:
        assert session.get_one(Meeting, meeting_id).places_held == 2


class Crowd:
    """Random acts on one meeting, each in a transaction that is checked before it is committed."""

    def __init__(self, app: Flask, meeting_id: int, seed: int) -> None:
        self.app, self.meeting_id, self.chance, self.seed = app, meeting_id, random.Random(seed), seed
        self.held = (
            sa.select(Meeting)
            .where(Meeting.id == meeting_id)
            .options(joinedload(Meeting.host), joinedload(Meeting.place))
            .with_for_update(of=Meeting)
        )
        self.acts = (
            *(self.register, self.register, self.register, self.withdraw, self.accept, self.accept, self.let_go),
            *(self.expire, self.resize, self.resize, self.approve, self.edit, self.edit, self.decline),
        )
        self.done: dict[str, int] = {}
        self.refused = 0

    def step(self, number: int) -> None:
        try:
            with writing(self.app) as session:
                meeting = session.scalars(self.held).one()
                before = standing(session, meeting)
                # Few enough that what is offered and let go comes to everybody's turn.
                act = self.chance.choice(self.acts if len(before) < 16 else self.acts[3:])
                kept = act(session, meeting, number)
                check(session, meeting, before, kept)
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
        except Refusal:
            self.refused += 1

    def one(self, session: Session, meeting: Meeting, *places: Place) -> Registration:
        asked = sa.select(Registration.id).where(Registration.meeting_id == meeting.id, Registration.place.in_(places))
        found = session.scalars(asked.order_by(Registration.id)).all()
        if not found:
            raise Refusal("nobody")
        return session.get_one(Registration, self.chance.choice(found))

    def register(self, session: Session, meeting: Meeting, number: int) -> int | None:
        email = f"p{self.seed}-{number}@exemple.fr" if self.chance.random() < 0.1 else None
        meeting.needs_approval = self.chance.random() < 0.2
        asked = Asked(NAMES[: self.chance.choice((1, 1, 2, 3, 4))])
        made = actions.register(session, meeting, Registrant(email=email), asked, now())
        if email is not None:
            actions.confirm(session, made, now())
        return None

    def withdraw(self, session: Session, meeting: Meeting, _: int) -> int | None:
        own = self.one(session, meeting, Place.CONFIRMED, Place.WAITING, Place.OFFERED, Place.TO_APPROVE)
        actions.withdraw(session, own, now())
        return None

    def accept(self, session: Session, meeting: Meeting, _: int) -> int | None:
        own = self.one(session, meeting, Place.OFFERED)
        number = self.chance.randint(1, own.offered_places or 1)
        actions.accept(session, own, [one.public_id for one in own.attendees[:number]], now())
        return own.id

    def let_go(self, session: Session, meeting: Meeting, _: int) -> int | None:
        actions.let_go(session, self.one(session, meeting, Place.OFFERED), now())
        return None

    def expire(self, session: Session, meeting: Meeting, _: int) -> int | None:
        self.one(session, meeting, Place.OFFERED).offer_expires_at = now() - timedelta(minutes=1)
        promote(session, meeting, now())
        return None

    def resize(self, session: Session, meeting: Meeting, _: int) -> int | None:
        least = meeting.places_held + meeting.walk_in_places
        meeting.capacity = max(1, least, (meeting.capacity or 0) + self.chance.randint(-4, 3))
        promote(session, meeting, now())
        return None

    def approve(self, session: Session, meeting: Meeting, _: int) -> int | None:
        organising.approve(session, self.one(session, meeting, Place.TO_APPROVE), now())
        return None

    def decline(self, session: Session, meeting: Meeting, _: int) -> int | None:
        own = self.one(session, meeting, Place.TO_APPROVE, Place.WAITING, Place.OFFERED, Place.CONFIRMED)
        organising.decline(session, own, "Essai", now())
        return None

    def edit(self, session: Session, meeting: Meeting, _: int) -> int | None:
        own = self.one(session, meeting, Place.CONFIRMED, Place.WAITING, Place.TO_APPROVE)
        names = NAMES[: self.chance.randint(1, min(6, own.people + 1))]
        changing.change(session, own, Asked(names), own.revision, now())
        return own.id


def test_a_thousand_random_acts_of_four_people_at_once_keep_every_promise(service: Flask):
    meeting_id = planned(service, capacity=12, walk_in_places=2)
    crowds = [Crowd(service, meeting_id, seed) for seed in range(4)]

    def run(index: int) -> None:
        for number in range(250):
            crowds[index].step(number)

    assert all_at_once(4, run) == []
    done = {name for crowd in crowds for name in crowd.done}
    assert done == {"register", "withdraw", "accept", "let_go", "expire", "resize", "approve", "edit", "decline"}
    assert sum(crowd.refused for crowd in crowds) < 500, "most of what was tried was done"


def test_two_who_act_on_one_registration_at_once_the_second_is_told(service: Flask):
    meeting_id = planned(service, capacity=1)
    with writing(service) as session:
        meeting = session.get_one(Meeting, meeting_id)
        own = meeting_factories.registration(session, meeting, email="p@exemple.fr", place=Place.OFFERED)
        own_id, kept = own.id, [own.attendees[0].public_id]

    def act(index: int) -> None:
        with writing(service) as session:
            own = session.get_one(Registration, own_id)
            if index % 2:
                actions.accept(session, own, kept, now())
            else:
                actions.let_go(session, own, now())

    told = all_at_once(8, act)
    assert len(told) == 7
    assert all(isinstance(one, Refusal) and not isinstance(one, Mistake) for one in told)
