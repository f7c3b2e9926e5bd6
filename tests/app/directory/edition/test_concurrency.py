"""Two people edit the same sheet at once, on connections of their own: nothing is undone silently, nothing typed is lost."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.directory.edition.actions import add_theme
from app.directory.edition.models import Change, ErrorReport, Theme, ThemeKind
from app.directory.models import Institution, Observation
from app.extensions import db
from app.mail.models import OutgoingMessage
from tests import factories as make
from tests.app.directory.pages import text_of


@pytest.fixture
def own_app(own_database: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": own_database})
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def own_session(own_database: str) -> Iterator[Session]:
    engine = sa.create_engine(own_database)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def client_of(app: Flask, session: Session, user) -> FlaskClient:
    token = f"jeton-{user.id}"
    session.add(UserSession(token_hash=hashed(token), user_id=user.id, device="Essai"))
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = token
    return client


@pytest.fixture
def library(own_session) -> Institution:
    one = make.library(own_session)
    own_session.commit()
    return one


@pytest.fixture
def two(own_app, own_session, library) -> tuple[FlaskClient, FlaskClient]:
    """Two members, each in a browser."""
    people = [make.member(own_session, library, name=name) for name in ("Marie Première", "Paul Second")]
    return client_of(own_app, own_session, people[0]), client_of(own_app, own_session, people[1])


def stamp(page: str) -> str:
    return page.split('name="ouvert" type="hidden" value="')[1].split('"')[0]


def at_once(*works) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "two people wait for each other"


def test_the_second_is_told_what_changed_and_keeps_what_was_typed(own_session, library, two):
    first, second = two
    address = f"/annuaire/{library.public_id}/modifier/coordonnees"
    opened = [stamp(client.get(address).text) for client in two]
    assert first.post(address, data={"ouvert": opened[0], "ville": "Manosque", "adresse": "1 rue Neuve"}).status_code == 303
    told = second.post(address, data={"ouvert": opened[1], "ville": "Digne", "adresse": ""})
    assert told.status_code == 409
    assert "Ville : « Manosque » (rien auparavant), par Marie Première" in text_of(told)
    assert 'value="Digne"' in told.text
    own_session.refresh(library)
    assert library.city == "Manosque"
    seen = told.text.split('name="vu" type="hidden" value="')[1].split('"')[0]
    again = second.post(address, data={"ouvert": opened[1], "vu": seen, "ville": "Digne", "adresse": ""})
    assert again.status_code == 303
    own_session.refresh(library)
    # The address, which the second person left alone, is as the first one wrote it.
    assert (library.city, library.address) == ("Digne", "1 rue Neuve")


def test_two_who_edit_different_fields_both_win(own_session, library, two):
    first, second = two
    address = f"/annuaire/{library.public_id}/modifier/coordonnees"
    opened = [stamp(client.get(address).text) for client in two]
    first.post(address, data={"ouvert": opened[0], "ville": "Manosque", "adresse": ""})
    assert second.post(address, data={"ouvert": opened[1], "ville": "", "adresse": "1 rue Neuve"}).status_code == 303
    own_session.refresh(library)
    assert (library.city, library.address) == ("Manosque", "1 rue Neuve")


def test_of_two_saves_at_the_same_instant_one_is_told(own_session, library, two):
    address = f"/annuaire/{library.public_id}/modifier/activite"
    opened = [stamp(client.get(address).text) for client in two]
    answers: list[int] = []

    def save(client: FlaskClient, since: str, text: str) -> None:
        answers.append(client.post(address, data={"ouvert": since, "presentation": text}).status_code)

    at_once(
        lambda: save(two[0], opened[0], "La première version"),
        lambda: save(two[1], opened[1], "La seconde version"),
    )
    assert sorted(answers) == [303, 409]
    assert own_session.scalar(sa.select(sa.func.count()).select_from(Change)) == 1


def test_a_double_click_on_still_right_makes_one_observation(own_session, library, two):
    address = f"/annuaire/{library.public_id}/toujours-exact"
    answers: list[int] = []
    at_once(*[lambda client=client: answers.append(client.post(address).status_code) for client in two])
    assert answers == [303, 303]
    own = sa.select(sa.func.count()).select_from(Observation).where(Observation.source.startswith("la structure"))
    assert own_session.scalar(own) == 1


def test_two_cites_that_add_the_same_axis_at_once_share_it(own_database, own_session):
    cites = [make.cite(own_session, name) for name in ("Une Cité", "Une autre")]
    own_session.commit()
    engine = sa.create_engine(own_database)
    codes: list[str] = []

    def add(cite: Institution, label: str) -> None:
        with Session(engine) as session:
            codes.append(add_theme(session, session.get(Institution, cite.id), ThemeKind.AXIS, label).code)
            session.commit()

    at_once(lambda: add(cites[0], "Métiers d’art"), lambda: add(cites[1], "METIERS D'ART"))
    engine.dispose()
    assert codes == ["axe-metiers-d-art"] * 2
    assert own_session.scalar(sa.select(sa.func.count()).select_from(Theme)) == 1


def test_of_two_who_handle_a_report_at_once_one_is_told_and_one_mail_leaves(own_app, own_session, library):
    people = [make.person(own_session, administrator=True) for _ in range(2)]
    clients = [client_of(own_app, own_session, one) for one in people]
    report = ErrorReport(institution_id=library.id, message="Erreur", email="v@exemple.fr")
    own_session.add(report)
    own_session.commit()
    answers: list[int] = []
    data = {f"{report.public_id}-conclusion": "corrige"}
    at_once(
        *[
            lambda client=client: answers.append(client.post(f"/a-verifier/{report.public_id}", data=data).status_code)
            for client in clients
        ]
    )
    assert sorted(answers) == [303, 409]
    assert [one.address for one in own_session.scalars(sa.select(OutgoingMessage))] == ["v@exemple.fr"]
