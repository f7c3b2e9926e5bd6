"""A month is a table of weeks from Monday, whose days hold what is on them in Paris."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.clock import PARIS, today
from app.meetings.models import MeetingKind, Status
from app.meetings.wording import WEEKDAYS
from tests import factories, meeting_factories


def held_on(session: Session, *moment: int, hours: float = 2, **columns):
    starts = datetime(*moment, tzinfo=PARIS)
    known = {"status": Status.HELD, "starts_at": starts, "ends_at": starts + timedelta(hours=hours)} | columns
    return meeting_factories.meeting(session, factories.cite(session), **known)


def squares(page: str) -> dict[str, list[str]]:
    """What stands on each day of the table."""
    cells = re.findall(r'<td class="month__day.*?</td>', page, re.DOTALL)
    days = {}
    for cell in cells:
        if found := re.search(r'datetime="([\d-]+)"', cell):
            days[found[1]] = re.findall(r"<a[^>]*>([^<]+)<", cell)
    return days


def test_a_month_has_its_days_in_weeks_from_monday(client, session: Session):
    page = client.get("/rencontres/mois/2017-11").text
    assert "<caption" in page
    assert re.findall(r'<th scope="col"[^>]*>(\w+)</th>', page) == list(WEEKDAYS)
    assert list(squares(page)) == [f"2017-11-{day:02}" for day in range(1, 31)]
    assert page.count('<td class="month__day') == 35
    first = re.search(r"<tbody>\s*<tr>(.*?)</tr>", page, re.DOTALL)
    assert first
    assert first[1].count("month__day--outside") == 2, "the 1st was a Wednesday"


def test_a_meeting_stands_on_the_days_that_it_has_in_paris(client, session: Session):
    held_on(session, 2017, 11, 7, 9, title="Séminaire")
    held_on(session, 2017, 11, 29, 20, hours=40, title="Deux nuits")
    held_on(session, 2017, 11, 9, 22, title="Jusqu’à minuit")
    held_on(session, 2017, 10, 31, 23, hours=3, title="Depuis octobre")
    held_on(session, 2017, 12, 1, 9, title="Décembre")
    late = datetime(2017, 11, 19, 23, 30, tzinfo=UTC)
    held_on(session, 2017, 11, 20, title="Après minuit à Paris", starts_at=late, ends_at=late + timedelta(hours=1))
    found = {day: titles for day, titles in squares(client.get("/rencontres/mois/2017-11").text).items() if titles}
    assert found == {
        "2017-11-01": ["Depuis octobre"],
        "2017-11-07": ["Séminaire"],
        "2017-11-09": ["Jusqu’à minuit"],
        "2017-11-20": ["Après minuit à Paris"],
        "2017-11-29": ["Deux nuits"],
        "2017-11-30": ["Deux nuits"],
    }
    december = {day: titles for day, titles in squares(client.get("/rencontres/mois/2017-12").text).items() if titles}
    assert december == {"2017-12-01": ["Deux nuits", "Décembre"]}


def test_a_day_of_many_meetings_leads_to_its_list(client, session: Session):
    for number in range(6):
        held_on(session, 2017, 11, 7, 9 + number, title=f"N° {number}")
    page = client.get("/rencontres/mois/2017-11").text
    assert squares(page)["2017-11-07"] == ["N° 0", "N° 1", "N° 2", "N° 3", "et 2\u00a0autres"]
    assert "du=2017-11-07&amp;au=2017-11-07" in page


def test_one_goes_from_month_to_month_with_the_same_filters(client, session: Session):
    held_on(session, 2017, 12, 5, title="Visite", kind=MeetingKind.VISIT)
    held_on(session, 2017, 12, 5, title="Séminaire")
    page = client.get("/rencontres/mois/2017-12?type=visite").text
    assert squares(page)["2017-12-05"] == ["Visite"]
    assert 'rel="prev" href="/rencontres/mois/2017-11?type=visite"' in page
    assert 'rel="next" href="/rencontres/mois/2018-01?type=visite"' in page


def test_today_is_marked_in_its_month_alone(client, session: Session):
    assert client.get(f"/rencontres/mois/{today():%Y-%m}").text.count('aria-current="date"') == 1
    assert 'aria-current="date"' not in client.get("/rencontres/mois/2017-11").text


@pytest.mark.parametrize("month", ["2017-13", "2017-00", "2017-1", "novembre", "0000-01", "9999-12", "1989-12", "２０１７-11"])
def test_what_is_no_month_is_not_found(client, session: Session, month: str):
    assert client.get(f"/rencontres/mois/{month}").status_code == 404


def test_the_first_and_the_last_months_have_no_neighbour_beyond(client, session: Session):
    page = client.get("/rencontres/mois/1990-01").text
    assert 'rel="prev"' not in page
    assert 'rel="next"' in page
