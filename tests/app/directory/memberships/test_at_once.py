"""Two people at the same instant, on real connections: what counts is decided once, and whoever loses is told so.

Each test holds the row for which both wait, starts both, and lets go when the database says that both are waiting.
"""

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User, UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.directory.memberships.models import Designation, Membership, MembershipRequest, Role
from app.directory.models import Institution
from app.extensions import db
from app.mail.models import OutgoingMessage
from geo.territories import Territory
from tests import factories as make

WAITING = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture
def own_app(own_database: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": own_database})
    app.config["TESTING"], app.config["WTF_CSRF_ENABLED"] = True, False
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def committed(own_app: Flask) -> Iterator[Session]:
    """A session that commits for good."""
    with own_app.app_context():
        session = db.sessionmaker()
    with session:
        yield session


def client_of(app: Flask, session: Session, user: User) -> FlaskClient:
    token = secrets.token_urlsafe(16)
    session.add(UserSession(token_hash=hashed(token), user_id=user.id, device="Essai"))
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = token
    return client


def at_once(session: Session, held: sa.Select, *calls) -> list[int]:
    """Start both calls while the row of `held` is locked, let go when both wait for it; give their statuses, sorted."""
    session.execute(held.with_for_update())
    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(call) for call in calls]
        deadline = time.monotonic() + 20
        with session.get_bind().connect() as watch:
            while watch.scalar(WAITING) < len(calls):
                assert time.monotonic() < deadline, "both should wait for the row"
                watch.rollback()
                time.sleep(0.02)
        session.rollback()
        return sorted(one.result().status_code for one in running)


def row_of(institution_id: int) -> sa.Select:
    return sa.select(Institution.id).where(Institution.id == institution_id)


def subjects(session: Session, beginning: str) -> list[str]:
    return [one for one in session.scalars(sa.select(OutgoingMessage.subject)) if one.startswith(beginning)]


def test_of_two_who_decide_at_once_one_counts_and_the_other_is_told(own_app, committed):
    library = make.library(committed)
    one, other = make.member(committed, library), make.person(committed, administrator=True)
    asked = MembershipRequest(user=make.person(committed), institution=library, message="x")
    committed.add(asked)
    committed.flush()
    url, library_id = f"/demandes-de-rattachement/{asked.public_id}", library.id
    accepting, refusing = client_of(own_app, committed, one), client_of(own_app, committed, other)
    statuses = at_once(
        committed,
        row_of(library_id),
        lambda: accepting.post(f"{url}/accepter", data={"role": "membre"}),
        lambda: refusing.post(f"{url}/refuser", data={"reason": "Non"}),
    )
    assert statuses == [303, 409]
    asked = committed.scalars(sa.select(MembershipRequest)).one()
    joined = committed.scalar(sa.select(sa.func.count()).select_from(Membership).where(Membership.user_id == asked.user_id))
    assert asked.accepted == bool(joined)
    assert committed.scalar(sa.select(sa.func.count()).select_from(OutgoingMessage)) == 1


def test_accepting_what_is_being_given_up_happens_or_not_but_never_both(own_app, committed):
    library = make.library(committed)
    responsible, asker = make.member(committed, library), make.person(committed)
    asked = MembershipRequest(user=asker, institution=library, message="x")
    committed.add(asked)
    committed.flush()
    url, library_id, asker_id = f"/demandes-de-rattachement/{asked.public_id}", library.id, asker.id
    accepting, leaving = client_of(own_app, committed, responsible), client_of(own_app, committed, asker)
    statuses = at_once(
        committed,
        row_of(library_id),
        lambda: accepting.post(f"{url}/accepter", data={"role": "membre"}),
        lambda: leaving.post(f"{url}/renoncer"),
    )
    assert statuses == [303, 409]
    kept = committed.scalar(sa.select(sa.func.count()).select_from(MembershipRequest))
    joined = committed.scalar(sa.select(sa.func.count()).select_from(Membership).where(Membership.user_id == asker_id))
    assert kept == joined


def test_a_double_click_asks_once(own_app, committed):
    library, asker = make.library(committed), make.person(committed)
    make.person(committed, administrator=True)
    url, library_id = f"/annuaire/{library.public_id}/parler-pour", library.id
    data = {"name": "Camille Inventée", "function": "Essai", "message": "x"}
    first, second = client_of(own_app, committed, asker), client_of(own_app, committed, asker)
    # The counter of requests makes the second wait for the first; it is the row that both want in the end.
    assert at_once(committed, row_of(library_id), lambda: first.post(url, data=data), lambda: second.post(url, data=data)) == [
        303,
        303,
    ]
    assert committed.scalar(sa.select(sa.func.count()).select_from(MembershipRequest)) == 1
    assert committed.scalar(sa.select(sa.func.count()).select_from(OutgoingMessage)) == 1


def test_when_the_two_responsible_leave_at_once_the_last_is_asked_to_confirm(own_app, committed):
    library = make.library(committed)
    users = [make.member(committed, library), make.member(committed, library)]
    make.person(committed, administrator=True)
    url, library_id = f"/annuaire/{library.public_id}/quitter", library.id
    clients = [client_of(own_app, committed, user) for user in users]
    statuses = at_once(committed, row_of(library_id), *(lambda client=client: client.post(url) for client in clients))
    assert statuses == [303, 400]
    assert committed.scalar(sa.select(sa.func.count()).select_from(Membership)) == 1
    assert subjects(committed, "Trouvez un responsable") == []
    assert sorted(client.post(url, data={"knowing": "y"}).status_code for client in clients) == [303, 404]
    assert len(subjects(committed, "Trouvez un responsable")) == 1


def test_when_both_confirmed_beforehand_the_mail_leaves_for_the_last_alone(own_app, committed):
    library = make.library(committed)
    users = [make.member(committed, library), make.member(committed, library)]
    make.person(committed, administrator=True)
    library_id = library.id
    clients = [client_of(own_app, committed, user) for user in users]
    statuses = at_once(
        committed,
        row_of(library_id),
        *(lambda client=client: client.post("/mon-compte/effacer", data={"certain": "y"}) for client in clients),
    )
    assert statuses == [303, 303]
    assert committed.scalar(sa.select(sa.func.count()).select_from(Membership)) == 0
    assert len(subjects(committed, "Trouvez un responsable")) == 1


def test_two_who_withdraw_one_another_leave_somebody_responsible(own_app, committed):
    library = make.library(committed)
    one, other = make.member(committed, library), make.member(committed, library)
    url, library_id = f"/annuaire/{library.public_id}/membres", library.id
    by_one, by_other = client_of(own_app, committed, one), client_of(own_app, committed, other)
    targets = [f"{url}/{other.public_id}/retirer", f"{url}/{one.public_id}/retirer"]
    statuses = at_once(committed, row_of(library_id), lambda: by_one.post(targets[0]), lambda: by_other.post(targets[1]))
    assert statuses == [303, 400]
    assert committed.scalars(sa.select(Membership.role)).all() == [Role.RESPONSIBLE]


def test_of_two_administrators_who_dismiss_one_another_one_stays(own_app, committed):
    one, other = make.person(committed, administrator=True), make.person(committed, administrator=True)
    urls = [f"/reseau/administrateurs/{user.public_id}/retirer" for user in (other, one)]
    first_id = min(one.id, other.id)
    by_one, by_other = client_of(own_app, committed, one), client_of(own_app, committed, other)
    held = sa.select(User.id).where(User.id == first_id)
    assert at_once(committed, held, lambda: by_one.post(urls[0]), lambda: by_other.post(urls[1])) == [303, 409]
    assert committed.scalar(sa.select(sa.func.count()).select_from(User).where(User.is_administrator)) == 1


def test_of_two_designations_at_once_one_counts_and_the_other_is_told(own_app, committed):
    libraries = [make.library(committed, name).public_id for name in ("Une", "Autre")]
    clients = [client_of(own_app, committed, make.person(committed, administrator=True)) for _ in libraries]
    held = sa.select(Territory.id).where(Territory.id == "region-94")
    calls = [
        lambda client=client, one=one: client.post("/reseau/relais/region-94/designer", data={"institution": one})
        for client, one in zip(clients, libraries, strict=True)
    ]
    assert at_once(committed, held, *calls) == [303, 409]
    assert committed.scalar(sa.select(sa.func.count()).select_from(Designation)) == 1
