"""What the database itself refuses of a meeting, whatever the program does."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.meetings.models import AgendaItem, MeetingKind, Openness, Status
from tests import factories, meeting_factories

START = now() + timedelta(days=30)
REFUSED: dict[str, dict[str, Any]] = {
    "title_not_blank": {"title": "\u00a0"},
    "ends_after_it_starts": {"ends_at": START},
    "lasts_a_week_at_most": {"ends_at": START + timedelta(days=8)},
    "one_place": {"address": "1 rue des Lilas"},
    "a_point_is_of_an_address": {"point": factories.point(5.78, 43.83)},
    "what_is_announced_is_somewhere": {"place_id": None},
    "online_url_is_http": {"online_url": "javascript:alert(1)"},
    "contact_is_one_mailbox": {"contact_email": "a@b.fr, c@d.fr"},
    "capacity_is_sensible": {"capacity": 0},
    "walk_in_places_are_sensible": {"walk_in_places": -1},
    "walk_in_places_within_capacity": {"walk_in_places": 4},
    "places_held_positive": {"places_held": -1},
    "never_oversold": {"capacity": 3, "walk_in_places": 1, "places_held": 3},
    "registration_opens_before_it_closes": {"registration_opens_at": START, "registration_closes_at": START},
    "registration_closes_before_the_end": {"registration_closes_at": START + timedelta(days=1)},
    "what_a_partnership_holds_is_of_one": {"kind": MeetingKind.WORKSHOP},
    "partners_have_a_partnership": {"openness": Openness.PARTNERS},
    "cancelling_has_a_day": {"status": Status.CANCELLED, "cancel_reason": "Essai"},
    "cancelling_has_a_reason": {"status": Status.CANCELLED, "cancelled_at": START, "cancel_reason": " "},
    "what_is_held_has_a_day": {"held_at": START},
    "attendance_is_sensible": {"status": Status.HELD, "held_at": START, "attendance": -1},
    "attendance_is_of_what_was_held": {"attendance": 3},
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses(session: Session, name: str):
    meeting = meeting_factories.meeting(session, starts_at=START)
    for column, value in REFUSED[name].items():
        setattr(meeting, column, value)
    with pytest.raises(IntegrityError, match=name):
        session.flush()


def test_the_database_refuses_a_host_that_is_its_own_co_host(session: Session):
    meeting = meeting_factories.meeting(session)
    meeting.co_host_id = meeting.host_id
    with pytest.raises(IntegrityError, match="two_hosts"):
        session.flush()


def test_the_database_refuses_a_seminar_of_a_partnership(session: Session):
    meeting = meeting_factories.meeting(session)
    statement = sa.text("UPDATE meeting SET partnership_id = 1 WHERE id = :id")
    with pytest.raises(IntegrityError, match="gatherings_are_of_no_partnership"):
        session.execute(statement, {"id": meeting.id})


@pytest.mark.parametrize(
    ("lines", "name"),
    [([(1, "Un"), (1, "Deux")], "agenda_item_meeting_id_rank"), ([(1, " ")], "title_not_blank")],
)
def test_the_database_refuses_an_agenda(session: Session, lines: list[tuple[int, str]], name: str):
    meeting = meeting_factories.meeting(session)
    session.add_all([AgendaItem(meeting_id=meeting.id, rank=rank, title=title) for rank, title in lines])
    with pytest.raises(IntegrityError, match=name):
        session.flush()
