"""Interests get old: asked after six months, closed after nine, reopened in one click."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.permissions import Actor, actor_of
from app.mail.models import Category, OutgoingMessage
from app.matchmaking.interests import queries
from app.matchmaking.interests.models import Act, Closing, Interest
from tests import factories
from tests.app.matchmaking.interests.acts import interest, lead

SAID = datetime(2026, 1, 15, 10, tzinfo=UTC)


@pytest.fixture
def said(session: Session) -> Interest:
    author = factories.library(session)
    factories.member(session, author)
    return interest(session, author=author, declared_at=SAID, renewed_at=SAID)


def age(app: Flask, day: str) -> str:
    with time_machine.travel(f"{day}T10:00:01+00:00", tick=False):
        result = app.test_cli_runner().invoke(args=["interests", "age"])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def subjects(session: Session) -> list[str]:
    return list(session.scalars(sa.select(OutgoingMessage.subject).order_by(OutgoingMessage.id)))


@pytest.mark.parametrize(
    ("days", "mails", "closing"),
    [
        (["2026-07-14"], 0, None),
        (["2026-07-15"], 1, None),
        (["2026-07-16"], 1, None),
        (["2026-07-16", "2026-07-16", "2026-08-01"], 1, None),
        (["2026-07-16", "2026-10-14"], 1, None),
        (["2026-07-16", "2026-10-15"], 2, Closing.UNANSWERED),
        (["2026-07-16", "2026-10-16", "2026-10-17", "2027-10-17"], 2, Closing.UNANSWERED),
        # The timer slept: it asks first, and closes no sooner than a month later.
        (["2026-12-01"], 1, None),
        (["2026-12-01", "2026-12-30"], 1, None),
        (["2026-12-01", "2026-12-31"], 2, Closing.UNANSWERED),
    ],
)
def test_an_interest_ages(app: Flask, session: Session, said: Interest, days: list[str], mails: int, closing: Closing | None):
    for day in days:
        age(app, day)
    session.refresh(said)
    assert len(subjects(session)) == mails
    assert said.closing is closing
    assert (said.closed_at is None) is (closing is None)


@pytest.mark.parametrize("closing", list(Closing))
def test_what_is_closed_is_never_reminded(app: Flask, session: Session, said: Interest, closing: Closing):
    said.closed_at, said.closing = SAID, closing
    session.flush()
    age(app, "2027-01-01")
    assert subjects(session) == []


def test_a_reminder_leads_to_a_button_that_begins_six_months_again(
    app: Flask, sign_in, client, session: Session, said: Interest
):
    age(app, "2026-07-16")
    message = session.scalars(sa.select(OutgoingMessage)).one()
    assert message.category is Category.FOLLOW_UP
    address = f"/interets/{said.public_id}/toujours-d-actualite"
    assert address in message.text
    visitor = client.get(address)
    assert (visitor.status_code, visitor.location.startswith("/connexion")) == (302, True)
    with time_machine.travel("2026-07-20T10:00:00+00:00", tick=False):
        user = factories.member(session, said.author)
        author = sign_in(user)
        assert "Toujours d’actualité" in author.get(address).text
        session.refresh(said)
        assert said.renewed_at == SAID, "the page alone answers nothing: scanners of mail open links"
        assert author.post(address).status_code == 303
    age(app, "2027-01-19")
    session.refresh(said)
    assert said.closing is None
    assert len(subjects(session)) == 1
    age(app, "2027-01-21")
    assert len(subjects(session)) == 3, "the two people of the library are asked again, six months after they answered"


def test_a_closed_one_is_reopened_in_one_click_by_its_author(app: Flask, sign_in, session: Session, said: Interest):
    age(app, "2026-07-16")
    age(app, "2026-10-16")
    author = sign_in(factories.member(session, said.author))
    page = author.get(f"/interets/{said.public_id}/toujours-d-actualite").text
    assert "Rouvrir" in page
    assert author.post(f"/interets/{said.public_id}/toujours-d-actualite").status_code == 409
    assert author.post(f"/interets/{said.public_id}/rouvrir").status_code == 303
    session.refresh(said)
    assert said.is_open
    assert author.post(f"/interets/{said.public_id}/rouvrir").status_code in (403, 409)


def test_one_said_again_since_is_not_reopened_twice(sign_in, session: Session, said: Interest):
    author = sign_in(factories.member(session, said.author))
    assert author.post(f"/interets/{said.public_id}/retirer").status_code == 303
    assert author.post("/interets/nouveau", data={"de": said.author.public_id}).status_code == 303
    refused = author.post(f"/interets/{said.public_id}/rouvrir")
    assert refused.status_code == 409
    assert "dite de nouveau" in refused.text


def test_editing_says_that_it_holds(sign_in, session: Session, said: Interest):
    author = sign_in(factories.member(session, said.author))
    form = author.get(f"/interets/{said.public_id}/modifier")
    assert form.status_code == 200
    too_long = author.post(f"/interets/{said.public_id}/modifier", data={"mots": "x" * 2_001})
    assert too_long.status_code == 400
    assert author.post(f"/interets/{said.public_id}/modifier", data={"mots": "Nos mots", "montrer": "y"}).status_code == 303
    session.refresh(said)
    assert (said.words, said.shows_author) == ("Nos mots", True)
    assert said.renewed_at > SAID


def test_where_nobody_speaks_for_the_author_those_who_follow_its_region_are_asked(app: Flask, session: Session):
    interest(session, author=factories.library(session, "Sans membre"), declared_at=SAID, renewed_at=SAID)
    agent = factories.member(session, factories.agency(session))
    age(app, "2026-07-16")
    assert session.scalars(sa.select(OutgoingMessage.user_id)).all() == [agent.id]


def test_a_lead_of_the_administrators_ages_too(app: Flask, session: Session):
    administrator = factories.person(session, administrator=True)
    library = factories.library(session, commune="commune-75056")
    lead(session, author=None, about=library, declared_at=SAID, renewed_at=SAID)
    age(app, "2026-07-16")
    assert session.scalars(sa.select(OutgoingMessage.user_id)).all() == [administrator.id]


def test_what_waits_for_me_is_what_my_institutions_have_to_renew(session: Session, said: Interest):
    from_author = queries.waiting_for
    actor = factories.member(session, said.author)
    with time_machine.travel("2026-07-14T10:00:00+00:00", tick=False):
        assert session.scalars(from_author(acting_as(session, actor))).all() == []
    with time_machine.travel("2026-07-16T10:00:00+00:00", tick=False):
        assert session.scalars(from_author(acting_as(session, actor))).all() == [said]
        assert session.scalars(from_author(acting_as(session, factories.person(session)))).all() == []


def acting_as(session: Session, user: User) -> Actor:
    return actor_of(session, user)


def test_acts_have_words_of_their_own_in_reminders(app: Flask, session: Session):
    cite = factories.cite(session)
    factories.member(session, cite)
    interest(session, Act.WANTED, author=cite, toward_territory_id="departement-04", declared_at=SAID, renewed_at=SAID)
    age(app, "2026-07-16")
    assert subjects(session) == ["Dites si votre souhait est toujours d’actualité"]
