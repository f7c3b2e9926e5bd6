"""`make run`, as a newcomer lives it: first run, second run, Ctrl-C, a kill, a database that goes away."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.local_database import Cluster
from tests.conftest import PROJECT, RUNS

STARTS_WITHIN = 90


class Site:
    """The site in a folder of its own, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.first_words = ""
        self.log = folder.parent / f"{folder.name}.log"

    def launch(self, **settings: str) -> None:
        environment = os.environ | {
            "PORT": str(self.port),
            "LOCAL_FOLDER": str(self.folder),
            "DATABASE_URL": "",
            # Nothing listens there: the official address is out of reach, as on a machine without network.
            "LIBRARIES_URL": "http://127.0.0.1:9/bibliotheques.csv",
            **settings,
        }
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.serve"],
                cwd=PROJECT,
                env=environment,
                stdout=output,
                stderr=output,
                text=True,
                start_new_session=True,
            )

    def start(self, **settings: str) -> str:
        """Launch and wait for the printed address; give what was printed."""
        self.launch(**settings)
        deadline = time.monotonic() + STARTS_WITHIN
        while "Maillage est ouvert" not in self.printed():
            assert self.process
            assert self.process.poll() is None, self.printed()
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.1)
        return self.printed()

    def printed(self) -> str:
        return self.log.read_text()

    def health(self) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sante", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def interrupt(self, number: int = signal.SIGINT) -> int:
        """Send the signal to the whole group, as a terminal does; give the exit code."""
        assert self.process
        os.killpg(self.process.pid, number)
        return self.process.wait(30)

    def cluster(self) -> Cluster:
        return Cluster(self.folder / "postgres")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def filled_site(worker_id: str) -> Iterator[Site]:
    """Give a folder that a first run has filled: the tests share it, as the runs of one machine do."""
    # Not in pytest's temporary folder, which the database's own user may not enter.
    folder = RUNS / f"{os.getpid()}-{worker_id}"
    folder.mkdir(parents=True)
    site = Site(folder)
    site.first_words = site.start()
    assert site.interrupt() == 0, site.printed()
    yield site
    site.cluster().destroy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(filled_site: Site) -> Iterator[Site]:
    filled_site.port = free_port()
    yield filled_site
    if filled_site.process and filled_site.process.poll() is None:
        filled_site.interrupt()


def test_without_network_the_first_run_says_so_and_loads_the_extract(site: Site):
    assert "n’est pas joignable" in site.first_words
    assert "Un extrait de 116 bibliothèques" in site.first_words


def test_the_site_starts_stops_starts_again_and_survives_a_kill(site: Site):
    site.start()
    status, first = site.health()
    assert status == 200
    assert {source["nom"] for source in first["sources"]} == {"territoires", "themes", "reseau", "agences", "bibliotheques"}
    assert all(source["age_en_jours"] >= 0 for source in first["sources"])

    assert site.interrupt() == 0, site.printed()
    assert not site.cluster().is_ready(), "Ctrl-C stops the database too"

    site.start()
    assert "ajoutée" not in site.printed(), "the second run fills nothing"
    assert site.health()[1]["sources"] == first["sources"], "the second run loses nothing and loads nothing again"

    site.interrupt(signal.SIGKILL)
    kill_cluster(site)
    wait_until_free(site.port)
    site.start()
    assert site.health()[1]["sources"] == first["sources"], "a machine killed in the middle starts again"
    assert site.interrupt(signal.SIGTERM) == 0
    assert not site.cluster().is_ready()


def wait_until_free(port: int) -> None:
    """The server stops by itself when the process that started it is killed."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.1)
    pytest.fail("the server outlives its parent")


def kill_cluster(site: Site) -> None:
    pid = int((site.cluster().data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while site.cluster().is_ready() and time.monotonic() < deadline:
        time.sleep(0.1)


def test_health_says_when_the_database_is_away_and_the_site_comes_back_by_itself(site: Site):
    site.start()
    site.cluster().stop()
    status, health = site.health()
    assert (status, health["base_de_donnees"]["etat"]) == (503, "hors ligne")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{site.port}/annuaire", timeout=10)
    assert refused.value.code == 503
    assert "momentanément indisponible" in refused.value.read().decode()

    site.cluster().start()
    assert site.health()[0] == 200
    assert site.interrupt() == 0


def test_a_second_site_in_the_same_folder_is_refused(site: Site):
    site.start()
    second = Site(site.folder)
    second.log = site.folder.parent / f"{site.folder.name}-second.log"
    second.launch()
    assert second.process
    assert second.process.wait(20) == 1
    assert "Maillage tourne déjà" in second.printed()
    second.log.unlink()
    assert site.health()[0] == 200, "the first one goes on"


def test_a_port_already_taken_is_said(site: Site):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        site.launch()
        assert site.process
        assert site.process.wait(20) == 1
    assert "est déjà pris" in site.printed()
    assert not site.cluster().is_ready(), "nothing was started for nothing"


def test_a_server_of_ones_own_is_used_instead(site: Site, own_database: str):
    site.start(DATABASE_URL=own_database)
    assert not site.cluster().is_ready()
    with psycopg.connect(own_database) as connection:
        assert connection.execute("SELECT count(*) FROM institution").fetchone()[0] > 100
    assert site.interrupt() == 0


def test_an_address_where_no_database_answers_is_said(site: Site):
    site.launch(DATABASE_URL="postgresql://app@127.0.0.1:9/maillage")
    assert site.process
    assert site.process.wait(30) == 1
    assert "La base de données ne répond pas" in site.printed()
    assert "Traceback" not in site.printed()
