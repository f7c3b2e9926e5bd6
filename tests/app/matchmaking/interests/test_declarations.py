"""A library without account: the public form, the address confirmed, the sheet found by the agency."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.session import hashed
from app.clock import now
from app.directory.edition.models import Profile
from app.directory.memberships.permissions import actor_of
from app.mail.models import OutgoingMessage
from app.matchmaking.interests import queries
from app.matchmaking.interests.models import Act, Declaration, Interest, Outcome
from tests import factories

TYPED = {"nom": "Médiathèque d’Herbès", "commune": "Manosque", "email": "Mediatheque@Exemple.fr", "mots": "Un essai"}


def declared(session: Session) -> list[Declaration]:
    return list(session.scalars(sa.select(Declaration).order_by(Declaration.id)))


def token_of(session: Session) -> str:
    message = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id.desc())).first()
    assert message
    return re.findall(r"/declarer-un-interet/([\w-]+)", message.text)[0]


def confirmed(session: Session, **columns: object) -> Declaration:
    values = {
        "library_name": "Médiathèque d’Herbès",
        "commune_id": "commune-04112",
        "email": "mediatheque@exemple.fr",
        "declared_at": now(),
        "confirmed_at": now(),
    }
    row = Declaration(**(values | columns))
    session.add(row)
    session.flush()
    return row


def test_the_whole_way_from_the_form_to_the_sheet(client, sign_in, session: Session):
    library = factories.library(session, "Médiathèque d’Herbès")
    agent = factories.member(session, factories.agency(session))
    agency = sign_in(agent)
    assert client.post("/declarer-un-interet", data=TYPED).location == "/declarer-un-interet/envoye"
    (one,) = declared(session)
    token = token_of(session)
    assert one.token_hash == hashed(token)
    assert (one.email, one.commune_id, one.confirmed_at) == ("mediatheque@exemple.fr", "commune-04112", None)
    assert one.library_name not in agency.get("/interets/sans-compte").text, "nothing is read before the address is proven"
    page = client.get(f"/declarer-un-interet/{token}")
    assert "Confirmer" in page.text
    session.refresh(one)
    assert one.confirmed_at is None, "opening the link confirms nothing"
    assert client.post(f"/declarer-un-interet/{token}").status_code == 303
    assert client.post(f"/declarer-un-interet/{token}").status_code == 409
    assert client.get(f"/declarer-un-interet/{token}").status_code == 404
    assert session.scalars(sa.select(OutgoingMessage.user_id).order_by(OutgoingMessage.id)).all() == [None, agent.id]
    assert one.library_name in agency.get("/interets/sans-compte").text
    address = f"/interets/sans-compte/{one.public_id}"
    assert library.public_id in agency.get(address).text
    assert session.scalars(queries.declarations_waiting_for(actor_of(session, agent))).all() == [one]
    answer = agency.post(f"{address}/rattacher", data={"structure": library.public_id})
    assert answer.status_code == 303
    said = session.scalars(sa.select(Interest)).one()
    assert (said.act, said.author_id, said.words, said.declared_by_id) == (Act.DECLARED, library.id, "Un essai", None)
    session.refresh(one)
    assert (one.outcome, one.email, one.interest_id) == (Outcome.ATTACHED, None, said.id)
    last = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id.desc())).first()
    assert last
    assert (last.address, last.subject) == ("mediatheque@exemple.fr", f"Demandez à parler pour {library.name}")
    assert f"/annuaire/{library.public_id}/parler-pour" in last.text
    assert agency.post(f"{address}/rattacher", data={"structure": library.public_id}).status_code == 409
    assert agency.post(f"{address}/ecarter", data={"motif": "Doublon"}).status_code == 409


def test_one_set_aside_is_answered_with_its_reason(sign_in, session: Session):
    one = confirmed(session)
    agency = sign_in(factories.member(session, factories.agency(session)))
    address = f"/interets/sans-compte/{one.public_id}"
    refused = agency.post(f"{address}/ecarter", data={"motif": "  "})
    assert refused.status_code == 400
    assert "Écrivez le motif" in refused.text
    assert agency.post(f"{address}/ecarter", data={"motif": "Bibliothèque fermée\ndepuis 2020"}).status_code == 303
    session.refresh(one)
    assert (one.outcome, one.email) == (Outcome.SET_ASIDE, None)
    message = session.scalars(sa.select(OutgoingMessage)).one()
    assert message.address == "mediatheque@exemple.fr"
    assert "Bibliothèque fermée depuis 2020" in message.text
    assert not session.scalars(sa.select(Interest)).all()


@pytest.mark.parametrize("role", ["stranger", "cite", "other agency", "visitor"])
def test_nobody_else_reads_a_declaration(sign_in, session: Session, role: str):
    one = confirmed(session)
    library = factories.library(session)
    people = {
        "stranger": lambda: factories.member(session, library),
        "cite": lambda: factories.member(session, factories.cite(session)),
        "other agency": lambda: factories.member(session, factories.agency(session, "region-75")),
        "visitor": lambda: None,
    }
    client = sign_in(people[role]())
    for address in ("", "/rattacher", "/ecarter"):
        method = client.post if address else client.get
        answer = method(f"/interets/sans-compte/{one.public_id}{address}", data={"structure": library.public_id, "motif": "x"})
        assert answer.status_code == (302 if role == "visitor" else 404)
    session.refresh(one)
    assert one.handled_at is None


def test_one_is_attached_to_a_library_of_ones_region_alone(sign_in, session: Session):
    one = confirmed(session)
    agency = sign_in(factories.member(session, factories.agency(session)))
    address = f"/interets/sans-compte/{one.public_id}/rattacher"
    elsewhere = factories.library(session, "Ailleurs", "commune-35238")
    assert agency.post(address, data={"structure": elsewhere.public_id}).status_code == 403
    assert agency.post(address, data={"structure": factories.cite(session).public_id}).status_code == 409
    assert agency.post(address, data={"structure": "inventee"}).status_code == 400
    assert agency.post(address, data={}).status_code == 400
    session.refresh(one)
    assert one.handled_at is None


def test_an_interest_already_open_is_not_said_twice(sign_in, session: Session):
    library = factories.library(session)
    colleague = factories.member(session, library)
    session.add(Interest(act=Act.DECLARED, author=library))
    one = confirmed(session)
    agency = sign_in(factories.member(session, factories.agency(session)))
    answer = agency.post(f"/interets/sans-compte/{one.public_id}/rattacher", data={"structure": library.public_id})
    assert answer.status_code == 303
    assert len(session.scalars(sa.select(Interest)).all()) == 1
    assert colleague.id in session.scalars(sa.select(OutgoingMessage.user_id)).all()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("nom", "", "Écrivez le nom de la bibliothèque"),
        ("nom", "x" * 201, "trop long"),
        ("commune", "", "Écrivez le nom de la commune"),
        ("commune", "Xyzzyville", "Aucune commune"),
        ("commune", "Saint-Denis", "(93)"),
        ("email", "pas une adresse", "prenom.nom@ville.fr"),
        ("email", "a@exemple.fr\r\nBcc: b@exemple.fr", "prenom.nom@ville.fr"),
        ("mots", "x" * 2_001, "trop long"),
        ("formules", "inventee", "n’est pas un choix"),
    ],
)
def test_bad_input_is_said_and_kept(client: FlaskClient, session: Session, field: str, value: str, said: str):
    answer = client.post("/declarer-un-interet", data=TYPED | {field: value})
    assert answer.status_code == 400
    assert said in answer.text
    assert field == "mots" or "Un essai" in answer.text
    assert declared(session) == []


def test_a_robot_that_fills_every_field_gets_the_same_answer_and_leaves_nothing(client: FlaskClient, session: Session):
    answer = client.post("/declarer-un-interet", data=TYPED | {"site-web": "http://spam.invalid"})
    assert answer.location == "/declarer-un-interet/envoye"
    assert declared(session) == []
    assert session.scalars(sa.select(OutgoingMessage)).all() == []


def test_one_address_is_written_to_three_times_a_day_and_nobody_is_told(app: Flask, session: Session, connection):
    for number in range(5):
        client = app.test_client()
        answer = client.post("/declarer-un-interet", data=TYPED, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        assert answer.location == "/declarer-un-interet/envoye"
    assert len(declared(session)) == 3
    assert len(session.scalars(sa.select(OutgoingMessage)).all()) == 3


def test_one_client_declares_five_times_an_hour(client: FlaskClient, session: Session):
    answers = [client.post("/declarer-un-interet", data=TYPED | {"email": f"m{n}@exemple.fr"}).status_code for n in range(6)]
    assert answers == [303] * 5 + [429]


def test_what_is_not_confirmed_within_three_days_is_erased(app: Flask, client: FlaskClient, session: Session):
    start = datetime(2026, 3, 1, 10, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        client.post("/declarer-un-interet", data=TYPED)
    token = token_of(session)
    for days, left in ((2.9, 1), (3.1, 0)):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            assert client.get(f"/declarer-un-interet/{token}").status_code == (200 if left else 404)
            assert app.test_cli_runner().invoke(args=["interests", "age"]).exit_code == 0
        assert len(declared(session)) == left


def test_a_link_over_confirms_nothing_before_the_timer_passes_too(client: FlaskClient, session: Session):
    start = datetime(2026, 3, 1, 10, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        client.post("/declarer-un-interet", data=TYPED)
    with time_machine.travel(start + timedelta(days=4), tick=False):
        assert client.post(f"/declarer-un-interet/{token_of(session)}").status_code == 409


def test_what_nobody_handles_within_six_months_is_erased_and_its_author_told(app: Flask, session: Session):
    start = datetime(2026, 3, 1, 10, tzinfo=UTC)
    confirmed(session, declared_at=start, confirmed_at=start)
    for days, left in ((179, 1), (181, 0)):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            assert app.test_cli_runner().invoke(args=["interests", "age"]).exit_code == 0
        assert len(declared(session)) == left
    assert session.scalars(sa.select(OutgoingMessage.address)).all() == ["mediatheque@exemple.fr"]


@pytest.mark.parametrize("token", ["x", "x" * 300, "envoye-"])
def test_a_forged_token_opens_nothing(client: FlaskClient, token: str):
    assert client.get(f"/declarer-un-interet/{token}").status_code == 404
    assert client.post(f"/declarer-un-interet/{token}").status_code == 409


def test_scripts_typed_in_the_form_are_shown_as_text(client, sign_in, session: Session):
    attack = "<script>alert(1)</script>"
    client.post("/declarer-un-interet", data=TYPED | {"nom": attack, "mots": attack})
    client.post(f"/declarer-un-interet/{token_of(session)}")
    agency = sign_in(factories.member(session, factories.agency(session)))
    (one,) = declared(session)
    for address in (
        "/interets/sans-compte",
        f"/interets/sans-compte/{one.public_id}",
        f"/interets/sans-compte/{one.public_id}?q=%3Cscript%3E",
    ):
        page = agency.get(address).text
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("offered", "ticked", "known", "kept"),
    [
        (True, True, None, "mediatheque@exemple.fr"),
        (True, False, None, None),
        (False, True, None, None),
        (True, True, "autre@exemple.fr", "autre@exemple.fr"),
    ],
)
def test_a_shared_mailbox_becomes_the_contact_of_the_sheet_if_both_wish_it(
    sign_in, session: Session, offered: bool, ticked: bool, known: str | None, kept: str | None
):
    library = factories.library(session)
    if known:
        session.add(Profile(institution_id=library.id, contact_email=known))
    one = confirmed(session, offers_mailbox=offered)
    agent = factories.member(session, factories.agency(session))
    agency = sign_in(agent)
    address = f"/interets/sans-compte/{one.public_id}"
    assert ("garder cette boîte" in agency.get(address).text) is offered
    data = {"structure": library.public_id} | ({"boite": "1"} if ticked else {})
    assert agency.post(f"{address}/rattacher", data=data).status_code == 303
    session.refresh(one)
    assert one.email is None
    assert session.scalar(sa.select(Profile.contact_email).where(Profile.institution_id == library.id)) == kept
    told = session.scalars(sa.select(OutgoingMessage)).all()
    assert agent.id not in [message.user_id for message in told], "who attaches is not told of it"
    (answer,) = [message for message in told if message.address == "mediatheque@exemple.fr"]
    assert ("le contact que montre la fiche" in answer.text) is (kept == "mediatheque@exemple.fr")


def test_a_postcode_that_several_communes_share_is_asked_back_as_choices(client: FlaskClient, session: Session):
    asked = client.post("/declarer-un-interet", data=TYPED | {"commune": "06130", "boite": "y"})
    assert asked.status_code == 400
    choices = re.findall(r'name="commune-choix" type="radio" value="(commune-\d+)"', asked.text)
    assert "commune-06069" in choices
    assert len(choices) > 1
    forged = client.post("/declarer-un-interet", data=TYPED | {"commune": "06130", "commune-choix": "commune-13055"})
    assert forged.status_code == 400
    sent = client.post(
        "/declarer-un-interet", data=TYPED | {"commune": "06130", "commune-choix": "commune-06069", "boite": "y"}
    )
    assert sent.status_code == 303
    (one,) = declared(session)
    assert (one.commune_id, one.offers_mailbox) == ("commune-06069", True)
