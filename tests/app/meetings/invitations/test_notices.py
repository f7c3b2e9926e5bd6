"""Reminders before a meeting and what follows it: who is written to, when, once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.directory.vocabulary import Format
from app.mail.models import Cadence, Category, Fate, MailPreference, OutgoingMessage
from app.mail.preferences import cadence_of
from app.meetings.invitations import notices
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.registrations.models import Place, Registration
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories
from tests.app.meetings.failing import fails_for

#: 9 h 30 in Paris, in winter.
START = datetime(2017, 11, 7, 8, 30, tzinfo=UTC)
LONG_AGO = datetime(2017, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def run(app, session: Session) -> Callable[[datetime], list[str]]:
    """Run the timer at a moment; give the subjects of the mails that it wrote."""
    runner: FlaskCliRunner = app.test_cli_runner()

    def at(moment: datetime) -> list[str]:
        last = session.scalar(sa.select(sa.func.coalesce(sa.func.max(OutgoingMessage.id), 0)))
        session.commit()
        with time_machine.travel(moment, tick=False):
            result = runner.invoke(args=["invitations", "remind"])
        assert result.exit_code == 0, result.output
        session.expire_all()
        return list(session.scalars(sa.select(OutgoingMessage.subject).where(OutgoingMessage.id > last)))

    return at


def registered(
    session: Session, confirmed_at: datetime = LONG_AGO, place: Place = Place.CONFIRMED, **columns: Any
) -> Registration:
    """Someone without account who has a place at a seminar of 7 November 2017."""
    known = {name: columns.pop(name) for name in list(columns) if name in Meeting.__mapper__.columns}
    seminar = meeting_factories.meeting(session, **{"starts_at": START, "title": "Séminaire", **known})
    columns.setdefault("email", "a@exemple.invalid")
    return meeting_factories.registration(session, seminar, place=place, confirmed_at=confirmed_at, **columns)


def morning(days_before: int) -> datetime:
    """Six in the morning in Paris, so many days before the seminar."""
    return datetime(2017, 11, 7, 5, tzinfo=UTC) - timedelta(days=days_before)


def test_two_reminders_each_once_and_none_the_other_days(session: Session, run):
    registered(session)
    written = {days: run(morning(days)) for days in range(9, -1, -1) for _ in range(2)}
    again = {days: subjects for days, subjects in written.items() if subjects}
    assert not again, "the second run of a day writes nothing"
    subjects = [
        one.replace("\u00a0", " ") for one in session.scalars(sa.select(OutgoingMessage.subject).order_by(OutgoingMessage.id))
    ]
    assert subjects == ["Préparez votre venue : Séminaire, le 7 novembre 2017", "Préparez votre venue : Séminaire, demain"]


def test_a_reminder_says_what_is_needed_and_leaves_no_more_once_the_meeting_has_begun(session: Session, run):
    registration = registered(
        session, online_url="https://visio.exemple.invalid/1", access="Ascenseur à gauche.", address="1 rue X"
    )
    run(morning(7))
    (letter,) = session.scalars(sa.select(OutgoingMessage))
    for said in (
        "Mardi 7 novembre 2017, de 9 h 30",
        "1 rue X",
        "https://visio.exemple.invalid/1",
        "Ascenseur à gauche.",
        "agenda.ics",
    ):
        assert said in letter.text.replace("\u00a0", " ")
    assert (letter.address, letter.category, letter.expires_at) == (registration.email, Category.FOLLOW_UP, START)
    assert letter.unsubscribe_url is None, "it has asked for its place, and gives it back by the link"
    assert "/inscription/" in (letter.action_url or "")


@pytest.mark.parametrize(
    ("confirmed_days_before", "expected"),
    [(30, ["first", "last"]), (8, ["first", "last"]), (7, ["last"]), (5, ["last"]), (2, ["last"]), (1, []), (0, [])],
)
def test_who_registers_late_is_not_reminded_of_what_they_were_just_told(
    session: Session, run, confirmed_days_before: int, expected: list[str]
):
    at = START - timedelta(days=confirmed_days_before, hours=1)
    registered(session, confirmed_at=at)
    written = [
        name
        for days, name in ((7, "first"), (6, "first"), (5, "first"), (1, "last"), (0, "last"))
        if at < morning(days) and run(morning(days))
    ]
    assert list(dict.fromkeys(written)) == expected


@pytest.mark.parametrize("place", list(Place))
def test_only_those_who_have_a_place_are_reminded(session: Session, run, place: Place):
    registered(session, place=place)
    assert bool(run(morning(7))) is (place is Place.CONFIRMED)


#: A change of the meeting after the first reminder, and how many mails the timer writes on the day before the (new) date.
@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"status": Status.CANCELLED, "cancelled_at": START - timedelta(days=3), "cancel_reason": "Grève"}, 0),
        ({"status": Status.DRAFT}, 0),
        ({"title": "Autre titre"}, 1),
        ({"registration_closes_at": START - timedelta(days=3)}, 1),
    ],
)
def test_what_changes_between_two_reminders(session: Session, run, change: dict[str, Any], again: int):
    registration = registered(session)
    assert run(morning(7))
    for name, value in change.items():
        setattr(registration.meeting, name, value)
    assert len(run(morning(1))) == again


def test_a_meeting_that_is_moved_is_reminded_of_again(session: Session, run):
    registration = registered(session)
    assert run(morning(7))
    assert run(morning(1))
    registration.meeting.starts_at = START + timedelta(days=30)
    registration.meeting.ends_at = START + timedelta(days=30, hours=2)
    assert run(morning(7 - 30))
    assert not run(morning(6 - 30))
    assert run(morning(1 - 30))


def test_a_meeting_in_trouble_keeps_no_other_from_its_reminders(app, session: Session, monkeypatch: pytest.MonkeyPatch):
    failing = registered(session, title="En panne").meeting_id
    registered(session, email="b@exemple.invalid")
    session.commit()
    monkeypatch.setattr(notices, "write", fails_for(failing, notices.write))
    with time_machine.travel(morning(7), tick=False):
        result = app.test_cli_runner().invoke(args=["invitations", "remind"])
    assert result.exit_code == 1
    assert "1\u00a0rencontre en échec" in result.output
    assert session.scalars(sa.select(OutgoingMessage.address)).all() == ["b@exemple.invalid"]


def test_the_days_are_those_of_paris(session: Session, run):
    registered(session, starts_at=datetime(2018, 3, 26, 22, 30, tzinfo=UTC))
    # 0 h 30 on 27 March 2018 in Paris, two days after summer time began: the eve is 26 March there.
    assert run(datetime(2018, 3, 19, 22, 59, tzinfo=UTC)) == []
    assert len(run(datetime(2018, 3, 19, 23, 1, tzinfo=UTC))) == 1
    assert run(datetime(2018, 3, 25, 21, 59, tzinfo=UTC)) == []
    assert len(run(datetime(2018, 3, 25, 22, 1, tzinfo=UTC))) == 1


def test_a_walk_in_is_reminded_of_nothing(session: Session, run):
    registered(session, is_walk_in=True)
    assert run(morning(1)) == []


def held(session: Session, **columns: Any) -> Registration:
    return registered(session, status=Status.HELD, held_at=START + timedelta(days=1), **columns)


def test_what_followed_is_written_once_with_the_report_of_a_seminar(session: Session, run):
    held(session, outcome="Trois territoires se sont engagés.")
    assert run(morning(-1)) == ["Retrouvez les suites de la rencontre : Séminaire"]
    (letter,) = session.scalars(sa.select(OutgoingMessage))
    assert "Trois territoires se sont engagés." in letter.text
    assert "compte-rendu?inscription=" in (letter.action_url or "")
    assert run(morning(-2)) == []


def test_what_followed_is_written_once_to_an_address_and_not_to_walk_ins_who_left_none(session: Session, run):
    library, other = factories.library(session), factories.library(session, "Voisine")
    member = factories.member(session, library)
    # She registers a neighbour too, in her own name; three named people of her library come without registering.
    seminar = held(session, email=None, institution=library).meeting
    meeting_factories.registration(session, seminar, user=member, confirmed_at=LONG_AGO)
    meeting_factories.registration(session, seminar, email=member.email, confirmed_at=LONG_AGO)
    for name in ("Lou", "Sam", "Alix"):
        meeting_factories.registration(session, seminar, library, [name], is_walk_in=True)
    meeting_factories.registration(session, seminar, other, is_walk_in=True, email="volee@exemple.invalid")
    assert len(run(morning(-1))) == 2
    addresses = session.scalars(sa.select(OutgoingMessage.address)).all()
    assert sorted(addresses) == sorted([member.email, "volee@exemple.invalid"])
    colleague = factories.member(session, library, email="collegue@exemple.invalid")
    meeting_factories.registration(session, seminar, email=colleague.email, names=["Noa"], confirmed_at=LONG_AGO)
    assert len(run(morning(-2))) == 0, "she reads what was written to her library"


def test_what_was_declared_held_long_after_is_told_to_nobody(session: Session, run):
    held(session)
    assert run(morning(-40)) == []


def test_a_workshop_has_no_follow_up(session: Session, run):
    exchange = factories.exchange(session)
    partnership = Partnership(exchange=exchange, format=Format.RENDEZ_VOUS, step=Step.RUNNING)
    session.add(partnership)
    session.flush()
    own = {"host": exchange.cite, "partnership_id": partnership.id, "status": Status.HELD, "held_at": START, "starts_at": START}
    for kind in (MeetingKind.WORKSHOP, MeetingKind.AWARENESS):
        meeting = meeting_factories.meeting(session, kind=kind, title=kind.label, **own)
        meeting_factories.registration(session, meeting, email="a@exemple.invalid", confirmed_at=LONG_AGO)
    assert run(morning(-1)) == ["Retrouvez les suites de la rencontre : Journée de sensibilisation"]


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.HELD])
def test_what_was_not_held_is_not_followed(session: Session, run, status: Status):
    registered(session, status=status)
    assert run(morning(-1)) == []


@pytest.mark.parametrize("cadence", [None, *Cadence])
def test_a_person_gets_reminders_as_they_have_chosen(session: Session, run, cadence: Cadence | None):
    user = factories.person(session)
    registered(session, email=None, user=user)
    if cadence is not None:
        session.add(MailPreference(user_id=user.id, category=Category.FOLLOW_UP, cadence=cadence))
    run(morning(7))
    (letter,) = session.scalars(sa.select(OutgoingMessage))
    assert session.scalar(sa.select(cadence_of(OutgoingMessage))) is (cadence or Cadence.DAILY)
    assert letter.fate is Fate.WAITING
    assert letter.expires_at == START


def test_where_the_person_has_left_those_of_the_institution_are_reminded(session: Session, run):
    library = factories.library(session)
    member = factories.member(session, library)
    registered(session, email=None, institution=library)
    assert run(morning(7))
    assert session.scalars(sa.select(OutgoingMessage.address)).all() == [member.email]
