"""Places in themselves: the table of moves, the rule, how long an offer lasts, the timer, and what the database refuses."""

from datetime import UTC, datetime, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import Refusal
from app.mail.models import OutgoingMessage
from app.meetings.models import Meeting, Status
from app.meetings.registrations.machine import ENDS, MOVES, Who, may_move, move
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.places import offer_end, served
from app.meetings.registrations.rules import rules
from tests import meeting_factories

START = datetime(2017, 11, 7, 9, 30, tzinfo=UTC)


def test_nothing_follows_an_end_and_every_place_leads_to_one():
    assert not [before for before, _ in MOVES if before in ENDS]
    for place in set(Place) - ENDS:
        assert any(may_move(place, end, who) for end, who in product(ENDS, Who)), f"{place} never ends"


@given(some.lists(some.tuples(some.sampled_from(Place), some.sampled_from(Who)), max_size=25))
def test_a_walk_through_the_table_never_leaves_it(steps: list[tuple[Place, Who]]):
    registration = Registration(place=Place.UNCONFIRMED, people=3)
    for after, who in steps:
        before = registration.place
        if may_move(before, after, who):
            move(registration, after, who, START)
            assert registration.place is after
            assert (registration.settled_at is not None) == (after in ENDS)
        else:
            with pytest.raises(Refusal, match="ne peut plus se faire"):
                move(registration, after, who, START)
            assert registration.place is before


groups = some.lists(some.builds(SimpleNamespace, people=some.integers(1, 6), whole_only=some.booleans()), max_size=12)


@given(groups, some.one_of(some.none(), some.integers(0, 30)))
def test_the_rule_serves_in_order_never_more_than_is_free_and_overtakes_only_who_asks_for_all(
    waiting: list[SimpleNamespace], free: int | None
):
    got = {id(group): places for group, places in served(waiting, free)}
    assert free is None or sum(got.values()) <= free
    assert all(places <= group.people for group in waiting if (places := got.get(id(group), 0)))
    left = free
    for group in waiting:
        places = got.get(id(group), 0)
        if left is None or group.people <= left:
            assert places == group.people, "a group that fits gets its whole"
        else:
            assert places == (0 if group.whole_only else left), "else what there is, or nothing for who asks for all"
        left = None if left is None else left - places


@pytest.mark.parametrize(
    ("hours_before", "lasts"),
    [(24 * 30, 48), (97, 48), (96, 48), (48, 24), (10, 5), (2, 1), (1.5, 1), (0.5, 0.5)],
)
def test_an_offer_lasts_less_near_the_date_and_never_beyond_the_start(hours_before: float, lasts: float):
    moment = START - timedelta(hours=hours_before)
    assert offer_end(Meeting(starts_at=START), moment, 48) == moment + timedelta(hours=lasts)


def test_the_rules_say_what_becomes_of_the_group_of_three():
    said = " ".join(rules(48))
    assert "groupe de trois et deux places" in said
    assert "48\u00a0heures" in said


def run(app: Flask) -> str:
    done = app.test_cli_runner().invoke(args=["registrations", "promote"])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_timer_ends_what_is_past_and_offers_what_is_free(app: Flask, session: Session):
    meeting = meeting_factories.meeting(session, capacity=3)
    late = now() - timedelta(minutes=1)
    whole = meeting_factories.registration(
        session, meeting, email="tout@exemple.fr", place=Place.OFFERED, offer_expires_at=late
    )
    part = meeting_factories.registration(
        session,
        meeting,
        email="part@exemple.fr",
        names=["Lou", "Sam", "Alix", "Noa"],
        place=Place.OFFERED,
        offer_expires_at=late,
        offered_places=2,
    )
    after = meeting_factories.registration(session, meeting, email="suite@exemple.fr", place=Place.WAITING)
    ghost = meeting_factories.registration(
        session, meeting, email="jamais@exemple.fr", place=Place.UNCONFIRMED, asked_at=now() - timedelta(hours=49)
    )
    assert "1\u00a0proposition de places faite" in run(app)
    session.expire_all()
    assert (whole.place, part.place, part.whole_only, after.place) == (Place.EXPIRED, Place.WAITING, True, Place.OFFERED)
    assert (ghost.place, ghost.email, ghost.attendees[0].name) == (Place.EXPIRED, None, None)
    told = {one.address: one.subject for one in session.scalars(sa.select(OutgoingMessage))}
    assert told.keys() == {"tout@exemple.fr", "part@exemple.fr", "suite@exemple.fr"}
    assert "0\u00a0proposition de places faite" in run(app), "run again, it does nothing more"
    assert session.scalar(sa.select(sa.func.count()).select_from(OutgoingMessage)) == 3


def test_nothing_is_offered_for_a_meeting_that_is_cancelled_or_has_begun(app: Flask, session: Session):
    rows = [
        meeting_factories.registration(
            session,
            meeting_factories.meeting(session, capacity=3, **columns),
            email="a@exemple.fr",
            place=Place.WAITING,
        )
        for columns in ({"status": Status.CANCELLED}, {"starts_at": now() - timedelta(hours=1)})
    ]
    run(app)
    session.expire_all()
    assert {one.place for one in rows} == {Place.WAITING}


def test_the_database_refuses_to_oversell_whatever_the_program_does(session: Session):
    meeting = meeting_factories.meeting(session, capacity=3, walk_in_places=1)
    one = meeting_factories.registration(session, meeting, email="a@exemple.fr")
    for statement in (
        "UPDATE registration SET people = 3 WHERE id = :id",
        "UPDATE meeting SET capacity = 1, walk_in_places = 1 WHERE id = :meeting",
        "INSERT INTO registration (public_id, meeting_id, place, people, queue_number)"
        " VALUES ('x', :meeting, 'confirmee', 2, 99)",
        "INSERT INTO registration (public_id, meeting_id, place, people, queue_number, offered_places, offer_expires_at)"
        " VALUES ('x', :meeting, 'place-proposee', 5, 99, 2, now())",
    ):
        with pytest.raises(IntegrityError, match="never_oversold"), session.begin_nested():
            session.execute(sa.text(statement), {"id": one.id, "meeting": meeting.id})
    session.execute(sa.text("DELETE FROM registration WHERE id = :id"), {"id": one.id})
    session.refresh(meeting)
    assert meeting.places_held == 0


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("an_offer_expires", {"place": Place.OFFERED, "offered_places": 1, "offer_expires_at": None}),
        ("an_offer_is_of_places", {"place": Place.OFFERED, "offered_places": None, "offer_expires_at": START}),
        ("not_of_more_than_asked", {"place": Place.OFFERED, "offered_places": 2, "offer_expires_at": START}),
        ("a_refusal_has_a_reason", {"place": Place.DECLINED, "reason": " "}),
        ("an_arrival_has_a_number", {"place": Place.WAITING, "queue_number": None}),
        ("a_walk_in_is_there", {"place": Place.WAITING, "is_walk_in": True, "queue_number": 1}),
        ("email_is_folded", {"email": "Camille@exemple.fr"}),
        ("people_are_sensible", {"people": 21}),
    ],
)
def test_the_database_refuses_a_registration_that_makes_no_sense(session: Session, constraint: str, columns: dict[str, object]):
    meeting = meeting_factories.meeting(session)
    people = columns.pop("people", 1) if "people" in columns else 1
    row = meeting_factories.registration(session, meeting, email="a@exemple.fr")
    values = {"people": people, **columns}
    with pytest.raises(IntegrityError, match=constraint), session.begin_nested():
        session.execute(sa.update(Registration).where(Registration.id == row.id).values(values))


def test_one_address_registers_once_and_again_after_it_withdrew(session: Session):
    meeting = meeting_factories.meeting(session)
    gone = meeting_factories.registration(session, meeting, email="a@exemple.fr", place=Place.WITHDRAWN)
    meeting_factories.registration(session, meeting, email="a@exemple.fr")
    with pytest.raises(IntegrityError, match="uq_registration_email"), session.begin_nested():
        session.execute(sa.update(Registration).where(Registration.id == gone.id).values(place=Place.CONFIRMED, queue_number=1))
