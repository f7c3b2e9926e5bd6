"""The sheet of a table: who reads it, who writes it, and two people who write at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.directory.edition.models import Theme, ThemeKind
from app.meetings.models import Status
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Place
from app.meetings.sheets.models import SheetOutcome, TableSheet
from tests import factories, meeting_factories
from tests.app.meetings.sheets.tables import WORDS, address, pair_at_a_table, seat, sheet, todays


def written(session: Session) -> TableSheet:
    return session.scalars(sa.select(TableSheet).execution_options(populate_existing=True)).one()


def test_a_person_of_the_table_fills_its_sheet_on_the_spot(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    session.add(Theme(code="axe-illettrisme", kind=ThemeKind.AXIS, label="Illettrisme inventé", source="Essai"))
    client = sign_in(factories.member(session, library))
    empty = client.get(address(table)).text
    assert "Cette fiche est encore vide" in empty
    assert cite.name in empty
    form = client.get(address(table, "/modifier"))
    assert form.status_code == 200
    boxes = {"formules": ["rendez-vous-de-la-cite"], "themes": ["axe-illettrisme"]}
    answer = client.post(address(table, "/modifier"), data={**WORDS, **boxes, "version": "0"})
    assert answer.status_code == 303
    row = written(session)
    assert (row.organisation, row.formats, row.themes, row.revision) == (
        WORDS["organisation"],
        ["rendez-vous-de-la-cite"],
        ["axe-illettrisme"],
        1,
    )
    page = client.get(answer.location).text
    for kept in WORDS.values():
        assert kept in page
    assert "Rendez-vous de la Cité" in page
    assert "Illettrisme inventé" in page


def test_before_the_day_the_table_reads_and_the_organisers_prepare(sign_in, session: Session):
    table = meeting_factories.table(session, meeting_factories.meeting(session))
    library = factories.library(session)
    seat(session, table, library)
    of_library = sign_in(factories.member(session, library))
    page = of_library.get(address(table))
    assert page.status_code == 200
    assert "la rempliront à partir du" in page.text
    assert of_library.post(address(table, "/modifier"), data={**WORDS, "version": "0"}).status_code == 403
    organiser = sign_in(factories.member(session, table.meeting.host))
    assert organiser.post(address(table, "/modifier"), data={**WORDS, "version": "0"}).status_code == 303


def test_who_sits_elsewhere_reads_and_does_not_write_and_who_is_not_registered_does_neither(sign_in, session: Session):
    table, _, _ = pair_at_a_table(session)
    neighbour, waiting, stranger = (factories.library(session, f"Médiathèque {n}") for n in range(3))
    seat(session, meeting_factories.table(session, table.meeting, 2), neighbour)
    meeting_factories.registration(session, table.meeting, waiting, place=Place.WAITING)
    client = sign_in(factories.member(session, neighbour))
    assert client.get(address(table)).status_code == 200
    assert client.post(address(table, "/modifier"), data=WORDS).status_code == 403
    for other in (waiting, stranger):
        assert sign_in(factories.member(session, other)).get(address(table)).status_code == 403


def test_the_round_says_who_writes(sign_in, session: Session):
    table, _, library = pair_at_a_table(session)
    plan = sa.text("UPDATE seating_plan SET rounds = 2 WHERE meeting_id = :id")
    session.execute(plan, {"id": table.meeting_id})
    client = sign_in(factories.member(session, library))
    assert client.post(address(table, "/modifier?tour=1"), data={**WORDS, "version": "0"}).status_code == 303
    assert client.post(address(table, "/modifier?tour=2"), data={**WORDS, "version": "0"}).status_code == 403
    for wrong in ("0", "3", "deux", "", "²"):
        assert client.get(address(table, f"?tour={wrong}")).status_code == 404


def test_a_table_of_another_meeting_is_not_found(sign_in, session: Session):
    table, _, library = pair_at_a_table(session)
    other = meeting_factories.table(session, todays(session))
    client = sign_in(factories.member(session, library))
    for table_id in (other.public_id, "1", "b" * 14):
        assert client.get(f"/rencontres/{table.meeting.public_id}/tables/{table_id}/fiche").status_code == 404


def test_of_two_who_write_at_once_the_second_is_told_and_nothing_is_lost(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    first, second = sign_in(factories.member(session, library)), sign_in(factories.member(session, cite))
    assert first.post(address(table, "/modifier"), data={**WORDS, "version": "0"}).status_code == 303
    mine = {**WORDS, "organisation": "La Cité vient le jeudi.", "version": "0"}
    answer = second.post(address(table, "/modifier"), data=mine)
    assert answer.status_code == 409
    assert "Une autre personne vient d’enregistrer cette fiche" in answer.text
    for both in (WORDS["organisation"], "La Cité vient le jeudi."):
        assert both in answer.text
    assert 'name="version" value="1"' in answer.text
    assert written(session).organisation == WORDS["organisation"]
    assert second.post(address(table, "/modifier"), data={**mine, "version": "1"}).status_code == 303
    assert (written(session).organisation, written(session).revision) == ("La Cité vient le jeudi.", 2)


def test_the_same_words_sent_twice_are_kept_once(sign_in, session: Session):
    table, _, library = pair_at_a_table(session)
    client = sign_in(factories.member(session, library))
    for _ in range(2):
        assert client.post(address(table, "/modifier"), data={**WORDS, "version": "0"}).status_code == 303
    assert written(session).revision == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [("personnes", "Zoé Lumière-Inventée"), ("organisation", "Voir avec LUMIERE INVENTEE Zoé, au 2e étage")],
)
def test_the_name_of_a_person_of_the_table_is_not_written(sign_in, session: Session, field: str, typed: str):
    table = meeting_factories.table(session, todays(session))
    library = factories.library(session)
    seat(session, table, library, names=["Zoé Lumière Inventée"])
    client = sign_in(factories.member(session, library))
    words = typed if field == "personnes" else typed.replace("LUMIERE INVENTEE Zoé", "ZOE LUMIERE INVENTEE")
    answer = client.post(address(table, "/modifier"), data={**WORDS, field: words, "version": "0"})
    assert answer.status_code == 400
    assert "Écrivez la fonction de la personne plutôt que son nom" in answer.text
    assert WORDS["calendrier"] in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(TableSheet)) == 0


def test_what_is_too_long_is_said_by_its_field_and_nothing_typed_is_lost(sign_in, session: Session):
    table, _, library = pair_at_a_table(session)
    client = sign_in(factories.member(session, library))
    answer = client.post(address(table, "/modifier"), data={**WORDS, "axes": "a" * 2_001, "themes": "inconnu", "version": "0"})
    assert answer.status_code == 400
    assert "Ce texte est trop long" in answer.text
    assert "n’est pas un choix de cette liste" in answer.text
    assert WORDS["organisation"] in answer.text


def test_a_cancelled_meeting_has_no_more_sheets_to_write(sign_in, session: Session):
    table = meeting_factories.table(session, todays(session, status=Status.CANCELLED))
    client = sign_in(factories.member(session, table.meeting.host))
    assert client.post(address(table, "/modifier"), data={**WORDS, "version": "0"}).status_code == 403
    assert client.get(address(table)).status_code == 200


def test_someone_without_account_fills_the_sheet_by_the_link_of_their_registration(app, client, session: Session):
    table = meeting_factories.table(session, todays(session))
    registration = seat(session, table, None, email="sans-compte@exemple.invalid")
    elsewhere = meeting_factories.registration(session, todays(session), email="ailleurs@exemple.invalid")
    with app.app_context():
        token, other = token_of(registration), token_of(elsewhere)
    assert client.get(address(table)).status_code == 302, "a visitor is asked to sign in"
    assert client.get(address(table, f"?inscription={other}")).status_code == 302, "a link of another meeting"
    assert client.get(address(table, f"?inscription={token}forgé")).status_code == 302
    page = client.get(address(table, f"?inscription={token}"))
    assert page.status_code == 200
    assert f"inscription={token}" in page.text, "the links of the page go on with it"
    answer = client.post(address(table, f"/modifier?inscription={token}"), data={**WORDS, "version": "0"})
    assert answer.status_code == 303
    assert written(session).written_by_id is None
    assert "En faire" not in client.get(answer.location).text, "interests and proposals are of those who have an account"


def test_empty_sheets_are_printed_one_or_all(sign_in, session: Session):
    table, _, library = pair_at_a_table(session)
    meeting_factories.table(session, table.meeting, 2)
    one = sign_in(factories.member(session, library)).get(address(table, "/imprimer")).text
    assert one.count('class="blank-sheet"') == 1
    assert "Organisation initiale retenue" in one
    assert "<svg" in one
    organiser = sign_in(factories.member(session, table.meeting.host))
    assert organiser.get(f"/rencontres/{table.meeting.public_id}/fiches-a-imprimer").text.count('class="blank-sheet"') == 2


def test_the_database_keeps_one_sheet_a_table_and_round_and_one_thing_an_outcome(session: Session):
    table, cite, library = pair_at_a_table(session)
    first = sheet(session, table)
    with pytest.raises(IntegrityError, match="uq_table_sheet_table_id_round"), session.begin_nested():
        sheet(session, table)
    exchange = factories.exchange(session, cite, library)
    proposal = factories.proposal(session, exchange)
    interest = sa.text("INSERT INTO interest (public_id, act, author_id) VALUES ('essai', 'interet', :id) RETURNING id")
    interest_id = session.scalar(interest, {"id": library.id})
    with pytest.raises(IntegrityError, match="one_outcome"), session.begin_nested():
        session.add(SheetOutcome(sheet_id=first.id, interest_id=interest_id, proposal_id=proposal.id))
    session.add(SheetOutcome(sheet_id=first.id, interest_id=interest_id))
    session.flush()
    with pytest.raises(IntegrityError, match="uq_sheet_outcome_sheet_id_interest_id"), session.begin_nested():
        session.add(SheetOutcome(sheet_id=first.id, interest_id=interest_id))


def test_an_old_meeting_keeps_its_sheets_to_read(sign_in, session: Session):
    meeting = meeting_factories.meeting(session, starts_at=now() - timedelta(days=400), status=Status.HELD, attendance=12)
    table = meeting_factories.table(session, meeting)
    library = factories.library(session)
    seat(session, table, library)
    sheet(session, table)
    assert "Une salle le mardi." in sign_in(factories.member(session, library)).get(address(table)).text
