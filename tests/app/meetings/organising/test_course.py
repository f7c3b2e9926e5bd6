"""What happens to a meeting: announced, moved, cancelled, held; each tells whoever is concerned, once."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import PARIS, now
from app.directory.edition.models import Profile
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.mail.models import AddressRefusal, Category, OutgoingMessage
from app.mail.refusals import hash_of
from app.meetings.fields import moment
from app.meetings.invitations.models import Invitation
from app.meetings.models import AgendaItem, Meeting, MeetingKind, Openness, Stage, Status
from app.meetings.registrations.models import Attendee, Place
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories
from tests.app.meetings.writing import mails, only

COMPLETE = {"summary": "Réunir les premiers partenaires.", "contact_email": "contact@exemple.fr"}


@pytest.fixture
def cite(session: Session) -> Institution:
    return factories.cite(session)


@pytest.fixture
def organiser(session: Session, cite: Institution) -> User:
    return factories.member(session, cite, email="organise@exemple.fr")


@pytest.fixture
def client(sign_in, organiser: User) -> FlaskClient:
    return sign_in(organiser)


def path(meeting: Meeting, verb: str) -> str:
    return f"/rencontres/{meeting.public_id}/{verb}"


def moving(meeting: Meeting, **changes: Any) -> dict[str, Any]:
    """The form of a move that keeps the place, to the day after at the same hours."""
    start, end = (one.astimezone(PARIS) + timedelta(days=1) for one in (meeting.starts_at, meeting.ends_at))
    days = {"jour": start.date().isoformat(), "dernier-jour": end.date().isoformat()}
    hours = {"debut": f"{start:%H:%M}", "fin": f"{end:%H:%M}", "lieu": "hote"}
    return {**days, **hours, "version": str(meeting.revision), **changes}


def everyone(session: Session, meeting: Meeting) -> None:
    """A registration of each sort, an invitation, and people of whom nobody should hear twice."""
    library = factories.library(session, "Inscrite")
    factories.member(session, library, email="collegue@exemple.fr")
    registered = factories.member(session, library, email="inscrite@exemple.fr")
    meeting_factories.registration(session, meeting, library, user=registered)
    for number, place in enumerate((Place.WAITING, Place.WITHDRAWN, Place.UNCONFIRMED)):
        address = f"{place.value}@exemple.fr"
        meeting_factories.registration(session, meeting, names=[f"Personne {number}"], place=place, email=address)
    for name, declined in (("invitee", None), ("declinee", now())):
        institution = factories.library(session, name)
        factories.member(session, institution, email=f"{name}@exemple.fr")
        session.add(Invitation(meeting_id=meeting.id, institution_id=institution.id, declined_at=declined))
    session.add(Invitation(meeting_id=meeting.id, institution_id=library.id))
    factories.member(session, meeting.host, email="collegue-de-l-hote@exemple.fr")
    session.flush()


def test_a_complete_draft_is_announced(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite, status=Status.DRAFT, **COMPLETE)
    assert client.post(path(meeting, "annoncer")).status_code == 303
    made = only(session)
    assert (made.status, made.stage) == (Status.ANNOUNCED, Stage.ANNOUNCED)
    assert made.announced_at is not None
    assert client.post(path(meeting, "annoncer")).status_code == 409


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"summary": None}, "une présentation"),
        ({"contact_email": None}, "un contact"),
        ({"place": None}, "un lieu ou un lien"),
        ({"starts_at": datetime(2020, 1, 1, 9, tzinfo=UTC)}, "une date à venir"),
        ({"openness": Openness.RESERVED}, "auxquels elle est réservée"),
        ({"registration_closes_at": datetime(2020, 1, 1, tzinfo=UTC)}, "une clôture des inscriptions à venir"),
    ],
)
def test_an_incomplete_draft_is_not_announced_and_what_it_lacks_is_said(
    client: FlaskClient, session: Session, cite: Institution, missing: dict[str, Any], said: str
):
    meeting = meeting_factories.meeting(session, cite, **{"status": Status.DRAFT, **COMPLETE, **missing})
    answer = client.post(path(meeting, "annoncer"))
    assert answer.status_code == 409
    assert said in answer.text
    assert said in client.get(f"/rencontres/{meeting.public_id}").text
    assert only(session).status is Status.DRAFT


def test_announcing_tells_the_co_host_and_the_other_partner(client: FlaskClient, session: Session, cite: Institution):
    library, third = factories.library(session), factories.library(session, "Co-organisatrice")
    for institution, email in ((library, "partenaire@exemple.fr"), (third, "co@exemple.fr")):
        factories.member(session, institution, email=email)
    exchange = factories.exchange(session, cite, library)
    partnership = Partnership(exchange=exchange, format=Format.RENDEZ_VOUS, step=Step.CONTACT)
    session.add(partnership)
    kind = {"kind": MeetingKind.AWARENESS, "partnership": partnership, "openness": Openness.PARTNERS, "co_host": third}
    meeting = meeting_factories.meeting(session, cite, status=Status.DRAFT, **COMPLETE, **kind)
    client.post(path(meeting, "annoncer"))
    assert mails(session).keys() == {"partenaire@exemple.fr", "co@exemple.fr"}


def test_moving_tells_everyone_concerned_once_and_keeps_registrations(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite, capacity=10)
    everyone(session, meeting)
    before = meeting.starts_at
    answer = client.post(path(meeting, "deplacer"), data=moving(meeting, motif="Grève des transports"))
    assert answer.status_code == 303
    told = mails(session)
    assert told.keys() == {
        "inscrite@exemple.fr",
        "liste-d-attente@exemple.fr",
        "invitee@exemple.fr",
        "collegue-de-l-hote@exemple.fr",
    }
    messages = session.scalars(sa.select(OutgoingMessage)).all()
    assert len(messages) == len(told)
    assert {one.category for one in messages if one.address.startswith(("inscrite", "liste"))} == {Category.ESSENTIAL}
    assert all("Grève des transports" in one.text and "agenda.ics" in one.text for one in messages)
    made = only(session)
    assert (made.sequence, made.previous_starts_at, made.places_held) == (1, before, 1)
    assert made.starts_at > before


def test_the_agenda_and_the_closing_follow_the_start(client: FlaskClient, session: Session, cite: Institution):
    day = date(2027, 3, 24)
    start = moment(day, time(9))
    meeting = meeting_factories.meeting(
        session, cite, starts_at=start, ends_at=moment(day, time(17)), registration_closes_at=moment(day, time(8))
    )
    meeting.agenda = [AgendaItem(rank=1, starts_at=moment(day, time(10)), title="Formules")]
    session.flush()
    later = {"jour": "2027-03-31", "dernier-jour": "", "debut": "10:00", "fin": "17:00"}
    assert client.post(path(meeting, "deplacer"), data=moving(meeting, **later)).status_code == 303
    made, new = only(session), date(2027, 3, 31)
    assert (made.agenda[0].starts_at, made.registration_closes_at) == (moment(new, time(11)), moment(new, time(9)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"jour": "2020-01-01", "dernier-jour": ""}, "Cette date est passée"),
        ({"lieu": "adresse"}, "Écrivez l’adresse."),
        ({"debut": ""}, "Donnez l’heure de début"),
    ],
)
def test_a_move_that_cannot_be_is_refused_at_its_field(
    client: FlaskClient, session: Session, cite: Institution, changes: dict[str, str], said: str
):
    meeting = meeting_factories.meeting(session, cite)
    answer = client.post(path(meeting, "deplacer"), data=moving(meeting, motif="Pourquoi donc", **changes))
    assert answer.status_code == 400
    assert said in answer.text
    assert "Pourquoi donc" in answer.text
    assert (only(session).sequence, mails(session)) == (0, {})


def test_a_move_that_changes_nothing_writes_to_nobody(client: FlaskClient, session: Session, cite: Institution):
    # The hour that comes twice is the hardest to know again.
    start, end = (moment(date(2027, 10, 31), hour) for hour in (time(2, 30), time(3, 30)))
    meeting = meeting_factories.meeting(session, cite, starts_at=start, ends_at=end)
    everyone(session, meeting)
    same = {"jour": "2027-10-31", "dernier-jour": "", "debut": "02:30", "fin": "03:30"}
    answer = client.post(path(meeting, "deplacer"), data=moving(meeting, **same))
    assert answer.status_code == 400
    assert "Rien n’est changé" in answer.text
    assert mails(session) == {}


def test_a_move_from_a_page_that_is_old_is_told_and_loses_nothing(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite)
    sent = moving(meeting, motif="Salle prise")
    assert client.post(path(meeting, "deplacer"), data=sent).status_code == 303
    answer = client.post(path(meeting, "deplacer"), data=sent)
    assert answer.status_code == 409
    assert "Quelqu’un d’autre a modifié" in answer.text
    assert "Salle prise" in answer.text
    assert only(session).sequence == 1


def test_cancelling_is_for_good_and_tells_everyone(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite)
    everyone(session, meeting)
    assert "définitif" in client.get(path(meeting, "annuler")).text
    assert client.post(path(meeting, "annuler"), data={"motif": " "}).status_code == 400
    assert client.post(path(meeting, "annuler"), data={"motif": "Inondation"}).status_code == 303
    assert len(mails(session)) == 4
    assert all("Inondation" in one.text for one in session.scalars(sa.select(OutgoingMessage)))
    made = only(session)
    assert (made.stage, made.sequence, made.is_registering) == (Stage.CANCELLED, 1, False)
    assert "Inondation" in client.get(f"/rencontres/{meeting.public_id}").text
    for verb in ("annuler", "deplacer", "tenue", "rouvrir-les-inscriptions", "annoncer"):
        assert client.post(path(meeting, verb), data=moving(made, motif="Encore")).status_code == 409, verb


def test_a_meeting_is_held_once_begun_with_a_number_and_words(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite, starts_at=now() - timedelta(hours=1))
    meeting_factories.registration(session, meeting, factories.library(session), ["A", "B"])
    session.execute(sa.update(Attendee).where(Attendee.name == "A").values(checked_in_at=now()))
    assert 'value="1"' in client.get(path(meeting, "tenue")).text
    assert client.post(path(meeting, "tenue"), data={"presents": "-1"}).status_code == 400
    assert client.post(path(meeting, "tenue"), data={"presents": "12", "bilan": "Trois projets."}).status_code == 303
    made = only(session)
    assert (made.status, made.attendance, made.outcome) == (Status.HELD, 12, "Trois projets.")
    page = client.get(f"/rencontres/{meeting.public_id}").text.replace("\u00a0", " ")
    assert "12 personnes sont venues" in page
    client.post(path(meeting, "tenue"), data={"presents": "", "bilan": ""})
    assert (only(session).attendance, only(session).outcome) == (None, None)


def test_a_meeting_to_come_was_not_held(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite)
    assert client.post(path(meeting, "tenue"), data={"presents": "12"}).status_code == 409
    assert only(session).status is Status.ANNOUNCED


def test_registrations_are_closed_and_opened_again(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite)
    assert client.post(path(meeting, "rouvrir-les-inscriptions")).status_code == 409
    assert client.post(path(meeting, "clore-les-inscriptions")).status_code == 303
    assert only(session).stage is Stage.CLOSED
    assert client.post(path(meeting, "clore-les-inscriptions")).status_code == 409
    assert client.post(path(meeting, "rouvrir-les-inscriptions")).status_code == 303
    assert only(session).is_registering


def test_reopening_offers_what_is_free_to_those_who_wait(client: FlaskClient, session: Session, cite: Institution):
    closed = {"registration_closes_at": now() - timedelta(hours=1), "capacity": 1}
    meeting = meeting_factories.meeting(session, cite, **closed)
    waiting = meeting_factories.registration(session, meeting, factories.library(session), place=Place.WAITING)
    client.post(path(meeting, "rouvrir-les-inscriptions"))
    session.expire_all()
    assert waiting.place is Place.OFFERED


@pytest.mark.parametrize("verb", ["deplacer", "annuler", "tenue", "clore-les-inscriptions"])
def test_a_draft_is_changed_and_nothing_else(client: FlaskClient, session: Session, cite: Institution, verb: str):
    meeting = meeting_factories.meeting(session, cite, status=Status.DRAFT)
    assert client.post(path(meeting, verb), data=moving(meeting, motif="Essai")).status_code == 409
    assert only(session).status is Status.DRAFT


@pytest.mark.parametrize("verb", ["deplacer", "annuler", "tenue", "modifier", "annoncer", "clore-les-inscriptions"])
def test_nobody_else_changes_a_meeting_that_they_see(sign_in, session: Session, cite: Institution, verb: str):
    meeting = meeting_factories.meeting(session, cite)
    stranger = sign_in(factories.member(session, factories.library(session)))
    assert stranger.post(path(meeting, verb), data=moving(meeting, motif="Essai")).status_code == 403
    assert only(session).sequence == 0


def test_a_co_host_organises_too(sign_in, session: Session, cite: Institution):
    library = factories.library(session)
    meeting = meeting_factories.meeting(session, cite, co_host=library)
    co_host = sign_in(factories.member(session, library))
    assert co_host.post(path(meeting, "annuler"), data={"motif": "Essai"}).status_code == 303


@pytest.mark.parametrize("refuses", [False, True])
def test_an_invited_mailbox_without_account_hears_of_a_cancelling_unless_it_refuses(
    app: Flask, client: FlaskClient, session: Session, cite: Institution, refuses: bool
):
    library = factories.library(session, "Sans compte")
    session.add(Profile(institution_id=library.id, contact_email="mediatheque@exemple.fr"))
    meeting = meeting_factories.meeting(session, cite, openness=Openness.INVITED)
    session.add(Invitation(meeting_id=meeting.id, institution_id=library.id))
    if refuses:
        with app.app_context():
            address_hash = hash_of("mediatheque@exemple.fr")
        session.add(AddressRefusal(address_hash=address_hash, category=Category.INVITATIONS))
    session.flush()
    assert client.post(path(meeting, "annuler"), data={"motif": "Salle fermée"}).status_code == 303
    written = session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.address == "mediatheque@exemple.fr")).all()
    assert [one.category for one in written] == ([] if refuses else [Category.INVITATIONS])
    assert refuses or "/invitation/" in written[0].text


def test_a_place_of_which_the_directory_knows_no_address_is_not_announced(sign_in, session: Session):
    agency = factories.agency(session)
    draft = meeting_factories.meeting(
        session, agency, status=Status.DRAFT, summary="Essai", contact_email="contact@exemple.invalid"
    )
    client = sign_in(factories.member(session, agency))
    assert "l’adresse du lieu" in client.get(f"/rencontres/{draft.public_id}").text
    assert client.post(f"/rencontres/{draft.public_id}/annoncer").status_code == 409
