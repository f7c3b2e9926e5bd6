"""Workshops of the programme that were held add up by themselves, never twice: the case of the Bpi, typed, held, mixed."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import today
from app.meetings.models import MeetingKind, Status
from app.partnerships.exchanges.models import Side
from app.partnerships.figures import actions
from app.partnerships.figures.actions import Period
from app.partnerships.figures.indicators import held_between
from app.partnerships.figures.models import Decision, Review, Toward, Unit
from app.partnerships.figures.programme import read_workshops
from app.partnerships.figures.queries import figures_of
from app.partnerships.models import Partnership
from app.partnerships.refusals import Mistake
from tests import factories, meeting_factories
from tests.app.partnerships.boards.stalls import partnership
from tests.app.partnerships.figures.recorded import (
    HALF_2017,
    YEAR_2016,
    YEAR_2017,
    as_a_mix,
    as_held,
    as_typed,
    at,
    page_of,
    plain,
    planned,
    told,
    typed,
    workshop,
)
from tests.bpi_case import bpi_case


@pytest.fixture
def _addresses(app: Flask):
    with app.app_context():
        yield


@pytest.mark.usefixtures("_addresses")
@pytest.mark.parametrize("recorded", [as_typed, as_held, as_a_mix])
def test_the_figures_of_the_bpi_are_the_same_however_they_were_recorded(session: Session, recorded):
    case = bpi_case(session)
    planned(session, case.partnership, YEAR_2017, 86)
    recorded(session, case)
    sums = told(session, case.partnership)
    assert (sums.held.workshops, sums.held.counted, sums.held.participants) == (106, 106, 1012)
    (plan,) = sums.plans
    assert (plan.planned.workshops, plan.held, plan.left) == (86, 50, 36)
    figures, workshops = session.scalars(figures_of(case.partnership)).all(), read_workshops(session, case.partnership)
    first = held_between(figures, workshops, YEAR_2016.first, YEAR_2016.last)
    second = held_between(figures, workshops, HALF_2017.first, HALF_2017.last)
    assert (first.workshops, first.participants, round(first.per_workshop or 0, 1)) == (56, 551, 9.8)
    assert (second.workshops, second.participants, round(second.per_workshop or 0, 1)) == (50, 461, 9.2)


@pytest.mark.usefixtures("_addresses")
def test_the_screens_and_the_file_say_what_was_typed_and_what_the_programme_counts(session: Session, sign_in):
    case = bpi_case(session)
    as_a_mix(session, case)
    client = sign_in(case.of_bpi)
    page = page_of(client, case.partnership)
    for said in ("dont 12 détaillés au programme", "réalisés, d’après le programme", "106", "1 012", "ils ne s’y ajoutent pas"):
        assert said in page, said
    assert "1 012" in plain(client.get(f"/partenariats/{case.partnership.public_id}").text)
    file = client.get(f"/partenariats/{case.partnership.public_id}/chiffres.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff")), delimiter=";"))
    assert {row["Source"] for row in rows} == {"saisie", "programme"}
    assert rows[0]["Dont détaillés au programme"] == "12"
    assert sum(int(row["Ateliers"]) for row in rows) == 106
    assert sum(int(row["Participants"]) for row in rows) == 1012


def test_a_workshop_counts_once_it_is_held_and_not_before(session: Session):
    row, day = partnership(session), today() - timedelta(days=3)
    for status in (Status.DRAFT, Status.ANNOUNCED, Status.CANCELLED):
        workshop(session, row, day, None, status=status)
    assert told(session, row).held.workshops == 0
    workshop(session, row, day, None)
    workshop(session, row, day, 7)
    held = told(session, row).held
    assert (held.workshops, held.counted, held.participants, held.per_workshop) == (2, 1, 7, 7)


def test_a_workshop_of_another_partnership_counts_there(session: Session):
    row = partnership(session)
    workshop(session, partnership(session), date(2016, 3, 1))
    assert told(session, row).held.workshops == 0


def test_the_day_of_a_workshop_is_that_of_paris(session: Session):
    row = partnership(session)
    workshop(session, row, date(2017, 1, 1), starts_at=at(date(2017, 1, 1), "0:15"))
    (line,) = told(session, row).lines
    assert line.starts_on == date(2017, 1, 1)


@pytest.mark.parametrize(("day", "workshops"), [(date(2015, 12, 31), 21), (date(2016, 1, 1), 20), (date(2016, 12, 31), 20)])
def test_a_typed_period_holds_the_workshops_of_its_days_its_ends_included(session: Session, day: date, workshops: int):
    row = partnership(session)
    typed(session, row, YEAR_2016, 20, 200)
    workshop(session, row, day)
    assert told(session, row).held.workshops == workshops


@pytest.mark.parametrize(("workshops", "participants", "field"), [(2, 99, "workshops"), (3, 29, "participants")])
def test_numbers_below_those_of_the_programme_are_refused_in_a_sentence(
    session: Session, sign_in, workshops: int, participants: int, field: str
):
    row = partnership(session)
    for day in (4, 5, 6):
        workshop(session, row, date(2016, 1, day))
    data = {
        "nature": "realise",
        "starts_on": "01/01/2016",
        "ends_on": "31/12/2016",
        "workshops": str(workshops),
        "participants": str(participants),
    }
    answer = sign_in(factories.member(session, row.exchange.cite)).post(f"/partenariats/{row.public_id}/chiffres", data=data)
    assert answer.status_code == 400
    assert "Le programme compte déjà 3" in plain(answer.text)
    assert f'href="#{field}"' in answer.text


def test_a_period_typed_as_high_as_the_programme_is_taken_and_another_nature_is_not_compared(session: Session):
    row = partnership(session)
    workshop(session, row, date(2016, 1, 4))
    typed(session, row, YEAR_2016, 1, 10)
    planned(session, row, YEAR_2016, 0)
    with pytest.raises(Mistake, match="recouvre déjà"):
        typed(session, row, YEAR_2016, 2, 20)


def test_a_programme_that_comes_to_count_more_than_what_was_typed_is_believed_and_it_is_said(session: Session, sign_in):
    row = partnership(session)
    typed(session, row, YEAR_2016, 2, 15)
    for day in (4, 5, 6):
        workshop(session, row, date(2016, 1, day))
    held = told(session, row).held
    assert (held.workshops, held.participants) == (3, 30)
    page = page_of(sign_in(factories.member(session, row.exchange.cite)), row)
    assert "2 ateliers avaient été saisis : le programme en compte plus" in page


def test_attendances_that_were_not_typed_are_those_that_the_programme_knows(session: Session):
    row = partnership(session)
    typed(session, row, YEAR_2016, 20, None)
    workshop(session, row, date(2016, 1, 4), 12)
    workshop(session, row, date(2016, 1, 5), None)
    held = told(session, row).held
    assert (held.workshops, held.counted, held.participants) == (20, 1, 12)


def test_what_is_left_of_a_plan_counts_the_programme_day_by_day(session: Session):
    row = partnership(session)
    planned(session, row, Period(date(2016, 1, 11), date(2016, 6, 30)), 10)
    for day in (4, 11, 18):
        workshop(session, row, date(2016, 1, day))
    (plan,) = told(session, row).plans
    assert (plan.held, plan.left) == (2, 8)


def test_a_review_counts_the_programme_of_its_period(session: Session, sign_in):
    row = partnership(session)
    for day in (4, 11):
        workshop(session, row, date(2016, 1, day))
    workshop(session, row, date(2017, 1, 4))
    review = Review(
        partnership_id=row.id,
        held_on=date(2017, 2, 1),
        starts_on=YEAR_2016.first,
        ends_on=YEAR_2016.last,
        decision=Decision.CONTINUE,
        summary="Essai",
        side=Side.CITE,
    )
    session.add(review)
    session.flush()
    page = page_of(sign_in(factories.member(session, row.exchange.cite)), row)
    assert "2 ateliers, 20 participants, 10,0 par atelier" in page


def awareness(session: Session, row: Partnership, day: date, of_cite: bool, hours: tuple[str, str], people: int | None) -> None:
    exchange = row.exchange
    meeting_factories.meeting(
        session,
        exchange.cite if of_cite else exchange.partner,
        kind=MeetingKind.AWARENESS,
        status=Status.HELD,
        partnership=row,
        starts_at=at(day, hours[0]),
        ends_at=at(day, hours[1]),
        attendance=people,
    )


def test_awareness_days_that_were_held_stand_in_their_direction_and_unit(session: Session, sign_in):
    row = partnership(session)
    awareness(session, row, date(2016, 2, 1), True, ("9 h", "17 h"), 5)
    awareness(session, row, date(2016, 2, 8), True, ("9 h", "17 h"), None)
    awareness(session, row, date(2016, 3, 1), False, ("9 h", "12 h"), 12)
    awareness(session, row, date(2016, 3, 2), False, ("14 h", "17 h"), 3)
    of_programme = told(session, row).awareness_of_programme
    assert [(one.unit, one.sessions, one.people, one.counted) for one in of_programme[Toward.CITE]] == [(Unit.DAY, 2, 5, 1)]
    assert {(one.unit, one.people) for one in of_programme[Toward.PARTNER]} == {(Unit.MORNING, 12), (Unit.HALF_DAY, 3)}
    client = sign_in(factories.member(session, row.exchange.cite))
    page = page_of(client, row)
    assert "2 journées pour 5 personnes (sur 1 séance comptée), du 1er février 2016 au 8 février 2016" in page
    assert "1 matinée pour 12 personnes, le 1er mars 2016" in page
    assert "D’après le programme" in page
    assert "d’après le programme" in client.get(f"/partenariats/{row.public_id}").text


def test_an_awareness_day_within_a_typed_period_of_its_direction_is_not_told_twice(session: Session):
    row = partnership(session)
    who = factories.member(session, row.exchange.cite)
    actions.record_awareness(session, row, Toward.CITE, 11, Unit.DAY, 45, YEAR_2016, "", who, Side.CITE)
    awareness(session, row, date(2016, 2, 1), True, ("9 h", "17 h"), 5)
    awareness(session, row, date(2016, 2, 2), False, ("9 h", "17 h"), 4)
    of_programme = told(session, row).awareness_of_programme
    assert of_programme[Toward.CITE] == []
    assert [one.people for one in of_programme[Toward.PARTNER]] == [4]
