"""The programme of a partnership: its workshops by month, what it exports, and what other meetings that were held call for."""

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.clock import today
from app.meetings.models import Meeting, MeetingKind, Openness, Status
from app.meetings.workshops.page import what_follows
from app.partnerships.models import Step
from tests import factories, meeting_factories
from tests.app.meetings.workshops.scene import Workshops, at, plain, workshops
from tests.bpi_case import WORKSHOP_TITLES


def other(scene: Workshops, kind: MeetingKind, day: date, **columns: object) -> Meeting:
    exchange = scene.partnership.exchange
    known = {"status": Status.HELD, "starts_at": at(day), "partnership": scene.partnership, **columns}
    return meeting_factories.meeting(scene.session, exchange.partner, kind=kind, **known)


def test_a_year_is_told_by_month_with_what_was_held_and_what_is_to_come(session: Session, sign_in):
    scene = workshops(session)
    for number, title in enumerate(WORKSHOP_TITLES):
        scene.held(date(2016, 3 + number % 2, 10 + number), 8, title=title)
    scene.held(date(2016, 5, 3), None)
    page = plain(sign_in(scene.of_cite).get(f"{scene.url}?annee=2016").text)
    for title in WORKSHOP_TITLES:
        assert title in page
    for said in ("Mars 2016", "Avril 2016", "tenus 8", "participants 56", "sur 7 ateliers comptés", "non compté"):
        assert said in page, said


def test_the_year_that_opens_is_this_one_or_the_last_that_has_something(session: Session, sign_in):
    scene = workshops(session)
    client = sign_in(scene.of_partner)
    assert f"Ateliers de {today().year}" in plain(client.get(scene.url).text)
    scene.held(date(2016, 5, 3), 4)
    assert "Ateliers de 2016" in plain(client.get(scene.url).text)
    assert client.get(f"{scene.url}?annee=16").status_code == 404
    assert client.get(f"{scene.url}?annee=20160").status_code == 404


def test_what_waits_for_a_number_is_said_to_those_who_may_give_it(session: Session, sign_in):
    scene = workshops(session)
    scene.add(date(2017, 3, 7))
    scene.add(date(2017, 3, 14))
    assert "mars 2017 : 2 ateliers passés à compter" in plain(sign_in(scene.of_partner).get(scene.url).text)
    agency = factories.member(session, factories.agency(session))
    page = plain(sign_in(agency).get(scene.url).text)
    assert "S’informer sur la VAE" in page
    assert "à compter" not in page
    assert "Programmer des ateliers" not in page


def test_the_agency_sees_neither_drafts_nor_what_is_between_the_two_partners(session: Session, sign_in):
    scene = workshops(session)
    scene.add(date(2027, 3, 7), title="Brouillon secret", status=Status.DRAFT)
    other(
        scene, MeetingKind.REVIEW, date(2027, 3, 8), title="Bilan à deux", openness=Openness.PARTNERS, status=Status.ANNOUNCED
    )
    agency = factories.member(session, factories.agency(session))
    theirs, own = (plain(sign_in(who).get(f"{scene.url}?annee=2027").text) for who in (agency, scene.of_cite))
    for title in ("Brouillon secret", "Bilan à deux"):
        assert title in own
        assert title not in theirs


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_a_month_is_a_file(session: Session, sign_in, extension: str):
    scene = workshops(session)
    scene.held(date(2017, 3, 31), 12, title="=SOMME(A1) ; VAE", hour="9 h 30")
    scene.held(date(2017, 4, 1), 5)
    answer = sign_in(scene.of_cite).get(f"{scene.url}.{extension}?mois=2017-03")
    assert answer.status_code == 200
    content = answer.get_data()
    answer.close()
    assert "ateliers-mars-2017" in answer.headers["Content-Disposition"]
    if extension == "csv":
        text = content.decode().removeprefix("\ufeff")
        (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
        assert (row["Jour"], row["Début"], row["Fin"], row["Participants"], row["État"]) == (
            "31/03/2017",
            "09:30",
            "11:30",
            "12",
            "tenu",
        )
        assert row["Atelier"] == "'=SOMME(A1) ; VAE"


def test_a_month_that_is_none_is_not_found(session: Session, sign_in):
    scene = workshops(session)
    client = sign_in(scene.of_cite)
    for asked in ("?mois=2017-13", "?mois=mars", "?annee=0"):
        assert client.get(f"{scene.url}.csv{asked}").status_code == 404, asked
    assert client.get(f"{scene.url}.csv?pour=robots").status_code == 400
    assert client.get(f"{scene.url}/a-compter?mois=2017-00").status_code == 404


def test_a_review_meeting_that_was_held_leads_to_the_form_that_knows_its_day(session: Session, sign_in):
    scene = workshops(session)
    scene.partnership.step = Step.RUNNING
    other(scene, MeetingKind.REVIEW, date(2017, 7, 11))
    client = sign_in(scene.of_partner)
    href = f"/partenariats/{scene.partnership.public_id}/bilans/nouveau?jour=2017-07-11"
    assert href in client.get(f"{scene.url}?annee=2017").text
    assert 'value="2017-07-11"' in client.get(href).text


def test_a_visit_that_was_held_leads_to_its_step_until_it_is_taken(session: Session, sign_in, app):
    scene = workshops(session)
    visit = other(scene, MeetingKind.VISIT, date(2017, 3, 7))
    client = sign_in(scene.of_partner)
    assert "?etape=visites&amp;jour=2017-03-07#etapes" in client.get(f"{scene.url}?annee=2017").text
    page = client.get(f"/partenariats/{scene.partnership.public_id}?etape=visites&jour=2017-03-07").text
    assert 'value="visites" checked' in page
    assert 'value="07/03/2017"' in page
    assert client.get(f"/partenariats/{scene.partnership.public_id}?etape=inconnue&jour=hier").status_code == 200
    visit.status, visit.held_at = Status.ANNOUNCED, None
    with app.test_request_context():
        assert what_follows(visit) is None


def test_a_page_of_many_workshops_asks_no_more_queries_than_a_page_of_one(session: Session, sign_in, count_queries):
    scene = workshops(session)
    client = sign_in(scene.of_partner)
    scene.add(today())
    before = count_queries()
    client.get(scene.url)
    for_one = count_queries() - before
    for number in range(20):
        scene.held(today() - timedelta(days=1), 5, title=f"Atelier {number}")
    before = count_queries()
    client.get(scene.url)
    assert count_queries() - before <= for_one
