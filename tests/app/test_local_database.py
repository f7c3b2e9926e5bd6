"""The private cluster: closed to others, and said plainly when it cannot be."""

import os
import pwd
from pathlib import Path

import psycopg
import pytest

from app.local_database import LONGEST_SOCKET_FOLDER, Cluster, _make_private
from tests.conftest import RUNS


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


def test_a_first_start_that_was_cut_short_is_begun_again(cluster: Cluster):
    cluster.data.mkdir(parents=True)
    (cluster.data / "rest").write_text("of an initdb that was killed")
    _give_to_owner(cluster)
    cluster.start()
    assert cluster.is_ready()


def _give_to_owner(cluster: Cluster) -> None:
    cluster.folder.chmod(0o700)
    if cluster.user:
        owner = pwd.getpwnam(cluster.user)
        for path in (cluster.folder, cluster.data, cluster.data / "rest"):
            os.chown(path, owner.pw_uid, owner.pw_gid)


def test_a_long_path_gets_a_short_socket():
    cluster = Cluster(RUNS / ("très-long-" * 20))
    assert len(str(cluster.socket)) <= LONGEST_SOCKET_FOLDER


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path):
    open_to_all = tmp_path / "socket"
    open_to_all.mkdir(mode=0o777)
    open_to_all.chmod(0o777)
    with pytest.raises(RuntimeError, match="retirez-le"):
        _make_private(open_to_all, None)
