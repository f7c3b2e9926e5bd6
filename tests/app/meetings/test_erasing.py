"""What a meeting knew of people is erased a set time after it, and at once of who leaves the service; the numbers remain."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.actions import erase as erase_account
from app.accounts.personal_data import everything_about
from app.clock import now
from app.directory.vocabulary import Format
from app.meetings import erasing
from app.meetings.erasing import erased_on
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.registrations.models import Attendee, Place, Registration
from app.meetings.seating.models import Seat, SeatingPlan
from app.meetings.sheets.models import TableSheet
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories
from tests.app.meetings.failing import fails_for

START = datetime(2017, 11, 7, 8, 30, tzinfo=UTC)
#: 90 days after 7 November 2017.
DAY = datetime(2018, 2, 5, 5, tzinfo=UTC)


@pytest.fixture
def forget(app: Flask, session: Session):
    """Run the timer at a moment."""

    def at(moment: datetime) -> str:
        session.commit()
        with time_machine.travel(moment, tick=False):
            result = app.test_cli_runner().invoke(args=["meetings", "forget"])
        assert result.exit_code == 0, result.output
        session.expire_all()
        return result.output

    return at


def full_meeting(session: Session, **columns: Any) -> Meeting:
    """A seminar with all that it may know of people."""
    meeting = meeting_factories.meeting(
        session, **{"starts_at": START, "status": Status.HELD, "attendance": 3, "capacity": 40, **columns}
    )
    user, library = factories.person(session), factories.library(session)
    own = meeting_factories.registration(session, meeting, library, ("Ada", "Bea"), user=user, expects="Rencontrer Ada")
    for one in own.attendees:
        one.lunch, one.access_needs, one.checked_in_at, one.checked_in_by = True, "Fauteuil", START, user
    alone = meeting_factories.registration(
        session, meeting, names=("Cléo",), email="c@exemple.invalid", organisation="Cléo Inventée"
    )
    alone.territory_id = "commune-04112"
    meeting_factories.registration(
        session, meeting, names=("Dan",), email="d@exemple.invalid", place=Place.DECLINED, reason="Dan est déjà venu"
    )
    table = meeting_factories.table(session, meeting)
    session.get_one(SeatingPlan, meeting.id).unmet = [{"qui": "Ada"}]
    session.add_all(
        [
            TableSheet(
                table_id=table.id, organisation="Un rendez-vous mensuel", people="Ada, directrice", written_by_id=user.id
            ),
            Seat(attendee_id=own.attendees[0].id, round=1, table_id=table.id),
            Invitation(meeting_id=meeting.id, institution_id=library.id, invited_by_id=user.id),
        ]
    )
    session.flush()
    return meeting


def all_that_is_written(session: Session, meeting: Meeting) -> str:
    """The rows of a meeting, as text."""
    tables = ("attendee", "registration", "invitation", "table_sheet", "seating_plan")
    return " ".join(str(session.execute(sa.text(f"SELECT * FROM {table}")).all()) for table in tables)


def test_names_needs_and_addresses_go_and_numbers_stay(session: Session, forget):
    meeting = full_meeting(session)
    before = all_that_is_written(session, meeting)
    words = ("Ada", "Bea", "Cléo", "Dan", "Fauteuil", "exemple.invalid", "bibliothécaire")
    assert all(word in before for word in words)
    assert "0\u00a0rencontre" in forget(DAY - timedelta(days=1))
    assert all_that_is_written(session, meeting) == before
    assert "1\u00a0rencontre" in forget(DAY)
    after = all_that_is_written(session, meeting)
    assert not [word for word in words if word in after]
    assert meeting.erased_at == DAY
    rows = session.scalars(sa.select(Registration).order_by(Registration.id)).all()
    assert [(one.people, one.place, one.user_id, one.email) for one in rows] == [
        (2, Place.CONFIRMED, None, None),
        (1, Place.CONFIRMED, None, None),
        (1, Place.DECLINED, None, None),
    ]
    assert [one.territory_id for one in rows] == ["commune-04112", "commune-04112", None]
    assert rows[0].institution is not None
    assert (meeting.attendance, meeting.places_held) == (3, 3)
    assert session.scalar(sa.select(sa.func.count()).where(Attendee.checked_in_at.is_not(None))) == 2
    assert session.scalars(sa.select(Attendee.checked_in_by_id).where(Attendee.checked_in_by_id.is_not(None))).all() == []
    assert session.scalar(sa.select(sa.func.count(Seat.round))) == 1
    assert session.scalars(sa.select(TableSheet.organisation)).all() == ["Un rendez-vous mensuel"]


def test_erasing_twice_is_erasing_once_and_what_comes_later_is_erased_too(session: Session, forget):
    meeting = full_meeting(session)
    forget(DAY)
    assert "0\u00a0rencontre" in forget(DAY + timedelta(days=1))
    assert meeting.erased_at == DAY
    meeting_factories.registration(session, meeting, names=("Zoé",), is_walk_in=True)
    assert "1\u00a0rencontre" in forget(DAY + timedelta(days=2))
    assert "Zoé" not in all_that_is_written(session, meeting)


def workshop(session: Session, **columns: Any) -> Meeting:
    exchange = factories.exchange(session)
    partnership = Partnership(exchange=exchange, format=Format.RENDEZ_VOUS, step=Step.RUNNING)
    session.add(partnership)
    session.flush()
    return full_meeting(session, kind=MeetingKind.WORKSHOP, partnership_id=partnership.id, host=exchange.cite, **columns)


@pytest.mark.parametrize(
    ("make", "columns", "day"),
    [
        (full_meeting, {}, DAY),
        (full_meeting, {"status": Status.ANNOUNCED, "attendance": None}, DAY),
        (workshop, {}, datetime(2017, 11, 7, 23, 1, tzinfo=UTC)),
        # It would have been over at 0 h 30 in Paris on 8 November: the day after is 9 November.
        (workshop, {"starts_at": datetime(2017, 11, 7, 21, 30, tzinfo=UTC)}, datetime(2017, 11, 8, 23, 1, tzinfo=UTC)),
    ],
)
def test_the_day_when_it_is_erased_is_the_one_that_is_told(
    session: Session, forget, make, columns: dict[str, Any], day: datetime
):
    meeting = make(session, **columns)
    assert erased_on(meeting, 90) == (day + timedelta(hours=1)).date()
    forget(day - timedelta(days=1))
    assert meeting.erased_at is None
    forget(day)
    assert meeting.erased_at is not None


def test_a_meeting_in_trouble_keeps_no_other_from_being_erased(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch):
    failing, other = full_meeting(session), meeting_factories.meeting(session, starts_at=START, status=Status.HELD)
    session.commit()
    monkeypatch.setattr(erasing, "erase", fails_for(failing.id, erasing.erase))
    with time_machine.travel(DAY, tick=False):
        result = app.test_cli_runner().invoke(args=["meetings", "forget"])
    assert result.exit_code == 1
    assert "1\u00a0rencontre en échec" in result.output
    session.expire_all()
    assert (failing.erased_at, other.erased_at) == (None, DAY)


def test_a_person_who_came_without_registering_stays_counted_once_their_account_is_erased(app: Flask, session: Session):
    user = factories.person(session)
    seminar = meeting_factories.meeting(session, starts_at=now() - timedelta(hours=1))
    row = meeting_factories.registration(session, seminar, user=user, is_walk_in=True)
    with app.app_context():
        erase_account(session, user)
    assert (row.place, row.attendees[0].name) == (Place.CONFIRMED, "Une personne")


def test_of_a_meeting_that_was_cancelled_the_time_runs_from_that_day(session: Session, forget):
    meeting = full_meeting(session, status=Status.CANCELLED, attendance=None)
    meeting.cancelled_at = START - timedelta(days=30)
    assert erased_on(meeting, 90) == (DAY - timedelta(days=30)).date()
    forget(DAY - timedelta(days=30))
    assert meeting.erased_at is not None


def test_what_is_known_of_a_person_holds_their_registrations_and_nobody_else(app: Flask, session: Session):
    user = factories.person(session, name="Élodie Inventée")
    seminar = meeting_factories.meeting(session)
    row = meeting_factories.registration(
        session, seminar, factories.library(session), ("elodie inventee", "Basile Autre"), user=user
    )
    row.attendees[0].access_needs = "Boucle magnétique"
    session.flush()
    with app.app_context():
        told = json.dumps(everything_about(session, user), ensure_ascii=False)
    assert "Boucle magnétique" in told
    assert '"table": "registration"' in told
    assert "Basile" not in told


def test_an_account_that_is_erased_leaves_its_institution_its_places_without_its_name(app: Flask, session: Session):
    user = factories.person(session, name="Élodie Inventée")
    seminar = meeting_factories.meeting(session, capacity=10)
    row = meeting_factories.registration(
        session, seminar, factories.library(session), ("Élodie Inventée", "Basile Autre"), user=user
    )
    row.attendees[0].access_needs = "Boucle magnétique"
    session.flush()
    with app.app_context():
        erase_account(session, user)
    assert [(one.name, one.role, one.access_needs) for one in row.attendees] == [
        ("Une personne", None, None),
        ("Basile Autre", "bibliothécaire", None),
    ]
    assert (row.place, row.user_id, seminar.places_held) == (Place.CONFIRMED, None, 2)


@pytest.mark.parametrize("place", [Place.CONFIRMED, Place.OFFERED, Place.WAITING])
@pytest.mark.parametrize("by_address", [True, False])
def test_an_account_that_is_erased_frees_the_place_that_it_had_in_its_own_name(
    app: Flask, session: Session, place: Place, by_address: bool
):
    user = factories.person(session)
    seminar = meeting_factories.meeting(session, capacity=10)
    who: dict[str, Any] = {"email": user.email, "organisation": "Camille, indépendante"} if by_address else {"user": user}
    row = meeting_factories.registration(session, seminar, place=place, **who)
    with app.app_context():
        erase_account(session, user)
    session.refresh(seminar)
    assert (row.place, row.email, row.organisation, row.user_id, seminar.places_held) == (Place.WITHDRAWN, None, None, None, 0)
    assert [one.name for one in row.attendees] == ["Une personne"]


def test_the_organisers_are_told_the_day(sign_in, session: Session, forget):
    meeting = full_meeting(session)
    client = sign_in(factories.member(session, meeting.host))
    url = f"/rencontres/{meeting.public_id}/invitations"
    assert "seront effacés le 5\u00a0février 2018" in client.get(url).text
    forget(DAY)
    assert "ont été effacés le 5\u00a0février 2018" in client.get(url).text


def test_the_numbers_that_organisers_read_are_the_same_afterwards(sign_in, session: Session, forget):
    meeting = full_meeting(session, asks_lunch=True)
    client = sign_in(factories.member(session, meeting.host))
    pages = [f"/rencontres/{meeting.public_id}/{end}" for end in ("inscriptions", "accueil", "compte-rendu")]

    def figures() -> list[list[str]]:
        # How many were of no institution of the directory is not said any more: what they typed named them.
        found = [re.findall(r'<dd(?: class="key-figure__value")?>[^<]*\d[^<]*<', client.get(url).text) for url in pages]
        assert all(found)
        return found

    before = figures()
    assert ">2<" in lunches_of(client.get(pages[0]).text)
    forget(DAY)
    assert figures() == before
    assert ">2<" in lunches_of(client.get(pages[0]).text)
    assert "Les noms ont été effacés" in client.get(pages[1]).text
    meeting_factories.registration(session, meeting, names=("Zoé",), is_walk_in=True).attendees[0].lunch = True
    forget(DAY + timedelta(days=1))
    assert meeting.lunches == 3


def lunches_of(page: str) -> str:
    """The figure of lunches on the page of registrations."""
    return page.split("déjeuners</dt>")[1][:60]


def test_nothing_of_people_is_written_into_the_sheet_of_a_meeting_that_is_erased(sign_in, session: Session, forget):
    meeting = full_meeting(session)
    forget(DAY)
    user = factories.member(session, meeting.host)
    client, sheet = sign_in(user), session.scalars(sa.select(TableSheet)).one()
    url = f"/rencontres/{meeting.public_id}/tables/{sheet.table.public_id}/fiche/modifier"
    assert "personnes" not in client.get(url).text
    typed = {"version": str(sheet.revision), "organisation": "Une salle"}
    refused = client.post(url, data={**typed, "personnes": "Ada, directrice"})
    assert refused.status_code == 400
    assert "est effacé" in refused.text
    assert client.post(url, data=typed).status_code == 303
    session.refresh(sheet)
    assert (sheet.organisation, sheet.people, sheet.written_by_id) == ("Une salle", None, None)
