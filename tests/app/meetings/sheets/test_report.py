"""The report of a meeting: numbers, sheets, what became of them; never the name of a person."""

import csv
import io
import zipfile
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.directory.models import Kind
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.proposals.models import Status as ProposalStatus
from app.meetings.models import AgendaItem, Status
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Place, Registration
from app.meetings.sheets.models import SheetOutcome
from app.partnerships.exchanges.models import Side
from tests import factories, meeting_factories
from tests.app.meetings.sheets.tables import address, pair_at_a_table, seat, sheet, todays


def report_of(table, end: str = "") -> str:
    return f"/rencontres/{table.meeting.public_id}/compte-rendu{end}"


def test_it_gathers_agenda_numbers_and_sheets_and_names_nobody(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    meeting = table.meeting
    meeting.agenda.append(AgendaItem(rank=1, title="Temps d’échange inventé", starts_at=meeting.starts_at))
    rennes = factories.library(session, "Médiathèque de loin", "commune-35238")
    seat(session, table, rennes, names=["Zoé Secrète", "Yves Secret"])
    meeting_factories.registration(session, meeting, factories.library(session), ["Attend Secrète"], place=Place.WAITING)
    session.execute(sa.text("UPDATE attendee SET checked_in_at = now() WHERE name = 'Zoé Secrète'"))
    sheet(session, table)
    meeting_factories.table(session, meeting, 2)
    for reader in (meeting.host, library):
        page = sign_in(factories.member(session, reader)).get(report_of(table)).text
        for said in ("Temps d’échange inventé", "Une salle le mardi.", "Table 1", "Table 2", "Fiche pas encore remplie"):
            assert said in page
        for name in (cite.name, library.name, rennes.name, "Alpes-de-Haute-Provence", "Ille-et-Vilaine"):
            assert name in page
        for number in ('value">4<', 'value">1<', 'value">3<', 'value">1 sur 2<'):
            assert number in page, number
        assert "Secrète" not in page
        assert "Camille" not in page


def test_who_comes_from_abroad_is_counted_by_country(sign_in, session: Session):
    meeting = meeting_factories.meeting(session)
    liege = factories.institution(session, "Cité de Liège inventée", Kind.CITE, country="BE", city="Liège")
    meeting_factories.registration(session, meeting, liege, ["Une Inventée", "Deux Inventé"])
    page = sign_in(factories.member(session, meeting.host)).get(f"/rencontres/{meeting.public_id}/compte-rendu").text
    assert "Belgique" in page
    assert "Lieu non précisé" not in page


def test_a_held_meeting_gives_its_attendance_and_an_empty_one_says_so(sign_in, session: Session):
    held = meeting_factories.meeting(session, starts_at=now() - timedelta(days=3), status=Status.HELD, attendance=37)
    page = sign_in(factories.member(session, held.host)).get(f"/rencontres/{held.public_id}/compte-rendu").text
    for said in ('value">37<', "Personne n’est encore inscrit", "Aucune table", "Aucun ordre du jour"):
        assert said in page
    assert "se remplit" not in page


def test_it_is_read_by_those_who_have_their_place_and_no_other(app, client, sign_in, session: Session):
    table, _, _ = pair_at_a_table(session)
    link = report_of(table)
    assert client.get(link).location.startswith("/connexion")
    waiting, withdrawn = factories.library(session), factories.library(session)
    meeting_factories.registration(session, table.meeting, waiting, place=Place.WAITING)
    meeting_factories.registration(session, table.meeting, withdrawn, place=Place.WITHDRAWN)
    for other in (waiting, withdrawn, factories.agency(session)):
        assert sign_in(factories.member(session, other)).get(link).status_code == 403
    alone = factories.person(session)
    meeting_factories.registration(session, table.meeting, user=alone)
    assert sign_in(alone).get(link).status_code == 200
    by_mail = meeting_factories.registration(session, table.meeting, email="sans-compte@exemple.invalid")
    with app.app_context():
        token = token_of(by_mail)
    assert client.get(f"{link}?inscription={token}").status_code == 200
    by_mail.place = Place.WITHDRAWN
    session.flush()
    assert client.get(f"{link}?inscription={token}").status_code == 302


def test_the_pages_of_the_meeting_and_of_the_registration_lead_there(app, client, sign_in, session: Session):
    table, _, library = pair_at_a_table(session)
    page = sign_in(factories.member(session, library)).get(f"/rencontres/{table.meeting.public_id}").text
    assert "La fiche de la table 1" in page
    assert report_of(table) in page
    stranger = sign_in(factories.member(session, factories.library(session)))
    assert report_of(table) not in stranger.get(f"/rencontres/{table.meeting.public_id}").text
    by_mail = seat(session, table, None, email="sans-compte@exemple.invalid")
    with app.app_context():
        token = token_of(by_mail)
    own = client.get(f"/inscription/{token}").text
    assert f"{report_of(table)}?inscription={token}" in own
    assert "La fiche de la table 1" in own


def test_what_became_of_a_sheet_is_counted_for_all_and_read_by_those_who_may(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    neighbour = factories.library(session, "Médiathèque voisine")
    seat(session, table, neighbour)
    row = sheet(session, table)
    exchange = factories.exchange(session, cite, library)
    interest = Interest(act=Act.DECLARED, author=library, toward_institution=cite)
    sent = factories.proposal(session, exchange)
    draft = factories.proposal(session, exchange, Side.PARTNER, ProposalStatus.DRAFT)
    session.add(interest)
    session.flush()
    session.add_all(
        [
            SheetOutcome(sheet_id=row.id, interest_id=interest.id),
            SheetOutcome(sheet_id=row.id, proposal_id=sent.id),
            SheetOutcome(sheet_id=row.id, proposal_id=draft.id),
        ]
    )
    session.flush()
    pages = {one: sign_in(factories.member(session, one)).get(report_of(table)).text for one in (cite, library, neighbour)}
    for page in pages.values():
        assert "1\u00a0intérêt, souhait ou piste" in page
        assert "1\u00a0proposition envoyée" in page
    things = (interest.public_id, sent.public_id, draft.public_id)
    links = {one: [f"/{public_id}" in pages[one] for public_id in things] for one in pages}
    assert links == {cite: [True, True, False], library: [True, True, True], neighbour: [False, False, False]}


def test_the_files_hold_one_line_a_table_and_a_round(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    session.execute(sa.text("UPDATE seating_plan SET rounds = 2"))
    sheet(session, table, organisation="=1+1; et « suite »", formats=["point-relais"])
    client = sign_in(factories.member(session, library))
    rows = list(csv.DictReader(io.StringIO(client.get(report_of(table, ".csv")).get_data().decode("utf-8-sig")), delimiter=";"))
    assert [(row["Tour"], row["Table"]) for row in rows] == [("1", "1"), ("2", "1")]
    assert rows[0]["Organisation initiale retenue"] == "'=1+1; et « suite »"
    assert rows[0]["Formules envisagées"] == "Point relais"
    assert rows[0]["Structures"] == f"{cite.name} ; {library.name}"
    machine = list(csv.DictReader(io.StringIO(client.get(report_of(table, ".csv?pour=machines")).text)))
    assert machine[0]["formules"] == "point-relais"
    with client.get(report_of(table, ".xlsx")) as answer, zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        assert "=1+1; et « suite »" in book.read("xl/worksheets/sheet1.xml").decode()
    assert client.get(report_of(table, ".csv?pour=autre")).status_code == 400


def test_it_reads_as_many_rows_whatever_the_number_of_tables(sign_in, session: Session, count_queries):
    meeting = todays(session)
    client = sign_in(factories.member(session, meeting.host))

    def asked() -> int:
        before = count_queries()
        assert client.get(f"/rencontres/{meeting.public_id}/compte-rendu").status_code == 200
        return count_queries() - before

    def fill(number: int) -> None:
        table = meeting_factories.table(session, meeting, number)
        cite, library = factories.cite(session), factories.library(session)
        seat(session, table, cite, library)
        row = sheet(session, table)
        interest = Interest(act=Act.WANTED, author=cite, toward_institution=library)
        session.add(interest)
        session.flush()
        session.add(SheetOutcome(sheet_id=row.id, interest_id=interest.id))
        session.flush()
        session.expire_all()

    fill(1)
    asked()
    few = asked()
    for number in range(2, 6):
        fill(number)
    assert asked() <= few + 2
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 10


def test_who_came_without_account_is_said_at_the_table_and_counted_apart(sign_in, session: Session):
    table, _cite, library = pair_at_a_table(session)
    for number, name in enumerate(("Association inventée", " association inventée")):
        seat(session, table, None, email=f"{number}@exemple.invalid", organisation=name)
    client = sign_in(factories.member(session, library))
    page = client.get(report_of(table)).text.replace("\u00a0", " ")
    assert "Association inventée (hors annuaire)" in page
    assert "et 1 structure hors annuaire" in page
    assert "Territoire non précisé" in page
    assert "Association inventée" in client.get(address(table)).text
    assert "Association inventée" in client.get(report_of(table, ".csv")).text
