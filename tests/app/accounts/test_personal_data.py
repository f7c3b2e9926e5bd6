"""Taking one's data away, and being forgotten: no table is left out, whoever adds one."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.accounts import actions
from app.accounts.models import EmailChange, SignInLink, User, UserSession
from app.accounts.personal_data import everything_about, references
from app.clock import now
from app.directory.edition.models import Change, ErrorReport, Profile, Voice
from app.directory.memberships.mails import invitation
from app.directory.memberships.models import MembershipRequest
from app.errors import Refusal
from app.mail.models import Cadence, Category, MailPreference, OutgoingMessage
from app.mail.outbox import Mail, post, post_to_address
from app.matchmaking.interests.models import Declaration
from app.partnerships.agreements.models import CharterAcceptance, Principle
from app.partnerships.exchanges.models import Message, Side
from geo.orm import Base
from tests.app.partnerships.boards.stalls import partnership
from tests.factories import exchange, institution, member, person

EMAIL, NAME, SECRET = "zephyrine.essai@exemple.org", "Zéphyrine Singulière", "5ec2e7" * 10


@pytest.fixture
def known(app, session: Session) -> User:
    """A person who has left a trace of each sort."""
    user, other = person(session, EMAIL, name=NAME), person(session, "autrui@exemple.org", name="Autrui Inventé")
    house = institution(session, "Médiathèque des traces")
    member(session, house, user)
    in_time = now() + timedelta(minutes=5)
    asked = MembershipRequest(user_id=user.id, institution_id=house.id, message="Je voudrais", decided_by_id=other.id)
    asked.decided_at, asked.accepted = now(), True
    session.add_all(
        [
            asked,
            UserSession(user_id=user.id, token_hash=f"{SECRET}0001", device="Firefox sous Linux"),
            SignInLink(token_hash=f"{SECRET}0002", email=EMAIL, expires_at=in_time),
            EmailChange(user_id=user.id, token_hash=f"{SECRET}0003", email="autre@exemple.org", expires_at=in_time),
            MailPreference(user_id=user.id, category=Category.NEWS, cadence=Cadence.NEVER),
            ErrorReport(institution_id=house.id, message="Horaires faux", email=EMAIL),
            Profile(institution_id=house.id, contact_email=EMAIL.capitalize()),
            Change(
                institution_id=house.id, field="contact_email", before=EMAIL, after="x", voice=Voice.SELF, changed_by_id=user.id
            ),
            Message(exchange=exchange(session), side=Side.CITE, author_id=user.id, body="Bonjour à vous"),
        ]
    )
    with app.app_context():
        post(session, Mail("Attendez", ["Un courrier."], Category.MESSAGES), to=[user])
        post_to_address(session, Mail("Ouvrez", ["Un lien."], Category.ESSENTIAL), EMAIL)
    session.flush()
    return user


def test_every_reference_to_a_person_says_what_becomes_of_it():
    silent = [
        f"{column.table.name}.{column.name}"
        for column in references()
        if next(iter(column.foreign_keys)).ondelete not in ("CASCADE", "SET NULL")
    ]
    assert not silent, f"give ondelete to these keys, CASCADE or SET NULL: {silent}"
    kept_blind = [
        f"{column.table.name}.{column.name}"
        for column in references()
        if next(iter(column.foreign_keys)).ondelete == "SET NULL" and not column.nullable
    ]
    assert not kept_blind, f"a key that is set to NULL must be nullable: {kept_blind}"


def test_the_database_does_as_the_models_say(session: Session):
    """What the migrations wrote, not what the models promise: c is CASCADE, n is SET NULL."""
    rules = session.execute(
        sa.text("SELECT conrelid::regclass::text, confdeltype::text FROM pg_constraint WHERE confrelid = 'app_user'::regclass")
    ).all()
    assert len(rules) == len(references())
    assert {rule for _, rule in rules} <= {"c", "n"}, rules


def test_the_file_holds_every_trace(session: Session, sign_in, known: User):
    answer = sign_in(known).get("/mon-compte/donnees.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="mes-donnees-maillage-')
    assert answer.headers["Cache-Control"] == "no-store"
    told = json.loads(answer.text)
    assert told["vous"]["email"] == EMAIL
    tables = {entry["table"] for entry in told["rubriques"]}
    assert {"membership", "membership_request", "user_session", "mail_preference", "message", "change"} <= tables
    assert {"sign_in_link", "outgoing_message", "error_report", "email_change", "profile"} <= tables
    for words in ("Bonjour à vous", "Médiathèque des traces", "jamais", "Firefox sous Linux", "Un courrier.", "Un lien."):
        assert words in answer.text


def test_the_file_gives_no_proof_of_identity_and_nobody_else(sign_in, known: User):
    text = sign_in(known).get("/mon-compte/donnees.json").text
    assert SECRET not in text
    assert "token_hash" not in text
    assert "Autrui" not in text
    assert "autrui@exemple.org" not in text
    assert "une autre personne" in text


def test_a_new_table_cannot_be_forgotten(session: Session, known: User):
    """Each reference is told when a row has it, whatever the table."""
    entries = {(entry["table"], entry["lien"]) for entry in everything_about(session, known)["rubriques"]}
    for column in references():
        rows = session.scalar(sa.select(sa.func.count()).select_from(column.table).where(column == known.id))
        assert ((column.table.name, column.name) in entries) is bool(rows), f"{column}"


def test_a_person_without_a_trace_has_a_file_too(session: Session, sign_in):
    told = json.loads(sign_in(person(session)).get("/mon-compte/donnees.json").text)
    assert [entry["table"] for entry in told["rubriques"]] == ["user_session"]


def everything_stored(session: Session) -> dict[str, str]:
    """All the text of the tables that people fill, by column."""
    stored = {}
    for table in Base.metadata.sorted_tables:
        columns: list[sa.Column[Any]] = [
            column for column in table.columns if isinstance(column.type, sa.Text | sa.Enum | sa.ARRAY | JSONB)
        ]
        if table.name in ("territory", "fusion") or not columns:
            continue
        for column in columns:
            text = session.scalar(sa.select(sa.func.string_agg(sa.cast(column, sa.Text), "\n")))
            stored[f"{table.name}.{column.name}"] = text or ""
    return stored


def test_nothing_names_a_person_who_is_erased(session: Session, known: User):
    before = "\n".join(everything_stored(session).values()).lower()
    assert EMAIL in before
    actions.erase(session, known)
    found = [
        where
        for where, text in everything_stored(session).items()
        if EMAIL in text.lower() or NAME in text or SECRET in text or "zephyrine" in text.lower()
    ]
    assert not found
    assert session.scalars(sa.select(OutgoingMessage)).all() == []


def test_what_was_done_for_an_institution_stays_without_the_name(session: Session, known: User):
    actions.erase(session, known)
    message = session.scalars(sa.select(Message)).one()
    assert (message.body, message.author_id) == ("Bonjour à vous", None)
    change = session.scalars(sa.select(Change)).one()
    assert change.before.startswith("(adresse effacée")
    assert change.changed_by_id is None
    assert session.scalars(sa.select(User.email)).all() == ["autrui@exemple.org"]


def test_two_who_followed_each_other_may_both_be_erased(session: Session):
    house = institution(session)
    one, two = person(session, "une@exemple.org"), person(session, "deux@exemple.org")
    session.add(Change(institution_id=house.id, field="contact_email", before=one.email, after=two.email, voice=Voice.SELF))
    session.flush()
    actions.erase(session, one)
    actions.erase(session, two)
    change = session.scalars(sa.select(Change)).one()
    assert change.before != change.after


@pytest.mark.parametrize(
    "other",
    [
        *("maria@x.example", "b.a@x.example", "b-a@x.example", "b+a@x.example", "o'a@x.example", "éa@x.example"),
        *("a@x.example.org", "a@x.examples", "a@x.example-2", "a@xyexample"),
    ],
)
def test_the_address_of_another_that_looks_like_it_is_not_touched(session: Session, other: str):
    house, user = institution(session), person(session, "a@x.example")
    kept = [other, {"boîte": f"<{other}>"}]
    session.add(Change(institution_id=house.id, field="contact_email", before=kept, after=None, voice=Voice.SELF))
    session.flush()
    actions.erase(session, user)
    assert session.scalars(sa.select(Change.before)).one() == kept


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a@x.example",
            "A@X.example",
            "<a@x.example>",
            "Écrire à a@x.example.",
            "Marie\na@x.example",
            "a@x.example, b@x.example",
        ),
        *('"a@x.example"', "'a@x.example'", "mailto:a@x.example", "(a@x.example)"),
    ],
)
def test_an_address_is_erased_wherever_it_stands_in_a_text(session: Session, text: str):
    house, user = institution(session), person(session, "a@x.example")
    session.add(Change(institution_id=house.id, field="presentation", before={"texte": [text]}, after="x", voice=Voice.SELF))
    session.flush()
    actions.erase(session, user)
    left = session.scalars(sa.select(Change.before)).one()["texte"][0]
    assert "(adresse effacée" in left
    assert "a@x.example" not in left.lower().replace("b@x.example", "")
    assert ("b@x.example" in left) is ("b@x.example" in text)


def test_a_mail_to_another_does_not_name_who_is_erased(app: Flask, session: Session):
    user, other = person(session, "a@x.example", name="Jeanne d'Arc & Fils"), person(session, "maria@x.example")
    house = institution(session)
    with app.app_context():
        post_to_address(session, invitation(house, user), "invitee@exemple.org")
        paragraphs = ["Jeanne d’Arc & Fils vous répond à a@x.example.", "Écrivez à maria@x.example : c’est mieux."]
        post(session, Mail("Lisez Jeanne d'Arc & Fils", paragraphs, Category.MESSAGES), to=[other])
        post(session, Mail("Autre", ["Jeanne d'Arc & Fils-Durand est une autre."], Category.MESSAGES), to=[other])
    session.flush()
    actions.erase(session, user)
    first, second, third = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id))
    assert first.paragraphs[0].startswith("Une personne vous invite à parler au nom de")
    assert second.subject == "Lisez Une personne"
    assert re.fullmatch(r"Une personne vous répond à \(adresse effacée \w+\)\.", second.paragraphs[0])
    assert second.paragraphs[1] == paragraphs[1]
    for body in (first.text, first.html, second.text, second.html):
        assert "Arc" not in body
        assert re.search(r"(?<!mari)a@x\.example", body) is None
        assert "Une personne" in body
    assert "Fils-Durand" in third.paragraphs[0]


def test_what_was_signed_by_name_stays_signed_and_the_page_says_so(session: Session, sign_in):
    user = person(session, EMAIL, name=NAME, function="Directrice")
    one = partnership(session)
    session.add(
        CharterAcceptance(
            partnership_id=one.id, principle=Principle.WELCOME, accepted_by_id=user.id, name=NAME, function="Directrice"
        )
    )
    session.flush()
    page = sign_in(user).get("/mon-compte/effacer").text
    for words in ("charte", "signataire", "à la main", "preuve"):
        assert words in page
    actions.erase(session, user)
    left = session.scalars(sa.select(CharterAcceptance)).one()
    assert (left.name, left.accepted_by_id) == (NAME, None)


def test_a_question_that_cannot_be_answered_any_more_goes(session: Session):
    """A declaration without account waits for an answer at its address; a handled one has lost it already."""
    user = person(session, EMAIL)
    asked = {"library_name": "Bibliothèque inventée", "commune_id": "commune-04112"}
    session.add(Declaration(email=EMAIL, confirmed_at=now(), **asked))
    session.add(Declaration(email="autrui@exemple.org", confirmed_at=now(), **asked))
    session.flush()
    actions.erase(session, user)
    assert session.scalars(sa.select(Declaration.email)).all() == ["autrui@exemple.org"]


def test_whoever_is_erased_is_signed_out(session: Session, sign_in):
    user = person(session)
    client = sign_in(user)
    actions.erase(session, user)
    session.flush()
    assert client.get("/mon-compte").status_code == 302


def test_the_last_administrator_is_not_erased(session: Session):
    first, second = person(session, administrator=True), person(session, administrator=True)
    actions.erase(session, first)
    with pytest.raises(Refusal, match="dernière personne"):
        actions.erase(session, second)
    assert session.scalars(sa.select(User)).all() == [second]
