"""What the tests of figures record: what is typed, what the programme holds and announces; and how they read it back."""

import html
import re
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.meetings.fields import moment, read_hour
from app.meetings.models import Meeting, MeetingKind, Status
from app.partnerships.exchanges.models import Side
from app.partnerships.figures import actions
from app.partnerships.figures.actions import Period
from app.partnerships.figures.indicators import Indicators, add_up
from app.partnerships.figures.models import ActivityFigures, Nature
from app.partnerships.figures.programme import read_announced, read_awareness_days, read_workshops
from app.partnerships.figures.queries import awareness_of, figures_of
from app.partnerships.models import Partnership
from tests import factories, meeting_factories
from tests.bpi_case import BpiCase, bpi_programme

YEAR_2016 = Period(date(2016, 1, 1), date(2016, 12, 31))
HALF_2017 = Period(date(2017, 1, 1), date(2017, 6, 30))
YEAR_2017 = Period(date(2017, 1, 1), date(2017, 12, 31))


def typed(session: Session, row: Partnership, period: Period, workshops: int, participants: int | None) -> ActivityFigures:
    who = factories.member(session, row.exchange.cite)
    return actions.record_figures(session, row, Nature.HELD, period, workshops, participants, "", who, Side.CITE)


def planned(session: Session, row: Partnership, period: Period, workshops: int) -> None:
    who = factories.member(session, row.exchange.cite)
    actions.record_figures(session, row, Nature.PLANNED, period, workshops, None, "", who, Side.CITE)


def workshop(session: Session, row: Partnership, day: date, attendance: int | None = 10, **columns: object) -> Meeting:
    """Add a workshop of the programme, held unless said otherwise."""
    known = {"kind": MeetingKind.WORKSHOP, "status": Status.HELD, "starts_at": at(day), "attendance": attendance}
    return meeting_factories.meeting(session, row.exchange.partner, partnership=row, **{**known, **columns})


def at(day: date, hour: str = "14 h"):
    read = read_hour(hour)
    assert read is not None
    return moment(day, read)


def told(session: Session, row: Partnership) -> Indicators:
    return add_up(
        session.scalars(figures_of(row)).all(),
        session.scalars(awareness_of(row)).all(),
        read_workshops(session, row),
        read_awareness_days(session, row),
        read_announced(session, row),
    )


def page_of(client: FlaskClient, row: Partnership) -> str:
    return plain(client.get(f"/partenariats/{row.public_id}/chiffres").text)


def plain(page: str) -> str:
    """The words of a page, with single common spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def as_typed(session: Session, case: BpiCase) -> None:
    typed(session, case.partnership, YEAR_2016, 56, 551)
    typed(session, case.partnership, HALF_2017, 50, 461)


def as_held(session: Session, case: BpiCase) -> None:
    bpi_programme(session, case, YEAR_2016.first, YEAR_2016.last, 56, 551)
    bpi_programme(session, case, HALF_2017.first, HALF_2017.last, 50, 461)


def as_a_mix(session: Session, case: BpiCase) -> None:
    """The first year typed with a few of its workshops in the programme, the half-year that follows in the programme alone."""
    bpi_programme(session, case, date(2016, 10, 3), date(2016, 12, 31), 12, 118)
    typed(session, case.partnership, YEAR_2016, 56, 551)
    bpi_programme(session, case, HALF_2017.first, HALF_2017.last, 50, 461)


def announced(session: Session, row: Partnership, first: date, number: int) -> None:
    """Announce workshops of the programme, one a day."""
    for day in (first + timedelta(days=one) for one in range(number)):
        workshop(session, row, day, None, status=Status.ANNOUNCED)
