"""Each year of a partnership: what was held, what is planned, what is left, typed or told by the programme."""

import csv
import io
from datetime import date, time

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import today
from app.meetings.fields import moment
from app.partnerships.figures.actions import Period
from tests import factories
from tests.app.partnerships.boards.stalls import partnership
from tests.app.partnerships.figures.recorded import (
    HALF_2017,
    announced,
    as_held,
    page_of,
    plain,
    planned,
    told,
    typed,
    workshop,
)
from tests.bpi_case import bpi_case, bpi_figures


@pytest.fixture
def _addresses(app: Flask):
    with app.app_context():
        yield


@pytest.mark.usefixtures("_addresses")
@pytest.mark.parametrize("is_typed", [True, False])
def test_the_page_shows_each_year_of_the_bpi_held_planned_and_left(session: Session, sign_in, is_typed: bool):
    with time_machine.travel(moment(date(2017, 7, 11), time(12)), tick=True):
        case = bpi_case(session)
        if is_typed:
            bpi_figures(session, case)
        else:
            as_held(session, case)
            announced(session, case.partnership, date(2017, 9, 4), 36)
        client = sign_in(case.of_bpi)
        page = page_of(client, case.partnership)
        sheet = plain(client.get(f"/partenariats/{case.partnership.public_id}").text)
        file = client.get(f"/partenariats/{case.partnership.public_id}/chiffres.csv").get_data(as_text=True)
    said = ["86 ateliers prévus du 1er janvier 2017 au 31 décembre 2017 : 50 tenus, 36 restent à tenir"]
    said += [] if is_typed else ["Réalisés en 2016 56 551 9,8", "Réalisés en 2017 50 461 9,2", "janvier 2016", "Toute l’année"]
    said += ["réalisé 56 551 9,8", "réalisé 50 461 9,2"] if is_typed else []
    for one in said:
        assert one in page, one
    assert "36 ateliers à tenir sur 86 prévus" in sheet or "ateliers à tenir 36" in sheet
    (plan,) = [
        row for row in csv.DictReader(io.StringIO(file.removeprefix("\ufeff")), delimiter=";") if row["Nature"] == "prévu"
    ]
    assert (plan["Ateliers"], plan["Source"]) == ("86", "saisie" if is_typed else "programme")


def test_a_typed_plan_wins_and_says_how_many_are_in_the_programme(session: Session, sign_in):
    row, year = partnership(session), today().year + 1
    planned(session, row, Period(date(year, 1, 1), date(year, 12, 31)), 20)
    announced(session, row, date(year, 3, 1), 3)
    (plan,) = told(session, row).plans
    assert (plan.planned.workshops, plan.held, plan.left, plan.in_programme) == (20, 0, 20, 3)
    assert "20 restent à tenir. 3 sont au programme." in page_of(sign_in(factories.member(session, row.exchange.cite)), row)


def test_what_is_announced_in_the_past_is_to_be_confirmed_and_a_typed_period_counts_its_own_days(session: Session, sign_in):
    row = partnership(session)
    typed(session, row, HALF_2017, 50, 461)
    announced(session, row, date(2017, 6, 29), 4)
    (plan,) = told(session, row).plans
    assert (plan.planned.workshops, plan.held, plan.left) == (52, 50, 2)
    page = page_of(sign_in(factories.member(session, row.exchange.cite)), row)
    assert "50 tenus, 2 annoncés dont personne n’a dit s’ils ont été tenus, d’après le programme" in page


def test_years_that_a_typed_period_goes_across_are_told_together(session: Session):
    row = partnership(session)
    workshop(session, row, date(2015, 5, 4))
    typed(session, row, Period(date(2016, 9, 1), date(2017, 6, 30)), 30, 300)
    workshop(session, row, date(2017, 9, 4))
    years = told(session, row).years
    assert [(str(one), one.held.workshops) for one in years] == [("2015", 1), ("2016-2017", 31)]
