"""Answering an invitation by its link, and reminding those who have not: never twice a day, never who has said something."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.edition.models import Profile
from app.directory.memberships.permissions import actor_of
from app.directory.models import Institution
from app.mail.models import Cadence, Category, MailPreference, OutgoingMessage
from app.mail.refusals import hash_of, refuse
from app.meetings.invitations.links import token_of
from app.meetings.invitations.models import Invitation
from app.meetings.invitations.queries import waiting_for
from app.meetings.models import AgendaItem, Meeting, Openness, Status
from app.meetings.registrations.models import Place
from tests import factories, meeting_factories

YESTERDAY = timedelta(days=1)


def invited(session: Session, meeting: Meeting, institution: Institution | None = None, **columns: object) -> Invitation:
    """An institution with one member, written to yesterday."""
    if institution is None:
        institution = factories.library(session)
        factories.member(session, institution)
    row = Invitation(
        meeting_id=meeting.id,
        institution_id=institution.id,
        **{"written_at": now() - YESTERDAY, "invited_at": now() - YESTERDAY, **columns},
    )
    session.add(row)
    session.flush()
    return row


def path_of(app: Flask, invitation: Invitation, written_to: str = "") -> str:
    with app.app_context():
        return f"/invitation/{token_of(invitation, written_to)}"


def mails(session: Session) -> list[OutgoingMessage]:
    return list(session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id)))


def remind(client: FlaskClient, meeting: Meeting):
    return client.post(f"/rencontres/{meeting.public_id}/invitations/relancer")


@pytest.fixture
def seminar(session: Session) -> Meeting:
    return meeting_factories.meeting(session, openness=Openness.INVITED, contact_email="seminaire@exemple.invalid")


@pytest.fixture
def organiser(sign_in, session: Session, seminar: Meeting) -> FlaskClient:
    return sign_in(factories.member(session, seminar.host))


def test_the_link_shows_a_meeting_that_others_do_not_see_and_answers_nothing_by_itself(
    app: Flask, client: FlaskClient, session: Session, seminar: Meeting
):
    invitation = invited(session, seminar)
    assert client.get(f"/rencontres/{seminar.public_id}").status_code == 404
    page = client.get(path_of(app, invitation))
    assert page.status_code == 200
    for said in (
        seminar.title,
        "Nous ne viendrons pas",
        "laissez-passer=",
        "Ne plus recevoir d’invitations",
        "seminaire@exemple.invalid",
    ):
        assert said in page.text
    session.refresh(invitation)
    assert invitation.declined_at is None


def test_declining_twice_is_declining_once_and_one_may_still_come(
    app: Flask, client: FlaskClient, session: Session, seminar: Meeting
):
    invitation = invited(session, seminar)
    path = path_of(app, invitation)
    assert client.post(f"{path}/decliner").status_code == 303
    session.refresh(invitation)
    first = invitation.declined_at
    client.post(f"{path}/decliner")
    session.refresh(invitation)
    assert invitation.declined_at == first is not None
    page = client.get(path).text
    assert "ne viendra pas" in page
    assert "laissez-passer=" in page
    assert "Nous ne viendrons pas" not in page


def test_an_institution_that_is_registered_withdraws_its_registration_instead(
    app: Flask, client: FlaskClient, session: Session, seminar: Meeting
):
    invitation = invited(session, seminar)
    meeting_factories.registration(session, seminar, invitation.institution)
    answer = client.post(f"{path_of(app, invitation)}/decliner")
    assert answer.status_code == 409
    assert "annulez son inscription" in answer.text
    assert "votre structure est déjà inscrite" in client.get(path_of(app, invitation)).text


@pytest.mark.parametrize(
    "spoil", [lambda _: "1", lambda one: one[:-1], lambda one: one + "A", lambda one: one.split(".")[0], lambda _: "é" * 30]
)
@pytest.mark.parametrize("suffix", ["", "/decliner"])
def test_a_forged_link_leads_nowhere(
    app: Flask, client: FlaskClient, session: Session, seminar: Meeting, spoil: Callable[[str], str], suffix: str
):
    folder, _, token = path_of(app, invited(session, seminar)).rpartition("/")
    path = f"{folder}/{spoil(token)}{suffix}"
    assert (client.post if suffix else client.get)(path).status_code == 404


def test_a_meeting_that_is_cancelled_or_past_expects_no_answer(app: Flask, client: FlaskClient, session: Session):
    cancelled = meeting_factories.meeting(session, status=Status.CANCELLED, cancel_reason="Grève")
    past = meeting_factories.meeting(session, starts_at=now() - timedelta(days=2))
    for meeting, said in ((cancelled, "Grève"), (past, "n’attend plus de réponse")):
        path = path_of(app, invited(session, meeting))
        assert said in client.get(path).text
        assert client.post(f"{path}/decliner").status_code == 409


def test_a_mailbox_ends_its_invitations_by_the_link_of_its_mail(
    app: Flask, client: FlaskClient, session: Session, seminar: Meeting
):
    invitation = invited(session, seminar)
    with app.app_context():
        written_to = f"@{hash_of('bib@exemple.invalid')}"
    page = client.get(path_of(app, invitation, written_to)).text
    path = page.split('href="/courriels/desabonnement/')[1].split('"')[0]
    assert "Invitations aux rencontres" in client.post(f"/courriels/desabonnement/{path}").text
    with app.app_context():
        assert session.scalar(sa.text("SELECT address_hash FROM address_refusal")) == hash_of("bib@exemple.invalid")


#: What happened since the institution was invited yesterday, and whether it is reminded.
TRANSITIONS: dict[str, tuple[Callable[[Session, Invitation], object], bool]] = {
    "nothing": (lambda *_: None, True),
    "it declined": (lambda _, one: setattr(one, "declined_at", now()), False),
    "it was written to today": (lambda _, one: setattr(one, "written_at", now()), False),
    "it never had a mail": (lambda _, one: setattr(one, "written_at", None), False),
    "the meeting was cancelled": (
        lambda _, one: _set(one, status=Status.CANCELLED, cancelled_at=now(), cancel_reason="Essai"),
        False,
    ),
    "the meeting was held": (lambda _, one: _set(one, status=Status.HELD, held_at=now()), False),
    "registration has closed": (lambda _, one: _set(one, registration_closes_at=now() - timedelta(minutes=1)), False),
    "registration is not open yet": (lambda _, one: _set(one, registration_opens_at=now() + timedelta(days=1)), False),
    "the meeting takes no registration": (lambda _, one: _set(one, takes_registrations=False), False),
    "the meeting is full": (lambda session, one: _fill(session, one), True),
    **{
        f"its registration is {place.value}": (
            lambda session, one, place=place: meeting_factories.registration(
                session, one.meeting, one.institution, place=place, email="a@exemple.invalid"
            ),
            place is Place.UNCONFIRMED,
        )
        for place in Place
    },
}


def _set(one: Invitation, **columns: object) -> None:
    for name, value in columns.items():
        setattr(one.meeting, name, value)


def _fill(session: Session, one: Invitation) -> None:
    one.meeting.capacity = 1
    meeting_factories.registration(session, one.meeting, factories.library(session))


@pytest.mark.parametrize("happened", TRANSITIONS)
def test_who_is_reminded_after_what(app: Flask, organiser: FlaskClient, session: Session, seminar: Meeting, happened: str):
    happen, is_reminded = TRANSITIONS[happened]
    invitation = invited(session, seminar)
    happen(session, invitation)
    session.flush()
    page = organiser.get(f"/rencontres/{seminar.public_id}/invitations")
    assert ("Relancer" in page.text) is is_reminded
    answer = remind(organiser, seminar)
    assert answer.status_code in (303, 409)
    assert len(mails(session)) == is_reminded


@pytest.mark.parametrize("cadence", [None, *Cadence])
def test_what_each_has_chosen_counts_when_reminded_and_when_the_mail_leaves(
    organiser: FlaskClient, session: Session, seminar: Meeting, cadence: Cadence | None
):
    invitation = invited(session, seminar)
    user = session.scalars(sa.select(User).order_by(User.id.desc())).first()
    if cadence is not None:
        session.add(MailPreference(user_id=user.id, category=Category.INVITATIONS, cadence=cadence))
        session.flush()
    remind(organiser, seminar)
    assert len(mails(session)) == (cadence is not Cadence.NEVER)
    session.refresh(invitation)
    assert (invitation.written_at > now() - timedelta(hours=1)) is (cadence is not Cadence.NEVER)


def test_a_mailbox_that_refused_is_not_reminded(app: Flask, organiser: FlaskClient, session: Session, seminar: Meeting):
    for address in ("oui@exemple.invalid", "non@exemple.invalid"):
        library = factories.library(session)
        session.add(Profile(institution_id=library.id, contact_email=address))
        invited(session, seminar, library)
    with app.app_context():
        refuse(session, hash_of("non@exemple.invalid"), [Category.INVITATIONS])
    remind(organiser, seminar)
    assert [one.address for one in mails(session)] == ["oui@exemple.invalid"]


def test_nobody_is_reminded_twice_the_same_day_of_paris(organiser: FlaskClient, session: Session, seminar: Meeting):
    invited(session, seminar)
    with time_machine.travel((now() + timedelta(days=3)).replace(hour=21, minute=30), tick=True):
        # 21:30 UTC is past 22:30 in Paris, whatever the season: an hour and a half later it is another day there.
        remind(organiser, seminar)
        assert "a déjà reçu un courriel aujourd’hui" in organiser.get(remind(organiser, seminar).location).text
        assert len(mails(session)) == 1
    with time_machine.travel((now() + timedelta(days=3)).replace(hour=23, minute=0), tick=True):
        assert "1\u00a0structure relancée" in organiser.get(remind(organiser, seminar).location).text
    assert len(mails(session)) == 2


def test_who_is_invited_for_two_institutions_is_reminded_by_one_mail(
    app: Flask, organiser: FlaskClient, session: Session, seminar: Meeting
):
    person = factories.person(session, email="deux@exemple.invalid")
    both = [factories.library(session, name) for name in ("Médiathèque A", "Médiathèque B")]
    found = [invited(session, seminar, one) for one in both if factories.member(session, one, person)]
    shared = [factories.library(session, name) for name in ("Médiathèque C", "Médiathèque D")]
    for one, address in zip(shared, ("Boite@exemple.invalid", "boite@exemple.invalid"), strict=True):
        session.add(Profile(institution_id=one.id, contact_email=address))
        invited(session, seminar, one)
    session.flush()
    assert "4\u00a0structures relancées" in organiser.get(remind(organiser, seminar).location).text
    first, second = mails(session)
    assert (first.address, second.address.lower()) == ("deux@exemple.invalid", "boite@exemple.invalid")
    assert "Médiathèque A et Médiathèque B" in first.text
    assert "Médiathèque C et Médiathèque D" in second.text
    for one in found:
        assert path_of(app, one, person.public_id) in first.text
    assert len(mails(session)) == 2


def test_who_was_written_to_today_for_one_institution_waits_until_tomorrow_for_the_other(
    organiser: FlaskClient, session: Session, seminar: Meeting
):
    person = factories.person(session)
    earlier, todays = factories.library(session), factories.library(session)
    factories.member(session, earlier, person)
    factories.member(session, todays, person)
    invited(session, seminar, earlier)
    invited(session, seminar, todays, written_at=now())
    assert "Personne à relancer" in organiser.get(remind(organiser, seminar).location).text
    factories.member(session, earlier, email="collegue@exemple.invalid")
    remind(organiser, seminar)
    assert [one.address for one in mails(session)] == ["collegue@exemple.invalid"]


def test_the_organisers_read_what_each_has_answered_and_take_it_away(
    organiser: FlaskClient, session: Session, seminar: Meeting
):
    coming = invited(session, seminar, factories.library(session, "Qui vient"))
    meeting_factories.registration(session, seminar, coming.institution)
    invited(session, seminar, factories.library(session, "Qui ne vient pas"), declined_at=now())
    invited(session, seminar, factories.library(session, "=Qui se tait"))
    invited(session, seminar, factories.library(session, "Que personne ne joint"), written_at=None)
    url = f"/rencontres/{seminar.public_id}/invitations"
    page = organiser.get(url).text
    for said in ("Qui vient", "ne viendra pas (1)", "sans réponse (1)", "non jointe par courriel (1)", "inscrite (1)"):
        assert said in page
    one = organiser.get(f"{url}?reponse=non-jointe").text
    assert "Que personne ne joint" in one
    assert "Qui vient" not in one
    file = organiser.get(f"{url}.csv?reponse=sans-reponse").text
    assert "'=Qui se tait" in file
    assert "Qui vient" not in file
    with organiser.get(f"{url}.xlsx") as workbook:
        assert workbook.mimetype.endswith("sheet")


def test_what_waits_for_a_person_are_the_invitations_that_their_institutions_have_not_answered(
    session: Session, seminar: Meeting
):
    library = factories.library(session)
    user = factories.member(session, library)
    waiting = invited(session, seminar, library)
    invited(session, meeting_factories.meeting(session), library, declined_at=now())
    invited(session, meeting_factories.meeting(session, starts_at=now() - timedelta(days=1)), library)
    invited(session, meeting_factories.meeting(session), factories.library(session))
    actor = actor_of(session, user)
    assert session.scalars(waiting_for(actor)).all() == [waiting]
    meeting_factories.registration(session, seminar, library)
    assert not session.scalars(waiting_for(actor)).all()


def test_an_invitation_says_what_happens_how_to_come_and_is_kept_by_no_shared_computer(
    app: Flask, client: FlaskClient, session: Session, seminar: Meeting
):
    seminar.access, seminar.contact_email = "Sonnez à la porte bleue.", "seminaire@exemple.fr"
    seminar.agenda = [AgendaItem(rank=1, title="Table des liseuses")]
    answer = client.get(path_of(app, invited(session, seminar)))
    for said in ("Sonnez à la porte bleue.", "seminaire@exemple.fr", "Table des liseuses"):
        assert said in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
