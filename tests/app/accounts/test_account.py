"""One's name, address and mails."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.actions import send_link
from app.accounts.models import EmailChange, SignInLink, User, UserSession
from app.accounts.session import hashed
from app.clock import now
from app.mail.models import DEFAULT_CADENCES, Cadence, Category, MailPreference, OutgoingMessage
from tests.factories import person

OLD, NEW = "camille@exemple.org", "camille@nouvelle.example.org"


def mail_to(session: Session, address: str) -> OutgoingMessage:
    return session.scalars(
        sa.select(OutgoingMessage).where(OutgoingMessage.address == address).order_by(OutgoingMessage.id.desc())
    ).first()


def confirmation(session: Session, address: str = NEW) -> str:
    return re.search(r"(/mon-compte/adresse/[\w-]+)", mail_to(session, address).text).group(1)


def test_a_person_says_how_they_are_named(session: Session, sign_in):
    user = person(session, OLD, name=None)
    client = sign_in(user)
    page = client.get("/mon-compte").text
    assert "Qui les voit" in page
    assert OLD in page
    answer = client.post("/mon-compte", data={"nom": "  Zoé   Inventée ", "fonction": "Directrice"})
    assert answer.status_code == 303
    session.refresh(user)
    assert (user.name, user.function) == ("Zoé Inventée", "Directrice")
    client.post("/mon-compte", data={"nom": " ", "fonction": ""})
    session.refresh(user)
    assert (user.name, user.function) == (None, None)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", 'Zoé" onmouseover="x', "{{ 7*7 }}", "Zoé\r\nBcc: x", "\u202eéoZ"]
)
def test_a_name_is_shown_as_it_is_typed(session: Session, sign_in, name: str):
    client = sign_in(person(session))
    assert client.post("/mon-compte", data={"nom": name, "fonction": ""}).status_code == 303
    page = client.get("/mon-compte").text
    assert "<script>alert" not in page
    assert '" onmouseover' not in page
    assert ">49<" not in page
    assert "\r\nBcc" not in session.scalars(sa.select(User.name)).one()


def test_too_long_a_name_is_refused_and_nothing_typed_is_lost(session: Session, sign_in):
    user = person(session, name="Avant")
    answer = sign_in(user).post("/mon-compte", data={"nom": "Z" * 101, "fonction": "Directrice", "suite": "/annuaire"})
    assert answer.status_code == 400
    assert "Ce texte est trop long" in answer.text
    assert "Z" * 101 in answer.text
    assert 'value="Directrice"' in answer.text
    session.refresh(user)
    assert user.name == "Avant"


def test_the_account_says_what_is_kept_and_how_long(session: Session, sign_in):
    page = sign_in(person(session)).get("/mon-compte").text
    for words in ("deux ans", "30 jours", 'href="/mentions-legales"'):
        assert words in page.replace("\u00a0", " ")


def test_an_address_changes_once_its_mailbox_has_answered(session: Session, sign_in):
    user = person(session, OLD)
    client, elsewhere = sign_in(user), sign_in(user)
    assert client.post("/mon-compte/adresse", data={"email": NEW.upper()}).status_code == 200
    session.refresh(user)
    assert user.email == OLD
    link = confirmation(session)
    for _ in range(10):
        assert client.get(link).status_code == 200
    session.refresh(user)
    assert user.email == OLD, "opening the link changes nothing"
    assert client.post(link).status_code == 303
    session.refresh(user)
    assert user.email == NEW
    told = mail_to(session, OLD)
    assert "Vérifiez" in told.subject
    assert NEW not in told.text + told.html
    assert client.get("/mon-compte").status_code == 200
    assert elsewhere.get("/mon-compte").status_code == 302
    assert client.post(link).status_code == client.get(link).status_code == 404


def test_a_link_to_the_address_before_signs_in_no_more(app, session: Session, sign_in):
    client = sign_in(person(session, OLD))
    with app.app_context():
        token = send_link(session, OLD, None)
    session.flush()
    client.post("/mon-compte/adresse", data={"email": NEW})
    client.post(confirmation(session))
    assert app.test_client().post(f"/connexion/{token}").status_code == 410


def test_nobody_else_gives_an_account_their_address(app, session: Session, sign_in):
    """An address mistyped is that of a stranger: their mailbox alone does not get them the account."""
    user, stranger = person(session, OLD), person(session)
    sign_in(user).post("/mon-compte/adresse", data={"email": NEW})
    link = confirmation(session)
    visitor, other = app.test_client(), sign_in(stranger)
    assert visitor.get(link).location == visitor.post(link).location == "/connexion"
    assert "Connectez-vous avec votre adresse actuelle" in visitor.get("/connexion").text
    assert other.get(link).status_code == other.post(link).status_code == 404
    assert OLD not in other.get(link).text
    session.expire_all()
    assert {user.email, stranger.email} == {OLD, stranger.email}
    assert user.email == OLD


def test_a_wish_is_over_after_an_hour_or_when_another_takes_its_place(session: Session, sign_in):
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False) as clock:
        client = sign_in(person(session, OLD))
        client.post("/mon-compte/adresse", data={"email": NEW})
        first = confirmation(session)
        client.post("/mon-compte/adresse", data={"email": "autre@exemple.org"})
        second = confirmation(session, "autre@exemple.org")
        assert client.get(first).status_code == client.post(first).status_code == 404
        clock.shift(timedelta(minutes=59))
        assert client.get(second).status_code == 200
        clock.shift(timedelta(minutes=1))
        assert client.get(second).status_code == client.post(second).status_code == 404


def test_the_address_of_another_account_is_told_to_the_reader_of_its_mailbox_alone(session: Session, sign_in):
    user, other = person(session, OLD), person(session, NEW)
    client = sign_in(user)
    seen = []
    for email in (NEW, "personne@exemple.org"):
        answer = client.post("/mon-compte/adresse", data={"email": email})
        seen.append((answer.status_code, answer.text.replace(email, "")))
    assert seen[0] == seen[1]
    client.post("/mon-compte/adresse", data={"email": NEW})
    answer = client.post(confirmation(session))
    assert answer.status_code == 409
    assert "Un autre compte a déjà cette adresse" in answer.text
    session.expire_all()
    assert (user.email, other.email) == (OLD, NEW)


@pytest.mark.parametrize(("typed", "status"), [("", 400), ("x", 400), (OLD, 409), (f" {OLD.upper()} ", 409)])
def test_an_address_that_is_none_or_one_s_own_is_refused(session: Session, sign_in, typed: str, status: int):
    answer = sign_in(person(session, OLD)).post("/mon-compte/adresse", data={"email": typed})
    assert answer.status_code == status
    assert session.scalars(sa.select(EmailChange)).all() == []
    assert session.scalars(sa.select(OutgoingMessage)).all() == []


def test_changes_of_address_are_limited(session: Session, sign_in):
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False):
        client = sign_in(person(session, OLD))
        seen = [client.post("/mon-compte/adresse", data={"email": f"a{n}@exemple.org"}).status_code for n in range(6)]
    assert seen == [200] * 5 + [429]


def test_the_wish_is_kept_as_a_hash(session: Session, sign_in):
    sign_in(person(session, OLD)).post("/mon-compte/adresse", data={"email": NEW})
    token = confirmation(session).rpartition("/")[2]
    assert session.scalars(sa.select(EmailChange.token_hash)).one() == hashed(token)


HASH = hashed("un jeton")
IN_TIME = {"token_hash": HASH, "created_at": now(), "expires_at": now() + timedelta(days=1)}
LATE = {"token_hash": HASH, "created_at": now(), "expires_at": now() - timedelta(seconds=1)}


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        (lambda user: EmailChange(user_id=user.id, email="A@exemple.org", **IN_TIME), "email_is_folded"),
        (lambda user: EmailChange(user_id=user.id, email="a@exemple.org", **IN_TIME | {"token_hash": "x"}), "token_is_hashed"),
        (lambda user: EmailChange(user_id=user.id, email="a@exemple.org", **LATE), "expires_after_it_is_made"),
        (lambda _user: SignInLink(email="a@exemple.org", **LATE), "expires_after_it_is_made"),
        (lambda _user: SignInLink(email="a@exemple.org", used_at=now() + timedelta(days=2), **IN_TIME), "used_in_time"),
        (lambda _user: SignInLink(email="a@exemple.org", **IN_TIME | {"token_hash": "A" * 64}), "token_is_hashed"),
        (lambda user: UserSession(user_id=user.id, token_hash="jeton en clair", device="x"), "token_is_hashed"),
        (lambda _user: User(email="a@exemple.org", name="Marie\nPayet"), "name_is_seen_whole"),
        (lambda _user: User(email="a@exemple.org", name="Marie\u202ePayet"), "name_is_seen_whole"),
        (lambda _user: User(email="a@exemple.org", name="\u200b"), "name_is_seen_whole"),
        (lambda _user: User(email="a@exemple.org", function="\x07"), "function_is_seen_whole"),
        (lambda _user: User(email="A@exemple.org"), "email_is_folded"),
        (lambda _user: User(email="a b@exemple.org"), "email_is_folded"),
        (lambda user: User(email=user.email), "uq_app_user_email"),
        (lambda _user: User(email="a@exemple.org", name=" "), "name_not_blank"),
        (lambda user: UserSession(user_id=user.id, token_hash=None, device="x"), "token_hash"),
        (lambda _user: UserSession(user_id=0, token_hash=HASH, device="x"), "fk_user_session_user_id"),
        (lambda _user: SignInLink(token_hash=HASH, email="a@exemple.org"), "expires_at"),
        (lambda user: MailPreference(user_id=user.id, category=Category.ESSENTIAL, cadence=Cadence.NEVER), "essential"),
    ],
)
def test_the_database_refuses(session: Session, row, constraint: str):
    session.add(row(person(session)))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


def test_a_name_written_in_letters_is_kept(session: Session):
    user = person(session, name="Élodie O’Brien-Nguyễn 李", function="Chargée d’accueil (1er étage)")
    session.flush()
    assert user.id


@pytest.mark.parametrize("name", ["-", "…", "’"])
def test_a_name_without_a_letter_is_refused(session: Session, sign_in, name: str):
    user = person(session)
    answer = sign_in(user).post("/mon-compte", data={"nom": name, "fonction": "Direction"})
    assert answer.status_code == 400
    assert "Écrivez votre nom en toutes lettres" in answer.text


def test_a_name_that_is_not_seen_is_no_name(session: Session, sign_in):
    user = person(session, name="Marie")
    assert sign_in(user).post("/mon-compte", data={"nom": "\u200b\u2066", "fonction": "\u3164"}).status_code == 303
    session.refresh(user)
    assert (user.name, user.function) == (None, None)


CHOICES = {
    "demandes": "immediat",
    "messages": "quotidien",
    "suivi": "hebdomadaire",
    "alertes": "immediat",
    "actualites": "jamais",
    "invitations": "immediat",
}


def checked(page: str) -> dict[str, str]:
    boxes = re.findall(r"<input [^>]*type=\"radio\"[^>]*>", page)
    return {
        re.search(r'name="([^"]+)"', box).group(1): re.search(r'value="([^"]+)"', box).group(1)
        for box in boxes
        if "checked" in box.split()
    }


def test_one_chooses_how_often_to_hear_of_each_category(session: Session, sign_in):
    client = sign_in(person(session))
    usual = {category.value: cadence.value for category, cadence in DEFAULT_CADENCES.items() if category != Category.ESSENTIAL}
    assert checked(client.get("/mon-compte/courriels").text) == usual
    for choices in (CHOICES, usual, CHOICES):
        assert client.post("/mon-compte/courriels", data=choices).status_code == 303
        assert checked(client.get("/mon-compte/courriels").text) == choices
    rows = session.execute(sa.select(MailPreference.category, MailPreference.cadence)).all()
    assert {row.category.value: row.cadence.value for row in rows} == CHOICES


@pytest.mark.parametrize("forged", [{"demandes": "parfois"}, {"demandes": ""}, {"messages": "<script>alert(1)</script>"}])
def test_an_unknown_rhythm_is_refused(session: Session, sign_in, forged: dict[str, str]):
    answer = sign_in(person(session)).post("/mon-compte/courriels", data=CHOICES | forged)
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert session.scalars(sa.select(MailPreference)).all() == []


def test_what_is_essential_is_no_choice(session: Session, sign_in):
    client = sign_in(person(session))
    assert "indispensable" not in checked(client.get("/mon-compte/courriels").text)
    assert client.post("/mon-compte/courriels", data=CHOICES | {"indispensable": "jamais"}).status_code == 303
    assert len(session.scalars(sa.select(MailPreference)).all()) == len(CHOICES)
