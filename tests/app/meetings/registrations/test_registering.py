"""Registering: for an institution, in one's own name, or without account; who may not is told what to do."""

import re
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.models import Kind
from app.directory.vocabulary import Format
from app.mail.models import OutgoingMessage
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, MeetingKind, Openness, Status
from app.meetings.registrations.links import pass_of
from app.meetings.registrations.models import Attendee, Place, Registration
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories

TokenOf = Callable[[Registration], str]

SignIn = Callable[[User | None], FlaskClient]
ONE = {"personne-1-nom": "Camille Inventée", "personne-1-fonction": "responsable du partenariat"}
VISITOR = {"organisation": "Médiathèque d’essai", "commune": "Manosque", "adresse": "camille@exemple.fr"} | ONE
#: Who has an account, and speaks for no institution.
ALONE = {"structure": "moi", "organisation": "Médiathèque d’essai", "commune": "Manosque"} | ONE


def the_only(session: Session) -> Registration:
    return session.scalars(sa.select(Registration).execution_options(populate_existing=True)).one()


def mails_to(session: Session, address: str) -> list[OutgoingMessage]:
    asked = sa.select(OutgoingMessage).where(OutgoingMessage.address == address).order_by(OutgoingMessage.id)
    return list(session.scalars(asked))


def test_a_member_registers_several_people_of_the_institution(session: Session, sign_in: SignIn, token_of: TokenOf):
    library = factories.library(session)
    user = factories.member(session, library)
    meeting = meeting_factories.meeting(session, asks_lunch=True)
    client = sign_in(user)
    path = f"/rencontres/{meeting.public_id}/inscription"
    assert "Médiathèque inventée" in client.get(path).text
    typed = {
        "structure": library.public_id,
        **ONE,
        "personne-1-repas": "y",
        "personne-2-nom": "Dominique Inventé",
        "personne-2-besoins": "boucle magnétique",
        "attentes": "Rencontrer la Cité",
        "formules": "point-relais",
    }
    answer = client.post(path, data=typed)
    made = the_only(session)
    assert answer.status_code == 303
    assert answer.location == f"/inscription/{token_of(made)}"
    assert (made.place, made.people, made.institution_id, made.user_id) == (Place.CONFIRMED, 2, library.id, user.id)
    assert [(one.name, one.lunch, one.access_needs) for one in made.attendees] == [
        ("Camille Inventée", True, None),
        ("Dominique Inventé", False, "boucle magnétique"),
    ]
    page = client.get(answer.location).text
    assert "Votre inscription est confirmée, pour 2\u00a0personnes." in page
    assert "boucle magnétique" in page
    [mail] = mails_to(session, user.email)
    assert f"/inscription/{token_of(made)}/agenda.ics" in mail.text


def test_who_speaks_for_several_institutions_chooses_one_and_their_own_come_first(session: Session, sign_in: SignIn):
    cite = factories.cite(session, "Cité Z inventée")
    centre = factories.institution(session, "Antenne A inventée", Kind.CENTRE, parent_id=cite.id)
    meeting = meeting_factories.meeting(session)
    client = sign_in(factories.member(session, cite))
    path = f"/rencontres/{meeting.public_id}/inscription"
    options = re.findall(r'<option value="([^"]*)"( selected)?', client.get(path).text)
    assert [code for code, _ in options] == ["", cite.public_id, centre.public_id, "moi"]
    assert [code for code, chosen in options if chosen] in ([], [""])
    answer = client.post(path, data=ONE | {"structure": ""})
    assert answer.status_code == 400
    assert "Choisissez pour qui vous vous inscrivez" in answer.text
    assert client.post(path, data=ONE | {"structure": centre.public_id}).status_code == 303
    assert the_only(session).institution_id == centre.id


def test_a_person_is_added_or_taken_away_without_script_and_nothing_typed_is_lost(session: Session, sign_in: SignIn):
    library = factories.library(session)
    meeting = meeting_factories.meeting(session)
    client = sign_in(factories.member(session, library))
    path = f"/rencontres/{meeting.public_id}/inscription"
    two = client.post(path, data={"structure": library.public_id, **ONE, "attentes": "Écouter", "ajouter": "1"})
    assert two.status_code == 200
    assert 'name="personne-2-nom"' in two.text
    assert "Camille Inventée" in two.text
    assert "Écouter" in two.text
    less = client.post(path, data={**ONE, "personne-2-nom": "Dominique Inventé", "retirer": "1"}).text
    assert "Dominique Inventé" in less
    assert "Camille" not in less
    assert "personne-2-nom" not in less
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0


def test_what_is_wrong_is_said_by_the_field_and_kept(session: Session, client: FlaskClient):
    meeting = meeting_factories.meeting(session)
    typed = {"organisation": "", "commune": "Nullepartville", "adresse": "camille", "personne-1-fonction": "direction"}
    answer = client.post(f"/rencontres/{meeting.public_id}/inscription", data=typed)
    assert answer.status_code == 400
    for said in ("Écrivez le nom de votre structure", "Écrivez le nom de cette personne", "Nullepartville", "direction"):
        assert said in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0


def test_without_account_an_address_is_confirmed_before_anything_is_held(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting = meeting_factories.meeting(session, capacity=1)
    answer = client.post(f"/rencontres/{meeting.public_id}/inscription", data=VISITOR)
    assert answer.status_code == 303
    assert "aucune place ne vous est réservée" in client.get(answer.location).text
    made = the_only(session)
    assert (made.place, made.queue_number, made.territory_id) == (Place.UNCONFIRMED, None, "commune-04112")
    page = f"/inscription/{token_of(made)}"
    assert page in mails_to(session, "camille@exemple.fr")[0].text
    assert "Confirmer mon inscription" in client.get(page).text
    assert the_only(session).place is Place.UNCONFIRMED, "scanners of mail open links too"
    assert client.post(f"{page}/confirmer").status_code == 303
    assert the_only(session).place is Place.CONFIRMED
    assert client.post(f"{page}/confirmer").status_code == 409


def test_arrival_is_the_moment_of_confirmation(session: Session, client: FlaskClient, token_of: TokenOf):
    meeting = meeting_factories.meeting(session, capacity=1)
    client.post(f"/rencontres/{meeting.public_id}/inscription", data=VISITOR)
    early = the_only(session)
    client.post(f"/rencontres/{meeting.public_id}/inscription", data=VISITOR | {"adresse": "tard@exemple.fr"})
    late = session.scalars(sa.select(Registration).where(Registration.email == "tard@exemple.fr")).one()
    client.post(f"/inscription/{token_of(late)}/confirmer")
    client.post(f"/inscription/{token_of(early)}/confirmer")
    session.expire_all()
    assert (late.place, early.place) == (Place.CONFIRMED, Place.WAITING)
    assert "au rang 1" in client.get(f"/inscription/{token_of(early)}").text


def test_an_address_that_registers_again_learns_nothing_on_the_page_and_gets_the_link_by_mail(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting = meeting_factories.meeting(session)
    known = meeting_factories.registration(session, meeting, email="camille@exemple.fr")
    path = f"/rencontres/{meeting.public_id}/inscription"
    again = client.post(path, data=VISITOR)
    new = client.post(path, data=VISITOR | {"adresse": "nouveau@exemple.fr"})
    assert (again.status_code, again.location) == (new.status_code, new.location)
    assert f"/inscription/{token_of(known)}" in mails_to(session, "camille@exemple.fr")[0].text
    assert session.scalar(sa.select(sa.func.count()).where(Registration.email == "camille@exemple.fr")) == 1


def test_an_institution_registers_once_and_its_members_are_led_to_the_registration(
    session: Session, sign_in: SignIn, token_of: TokenOf
):
    library = factories.library(session)
    meeting = meeting_factories.meeting(session, openness=Openness.RESERVED)
    client = sign_in(factories.member(session, library))
    path = f"/rencontres/{meeting.public_id}/inscription"
    assert f'value="{library.public_id}"' in client.get(path).text
    known = meeting_factories.registration(session, meeting, library)
    shown = client.get(path).text
    assert "Voir cette inscription" in shown
    assert "personne-1-nom" not in shown, "nobody is left to register"
    assert f'{path}"' not in client.get(f"/rencontres/{meeting.public_id}").text
    late = client.post(path, data={"structure": library.public_id, **ONE, "attentes": "Écouter"})
    assert late.status_code == 409
    assert "Cette structure est déjà inscrite" in late.text
    assert f"/inscription/{token_of(known)}" in late.text
    assert "Camille Inventée" in late.text
    assert "Écouter" in late.text


def test_who_is_registered_is_not_offered_again(session: Session, sign_in: SignIn):
    library, other = factories.library(session), factories.library(session, "Autre médiathèque inventée")
    person = factories.member(session, library)
    factories.member(session, other, user=person)
    meeting = meeting_factories.meeting(session)
    meeting_factories.registration(session, meeting, library)
    page = sign_in(person).get(f"/rencontres/{meeting.public_id}/inscription").text
    assert f'value="{other.public_id}"' in page
    assert f'value="{library.public_id}"' not in page


def test_a_person_is_proposed_their_own_name_but_for_a_workshop(session: Session, sign_in: SignIn):
    person = factories.person(session)
    person.name, person.function = "Marie Inventée", "directrice d’essai"
    session.flush()
    client = sign_in(person)
    page = client.get(f"/rencontres/{meeting_factories.meeting(session).public_id}/inscription").text
    assert 'value="Marie Inventée"' in page
    assert 'value="directrice d’essai"' in page
    assert "Marie" not in client.get(f"/rencontres/{workshop(session).public_id}/inscription").text.partition("<main")[2]


def test_an_account_without_institution_says_where_they_come_from(session: Session, sign_in: SignIn):
    client = sign_in(factories.person(session))
    path = f"/rencontres/{meeting_factories.meeting(session).public_id}/inscription"
    assert "Trouver ma structure" in client.get(path).text
    refused = client.post(path, data={"structure": "moi", **ONE})
    assert refused.status_code == 400
    assert "Écrivez le nom de votre structure" in refused.text
    assert client.post(path, data=ALONE).status_code == 303
    made = the_only(session)
    assert (made.organisation, made.territory_id, made.email) == ("Médiathèque d’essai", "commune-04112", None)


def test_what_an_address_asks_again_before_it_is_confirmed_stands_in_the_place_of_the_first(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting = meeting_factories.meeting(session)
    path = f"/rencontres/{meeting.public_id}/inscription"
    first = client.post(path, data=VISITOR)
    again = client.post(path, data=VISITOR | {"personne-1-nom": "Dominique", "personne-2-nom": "Sam", "attentes": "Voir"})
    assert (first.status_code, first.location) == (again.status_code, again.location)
    made = the_only(session)
    assert ([one.name for one in made.attendees], made.people, made.expects) == (["Dominique", "Sam"], 2, "Voir")
    assert [token_of(made) in mail.text for mail in mails_to(session, "camille@exemple.fr")] == [True, True]
    assert client.post(f"/inscription/{token_of(made)}/confirmer").status_code == 303


def test_an_address_that_nobody_confirmed_holds_no_institution(
    app: Flask, session: Session, client: FlaskClient, sign_in: SignIn, token_of: TokenOf
):
    meeting = meeting_factories.meeting(session, openness=Openness.INVITED)
    library = factories.library(session)
    session.add(Invitation(meeting_id=meeting.id, institution_id=library.id))
    with app.app_context():
        given = pass_of(meeting, library)
    path = f"/rencontres/{meeting.public_id}/inscription"
    client.post(f"{path}?laissez-passer={given}", data={"adresse": "quelconque@exemple.fr", **ONE})
    typed = the_only(session)
    member = sign_in(factories.member(session, library))
    for page in (path, f"/rencontres/{meeting.public_id}", "/mes-rencontres"):
        assert token_of(typed) not in member.get(page).text, "a member does not confirm the address of somebody else"
    assert member.post(path, data={"structure": library.public_id, **ONE}).status_code == 303
    refused = sign_in(None).post(f"/inscription/{token_of(typed)}/confirmer")
    assert refused.status_code == 409
    assert "est déjà inscrite" in refused.text
    assert typed.place is Place.UNCONFIRMED


def test_a_robot_and_who_writes_too_often_get_the_same_answer_and_nothing_is_kept(session: Session, client: FlaskClient):
    meeting = meeting_factories.meeting(session)
    answer = client.post(f"/rencontres/{meeting.public_id}/inscription", data=VISITOR | {"site-web": "http://exemple.fr"})
    assert answer.status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0
    statuses = {client.post(f"/rencontres/{meeting.public_id}/inscription", data=VISITOR).status_code for _ in range(20)}
    assert statuses == {303, 429}
    assert len(mails_to(session, "camille@exemple.fr")) == 5


def test_one_form_sent_twice_makes_one_registration(session: Session, sign_in: SignIn):
    person = factories.person(session)
    meeting = meeting_factories.meeting(session)
    client = sign_in(person)
    typed = ALONE
    statuses = [client.post(f"/rencontres/{meeting.public_id}/inscription", data=typed).status_code for _ in range(2)]
    assert statuses == [303, 409]
    assert the_only(session).user_id == person.id


def test_a_workshop_asks_a_first_name_and_nothing_else(session: Session, client: FlaskClient):
    meeting = workshop(session)
    page = client.get(f"/rencontres/{meeting.public_id}/inscription").text
    assert "Prénom ou pseudonyme" in page
    assert "effacées le lendemain" in page
    for absent in ("fonction", "organisation", "commune", "attentes", "formules"):
        assert f'name="{absent}"' not in page
        assert f'-{absent}"' not in page
    answer = client.post(
        f"/rencontres/{meeting.public_id}/inscription", data={"adresse": "a@exemple.fr", "personne-1-nom": "Lou"}
    )
    assert answer.status_code == 303
    made = the_only(session)
    assert (made.organisation, made.territory_id, [one.name for one in made.attendees]) == (None, None, ["Lou"])


def workshop(session: Session) -> Meeting:
    exchange = factories.exchange(session)
    partnership = Partnership(exchange=exchange, format=Format.RENDEZ_VOUS, step=Step.CONTACT)
    session.add(partnership)
    return meeting_factories.meeting(session, exchange.cite, kind=MeetingKind.WORKSHOP, partnership=partnership)


def test_who_may_not_register_now_is_told_what_to_do(session: Session, client: FlaskClient):
    soon = now() + timedelta(days=3)
    for columns, said in (
        ({"registration_opens_at": soon}, "Les inscriptions ouvrent le"),
        ({"registration_closes_at": now() - timedelta(days=1)}, "Les inscriptions sont closes depuis"),
        ({"takes_registrations": False}, "venez directement"),
        ({"status": Status.CANCELLED}, "annulée"),
        ({"status": Status.HELD, "starts_at": now() - timedelta(days=3)}, "passée"),
    ):
        meeting = meeting_factories.meeting(session, **columns)
        path = f"/rencontres/{meeting.public_id}/inscription"
        assert said in client.get(path).text
        assert client.post(path, data=VISITOR).status_code == 400
    full = meeting_factories.meeting(session, capacity=1)
    meeting_factories.registration(session, full)
    assert "Rejoindre la liste d’attente" in client.get(f"/rencontres/{full.public_id}/inscription").text
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 1


def test_a_meeting_by_invitation_takes_those_who_are_invited(session: Session, sign_in: SignIn, client: FlaskClient):
    meeting = meeting_factories.meeting(session, openness=Openness.INVITED)
    invited, other = factories.library(session), factories.library(session, "Autre médiathèque inventée")
    session.add(Invitation(meeting_id=meeting.id, institution_id=invited.id))
    session.flush()
    path = f"/rencontres/{meeting.public_id}/inscription"
    assert client.get(path).status_code == 404
    assert sign_in(factories.member(session, other)).get(path).status_code == 404
    both = factories.member(session, invited)
    answer = sign_in(both).post(path, data={"structure": other.public_id, **ONE})
    assert answer.status_code == 400, "one registers for one's own institution alone"
    assert sign_in(both).post(path, data={"structure": invited.public_id, **ONE}).status_code == 303


def test_an_invited_institution_registers_without_account_by_its_pass(app: Flask, session: Session, client: FlaskClient):
    meeting = meeting_factories.meeting(session, openness=Openness.INVITED)
    library = factories.library(session)
    with app.app_context():
        given = pass_of(meeting, library)
        elsewhere = pass_of(meeting_factories.meeting(session), library)
    path = f"/rencontres/{meeting.public_id}/inscription?laissez-passer="
    assert client.get(path + elsewhere).status_code == 404
    assert client.get(path + "faux").status_code == 404
    assert library.name in client.get(path + given).text
    answer = client.post(path + given, data={"adresse": "equipe@exemple.fr", **ONE})
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    made = the_only(session)
    assert (made.institution_id, made.email, made.place) == (library.id, "equipe@exemple.fr", Place.UNCONFIRMED)


def test_where_organisers_approve_a_demand_keeps_its_rank_and_they_are_told(session: Session, sign_in: SignIn):
    host = factories.cite(session)
    organiser = factories.member(session, host)
    meeting = meeting_factories.meeting(session, host, needs_approval=True)
    client = sign_in(factories.person(session))
    answer = client.post(f"/rencontres/{meeting.public_id}/inscription", data=ALONE)
    made = the_only(session)
    assert made.place is Place.TO_APPROVE
    assert made.queue_number is not None
    assert "attend la réponse des organisateurs" in client.get(answer.location).text
    assert "demande d’inscription" in mails_to(session, organiser.email)[0].subject


def test_the_page_of_a_meeting_says_how_to_register_and_shows_one_s_own(session: Session, sign_in: SignIn, token_of: TokenOf):
    library = factories.library(session)
    meeting = meeting_factories.meeting(session, capacity=12)
    own = meeting_factories.registration(session, meeting, library)
    page = sign_in(factories.member(session, library)).get(f"/rencontres/{meeting.public_id}").text
    assert "Il reste 11\u00a0places." in page
    assert f"/inscription/{token_of(own)}" in page
    assert f"/inscription/{token_of(own)}" not in sign_in(None).get(f"/rencontres/{meeting.public_id}").text


def test_names_are_tidied_and_too_many_people_are_refused(session: Session, sign_in: SignIn):
    meeting = meeting_factories.meeting(session)
    path = f"/rencontres/{meeting.public_id}/inscription"
    typed = ALONE | {f"personne-{n}-nom": f" Camille\u202e  {n} " for n in range(1, 22)}
    client = sign_in(factories.person(session))
    refused = client.post(path, data=typed)
    assert refused.status_code == 400
    assert "20 personnes au plus" in refused.text
    assert client.post(path, data=typed | {"ajouter": "1"}).status_code == 200
    assert session.scalar(sa.select(sa.func.count()).select_from(Attendee)) == 0
    del typed["personne-21-nom"]
    assert client.post(path, data=typed).status_code == 303
    names = session.scalars(sa.select(Attendee.name).order_by(Attendee.id)).all()
    assert len(names) == 20
    assert names[0] == "Camille 1"
