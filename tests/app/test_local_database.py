"""The private cluster: closed to others, and said plainly when it cannot be."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from app.local_database import LONGEST_SOCKET_FOLDER, Cluster, ClusterFailure, _make_private
from tests.conftest import PROJECT, RUNS

START = "import sys; from pathlib import Path; from app.local_database import Cluster; Cluster(Path(sys.argv[1])).start()"


@pytest.fixture
def cluster(worker_id: str):
    cluster = Cluster(RUNS / f"{os.getpid()}-{worker_id}-cluster", durable=False)
    yield cluster
    cluster.destroy()


def test_a_cluster_listens_on_a_unix_socket_alone(cluster: Cluster):
    cluster.start()
    assert cluster.is_ready()
    assert oct(cluster.socket.stat().st_mode)[-3:] == "700"
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert (cluster.data / "pg_hba.conf").read_text() == "local all app peer map=app\n"
    cluster.stop()
    assert not cluster.is_ready()


def test_a_first_start_that_is_killed_is_begun_again(cluster: Cluster):
    """The moment that matters: initdb has written PG_VERSION, and has not finished."""
    child = subprocess.Popen(
        [sys.executable, "-c", START, str(cluster.folder)], cwd=PROJECT, start_new_session=True, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 30
    while not (cluster.folder / "data.new" / "PG_VERSION").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    subprocess.run(["pkill", "-9", "-f", f"initdb.*{cluster.folder}"])
    cluster.start()
    assert cluster.is_ready()


def test_a_cluster_that_died_is_stopped_without_complaint(cluster: Cluster):
    cluster.start()
    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while cluster.is_ready() and time.monotonic() < deadline:
        time.sleep(0.05)
    cluster.stop()


def test_a_long_path_gets_a_short_socket():
    cluster = Cluster(RUNS / ("très-long-" * 20))
    assert len(str(cluster.socket)) <= LONGEST_SOCKET_FOLDER


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path):
    open_to_all = tmp_path / "socket"
    open_to_all.mkdir(mode=0o777)
    open_to_all.chmod(0o777)
    with pytest.raises(ClusterFailure, match="retirez-le"):
        _make_private(open_to_all, None)
