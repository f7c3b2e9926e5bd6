"""`make run`: the database, the tables, the figures, then the site, until Ctrl-C stops them all.

    python -m app.serve

The first run makes the private cluster and fills the tables; the next ones find them as they were left.
"""

import ctypes
import errno
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from app import config
from app.local_database import PROJECT, Cluster, ClusterFailure, NoPostgis

SERVER_START_SECONDS = 30
SERVER_STOP_SECONDS = 15
#: Of <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run the site until it is asked to stop; give the exit code."""
    for number in STOP_SIGNALS:
        signal.signal(number, _stop_asked)
    try:
        settings = config.read()
        local = PROJECT / settings["LOCAL_FOLDER"]
        with only_one_at_a_time(local):
            _refuse_busy_port(settings["HOST"], settings["PORT"])
            with database(settings["DATABASE_URL"], local) as url:
                os.environ["DATABASE_URL"] = url
                os.environ.setdefault("SECRET_KEY", secret_key(local))
                print("Préparation de la base de données…", flush=True)
                migrate(url)
                fill(settings["LIBRARIES"], settings["ENVIRONMENT"] == "local")
                serve(settings["HOST"], settings["PORT"])
    except KeyboardInterrupt:
        print("\nMaillage est arrêté.")
        return 0
    except (NoPostgis, ClusterFailure, CannotServe, config.UnsafeSetting) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


class CannotServe(Exception):
    """The site cannot start; the message is a French sentence that says what to do."""


def _stop_asked(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def only_one_at_a_time(local: Path) -> Iterator[None]:
    """Hold the lock of this folder: two sites on one private cluster would stop each other's database."""
    local.mkdir(parents=True, exist_ok=True)
    with (local / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe("Maillage tourne déjà depuis ce dossier : arrêtez-le d'abord (Ctrl-C).") from None
        yield


def _refuse_busy_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) == errno.EADDRINUSE:
                told = f"Le port {port} est déjà pris : choisissez-en un autre, par exemple make run PORT=8001."
            else:
                told = f"On ne peut pas écouter sur {host}, port {port} ({error}). Vérifiez HOST et PORT."
            raise CannotServe(told) from None


@contextmanager
def database(url: str, local: Path) -> Iterator[str]:
    """Give the address of the database: `url` when there is one, else the private cluster, stopped afterwards."""
    if url:
        yield url
        return
    cluster = Cluster(local / "postgres")
    try:
        yield cluster.start()
    finally:
        # A second Ctrl-C must not leave the database running.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        cluster.stop()


def secret_key(local: Path) -> str:
    """Give the secret of this machine, made once and kept."""
    path = local / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def migrate(url: str) -> None:
    """Bring the tables to the newest version."""
    alembic = Config(toml_file=PROJECT / "pyproject.toml")
    try:
        with sa.create_engine(url).connect() as connection:
            alembic.attributes["connection"] = connection
            command.upgrade(alembic, "head")
            connection.commit()
    except sa.exc.OperationalError as error:
        raise CannotServe(f"La base de données ne répond pas ({error.orig}). Vérifiez DATABASE_URL.") from None
    except sa.exc.DBAPIError as error:
        raise CannotServe(
            f"Les tables n'ont pas pu être créées ({error.orig}). PostGIS doit être installable par ce rôle."
        ) from None


def fill(libraries: str, demonstration: bool) -> None:
    """Fill what is missing: a process of its own, since the service knows nothing of the seeds."""
    arguments = ["--libraries", libraries] if libraries else []
    arguments += ["--demonstration"] if demonstration else []
    command = [sys.executable, "-m", "seeds", "first-run", *arguments]
    filled = subprocess.run(command, cwd=PROJECT, preexec_fn=_die_with_parent)
    if filled.returncode != 0:
        raise CannotServe("Le chargement des données a échoué : voir la phrase qui précède. Rien n'a été modifié.")


def serve(host: str, port: int) -> None:
    """Serve with gunicorn until asked to stop."""
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--workers", "2", "--threads", "4"),
            *(
                "--worker-class",
                "gthread",
                "--preload",
                "--graceful-timeout",
                "5",
                # A scenario of two hundred places stands in its address.
                "--limit-request-line",
                "8190",
                "--log-level",
                "warning",
                "app:create_app()",
            ),
        ],
        cwd=PROJECT,
        # Ctrl-C reaches every process of the terminal: gunicorn's workers would get two signals at once, ours and that of
        # their master, and wait for each other for ever. In a session of its own, gunicorn hears us alone.
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )
    try:
        _wait_until_it_answers(server, f"http://{host}:{port}/sante")
        print(f"\n  Maillage est ouvert : http://{host}:{port}/\n  Ctrl-C arrête le site et sa base de données.\n", flush=True)
        server.wait()
    finally:
        server.terminate()
        try:
            server.wait(SERVER_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
    raise CannotServe("Le serveur s'est arrêté de lui-même : voir le message qui précède.")


def _die_with_parent() -> None:
    """Ask Linux to stop the server when this process is killed, so that no server outlives its database."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_it_answers(server: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + SERVER_START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  (our own address)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CannotServe("Le site ne répond pas : voir le message qui précède.")


if __name__ == "__main__":
    sys.exit(main())
