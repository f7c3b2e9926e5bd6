"""The private PostGIS cluster of one machine: the default database of `make run` and of the tests.

It listens on a unix socket only, keeps its data in one folder, and is no service of the system. PostgreSQL refuses to
run as root, so root drops to the `postgres` user of Debian's package for PostgreSQL's programs, and for them only.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent
LOCAL = PROJECT / ".local"
ROLE = "app"
DATABASE = "maillage"
#: Longest path of a unix socket, less the name that PostgreSQL gives it.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")


class NoPostgis(Exception):
    """PostgreSQL or PostGIS is not installed; the message says what to install."""


class ClusterFailure(Exception):
    """A program of PostgreSQL failed; the message is French, then what the program and the server's log say."""


class Cluster:
    """A PostgreSQL cluster in `folder`; `start` makes it when it is not there, and gives its address."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.programs = _programs()
        self.user = "postgres" if os.geteuid() == 0 else None
        self.folder = _reachable(folder, self.user)
        self.data = self.folder / "data"
        self.log = self.folder / "postgresql.log"
        self.socket = _short(self.folder / "socket")
        self.durable = durable

    def url(self, database: str = DATABASE) -> str:
        """Give the SQLAlchemy address of a database of this cluster."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self.socket), safe='')}"

    def start(self) -> str:
        """Start the cluster, making it first when it does not exist; give the address of the service's database."""
        for folder in (self.folder, self.socket):
            _make_private(folder, self.user)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if not self.is_ready():
            options = f"-c listen_addresses='' -c unix_socket_directories='{self.socket}'"
            if not self.durable:
                options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
            self._start_server(options)
        self._create_database()
        return self.url()

    def stop(self) -> None:
        """Stop the cluster, cutting the connections that are still open; nothing is lost. Stopped already: nothing to do."""
        if self.is_ready():
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def destroy(self) -> None:
        """Stop the cluster if it runs and remove its folder."""
        if self.is_ready():
            self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        for folder in (self.folder, self.socket):
            shutil.rmtree(folder, ignore_errors=True)

    def is_ready(self) -> bool:
        """Ask the server itself: after a kill -9 the files of `pg_ctl status` still speak of the dead one."""
        return self._try("pg_isready", "-q", "-h", self.socket).returncode == 0

    def _initialise(self) -> None:
        # Made aside and renamed once whole: a first start that is cut short leaves nothing that looks like a cluster.
        unfinished = self.folder / "data.new"
        for rest in (unfinished, self.data):
            shutil.rmtree(rest, ignore_errors=True)
        self._run(
            *("initdb", "-D", unfinished, "-U", ROLE, "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8"),
            *("--locale-provider=icu", "--icu-locale=fr-FR", "--locale=C.UTF-8", "--no-instructions"),
        )
        (unfinished / "pg_hba.conf").write_text("local all app peer map=app\n")
        owners = {pwd.getpwuid(os.geteuid()).pw_name, self.user or ROLE}
        (unfinished / "pg_ident.conf").write_text("".join(f"app {owner} {ROLE}\n" for owner in sorted(owners)))
        unfinished.rename(self.data)

    def _start_server(self, options: str) -> None:
        """Start the server, again after a moment if need be: that of a killed one leaves processes that end a little later."""
        for last in (False, False, False, True):
            try:
                self._run("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "-o", options, "start")
            except ClusterFailure:
                if last:
                    raise
                time.sleep(2)
            else:
                return

    def _create_database(self) -> None:
        found = self._try("psql", "-h", self.socket, "-U", ROLE, "-d", DATABASE, "-Atqc", "SELECT 1")
        if found.returncode != 0:
            self._run("createdb", "-h", self.socket, "-U", ROLE, DATABASE)

    def _run(self, program: str, *arguments: str | Path) -> None:
        result = self._try(program, *arguments)
        if result.returncode != 0:
            tail = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
            raise ClusterFailure(f"La base privée a échoué ({program}) : {result.stderr.strip()}\n{tail}".strip())

    def _try(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        drop = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        # The output of pg_ctl goes to a file: the server inherits it, and a pipe would never close.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(
                [self.programs / program, *map(str, arguments)],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
                **drop,  # type: ignore[call-overload]
            )
            output.seek(0)
            return subprocess.CompletedProcess(result.args, result.returncode, "", output.read())


def _programs() -> Path:
    """Find the folder of PostgreSQL's programs: the newest of Debian's, or where `pg_config` says."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if newest:
        folder = newest[-1].parent
    elif shutil.which("initdb"):
        folder = Path(str(shutil.which("initdb"))).parent
    else:
        raise NoPostgis("PostgreSQL avec PostGIS est introuvable : installez-les, ou donnez DATABASE_URL.")
    return folder


def _reachable(folder: Path, user: str | None) -> Path:
    """Keep the folder where it is, unless `user` cannot enter it (a project under /root): then /var/lib/maillage."""
    if user is None:
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    entered = subprocess.run(["test", "-x", folder.parent], user=user, group=user, extra_groups=[], cwd="/")
    if entered.returncode == 0:
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path("/var/lib/maillage") / name


def _short(folder: Path) -> Path:
    """Give `folder`, or a short private one in the temporary folder when a socket's path would be too long."""
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"maillage-{os.geteuid()}-{name}"


def _make_private(folder: Path, user: str | None) -> None:
    """Make a folder that only `user` (and root) can enter; refuse one that somebody else has put there."""
    owner = pwd.getpwnam(user) if user else pwd.getpwuid(os.geteuid())
    with contextlib.suppress(FileExistsError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    status = folder.lstat()
    if status.st_uid != owner.pw_uid or status.st_mode & 0o077:
        raise ClusterFailure(f"{folder} existe déjà et n'appartient pas à {owner.pw_name} seul : retirez-le.")
