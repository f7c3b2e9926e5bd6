"""What the database itself refuses of introductions and their answers."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.matchmaking.introductions.models import Answer, Outcome, Reason
from app.partnerships.exchanges.models import Side
from tests.app.matchmaking.introductions.scenes import Scene, build, introduction


@pytest.fixture
def scene(session: Session) -> Scene:
    return build(session)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"message": "  "}, "message_not_blank"),
        ({"outcome": Outcome.REFUSED}, "an_outcome_has_a_day"),
        ({"settled_at": now()}, "an_outcome_has_a_day"),
        ({"outcome": Outcome.ACCEPTED, "settled_at": now()}, "acceptance_opens_an_exchange"),
    ],
)
def test_an_introduction_that_makes_no_sense_is_refused(
    session: Session, scene: Scene, columns: dict[str, Any], constraint: str
):
    with pytest.raises(IntegrityError, match=constraint):
        introduction(session, scene, **columns)


def test_an_introduction_has_two_sides(session: Session, scene: Scene):
    scene.library = scene.cite
    with pytest.raises(IntegrityError, match="two_sides"):
        introduction(session, scene)


def test_who_introduces_is_no_side(session: Session, scene: Scene):
    scene.agency = scene.cite
    with pytest.raises(IntegrityError, match="introducer_is_no_side"):
        introduction(session, scene)


def test_a_third_party_picks_nobody(session: Session, scene: Scene):
    found = introduction(session, scene)
    found.picked = True
    with pytest.raises(IntegrityError, match="who_picks_is_a_side"):
        session.flush()


@pytest.mark.parametrize("asked_by", [None, *Side])
def test_a_pair_waits_once_for_each_origin(session: Session, scene: Scene, asked_by: Side | None):
    introduction(session, scene, asked_by=asked_by)
    with pytest.raises(IntegrityError, match="uq_introduction_"):
        introduction(session, scene, asked_by=asked_by)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"accepted": False}, "a_refusal_has_a_reason"),
        ({"accepted": True, "reason": Reason.NO_TIME}, "a_refusal_has_a_reason"),
        ({"accepted": False, "reason": Reason.OTHER}, "another_reason_is_told"),
        ({"accepted": False, "reason": Reason.OTHER, "words": " "}, "another_reason_is_told"),
    ],
)
def test_a_refusal_has_a_reason_and_an_acceptance_none(
    session: Session, scene: Scene, columns: dict[str, Any], constraint: str
):
    found = introduction(session, scene)
    session.add(Answer(introduction=found, side=Side.CITE, **columns))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


def test_nobody_answers_for_both_sides(session: Session, scene: Scene):
    found = introduction(session, scene)
    for side in Side:
        session.add(Answer(introduction=found, side=side, accepted=True, answered_by=scene.cite_person))
    with pytest.raises(IntegrityError, match="uq_introduction_answer"):
        session.flush()
