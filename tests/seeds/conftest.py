"""A web server on this machine, that answers as a test wants."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa

from seeds import __main__ as command

TABLES = ("institution", "observation", "territory_observation", "service_territory", "source_difference", "data_source")
Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], str]]:
    """Give a function that answers one way on this machine, and gives its address."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, *arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/bibliotheques.csv"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def run(own_database, monkeypatch, tmp_path, capsys):
    """Give a function that runs the command on a database of its own; it gives (exit code, output, errors)."""
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("LIBRARIES_URL", "http://127.0.0.1:9/bibliotheques.csv")
    monkeypatch.setattr(command, "LOCAL", tmp_path / "local")

    def run(*arguments: str):
        code = command.main(arguments)
        shown = capsys.readouterr()
        return code, plain(shown.out), plain(shown.err)

    return run


@pytest.fixture
def content(own_database):
    """Give a function that tells everything that the tables hold."""
    engine = sa.create_engine(own_database)

    def read():
        with engine.connect() as connection:
            return {
                name: sorted(map(repr, connection.execute(sa.text(f"SELECT t.*, t.ctid FROM {name} t")).all()))
                for name in TABLES
            }

    yield read
    engine.dispose()


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")
