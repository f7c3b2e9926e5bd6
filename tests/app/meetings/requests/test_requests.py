"""« Une rencontre dans notre région »: who asks, who reads, and how a regional meeting answers."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import create_app
from app.clock import now
from app.directory.memberships.models import Designation
from app.directory.memberships.permissions import actor_of
from app.directory.models import Institution, Kind
from app.mail.models import OutgoingMessage
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, MeetingKind, Openness, Status
from app.meetings.requests import queries
from app.meetings.requests.actions import answer_requests
from app.meetings.requests.models import MeetingRequest
from tests import factories, meeting_factories

HERE, AWAY = "region-93", "region-53"


def asked(session: Session, institution: Institution, region_id: str = HERE, **columns: object) -> MeetingRequest:
    row = MeetingRequest(institution=institution, region_id=region_id, **columns)
    session.add(row)
    session.flush()
    return row


def regional(session: Session, host: Institution | None = None, **columns: Any) -> Meeting:
    """An announced regional meeting in Marseille."""
    known = {"kind": MeetingKind.REGIONAL, "address": "1 rue inventée", "territory_id": "commune-13055"}
    return meeting_factories.meeting(session, host or factories.agency(session), **{**known, **columns})


def all_of(session: Session) -> list[MeetingRequest]:
    select = sa.select(MeetingRequest).order_by(MeetingRequest.id)
    return list(session.scalars(select.execution_options(populate_existing=True)))


def test_a_library_asks_for_its_region_and_the_agency_is_told(sign_in, session: Session):
    library = factories.library(session, "Médiathèque qui demande")
    told = factories.member(session, factories.agency(session))
    client = sign_in(factories.member(session, library))
    page = client.get("/demandes-de-rencontre/nouvelle").text
    assert "Provence-Alpes-Côte d’Azur" in page
    code = f"{library.public_id}:{HERE}"
    answer = client.post("/demandes-de-rencontre/nouvelle", data={"pour": code, "mots": "Illettrisme"}, follow_redirects=True)
    (one,) = all_of(session)
    assert (one.institution_id, one.region_id, one.words) == (library.id, HERE, "Illettrisme")
    assert "en attente" in answer.text
    mail = session.scalars(sa.select(OutgoingMessage)).one()
    assert (mail.user_id, mail.subject) == (told.id, "Lisez une demande de rencontre dans votre région")
    assert f"/demandes-de-rencontre/{HERE}" in mail.text


def test_the_same_request_is_made_once_and_may_be_made_again_once_withdrawn(sign_in, session: Session):
    library = factories.library(session)
    client = sign_in(factories.member(session, library))
    form = {"pour": f"{library.public_id}:{HERE}"}
    assert client.post("/demandes-de-rencontre/nouvelle", data=form).status_code == 303
    again = client.post("/demandes-de-rencontre/nouvelle", data=form)
    assert again.status_code == 400
    assert "a déjà demandé" in again.text
    (one,) = all_of(session)
    assert client.post(f"/demandes-de-rencontre/{one.public_id}/retirer").status_code == 303
    assert client.post(f"/demandes-de-rencontre/{one.public_id}/retirer").status_code == 409
    assert client.post("/demandes-de-rencontre/nouvelle", data=form).status_code == 303
    assert [row.withdrawn_at is None for row in all_of(session)] == [False, True]


def test_one_asks_for_one_s_own_institutions_and_regions_alone(sign_in, session: Session):
    library, other = factories.library(session), factories.library(session)
    agency = factories.agency(session, AWAY)
    client = sign_in(factories.member(session, agency, factories.member(session, library)))
    assert client.get("/demandes-de-rencontre/nouvelle").text.count('type="radio"') == 2
    for forged in (f"{library.public_id}:{AWAY}", f"{other.public_id}:{HERE}", "", "x"):
        answer = client.post("/demandes-de-rencontre/nouvelle", data={"pour": forged, "mots": "gardé"})
        assert answer.status_code == 400
        assert "Choisissez la structure qui demande" in answer.text
        assert "gardé" in answer.text
    assert client.post("/demandes-de-rencontre/nouvelle", data={"pour": f"{agency.public_id}:{AWAY}"}).status_code == 303
    nobody = sign_in(factories.person(session))
    assert "Trouver ma structure" in nobody.get("/demandes-de-rencontre/nouvelle").text
    assert nobody.post("/demandes-de-rencontre/nouvelle", data={}).status_code == 400


def test_the_page_of_a_region_says_how_many_ask_and_not_who(client, session: Session):
    library = factories.library(session, "Médiathèque discrète")
    session.add(MeetingRequest(institution_id=library.id, region_id="region-93"))
    session.flush()
    page = client.get("/territoires/region-93").text
    assert "1\N{NO-BREAK SPACE}structure demande une rencontre dans cette région" in page
    assert "structure demande une rencontre" not in client.get("/territoires/region-75").text


def test_everybody_counts_and_only_those_who_may_organise_read_who_asks(sign_in, session: Session):
    library = factories.library(session, "Médiathèque discrète")
    asked(session, library, words="Nos raisons")
    asked(session, factories.library(session, "Une autre", "commune-35238"), AWAY)
    bpi = factories.institution(session, "Bibliothèque nommée par le réglage", public_id="bpi")
    designated = factories.library(session, "Désignée", "commune-35238")
    session.add(Designation(region_id=AWAY, institution_id=designated.id))
    session.flush()
    readers = {
        "agency": (factories.member(session, factories.agency(session)), {HERE}),
        "designated": (factories.member(session, designated), {AWAY}),
        "bpi": (factories.member(session, bpi), {HERE, AWAY}),
        "administrator": (factories.person(session, administrator=True), {HERE, AWAY}),
        "library": (factories.member(session, factories.library(session)), set()),
    }
    for user, regions in readers.values():
        client = sign_in(user)
        index = client.get("/demandes-de-rencontre").text
        assert "Provence-Alpes-Côte d’Azur" in index
        assert "Médiathèque discrète" not in index
        for region_id in (HERE, AWAY):
            answer = client.get(f"/demandes-de-rencontre/{region_id}")
            assert answer.status_code == (200 if region_id in regions else 403)
            if region_id in regions:
                assert ("Nos raisons" in answer.text) is (region_id == HERE)
        with client.get("/demandes-de-rencontre.csv") as file:
            assert file.status_code == (200 if regions else 403)
            assert not regions or ("Nos raisons" in file.text) is (HERE in regions)
    client = sign_in(readers["administrator"][0])
    for wrong in ("region-999", "departement-04", "region-7", "x"):
        assert client.get(f"/demandes-de-rencontre/{wrong}").status_code == 404


def test_hosting_a_seminar_gives_nobody_the_requests_of_others(sign_in, session: Session):
    asked(session, factories.library(session))
    host = factories.library(session)
    meeting_factories.meeting(session, host)
    assert sign_in(factories.member(session, host)).get(f"/demandes-de-rencontre/{HERE}").status_code == 403


def test_a_regional_meeting_answers_its_region_and_tells_those_who_asked(sign_in, session: Session):
    library = factories.library(session)
    told = factories.member(session, library)
    asked(session, library)
    away = asked(session, factories.library(session, commune="commune-35238"), AWAY)
    agency = factories.agency(session)
    meeting = regional(session, host=agency)
    organiser = sign_in(factories.member(session, agency))
    page = organiser.get(f"/demandes-de-rencontre/{HERE}").text
    assert "Répondre par cette rencontre" in page
    for expected in ("1\u00a0demande a sa réponse", "Aucune demande n’attend cette rencontre"):
        answer = organiser.post(f"/rencontres/{meeting.public_id}/repondre-aux-demandes", follow_redirects=True)
        assert expected in answer.text
    (first, second) = all_of(session)
    assert (first.answered_by_id, first.answered_at is not None) == (meeting.id, True)
    assert (second.id, second.answered_at) == (away.id, None)
    mail = session.scalars(sa.select(OutgoingMessage)).one()
    assert mail.user_id == told.id
    assert f"/rencontres/{meeting.public_id}/inscription" in mail.text
    assert meeting.title in sign_in(told).get("/demandes-de-rencontre").text
    assert sign_in(told).post(f"/demandes-de-rencontre/{first.public_id}/retirer").status_code == 409


def test_announcing_a_regional_meeting_answers_by_itself(sign_in, session: Session):
    asked(session, factories.library(session))
    agency = factories.agency(session)
    draft = regional(session, agency, status=Status.DRAFT, summary="Essai", contact_email="contact@exemple.invalid")
    client = sign_in(factories.member(session, agency))
    answer = client.post(f"/rencontres/{draft.public_id}/annoncer")
    assert answer.status_code == 303
    assert all_of(session)[0].answered_by_id == draft.id
    assert "Elle répond à 1\u00a0demande de rencontre" in client.get(answer.location).text
    page = client.get("/demandes-de-rencontre").text
    assert f'1\u00a0demande, par <a href="/rencontres/{draft.public_id}"' in page


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": MeetingKind.SEMINAR},
        {"status": Status.DRAFT},
        {"status": Status.CANCELLED},
        {"starts_at": now() - timedelta(days=1)},
        {"address": None, "online_url": "https://exemple.invalid", "territory_id": None},
        {"territory_id": "commune-35238"},
    ],
    ids=["seminar", "draft", "cancelled", "past", "nowhere", "elsewhere"],
)
def test_what_is_no_regional_meeting_to_come_here_answers_nothing(app, session: Session, columns: dict[str, object]):
    asked(session, factories.library(session))
    with app.test_request_context():
        assert answer_requests(session, regional(session, **columns)) == 0
    assert all_of(session)[0].answered_at is None


def test_who_may_not_come_goes_on_waiting(app, session: Session):
    cite, library, invited = factories.cite(session), factories.library(session), factories.library(session)
    for one in (cite, library, invited):
        asked(session, one)
    reserved = regional(session, openness=Openness.RESERVED, for_kinds=[Kind.CITE.value], for_territories=[HERE])
    closed = regional(session, openness=Openness.INVITED)
    session.add(Invitation(meeting_id=closed.id, institution_id=invited.id))
    session.flush()
    with app.test_request_context():
        assert answer_requests(session, reserved) == 1
        assert answer_requests(session, closed) == 1
    assert [row.answered_by_id for row in all_of(session)] == [reserved.id, None, closed.id]


def test_what_waits_for_the_agency_is_what_its_region_asks(session: Session):
    here, away = asked(session, factories.library(session)), asked(session, factories.library(session), AWAY)
    asked(session, factories.cite(session), withdrawn_at=now())
    follower = factories.member(session, factories.agency(session))
    administrator = factories.person(session, administrator=True)
    seen = {
        user: set(session.scalars(queries.waiting_for(actor_of(session, user))))
        for user in (follower, administrator, factories.person(session))
    }
    assert list(seen.values()) == [{here}, {here, away}, set()]


def test_the_database_keeps_one_open_request_and_one_end(session: Session):
    library = factories.library(session)
    first = asked(session, library)
    with pytest.raises(IntegrityError, match="uq_meeting_request_open"), session.begin_nested():
        asked(session, library)
    with pytest.raises(IntegrityError, match="one_end"), session.begin_nested():
        session.execute(sa.update(MeetingRequest).values(answered_at=now(), withdrawn_at=now()))
    meeting = regional(session)
    with pytest.raises(IntegrityError, match="an_answer_has_a_day"), session.begin_nested():
        session.execute(sa.update(MeetingRequest).where(MeetingRequest.id == first.id).values(answered_by_id=meeting.id))


def test_two_meetings_announced_at_the_same_instant_answer_each_request_once(own_database):
    app = create_app({"DATABASE_URL": own_database})
    engine = sa.create_engine(own_database)
    with Session(engine) as session:
        for _ in range(5):
            library = factories.library(session)
            factories.member(session, library)
            asked(session, library)
        first, second = regional(session), regional(session)
        session.commit()
        meetings = [first.id, second.id] * 2
    numbers: list[int] = []
    start = threading.Barrier(len(meetings))

    def announce(meeting_id: int) -> None:
        with app.test_request_context(), Session(engine) as session:
            meeting = session.get_one(Meeting, meeting_id)
            start.wait()
            numbers.append(answer_requests(session, meeting))
            session.commit()

    threads = [threading.Thread(target=announce, args=(one,)) for one in meetings]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with Session(engine) as session:
        assert sorted(numbers) == [0, 0, 0, 5]
        assert session.scalar(sa.select(sa.func.count()).select_from(OutgoingMessage)) == 5
    engine.dispose()


def test_what_is_asked_already_is_said_instead_of_the_form_and_may_be_withdrawn(sign_in, session: Session):
    library = factories.library(session)
    client = sign_in(factories.member(session, library))
    row = asked(session, library, words="Illettrisme")
    page = client.get("/demandes-de-rencontre/nouvelle").text
    assert "Demandée le" in page
    assert f"/demandes-de-rencontre/{row.public_id}/retirer" in page
    assert "Demander cette rencontre" not in page
    # A colleague asked while this page was open: it is said, and what was typed stays.
    sent = {"pour": f"{library.public_id}:{HERE}", "mots": "Un texte à garder"}
    answer = client.post("/demandes-de-rencontre/nouvelle", data=sent)
    assert answer.status_code == 400
    assert "Votre structure a déjà demandé" in answer.text
    assert "Un texte à garder" in answer.text
    client.post(f"/demandes-de-rencontre/{row.public_id}/retirer")
    assert "Demander cette rencontre" in client.get("/demandes-de-rencontre/nouvelle").text
