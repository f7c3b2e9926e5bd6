"""The pages of the tables: made, solved, changed by hand, mended, printed."""

import io
import re
import threading
import zipfile

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.directory.models import Kind
from app.errors import Refusal
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.registrations.models import Place, Registration
from app.meetings.seating import exporting
from app.meetings.seating.models import ExchangeTable, Seat, SeatingPlan
from app.meetings.seating.reading import read
from app.meetings.seating.solving import alone
from tests import factories, meeting_factories


@pytest.fixture
def meeting(session: Session) -> Meeting:
    return meeting_factories.meeting(session)


@pytest.fixture
def client(sign_in, session: Session, meeting: Meeting) -> FlaskClient:
    return sign_in(factories.member(session, meeting.host))


@pytest.fixture
def coming(session: Session, meeting: Meeting) -> list[Registration]:
    """Two Cités and three libraries, ten people."""
    others = [factories.cite(session, "Cité inventée de Lyon", "commune-69123")]
    others += [factories.library(session, f"Médiathèque inventée {number}") for number in range(3)]
    return [
        meeting_factories.registration(session, meeting, one, [f"Camille {one.id}", f"Alix {one.id}"])
        for one in [meeting.host, *others]
    ]


def address(meeting: Meeting, path: str = "") -> str:
    return f"/rencontres/{meeting.public_id}/tables{path}"


def seats(session: Session, meeting: Meeting, number: int = 1) -> dict[str, int]:
    """The number of the table of each person of a round, as the database has it."""
    session.expire_all()
    rows = session.execute(
        sa.select(Seat, ExchangeTable.number)
        .join(ExchangeTable)
        .where(ExchangeTable.meeting_id == meeting.id, Seat.round == number)
    )
    return {seat.attendee.public_id: table for seat, table in rows}


def with_plan(client: FlaskClient, meeting: Meeting, number: int = 2, places: int = 6) -> None:
    assert client.post(address(meeting), data={"nombre": number, "places": places}).status_code == 303
    assert client.post(address(meeting, "/proposer")).status_code == 303


def test_an_organiser_makes_tables_and_gets_a_plan(client, session: Session, meeting: Meeting, coming):
    with_plan(client, meeting)
    placed = seats(session, meeting)
    assert len(placed) == 10
    page = client.get(address(meeting)).text
    assert f"Camille {meeting.host_id}" in page
    assert "points" in page or "Tous les souhaits" in page
    meeting_factories.registration(session, meeting, names=["Ne vient pas"], place=Place.WAITING, email="a@exemple.invalid")
    assert "Ne vient pas" not in client.get(address(meeting)).text, "who has no place has no seat"


def test_too_few_places_are_said_and_nothing_is_written(client, session: Session, meeting: Meeting, coming):
    client.post(address(meeting), data={"nombre": "1", "places": "8"})
    answer = client.post(address(meeting, "/proposer"))
    assert answer.status_code == 409
    assert "10 personnes pour 8 places" in answer.text
    assert not seats(session, meeting)


@pytest.mark.parametrize(
    "typed", [{"nombre": "0", "places": "8"}, {"nombre": "x", "places": "8"}, {"nombre": "61", "places": "1"}]
)
def test_tables_that_cannot_be_are_said_at_the_field(client, meeting: Meeting, typed: dict[str, str]):
    answer = client.post(address(meeting), data=typed)
    assert answer.status_code == 400
    assert "Écrivez un nombre entre" in answer.text


def test_a_withdrawal_and_a_walk_in_are_mended_without_moving_anybody(client, session: Session, meeting: Meeting, coming):
    with_plan(client, meeting)
    before = seats(session, meeting)
    coming[4].place = Place.WITHDRAWN
    gone = {one.public_id for one in coming[4].attendees}
    meeting_factories.registration(session, meeting, factories.library(session), ["Sacha à la volée"], is_walk_in=True)
    session.flush()
    page = client.get(address(meeting)).text
    assert "ne viennent plus" in page
    assert "sans place à tous les tours" in page
    assert "Sacha à la volée" in page
    answer = client.post(address(meeting, "/reparer"), follow_redirects=True)
    assert "Personne n’a changé de table" in answer.text
    after = seats(session, meeting)
    assert {who: table for who, table in before.items() if who not in gone}.items() <= after.items()
    assert len(after) == 9


def test_someone_is_moved_exchanged_and_locked_without_a_mouse(client, session: Session, meeting: Meeting, coming):
    with_plan(client, meeting, 2, 5)
    before = seats(session, meeting)
    one, other = next((a, b) for a in before for b in before if before[a] == 1 and before[b] == 2)
    page = client.get(address(meeting, f"/deplacer/{one}?tour=1")).text
    assert "Complète" in page
    assert f'value="personne-{other}"' in page
    full = client.post(address(meeting, f"/deplacer/{one}"), data={"tour": 1, "depuis": 1, "vers": "table-2"})
    assert full.status_code == 400
    assert "choisissez avec qui échanger" in full.text
    exchange = {"tour": 1, "depuis": 1, "vers": f"personne-{other}"}
    assert client.post(address(meeting, f"/deplacer/{one}"), data=exchange).status_code == 303
    after = seats(session, meeting)
    assert (after[one], after[other]) == (2, 1)
    assert "le meilleur plan trouvé" not in client.get(address(meeting)).text, "a plan changed by hand is not what was found"
    stale = client.post(address(meeting, f"/deplacer/{one}"), data=exchange)
    assert stale.status_code == 409, "a page that tells the past moves nobody"
    assert client.post(address(meeting, f"/verrou/{one}"), data={"tour": 1, "verrou": 1}).status_code == 303
    locked = client.post(address(meeting, f"/deplacer/{one}"), data={"tour": 1, "depuis": 2, "vers": "table-1"})
    assert locked.status_code == 409
    client.post(address(meeting, "/proposer"))
    assert seats(session, meeting)[one] == 2, "who is locked stays"


def test_a_table_never_has_fewer_places_than_people(client, session: Session, meeting: Meeting, coming):
    with_plan(client, meeting, 2, 5)
    table = session.scalars(sa.select(ExchangeTable).where(ExchangeTable.meeting_id == meeting.id)).first()
    assert table
    answer = client.post(address(meeting, f"/{table.public_id}"), data={"places": 3, "territoire": ""})
    assert answer.status_code == 400
    assert "5 personnes sont assises à cette table" in answer.text
    session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
    table.seats = 3
    session.flush()
    with pytest.raises(IntegrityError, match="table_holds_its_people"):
        session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_database_refuses_one_too_many_and_people_of_another_meeting(session: Session, meeting: Meeting, coming):
    table = meeting_factories.table(session, meeting, seats=2)
    people = [one for registration in coming for one in registration.attendees]
    elsewhere = meeting_factories.registration(
        session, meeting_factories.meeting(session), names=["Autre"], email="b@exemple.invalid"
    )
    for guests, constraint in ((people[:3], "seats_fit_table"), (elsewhere.attendees, "seats_are_of_one_meeting")):
        savepoint = session.begin_nested()
        session.add_all(Seat(attendee_id=one.id, round=1, table_id=table.id) for one in guests)
        session.flush()
        with pytest.raises(IntegrityError, match=constraint):
            session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        savepoint.rollback()


def test_a_territory_is_given_to_a_table_and_a_table_with_a_sheet_is_kept(client, session: Session, meeting: Meeting, coming):
    client.post(address(meeting), data={"nombre": 2, "places": 6})
    first, second = session.scalars(sa.select(ExchangeTable).where(ExchangeTable.meeting_id == meeting.id)).all()
    assert client.post(address(meeting, f"/{first.public_id}"), data={"places": 6, "territoire": "04"}).status_code == 303
    session.expire_all()
    assert first.territory_id == "departement-04"
    wrong = client.post(address(meeting, f"/{first.public_id}"), data={"places": 6, "territoire": "Nullepartville"})
    assert wrong.status_code == 400
    assert "Nullepartville" in wrong.text
    session.execute(sa.text("INSERT INTO table_sheet (public_id, table_id) VALUES ('essai', :table)"), {"table": first.id})
    assert client.post(address(meeting, f"/{first.public_id}/retirer")).status_code == 409
    assert client.post(address(meeting, f"/{second.public_id}/retirer")).status_code == 303


def test_wishes_are_kept_and_seats_of_rounds_that_are_no_more_go(client, session: Session, meeting: Meeting, coming):
    wishes = {"tours": 2, "territoire": 5, "eloignement": 2, "types": 2, "separer": 2, "retrouver": 10}
    assert client.post(address(meeting, "/souhaits"), data=wishes).status_code == 303
    with_plan(client, meeting)
    assert len(seats(session, meeting, 2)) == 10
    assert "Tour 2" in client.get(address(meeting)).text
    assert client.post(address(meeting, "/souhaits"), data=wishes | {"tours": 1}).status_code == 303
    assert not seats(session, meeting, 2)
    assert client.post(address(meeting, "/souhaits"), data=wishes | {"types": 7}).status_code == 400
    plan = session.get(SeatingPlan, meeting.id)
    assert plan
    assert (plan.territory_weight, plan.far_weight, plan.kinds_weight) == (5, 2, 2)
    assert (plan.apart_weight, plan.again_weight) == (2, 10)


def test_regions_far_from_each_other_at_a_table_are_named(client, session: Session, meeting: Meeting):
    for commune, name in (("commune-13055", "Sud"), ("commune-69123", "Est")):
        one = factories.cite(session, f"Cité inventée {name}", commune)
        one.point = factories.point(*((5.4, 43.3) if name == "Sud" else (2.3, 48.8)))
        meeting_factories.registration(session, meeting, one, [f"Camille {name}", f"Alix {name}"])
    with_plan(client, meeting, 1, 6)
    page = client.get(address(meeting)).text
    assert "Table 1 réunit 2 régions éloignées" in page
    assert "quelques secondes" in page


def test_the_plan_is_printed_and_exported_with_every_name(client, session: Session, meeting: Meeting, coming):
    with_plan(client, meeting)
    printed, exported = client.get(address(meeting, "/imprimer")).text, client.get(address(meeting) + ".csv").text
    for registration in coming:
        for one in registration.attendees:
            assert one.name in printed
            assert one.name in exported
    with client.get(address(meeting) + ".xlsx") as workbook:
        assert workbook.data[:2] == b"PK"


def test_attendees_of_another_meeting_are_not_found(client, session: Session, meeting: Meeting, coming):
    with_plan(client, meeting)
    other = meeting_factories.registration(
        session, meeting_factories.meeting(session), names=["Autre"], email="c@exemple.invalid"
    )
    for path in (f"/deplacer/{other.attendees[0].public_id}", f"/verrou/{other.attendees[0].public_id}"):
        assert client.post(address(meeting, path), data={"tour": 1}).status_code == 404


def test_who_registered_reads_their_table_on_their_own_page(app, client, session: Session, meeting: Meeting, coming):
    with_plan(client, meeting)
    seats_of = app.jinja_env.globals["seats_of"]
    with app.test_request_context():
        mine = db.session.get_one(Registration, coming[1].id)
        told = seats_of(mine)
        assert [one.name for one, _ in told] == [one.name for one in mine.attendees]
        assert all(re.fullmatch(r"\[\(1, [12]\)\]", str(places)) for _, places in told)


def test_one_plan_at_a_time_is_computed_and_nothing_is_locked_meanwhile(app, meeting: Meeting):
    with app.app_context():
        engine = db.engine
    told: list[str] = []

    def second() -> None:
        try:
            with alone(engine, meeting.id):
                told.append("both")
        except Refusal as refusal:
            told.append(str(refusal))

    with alone(engine, meeting.id):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    second()
    assert "déjà en train d’être calculé" in told[0]
    assert told[1] == "both"


def test_an_institution_without_territory_is_exported(app, client, session: Session, meeting: Meeting, coming):
    abroad = factories.institution(session, "Cité inventée de Genève", Kind.CITE, country="CH", city="Genève")
    meeting_factories.registration(session, meeting, abroad, ["Dominique Loin"])
    with_plan(client, meeting)
    # What is read is loaded at once: the rows are written when the session may be gone.
    with app.test_request_context():
        guests = exporting.rows(read(session, session.get_one(Meeting, meeting.id)))
        session.expunge_all()
    assert "Genève (Suisse)" in {guest.where for guest in guests}
    assert "Genève (Suisse)" in client.get(address(meeting) + ".csv").text
    with client.get(address(meeting) + ".xlsx") as workbook:
        parts = zipfile.ZipFile(io.BytesIO(workbook.data))
    assert any("Genève (Suisse)" in parts.read(name).decode() for name in parts.namelist())


def test_no_plan_is_offered_where_nobody_comes(client, meeting: Meeting):
    client.post(address(meeting), data={"nombre": 2, "places": 6})
    page = client.get(address(meeting)).text
    assert "Personne n’est encore inscrit" in page
    assert address(meeting, "/proposer") not in page
