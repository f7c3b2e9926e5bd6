"""What a sheet becomes in one click: interests by the rules of interests, the draft of a proposal, an introduction."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.directory.memberships.permissions import actor_of
from app.directory.models import Kind
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.mail.models import OutgoingMessage
from app.matchmaking.interests.models import Act, Closing, Interest
from app.matchmaking.introductions.models import Introduction
from app.matchmaking.proposals.models import Proposal, Status
from app.meetings.models import Openness
from app.meetings.sheets import wishing
from app.meetings.sheets.models import SheetOutcome, TableSheet
from app.partnerships.exchanges.models import Exchange, Side
from tests import factories, meeting_factories
from tests.app.meetings.sheets.tables import address, pair_at_a_table, seat, sheet, todays

NEW = {"calendar": "En janvier", "formats": ["rendez-vous-de-la-cite"]}


def interests(session: Session) -> list[Interest]:
    return list(session.scalars(sa.select(Interest).order_by(Interest.id)))


def becoming(row: TableSheet, end: str) -> str:
    return f"/rencontres/{row.table.meeting.public_id}/fiches/{row.public_id}/{end}"


def test_a_library_makes_its_interest_in_one_click_with_the_words_of_the_sheet(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    row = sheet(session, table, themes=["illettrisme"], **NEW)
    told = factories.member(session, cite)
    client = sign_in(factories.member(session, library))
    assert "En faire un intérêt" in client.get(address(table)).text
    answer = client.post(becoming(row, "interets"), follow_redirects=True)
    assert "C’est fait, avec les mots de la fiche\u202f: 1\u00a0intérêt." in answer.text
    (one,) = interests(session)
    assert (one.act, one.author_id, one.toward_institution_id) == (Act.DECLARED, library.id, cite.id)
    assert (one.formats, one.themes, one.calendar) == (["rendez-vous-de-la-cite"], ["illettrisme"], "En janvier")
    assert "Une salle le mardi." in (one.words or "")
    assert "Séminaire inventé" in (one.words or "")
    assert not one.shows_author
    assert session.scalars(sa.select(OutgoingMessage.user_id)).all() == [told.id]
    assert session.scalars(sa.select(SheetOutcome.interest_id)).all() == [one.id]
    assert "existe déjà" in answer.text


def test_pressed_twice_it_makes_nothing_twice_even_once_it_is_closed(sign_in, session: Session):
    table, _, library = pair_at_a_table(session)
    row = sheet(session, table)
    client = sign_in(factories.member(session, library))
    client.post(becoming(row, "interets"))
    again = client.post(becoming(row, "interets"), follow_redirects=True)
    assert "Rien de nouveau\u202f: cela existait déjà" in again.text
    (one,) = interests(session)
    one.closed_at, one.closing = one.declared_at, Closing.WITHDRAWN
    session.flush()
    client.post(becoming(row, "interets"))
    assert len(interests(session)) == 1


def test_what_was_declared_before_the_meeting_is_said_to_exist_and_is_no_outcome(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    row = sheet(session, table)
    session.add(Interest(act=Act.DECLARED, author=library, toward_institution=cite))
    session.flush()
    client = sign_in(factories.member(session, library))
    assert "Tout existe déjà" in client.get(address(table)).text
    client.post(becoming(row, "interets"))
    assert len(interests(session)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(SheetOutcome)) == 0


def test_a_cite_wishes_and_an_agency_suggests_what_is_not_declared(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    other = factories.library(session, "Autre médiathèque")
    agency = factories.agency(session)
    seat(session, table, other, agency)
    row = sheet(session, table)
    sign_in(factories.member(session, cite)).post(becoming(row, "interets"))
    assert [(one.act, one.author_id, one.toward_institution_id) for one in interests(session)] == [
        (Act.WANTED, cite.id, other.id),
        (Act.WANTED, cite.id, library.id),
    ]
    sign_in(factories.member(session, library)).post(becoming(row, "interets"))
    sign_in(factories.member(session, agency)).post(becoming(row, "interets"))
    leads = [one for one in interests(session) if one.act is Act.SUGGESTED]
    assert [(one.author_id, one.about_id, one.toward_institution_id) for one in leads] == [(agency.id, other.id, cite.id)]


def test_a_centre_declares_for_itself_and_an_organiser_for_nobody(sign_in, session: Session):
    table = meeting_factories.table(session, todays(session, host=factories.library(session, "Bibliothèque qui reçoit")))
    centre = factories.place_in(session, factories.institution(session, "Centre inventé", Kind.CENTRE), "commune-13055")
    library = factories.library(session)
    seat(session, table, centre, library)
    row = sheet(session, table)
    organiser = sign_in(factories.member(session, table.meeting.host))
    assert "Vous ne parlez pour aucune structure de cette table" in organiser.get(address(table)).text
    assert organiser.post(becoming(row, "interets")).status_code == 409
    sign_in(factories.member(session, centre)).post(becoming(row, "interets"))
    assert [(one.act, one.author_id, one.toward_institution_id) for one in interests(session)] == [
        (Act.DECLARED, centre.id, library.id)
    ]


def test_a_blank_sheet_becomes_nothing_and_a_hidden_meeting_is_not_named(sign_in, session: Session):
    table = meeting_factories.table(session, todays(session, openness=Openness.INVITED, title="Titre réservé"))
    cite, library = factories.cite(session), factories.library(session)
    seat(session, table, cite, library)
    row = sheet(session, table, organisation=None, axes=None, calendar=None, people=None)
    client = sign_in(factories.member(session, library))
    assert client.post(becoming(row, "interets")).status_code == 409
    assert client.post(becoming(row, "propositions"), data={"cite": cite.public_id}).status_code == 409
    row.axes = "Illettrisme."
    session.flush()
    client.post(becoming(row, "interets"))
    (one,) = interests(session)
    assert "Titre réservé" not in (one.words or "")


def test_a_neighbour_and_the_sheet_of_another_meeting(sign_in, session: Session):
    table, _, library = pair_at_a_table(session)
    row = sheet(session, table)
    neighbour = factories.library(session, "Voisine")
    seat(session, meeting_factories.table(session, table.meeting, 2), neighbour)
    assert sign_in(factories.member(session, neighbour)).post(becoming(row, "interets")).status_code == 403
    other = sheet(session, meeting_factories.table(session, todays(session)))
    crossed = f"/rencontres/{table.meeting.public_id}/fiches/{other.public_id}/interets"
    assert sign_in(factories.member(session, library)).post(crossed).status_code == 404
    assert not interests(session)


def test_an_exchange_gives_a_draft_opened_for_editing_and_one_alone(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    exchange = factories.exchange(session, cite, library)
    row = sheet(session, table, people="responsable du partenariat", **NEW)
    client = sign_in(factories.member(session, library))
    chosen = {"cite": cite.public_id, "structure": library.public_id}
    answer = client.post(becoming(row, "propositions"), data=chosen)
    (draft,) = session.scalars(sa.select(Proposal)).all()
    assert answer.location == f"/propositions/{draft.public_id}/modifier"
    assert (draft.exchange_id, draft.side, draft.status, draft.format) == (
        exchange.id,
        Side.PARTNER,
        Status.DRAFT,
        Format.RENDEZ_VOUS,
    )
    assert (draft.calendar, draft.people) == ("En janvier", "responsable du partenariat")
    assert "Une salle le mardi." in (draft.description or "")
    assert client.post(becoming(row, "propositions"), data=chosen).location == answer.location
    assert "Reprendre le brouillon" in client.get(address(table)).text
    of_cite = sign_in(factories.member(session, cite))
    assert "Reprendre le brouillon" not in of_cite.get(address(table)).text, "a draft is known to its side alone"
    of_cite.post(becoming(row, "propositions"), data=chosen)
    assert session.scalars(sa.select(Proposal.side).order_by(Proposal.id)).all() == [Side.PARTNER, Side.CITE]


def test_several_formats_are_one_to_invent_and_said_in_words(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    factories.exchange(session, cite, library)
    row = sheet(session, table, formats=["centre-associe", "sessions-thematiques"])
    chosen = {"cite": cite.public_id, "structure": library.public_id}
    sign_in(factories.member(session, cite)).post(becoming(row, "propositions"), data=chosen)
    (draft,) = session.scalars(sa.select(Proposal)).all()
    assert draft.format is Format.OTHER
    assert "Centre associé, Sessions thématiques" in (draft.description or "")


def test_without_exchange_an_introduction_is_asked_for_and_both_asking_opens_it(sign_in, session: Session):
    table, cite, library = pair_at_a_table(session)
    row = sheet(session, table)
    chosen = {"cite": cite.public_id, "structure": library.public_id}
    of_library, of_cite = (sign_in(factories.member(session, one)) for one in (library, cite))
    for _ in range(2):
        answer = of_library.post(becoming(row, "propositions"), data=chosen, follow_redirects=True)
        assert "La mise en relation est demandée" in answer.text
    (asked,) = session.scalars(sa.select(Introduction)).all()
    assert (asked.asked_by, asked.picked) == (Side.PARTNER, True)
    assert "Une salle le mardi." in asked.message
    assert session.scalar(sa.select(sa.func.count()).select_from(Exchange)) == 0, "one side alone opens no exchange"
    answer = of_cite.post(becoming(row, "propositions"), data=chosen)
    (draft,) = session.scalars(sa.select(Proposal)).all()
    assert answer.location == f"/propositions/{draft.public_id}/modifier"
    assert (draft.side, session.scalar(sa.select(sa.func.count()).select_from(Exchange))) == (Side.CITE, 1)


@pytest.mark.parametrize("chosen", [{}, {"cite": "essai-0", "structure": "essai-0"}, {"cite": "<script>"}])
def test_a_pair_that_is_not_at_the_table_is_refused(sign_in, session: Session, chosen: dict[str, str]):
    table, _, library = pair_at_a_table(session)
    row = sheet(session, table)
    assert sign_in(factories.member(session, library)).post(becoming(row, "propositions"), data=chosen).status_code == 409


def test_two_colleagues_who_press_at_the_same_instant_make_each_interest_once(own_database):
    app = create_app({"DATABASE_URL": own_database})
    engine = sa.create_engine(own_database)
    with app.app_context(), Session(engine) as session:
        table, _, library = pair_at_a_table(session)
        row = sheet(session, table)
        people = [factories.member(session, library).id for _ in range(4)]
        session.commit()
        sheet_id = row.id
    told: list[int | str] = []
    start = threading.Barrier(len(people))

    def press(user_id: int) -> None:
        with app.test_request_context(), Session(engine) as session:
            user = session.get(User, user_id)
            start.wait()
            try:
                made, _ = wishing.make(session, actor_of(session, user), session.get(TableSheet, sheet_id), user)
                session.commit()
                told.append(len(made))
            except Refusal as refusal:
                told.append(str(refusal))

    threads = [threading.Thread(target=press, args=(one,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with Session(engine) as session:
        assert sorted(told) == [0, 0, 0, 1]
        assert len(interests(session)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(SheetOutcome)) == 1
    engine.dispose()
