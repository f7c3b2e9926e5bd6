"""Several people act at the same instant, over real connections: exactly one outcome, and whoever loses is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.clock import now
from app.directory.edition.models import Profile
from app.directory.models import Institution
from app.errors import Refusal
from app.extensions import db
from app.mail.models import OutgoingMessage
from app.matchmaking.introductions import actions
from app.matchmaking.introductions.models import Introduction, Outcome, Reason
from app.partnerships.exchanges.models import Exchange, Side
from tests import factories
from tests.app.matchmaking.introductions.scenes import Scene, build, introduction

Act = Callable[[Session], object]
ROUNDS = 8


@pytest.fixture
def service(own_database: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": own_database})
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def session_of(service: Flask) -> Iterator[Session]:
    with service.app_context(), db.sessionmaker() as session:
        yield session


def at_once(service: Flask, *acts: Act) -> list[str]:
    """Do all of these at the same instant, each in its own transaction; give « done », or why it was refused."""
    barrier, said = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Act) -> None:
        with session_of(service) as session:
            barrier.wait()
            try:
                act(session)
                session.commit()
                said[number] = "done"
            except Refusal as refusal:
                said[number] = str(refusal)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not [thread for thread in threads if thread.is_alive()], "a deadlock"
    assert all(said), said
    return said


def accept(found: int, side: Side, person: int) -> Act:
    return lambda session: actions.accept(session, session.get_one(Introduction, found), side, session.get_one(User, person))


def refuse(found: int, side: Side, person: int) -> Act:
    return lambda session: actions.refuse(
        session, session.get_one(Introduction, found), side, session.get_one(User, person), Reason.NO_TIME, ""
    )


def withdraw(found: int) -> Act:
    return lambda session: actions.withdraw(session, session.get_one(Introduction, found))


@pytest.fixture
def scene(service: Flask) -> Scene:
    with session_of(service) as session:
        made = build(session)
        session.commit()
        for one in (made.cite, made.library, made.cite_person, made.library_person, made.agency, made.agency_person):
            session.refresh(one)
        session.expunge_all()
    return made


def waiting(service: Flask, scene: Scene, **columns: object) -> int:
    with session_of(service) as session:
        session.execute(sa.delete(OutgoingMessage))
        session.execute(sa.delete(Introduction))
        session.execute(sa.delete(Exchange))
        merged = Scene(*(session.merge(one) for one in (scene.cite, scene.library, scene.cite_person, scene.library_person,
                                                         scene.agency, scene.agency_person)))  # fmt: skip
        found = introduction(session, merged, **columns)
        session.commit()
        return found.id


def outcome(service: Flask, found: int) -> tuple[Outcome | None, int, int]:
    with session_of(service) as session:
        row = session.get_one(Introduction, found)
        return row.outcome, len(row.answers), session.scalar(sa.select(sa.func.count(Exchange.id))) or 0


def subjects(service: Flask, person: User) -> list[str]:
    with session_of(service) as session:
        return list(session.scalars(sa.select(OutgoingMessage.subject).where(OutgoingMessage.user_id == person.id)))


def test_both_sides_accept_at_once_and_one_exchange_opens(service: Flask, scene: Scene):
    for _ in range(ROUNDS):
        found = waiting(service, scene)
        said = at_once(
            service,
            accept(found, Side.CITE, scene.cite_person.id),
            accept(found, Side.PARTNER, scene.library_person.id),
        )
        assert said == ["done", "done"]
        assert outcome(service, found) == (Outcome.ACCEPTED, 2, 1)
        for person in (scene.cite_person, scene.library_person):
            assert len([one for one in subjects(service, person) if one.startswith("Faites connaissance")]) == 1


def test_one_accepts_while_the_other_declines(service: Flask, scene: Scene):
    for _ in range(ROUNDS):
        found = waiting(service, scene)
        said = at_once(
            service, accept(found, Side.CITE, scene.cite_person.id), refuse(found, Side.PARTNER, scene.library_person.id)
        )
        assert said[1] == "done"
        assert said[0] == "done" or "sans suite" in said[0]
        assert outcome(service, found)[::2] == (Outcome.REFUSED, 0)
        assert subjects(service, scene.cite_person) == ["Mise en relation sans suite"]


@pytest.mark.parametrize("end", ["withdraw", "expire"])
def test_the_last_acceptance_crosses_the_end(service: Flask, scene: Scene, end: str):
    for _ in range(ROUNDS):
        found = waiting(service, scene, asked_by=Side.CITE)
        other = withdraw(found) if end == "withdraw" else overdue
        said = at_once(service, accept(found, Side.PARTNER, scene.library_person.id), other)
        ended, answers, exchanges = outcome(service, found)
        if ended is Outcome.ACCEPTED:
            assert said[0] == "done"
            assert (answers, exchanges) == (2, 1)
            assert end == "expire" or "des deux côtés" in said[1]
        else:
            assert ended is (Outcome.WITHDRAWN if end == "withdraw" else Outcome.EXPIRED)
            assert "sans suite" in said[0]
            assert (answers, exchanges) == (1, 0)


def overdue(session: Session) -> None:
    """The day comes, and the timer runs: what is held by someone who answers is left to them."""
    held = sa.select(Introduction.id).where(Introduction.outcome.is_(None)).with_for_update(skip_locked=True)
    ids = list(session.scalars(held))
    session.execute(sa.update(Introduction).where(Introduction.id.in_(ids)).values(expires_at=now()))
    actions.expire(session)


def test_two_of_the_same_side_answer_at_once(service: Flask, scene: Scene):
    with session_of(service) as session:
        colleague = factories.member(session, session.merge(scene.library))
        session.commit()
        colleague_id = colleague.id
    for _ in range(ROUNDS):
        found = waiting(service, scene)
        said = at_once(service, accept(found, Side.PARTNER, scene.library_person.id), accept(found, Side.PARTNER, colleague_id))
        assert sorted(one == "done" for one in said) == [False, True]
        assert any("a déjà répondu" in one for one in said)
        assert outcome(service, found) == (None, 1, 0)


def test_the_same_is_introduced_twice_at_once(service: Flask, scene: Scene):
    for _ in range(ROUNDS):
        waiting(service, scene, outcome=Outcome.WITHDRAWN, settled_at=now())
        said = at_once(service, *[new(scene, scene.cite.id, None) for _ in range(3)])
        assert sorted(one == "done" for one in said) == [False, False, True]
        assert all(one == "done" or "déjà en attente" in one for one in said)


def test_two_that_ask_for_each_other_at_once_meet(service: Flask, scene: Scene):
    for _ in range(ROUNDS):
        waiting(service, scene, outcome=Outcome.WITHDRAWN, settled_at=now())
        said = at_once(service, new(scene, scene.cite.id, Side.CITE), new(scene, scene.cite.id, Side.PARTNER))
        assert said == ["done", "done"]
        with session_of(service) as session:
            live = sa.select(Introduction.outcome).where(Introduction.outcome != Outcome.WITHDRAWN)
            assert list(session.scalars(live)) == [Outcome.ACCEPTED] * 2
            assert session.scalar(sa.select(sa.func.count(Exchange.id))) == 1


def test_the_limit_holds_when_many_ask_at_once(service: Flask, scene: Scene):
    with session_of(service) as session:
        session.get_one(Profile, scene.library.id).open_solicitations_max = 2
        cites = [factories.cite(session, f"Cité {number}", "commune-06088").id for number in range(6)]
        session.commit()
    for _ in range(3):
        waiting(service, scene, outcome=Outcome.WITHDRAWN, settled_at=now())
        said = at_once(service, *[new(scene, cite, None) for cite in cites])
        assert said.count("done") == 2
        assert all(one == "done" or "ne peut pas répondre à d’autres" in one for one in said)


def new(scene: Scene, cite_id: int, asked_by: Side | None) -> Act:
    def act(session: Session) -> None:
        wish = actions.Wish(
            session.get_one(Institution, cite_id),
            session.get_one(Institution, scene.library.id),
            "Parlons-nous.",
            asked_by=asked_by,
            picked=asked_by is not None,
        )
        person = scene.people[asked_by].id if asked_by else scene.agency_person.id
        actions.introduce(session, wish, by=session.get_one(User, person))

    return act
