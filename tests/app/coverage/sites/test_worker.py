"""The computation: in a process of its own, one at a time, it can be given up, and survives what fails."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User, UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.alone import alone
from app.clock import now
from app.coverage.sites import worker
from app.coverage.sites.models import Aim, SiteSearch, Status
from app.errors import Busy
from app.extensions import db
from geo.progress import Cancelled, Progress
from tests import factories
from tests.app.coverage.sites.asking import launch, libraries, work

SignIn = Callable[[User | None], FlaskClient]
PATIENCE_SECONDS = 60


@pytest.fixture
def asked(session: Session, sign_in: SignIn) -> tuple[FlaskClient, SiteSearch]:
    """A search that waits, and the client of who asked."""
    libraries(session)
    client = sign_in(factories.person(session))
    launch(client)
    return client, session.scalars(sa.select(SiteSearch)).one()


def test_a_search_given_up_while_it_is_computed_writes_nothing(app: Flask, session: Session, asked):
    client, search = asked
    with app.app_context():
        taken = worker.take()
        client.post(f"/prochains-lieux/{search.public_id}/annuler")
        with pytest.raises(Cancelled):
            worker.Heartbeat(taken)(Progress(0.5, 10, 20, "searching"))
        worker.compute(taken)
    session.expire_all()
    assert (search.status, search.result, search.done) == (Status.CANCELLED, None, 0)


def test_the_page_and_its_script_are_told_how_far_it_is(app: Flask, session: Session, asked):
    client, search = asked
    address = f"/prochains-lieux/{search.public_id}"
    assert "va commencer" in client.get(f"{address}/etat").json["phrase"]
    with app.app_context():
        taken = worker.take()
    told = client.get(f"{address}/etat").json
    assert (told["etat"], told["phrase"]) == ("Recherche en cours", "Le calcul commence.")
    with app.app_context():
        worker.Heartbeat(taken)(Progress(0.5, 1234, 2000, "proving"))
    session.expire_all()
    told = client.get(f"{address}/etat").json
    assert (told["fini"], told["part"]) == (False, 0.5)
    assert "1\u202f234" in told["valeur"]
    assert "2\u202f000" in told["valeur"]
    page = client.get(address).text
    assert '<meta http-equiv="refresh"' in page
    assert "<progress" in page
    assert "50" in page


def test_progress_is_written_three_times_a_second_at_most(app: Flask, session: Session, asked):
    _, search = asked
    with app.app_context():
        beat = worker.Heartbeat(worker.take())
        for done in (0.1, 0.2, 0.3):
            beat(Progress(done, 0, None, "searching"))
    session.expire_all()
    assert search.done == pytest.approx(0.1)


def test_nothing_is_computed_while_another_process_computes(app: Flask, session: Session, asked):
    _, search = asked
    with app.app_context(), alone(db.engine, worker.LOCK, Busy("")):
        assert worker.work() == 0
    session.expire_all()
    assert search.status is Status.WAITING


def test_a_worker_is_started_for_what_waits_or_was_lost_and_only_when_none_computes(app: Flask, session: Session, asked):
    with app.app_context():
        assert worker.wake(session)
        with alone(db.engine, worker.LOCK, Busy("")):
            assert not worker.wake(session), "another process computes"
        worker.take()
        assert not worker.wake(session), "it runs"
        session.execute(sa.update(SiteSearch).values(heartbeat_at=now() - timedelta(minutes=2)))
        assert worker.wake(session), "its process was lost"


def test_a_computation_cut_short_is_said_and_taken_again_and_given_up_after_three(app: Flask, session: Session, asked):
    client, search = asked
    for attempt in (1, 2, 3):
        with app.app_context():
            assert worker.take().attempt == attempt
            assert worker.take() is None, "one that shows life is not taken from its process"
        session.execute(sa.update(SiteSearch).values(heartbeat_at=now() - timedelta(minutes=2)))
        assert "s’est interrompu" in client.get(f"/prochains-lieux/{search.public_id}").text
    assert work(app) == 0
    session.expire_all()
    assert search.status is Status.FAILED
    assert "Réessayer" in client.get(f"/prochains-lieux/{search.public_id}").text


def test_a_computation_that_was_taken_over_writes_nothing_any_more(app: Flask, session: Session, asked):
    with app.app_context():
        first = worker.take()
        session.execute(sa.update(SiteSearch).values(heartbeat_at=now() - timedelta(minutes=2)))
        worker.take()
        with pytest.raises(Cancelled):
            worker.Heartbeat(first)(Progress(0.5, 10, 20, "searching"))


def test_one_that_fails_is_logged_and_the_next_one_is_computed(
    app: Flask, session: Session, asked, caplog: pytest.LogCaptureFixture
):
    client, search = asked
    lost = SiteSearch(
        question_key="perdue",
        data_digest="essai",
        question={"but": "habitants", "nombre": "1", "rayon": "30", "territoires": "departement-00", "type": ["bibliotheque"]},
        aim=Aim.MOST,
        area_name="Ailleurs",
        vintages=[],
        asked_at=now() - timedelta(hours=1),
    )
    session.add(lost)
    session.flush()
    assert work(app) == 2
    session.expire_all()
    assert (lost.status, search.status) == (Status.FAILED, Status.DONE)
    assert "Unreadable" in caplog.text
    assert "Le calcul a échoué" in client.get(f"/prochains-lieux/{lost.public_id}").text


def test_a_search_is_computed_in_a_process_of_its_own_while_the_site_answers(own_database: str):
    app = create_app({"DATABASE_URL": own_database})
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), db.sessionmaker.begin() as session:
        libraries(session)
        session.add(UserSession(token_hash=hashed("essai"), user=factories.person(session), device="Essai"))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = "essai"
    others = _children()
    address = launch(client).location
    launch(client)
    (begun,) = _children() - others
    assert os.getpriority(os.PRIO_PROCESS, begun) == max(worker.NICENESS, os.nice(0))
    # Whoever looks at the page has it begun again.
    os.kill(begun, signal.SIGKILL)
    limit = time.monotonic() + PATIENCE_SECONDS
    slowest = 0.0
    while not (told := client.get(f"{address}/etat").json)["fini"] and time.monotonic() < limit:
        began = time.monotonic()
        assert client.get("/sante").status_code == 200
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.2)
    assert told["fini"], "the process that computes did not answer in a minute"
    assert slowest < 5
    assert "Médiathèque de Manosque" in client.get(address).text
    assert _no_zombie(others, limit)
    with app.app_context():
        db.engine.dispose()


def _children() -> set[int]:
    """The processes that this one has started, those of other tests of the same run among them."""
    return {int(entry) for entry in os.listdir("/proc") if entry.isdigit() and _state_and_parent(entry)[1] == os.getpid()}


def _no_zombie(others: set[int], limit: float) -> bool:
    """Whether every process that was started since has ended and was waited for."""
    while time.monotonic() < limit:
        if not any(_state_and_parent(str(one))[0] == "Z" for one in _children() - others):
            return True
        time.sleep(0.1)
    return False


def _state_and_parent(pid: str) -> tuple[str, int]:
    try:
        with open(f"/proc/{pid}/stat") as told:
            state, parent = told.read().rpartition(")")[2].split()[:2]
    except OSError:
        return "", 0
    return state, int(parent)
