"""One private PostGIS cluster per run, one database per worker copied from a migrated and filled template.

The cluster lives in memory where there is room: the suite copies a hundred databases, and a disk would be all it waits for.

A test runs inside one transaction that is rolled back. A test that needs several connections, or a server in another
process, takes `own_database`, a copy of the template that is dropped afterwards.
"""

import gc
import hashlib
import os
import re
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User, UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.extensions import db
from app.local_database import LOCAL, Cluster
from seeds import territories

# Thousands of mapped objects live as long as the run: looking at them all over again is a tenth of its time.
gc.set_threshold(200_000, 50, 100)

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = "template_maillage"
SERVER = "MAILLAGE_TEST_SERVER"
#: Those that take longest begin first, so that no worker is left alone with one of them at the end.
LONGEST = ("tests/app/test_serve.py", "tests/browser/", "tests/permissions/", "tests/consistency/")
ON_DISK = LOCAL / "tests"
IN_MEMORY = Path("/dev/shm") / f"maillage-tests-{os.getuid()}-{hashlib.sha256(bytes(PROJECT)).hexdigest()[:8]}"
#: A run takes about two gigabytes; as much again is left to the browser and to whatever else runs.
ROOM = 4 << 30


def _place_of_runs() -> Path:
    """Where the clusters of runs live: in memory if it has room (what a container is given of it is often too small)."""
    if not IN_MEMORY.parent.is_dir():
        return ON_DISK
    available = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text())
    free = min(int(available[1]) << 10 if available else 0, shutil.disk_usage(IN_MEMORY.parent).free)
    return IN_MEMORY if free >= ROOM else ON_DISK


#: Chosen once, by the process that steers the workers: they inherit it.
RUNS = Path(os.environ.setdefault("MAILLAGE_TEST_RUNS", str(_place_of_runs())))


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster once, in the process that steers the workers."""
    os.environ.pop("DATABASE_URL", None)
    if hasattr(config, "workerinput"):
        return
    _sweep_dead_runs()
    cluster = Cluster(RUNS / str(os.getpid()), durable=False)
    cluster.start()
    config.add_cleanup(cluster.destroy)
    os.environ[SERVER] = cluster.url("{database}").replace("%7Bdatabase%7D", "{database}")
    _make_template()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first the files that take longest; the others keep their order."""

    def rank(item: pytest.Item) -> int:
        return next((rank for rank, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))

    items.sort(key=rank)


def _sweep_dead_runs() -> None:
    """Remove the clusters of test runs that were killed."""
    for folder in (*IN_MEMORY.glob("[0-9]*"), *ON_DISK.glob("[0-9]*")):
        if not Path(f"/proc/{folder.name.split('-')[0]}").exists():
            for data in [folder, *folder.glob("postgres")]:
                Cluster(data, durable=False).destroy()
            shutil.rmtree(folder, ignore_errors=True)


def _make_template() -> None:
    _execute(f"CREATE DATABASE {TEMPLATE}")
    engine = sa.create_engine(database_address(TEMPLATE))
    with engine.connect() as connection:
        alembic = alembic_config()
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
        connection.commit()
    with Session(engine) as session:
        territories.load(session, write=True)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
    engine.dispose()


def alembic_config() -> Config:
    return Config(toml_file=PROJECT / "pyproject.toml")


def database_address(name: str) -> str:
    return os.environ[SERVER].format(database=name)


def _execute(statement: str) -> None:
    engine = sa.create_engine(database_address("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def _copy_of_template(name: str) -> Iterator[str]:
    _execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield database_address(name)
    _execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def worker_database(worker_id: str) -> Iterator[str]:
    """Give the address of this worker's database: territories, and nothing else."""
    yield from _copy_of_template(f"worker_{worker_id}")


@pytest.fixture
def own_database(worker_id: str) -> Iterator[str]:
    """Give the address of a database that this test alone uses, and may commit to from several connections."""
    yield from _copy_of_template(f"own_{worker_id}")


@pytest.fixture(scope="session")
def app(worker_database: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": worker_database})
    app.config["TESTING"] = True
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def one_connection(app: Flask) -> Iterator[sa.Connection]:
    """Give the one connection of whatever runs meanwhile: what is committed on it is undone afterwards.

    Source: SQLAlchemy's documentation, « Joining a Session into an External Transaction ».
    """
    with app.app_context():
        engine, sessions = db.engine, db.sessionmaker
    with engine.connect() as connection:
        transaction = connection.begin()
        before = dict(sessions.kw)
        sessions.configure(bind=connection, binds={}, join_transaction_mode="create_savepoint")
        yield connection
        sessions.kw.clear()
        sessions.kw.update(before)
        transaction.rollback()


@pytest.fixture
def connection(app: Flask) -> Iterator[sa.Connection]:
    """Give the one connection of the test."""
    with one_connection(app) as connection:
        yield connection


@pytest.fixture
def session(app: Flask, connection: sa.Connection) -> Iterator[Session]:
    """Give a session on the test's connection; what it flushes is seen by the client's requests."""
    with app.app_context():
        session = db.sessionmaker()
    yield session
    session.close()


@pytest.fixture
def client(app: Flask, connection: sa.Connection) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[[User | None], FlaskClient]:
    """Give a function that makes a client in which this person is signed in (None: a visitor)."""

    def client_of(user: User | None) -> FlaskClient:
        client = app.test_client()
        if user is not None:
            token = secrets.token_urlsafe(16)
            session.add(UserSession(token_hash=hashed(token), user_id=user.id, device="Essai"))
            session.flush()
            with client.session_transaction() as cookie:
                cookie[COOKIE_KEY] = token
        return client

    return client_of


@pytest.fixture
def count_queries(app: Flask) -> Iterator[Callable[[], int]]:
    """Give a function that tells how many statements ran since the test began."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield lambda: len(statements)
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1", "localhost")):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
