"""Organising with another institution: its name stands in public once one of its own people has accepted."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.models import Institution
from app.mail.models import OutgoingMessage
from app.meetings.models import Meeting, Status
from tests import factories, meeting_factories
from tests.app.meetings.writing import form, only

NEW = "/rencontres/nouvelle?type=seminaire"
NAMED = "Médiathèque nommée"


@dataclass
class Scene:
    """A public seminar whose host names another institution, and a person of each."""

    meeting: Meeting
    host: User
    named: User
    institution: Institution

    @property
    def path(self) -> str:
        return f"/rencontres/{self.meeting.public_id}"


@pytest.fixture
def scene(session: Session) -> Scene:
    institution = factories.library(session, NAMED)
    meeting = meeting_factories.meeting(session, summary="Essai", contact_email="ici@exemple.fr", named_co_host=institution)
    host = factories.member(session, meeting.host, email="hote@exemple.fr")
    return Scene(meeting, host, factories.member(session, institution, email="nommee@exemple.fr"), institution)


def public_places(client: FlaskClient, scene: Scene) -> list[str]:
    """Everywhere that the meeting is told to all."""
    return [
        client.get(scene.path).text,
        client.get("/rencontres").text,
        client.get("/rencontres.csv").text,
        client.get(f"{scene.path}/agenda.ics").text.replace("\r\n ", ""),
    ]


def mails(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id))
    return [(row.address, row.subject) for row in rows]


def test_a_name_stands_nowhere_before_its_institution_accepts_and_everywhere_after(client, sign_in, session, scene: Scene):
    assert not [page for page in public_places(client, scene) if NAMED in page]
    sheet = f"/annuaire/{scene.institution.public_id}"
    assert scene.meeting.title not in client.get(sheet).text
    assert f"En attente de l’accord de {NAMED}" in sign_in(scene.host).get(scene.path).text
    named = sign_in(scene.named)
    assert "Organisez-vous cette rencontre aussi" in named.get(scene.path).text
    assert named.get(f"{scene.path}/modifier").status_code == 403, "who is asked organises nothing yet"
    assert scene.meeting.title in named.get("/mes-rencontres").text
    assert "Accepter" in named.get(f"{scene.path}/co-organisation").text
    assert named.post(f"{scene.path}/co-organisation/accepter").status_code == 303
    assert [address for address, _ in mails(session)] == ["hote@exemple.fr"]
    assert named.get(f"{scene.path}/modifier").status_code == 200
    assert all(NAMED in page for page in public_places(client, scene))
    assert scene.meeting.title in client.get(sheet).text
    assert "En attente de l’accord" not in sign_in(scene.host).get(scene.path).text
    assert named.post(f"{scene.path}/co-organisation/accepter").status_code == 409
    assert named.post(f"{scene.path}/co-organisation/decliner").status_code == 409


def test_who_declines_is_no_more_named_and_the_host_is_told(sign_in, session: Session, scene: Scene):
    named = sign_in(scene.named)
    assert named.post(f"{scene.path}/co-organisation/decliner").status_code == 303
    assert only(session).named_co_host is None
    ((address, subject),) = mails(session)
    assert (address, NAMED in subject, "n’organise pas" in subject) == ("hote@exemple.fr", True, True)
    assert named.get(f"{scene.path}/co-organisation").status_code == 403


def test_nobody_else_answers_in_its_name(sign_in, session: Session, scene: Scene):
    administrator = factories.person(session, administrator=True)
    for user in (scene.host, administrator, factories.member(session, factories.library(session))):
        assert sign_in(user).post(f"{scene.path}/co-organisation/accepter").status_code == 403
    assert only(session).co_host is None


def test_a_cancelled_meeting_waits_for_no_answer(sign_in, session: Session, scene: Scene):
    scene.meeting.status, scene.meeting.cancelled_at, scene.meeting.cancel_reason = Status.CANCELLED, now(), "Essai"
    session.flush()
    assert sign_in(scene.named).post(f"{scene.path}/co-organisation/accepter").status_code == 409


def test_it_is_asked_by_mail_once_named_and_sees_the_draft(sign_in, session: Session, scene: Scene):
    sign_in(scene.host).post(NEW, data=form(**{"titre": "Autre séminaire", "co-organisateur": NAMED}))
    made = session.scalars(sa.select(Meeting).where(Meeting.title == "Autre séminaire")).one()
    assert (made.named_co_host, made.co_host) == (scene.institution, None)
    ((address, subject),) = mails(session)
    assert (address, subject) == ("nommee@exemple.fr", "Dites si votre structure organise aussi « Autre séminaire »")
    assert sign_in(scene.named).get(f"/rencontres/{made.public_id}").status_code == 200
    sign_in(scene.host).post(f"/rencontres/{made.public_id}/annoncer")
    assert len(mails(session)) == 1, "it was asked, and organises nothing yet"


def test_editing_keeps_an_answer_and_naming_another_asks_anew(sign_in, session: Session, scene: Scene):
    scene.meeting.co_host_accepted_at = now()
    session.flush()
    host, edit = sign_in(scene.host), f"{scene.path}/modifier"
    same = {"co-organisateur": NAMED, "version": "1"}
    assert host.post(edit, data=form(**same)).status_code == 303
    assert (only(session).co_host, mails(session)) == (scene.institution, [])
    other = factories.library(session, "Médiathèque suivante")
    factories.member(session, other, email="suivante@exemple.fr")
    assert host.post(edit, data=form(**{"co-organisateur": other.name, "version": "2"})).status_code == 303
    assert (only(session).named_co_host, only(session).co_host) == (other, None)
    assert [address for address, _ in mails(session)] == ["suivante@exemple.fr"]


def test_one_without_account_cannot_be_named_and_what_was_typed_stays(sign_in, session: Session, scene: Scene):
    factories.library(session, "Médiathèque sans compte")
    answer = sign_in(scene.host).post(NEW, data=form(**{"co-organisateur": "Médiathèque sans compte"}))
    assert answer.status_code == 400
    assert "Personne n’a encore de compte pour cette structure" in answer.text
    assert "Médiathèque sans compte" in answer.text


def test_who_speaks_for_both_has_accepted_by_naming(sign_in, session: Session, scene: Scene):
    factories.member(session, scene.institution, scene.host)
    sent = form(titre="Autre séminaire", hote=scene.meeting.host.public_id, **{"co-organisateur": NAMED})
    sign_in(scene.host).post(NEW, data=sent)
    assert session.scalars(sa.select(Meeting).where(Meeting.title == "Autre séminaire")).one().co_host == scene.institution


def test_the_database_refuses_an_answer_of_nobody(session: Session, scene: Scene):
    scene.meeting.named_co_host, scene.meeting.co_host_accepted_at = None, now()
    with pytest.raises(IntegrityError, match="a_co_host_accepts"):
        session.flush()
