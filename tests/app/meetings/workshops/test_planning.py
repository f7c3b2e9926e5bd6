"""Several workshops planned at once: their days, their hours in Paris, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.clock import PARIS
from app.mail.models import OutgoingMessage
from app.meetings.models import Meeting, Status
from app.meetings.workshops.repeating import MOST_AT_ONCE, NotDays, Repeat, days_typed, repeated
from app.partnerships.models import Step
from tests.app.meetings.workshops.scene import Workshops, at, plain, workshops


def typed(scene: Workshops, **changed: str) -> dict[str, Any]:
    """A form as a browser sends it."""
    known = {
        "title": "Youpi matins",
        "days": "09/03/2027\n2027-03-23\n6 avril 2027",
        "repeat": "non",
        "starts": "9 h 30",
        "ends": "12:00",
        "place": scene.partnership.exchange.partner.public_id,
        "is_announced": "y",
    }
    return known | changed


def made(session: Session) -> list[Meeting]:
    return list(session.scalars(sa.select(Meeting).order_by(Meeting.starts_at)))


def test_one_title_and_three_days_are_three_workshops_of_both_sides_and_one_mail(session: Session, sign_in):
    scene = workshops(session)
    answer = sign_in(scene.of_partner).post(f"{scene.url}/nouveaux-ateliers", data=typed(scene, summary="Chercher à plusieurs"))
    assert answer.status_code == 303
    found = made(session)
    assert [one.starts_at for one in found] == [
        at(day, "9:30") for day in (date(2027, 3, 9), date(2027, 3, 23), date(2027, 4, 6))
    ]
    exchange = scene.partnership.exchange
    assert {(one.host, one.co_host, one.place, one.territory_id) for one in found} == {
        (exchange.partner, exchange.cite, exchange.partner, exchange.partner.territory_id)
    }
    assert {(one.status, one.takes_registrations, one.capacity) for one in found} == {(Status.ANNOUNCED, False, None)}
    (mail,) = session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.subject.contains("au programme")))
    assert mail.user_id == scene.of_cite.id
    assert "mardi 9 mars 2027" in plain(mail.html)


def test_what_is_held_at_the_cite_is_hosted_by_the_cite_and_a_draft_tells_nobody(session: Session, sign_in):
    scene = workshops(session)
    cite = scene.partnership.exchange.cite
    data = typed(scene, place=cite.public_id, days="09/03/2027", capacity="12", walk_in_places="4", takes_registrations="y")
    del data["is_announced"]
    sign_in(scene.of_cite).post(f"{scene.url}/nouveaux-ateliers", data=data)
    (one,) = made(session)
    assert (one.host, one.co_host, one.status) == (cite, scene.partnership.exchange.partner, Status.DRAFT)
    assert (one.capacity, one.walk_in_places, one.takes_registrations) == (12, 4, True)
    assert session.scalar(sa.select(sa.func.count()).select_from(OutgoingMessage)) == 0


def test_each_month_keeps_the_rank_of_its_day_and_its_hour_in_paris(session: Session, sign_in):
    scene = workshops(session)
    data = typed(scene, days="11/02/2027", repeat="mois", until="30/06/2027")
    sign_in(scene.of_partner).post(f"{scene.url}/nouveaux-ateliers", data=data)
    found = [one.starts_at.astimezone(PARIS) for one in made(session)]
    assert [one.date() for one in found] == [
        date(2027, month, day) for month, day in ((2, 11), (3, 11), (4, 8), (5, 13), (6, 10))
    ]
    assert {f"{one:%H:%M}" for one in found} == {"09:30"}
    assert {one.utcoffset() for one in found} == {timedelta(hours=1), timedelta(hours=2)}


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_month_never_lacks_its_workshop(first: date):
    days = repeated(first, Repeat.MONTHLY, first + timedelta(days=800))
    assert days[0] == first
    assert [(one.year * 12 + one.month) for one in days] == list(
        range(first.year * 12 + first.month, days[-1].year * 12 + days[-1].month + 1)
    )
    assert {one.weekday() for one in days} == {first.weekday()}
    rank = (first.day - 1) // 7
    for one in days:
        is_last = (one + timedelta(days=7)).month != one.month
        assert (one.day - 1) // 7 == rank or (rank == 4 and is_last)


def test_weeks_are_counted_to_the_last_day_included():
    first = date(2027, 3, 4)
    assert repeated(first, Repeat.WEEKLY, date(2027, 3, 18)) == [first, date(2027, 3, 11), date(2027, 3, 18)]
    assert repeated(first, Repeat.FORTNIGHTLY, date(2027, 3, 18)) == [first, date(2027, 3, 18)]
    assert len(repeated(first, Repeat.WEEKLY, date(2036, 3, 18))) == MOST_AT_ONCE + 1


@pytest.mark.parametrize("line", ["demain", "mars 2027", "2027", "31/02/2027", "09/03/2127", "09/03/1927"])
def test_a_line_that_is_no_day_is_named(line: str):
    with pytest.raises(NotDays, match=line):
        days_typed(f"09/03/2027\n{line}")


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": ""}, "title", "Donnez le titre"),
        ({"days": ""}, "days", "au moins une date"),
        ({"days": "09/03/2027\n9 mars 2027"}, "days", "écrit deux fois"),
        ({"repeat": "mois"}, "days", "n’écrivez que sa première date"),
        ({"days": "09/03/2027", "repeat": "mois"}, "until", "jusqu’à quel jour"),
        ({"days": "09/03/2027", "repeat": "mois", "until": "01/03/2027"}, "until", "vient avant la première date"),
        ({"days": "09/03/2027", "repeat": "semaine", "until": "01/03/2030"}, "until", "plus de 60 ateliers"),
        ({"ends": "9 h"}, "ends", "finit avant de commencer"),
        ({"starts": "midi"}, "starts", "n’est pas une heure"),
        ({"days": "28/03/2027", "starts": "2 h 30", "ends": "4 h"}, "days", "n’existe pas"),
        ({"place": "ailleurs"}, "place", "choi"),
        ({"walk_in_places": "3"}, "capacity", "dites d’abord combien"),
        ({"capacity": "2", "walk_in_places": "3"}, "walk_in_places", "Il n’y a que 2 places"),
        ({"repeat": "jamais"}, "repeat", "choi"),
    ],
)
def test_what_cannot_be_is_said_by_its_field_and_nothing_typed_is_lost(
    session: Session, sign_in, changed: dict[str, str], field: str, said: str
):
    scene = workshops(session)
    data = typed(scene, summary="À garder", **changed)
    answer = sign_in(scene.of_partner).post(f"{scene.url}/nouveaux-ateliers", data=data)
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert said in plain(answer.text)
    assert "À garder" in answer.text
    assert made(session) == []


def test_a_form_sent_twice_makes_its_workshops_once_and_says_so(session: Session, sign_in):
    scene = workshops(session)
    client = sign_in(scene.of_partner)
    assert client.post(f"{scene.url}/nouveaux-ateliers", data=typed(scene)).status_code == 303
    again = client.post(f"{scene.url}/nouveaux-ateliers", data=typed(scene, title="youpi MATINS"))
    assert again.status_code == 400
    assert "est déjà au programme, à la même heure : 9 mars 2027, 23 mars 2027, 6 avril 2027" in plain(again.text)
    assert len(made(session)) == 3


def test_a_workshop_is_done_again_from_its_own_form_and_not_from_that_of_another_partnership(session: Session, sign_in):
    scene = workshops(session)
    one = scene.add(date(2027, 3, 9), "10 h", title="Portage salarial", capacity=12, takes_registrations=True)
    client = sign_in(scene.of_partner)
    page = client.get(f"{scene.url}/nouveaux-ateliers?comme={one.public_id}").text
    for said in ('value="Portage salarial"', 'value="10:00"', 'value="12:00"', 'value="12"'):
        assert said in page, said
    assert client.get(f"{workshops(session).url}/nouveaux-ateliers?comme={one.public_id}").status_code == 404
    assert (
        client.get(f"{scene.url}/nouveaux-ateliers?comme={workshops(session).add(date(2027, 3, 9)).public_id}").status_code
        == 404
    )


def test_a_partnership_that_is_closed_plans_nothing_more(session: Session, sign_in):
    scene = workshops(session)
    scene.partnership.step = Step.CLOSED
    session.flush()
    answer = sign_in(scene.of_partner).post(f"{scene.url}/nouveaux-ateliers", data=typed(scene))
    assert answer.status_code == 409
    assert "Ce partenariat est clos" in answer.text
