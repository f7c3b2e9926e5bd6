"""How many came: one number a workshop, all saved or none, corrected with a trace, never lost between two people."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import create_app
from app.clock import today
from app.errors import Refusal
from app.extensions import db
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.workshops import actions
from app.meetings.workshops.actions import Count
from app.meetings.workshops.models import AttendanceCorrection
from tests import factories, meeting_factories
from tests.app.meetings.workshops.scene import Workshops, at, plain, workshops

MARCH = "?mois=2017-03"


def numbers(*typed: tuple[Meeting, str], read: str = "") -> dict[str, str]:
    """A table as a browser sends it, in which every workshop was shown with the same number."""
    return {f"presents-{one.public_id}": said for one, said in typed} | {f"lu-{one.public_id}": read for one, _ in typed}


def march(scene: Workshops) -> list[Meeting]:
    return [scene.add(date(2017, 3, day), title=f"Atelier du {day}") for day in (7, 14, 21)]


def test_the_workshops_of_a_month_are_counted_in_one_table(session: Session, sign_in):
    scene = workshops(session)
    first, second, third = march(scene)
    april = scene.add(date(2017, 4, 4), title="Atelier d’avril")
    client = sign_in(scene.of_partner)
    page = client.get(f"{scene.url}/a-compter{MARCH}").text
    assert [f'name="presents-{one.public_id}"' in page for one in (first, second, third, april)] == [True, True, True, False]
    answer = client.post(f"{scene.url}/a-compter{MARCH}", data=numbers((first, "12"), (second, " 0 "), (third, "")))
    assert answer.status_code == 303
    session.expire_all()
    assert [(one.status, one.attendance) for one in (first, second, third)] == [
        (Status.HELD, 12),
        (Status.HELD, 0),
        (Status.ANNOUNCED, None),
    ]
    figures = plain(client.get(f"/partenariats/{scene.partnership.public_id}/chiffres").text)
    assert "ateliers réalisés 2" in figures
    assert "participants 12" in figures


def test_the_oldest_month_to_count_is_the_one_that_opens(session: Session, sign_in):
    scene = workshops(session)
    march(scene)
    scene.add(date(2017, 1, 10), title="Atelier de janvier")
    page = sign_in(scene.of_cite).get(f"{scene.url}/a-compter").text
    assert "Atelier de janvier" in page
    assert "Atelier du 7" not in page


@pytest.mark.parametrize("wrong", ["douze", "-3", "1,5", "5001", "٣", "9" * 30])
def test_a_number_that_is_none_is_said_by_its_field_and_the_others_are_kept(session: Session, sign_in, wrong: str):
    scene = workshops(session)
    first, second, _ = march(scene)
    answer = sign_in(scene.of_partner).post(f"{scene.url}/a-compter{MARCH}", data=numbers((first, "12"), (second, wrong)))
    assert answer.status_code == 400
    assert f'href="#presents-{second.public_id}"' in answer.text
    assert "Rien n’est enregistré" in answer.text
    assert 'value="12"' in answer.text
    assert f'value="{wrong}"' in answer.text
    assert first.status is Status.ANNOUNCED


def test_nothing_typed_is_said(session: Session, sign_in):
    scene = workshops(session)
    answer = sign_in(scene.of_partner).post(f"{scene.url}/a-compter{MARCH}", data=numbers(*((one, "") for one in march(scene))))
    assert answer.status_code == 400
    assert "Écrivez au moins un nombre" in plain(answer.text)


def test_one_workshop_counted_by_somebody_else_meanwhile_saves_none_and_keeps_what_was_typed(session: Session, sign_in):
    scene = workshops(session)
    first, second, third = march(scene)
    # Counted by somebody else since the page was opened.
    third.status, third.held_at, third.attendance = Status.HELD, at(date(2017, 3, 22)), 9
    session.flush()
    answer = sign_in(scene.of_partner).post(
        f"{scene.url}/a-compter{MARCH}", data=numbers((first, "12"), (second, "8"), (third, "7"))
    )
    assert answer.status_code == 409
    assert "quelqu’un d’autre vient de noter 9 personnes" in plain(answer.text)
    assert 'value="12"' in answer.text
    session.expire_all()
    assert [one.attendance for one in (first, second, third)] == [None, None, 9]


def test_a_number_is_corrected_with_a_trace_and_not_erased(session: Session, sign_in):
    scene = workshops(session)
    one = scene.held(date(2017, 3, 7), 12)
    before = one.revision
    client = sign_in(scene.of_partner)
    assert client.post(f"{scene.url}/a-compter{MARCH}", data=numbers((one, ""), read="12")).status_code == 400
    assert client.post(f"{scene.url}/a-compter{MARCH}", data=numbers((one, "14"), read="12")).status_code == 303
    session.expire_all()
    assert (one.attendance, one.revision) == (14, before + 1)
    (trace,) = session.scalars(sa.select(AttendanceCorrection))
    assert (trace.was, trace.became, trace.by_id) == (12, 14, scene.of_partner.id)
    page = plain(client.get(f"/rencontres/{one.public_id}/frequentation").text)
    assert "12 → 14, par Camille Inventée" in page


def test_a_number_left_as_it_was_read_overwrites_nothing(session: Session, sign_in):
    scene = workshops(session)
    one, other = scene.held(date(2017, 3, 7), 15), scene.add(date(2017, 3, 8))
    data = numbers((one, "12"), read="12") | numbers((other, "5"))
    assert sign_in(scene.of_partner).post(f"{scene.url}/a-compter{MARCH}", data=data).status_code == 303
    session.expire_all()
    assert (one.attendance, other.attendance) == (15, 5)


def test_one_workshop_is_counted_from_its_own_page(session: Session, sign_in):
    scene = workshops(session)
    one = scene.add(today() - timedelta(days=1))
    client, url = sign_in(scene.of_cite), f"/rencontres/{one.public_id}/frequentation"
    assert "Noter l’atelier comme tenu" in client.get(url).text
    assert client.post(url, data={"attendance": "beaucoup", "read": ""}).status_code == 400
    assert client.post(url, data={"attendance": "11", "read": ""}).status_code == 303
    session.expire_all()
    assert (one.status, one.attendance) == (Status.HELD, 11)
    late = client.post(url, data={"attendance": "13", "read": ""})
    assert late.status_code == 409
    assert "vient de noter 11 personnes" in plain(late.text)
    assert 'value="13"' in late.text


def test_what_has_not_begun_is_not_counted_and_what_is_no_workshop_has_no_such_page(session: Session, sign_in):
    scene = workshops(session)
    soon = scene.add(today() + timedelta(days=2))
    client = sign_in(scene.of_partner)
    answer = client.post(f"/rencontres/{soon.public_id}/frequentation", data={"attendance": "3", "read": ""})
    assert answer.status_code == 409
    assert "pas encore commencé" in plain(answer.text)
    visit = meeting_factories.meeting(session, scene.partnership.exchange.partner, kind=MeetingKind.VISIT)
    assert client.get(f"/rencontres/{visit.public_id}/frequentation").status_code == 404


@pytest.mark.parametrize("columns", [{"was": 3, "became": 3}, {"was": -1, "became": 3}, {"was": 3, "became": 5001}])
def test_the_database_keeps_no_correction_that_corrects_nothing(session: Session, columns: dict[str, int]):
    one = workshops(session).held(date(2017, 3, 7), 12)
    session.add(AttendanceCorrection(meeting_id=one.id, **columns))
    with pytest.raises(IntegrityError):
        session.flush()


def test_of_two_who_count_the_same_workshop_at_once_the_second_is_told(own_database: str):
    app = create_app({"DATABASE_URL": own_database})
    with app.app_context():
        with db.sessionmaker() as session:
            scene = workshops(session)
            one_id, who_id = scene.add(date(2017, 3, 7)).id, scene.of_partner.id
            session.commit()
        outcomes, ready = [], threading.Barrier(2)

    def count(attendance: int) -> None:
        with app.app_context(), db.sessionmaker() as session:
            one, who = session.get_one(Meeting, one_id), session.get_one(factories.User, who_id)
            ready.wait()
            try:
                actions.count(session, Count(one, attendance, None), who)
                session.commit()
                outcomes.append("noté")
            except Refusal as refusal:
                outcomes.append(str(refusal)[:30])

    threads = [threading.Thread(target=count, args=(number,)) for number in (8, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["noté", "quelqu’un d’autre vient de not"]
    with app.app_context():
        db.engine.dispose()


def test_what_is_corrected_from_the_page_of_the_meeting_leaves_the_same_trace(session: Session, sign_in):
    scene = workshops(session)
    one = scene.held(date(2017, 3, 7), 12)
    client = sign_in(scene.of_partner)
    assert f"/rencontres/{one.public_id}/frequentation" in client.get(f"/rencontres/{one.public_id}").text
    assert client.post(f"/rencontres/{one.public_id}/tenue", data={"attendance": "", "outcome": ""}).status_code == 303
    page = plain(client.get(f"/rencontres/{one.public_id}/frequentation").text)
    assert "12 → non compté" in page
