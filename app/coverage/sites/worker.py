"""Computes the searches that wait, one at a time on the machine, in a process of its own: pages never wait for it.

A computation holds no transaction. It shows that it lives and hears that it was given up in short ones of their own; `attempt`
keeps one whose search was taken over, or given up, from writing anything any more.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.alone import alone, is_held
from app.clock import now
from app.coverage.sites import queries
from app.coverage.sites.answering import all_departments, answer
from app.coverage.sites.checking import with_ranks
from app.coverage.sites.models import SiteSearch, Status
from app.coverage.sites.picturing import draw, drawn
from app.coverage.sites.question import kept_question
from app.coverage.sites.studying import data_of, study
from app.errors import Busy
from app.extensions import db
from geo.progress import Cancelled, Progress

log = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[3]
#: The number of the advisory lock.
LOCK = 14 << 48
#: Between two writings of the progress.
PERIOD_SECONDS = 0.35
#: Pages come first.
NICENESS = 10
#: A search whose process was lost so many times is not tried again.
MOST_ATTEMPTS = 3


#: Held while a worker that this process has started lives: importing takes it seconds before it holds the other lock.
_child = threading.Lock()


def wake(session: Session) -> bool:
    """Start the worker if something waits for it and no process computes; give whether it was needed."""
    needed = something_waits(session) and not is_held(session, LOCK)
    if needed:
        _start()
    return needed


def something_waits(session: Session) -> bool:
    """Whether a search waits for a computation, or for another since its process was lost."""
    return session.scalar(queries.to_compute().limit(1)) is not None


def step_back(pid: int = 0) -> None:
    """Put a process, this one by default, behind all those that answer pages."""
    os.setpriority(os.PRIO_PROCESS, pid, max(NICENESS, os.nice(0)))


def _start() -> None:
    """Start the worker as a process of its own, which outlives this request; it ends by itself when nothing waits.

    Tests, whose transactions no other process sees, call `work` themselves.
    """
    if current_app.testing or not _child.acquire(blocking=False):
        return
    environment = os.environ | {"DATABASE_URL": current_app.config["DATABASE_URL"]}
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "sites", "work"],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        _child.release()
        raise
    step_back(process.pid)
    threading.Thread(target=_see_out, args=(process,), daemon=True).start()


def _see_out(process: subprocess.Popen[bytes]) -> None:
    """Wait for a worker: whoever ends without being waited for stays as a zombie."""
    process.wait()
    _child.release()


def work() -> int:
    """Compute all that waits, one after the other; give how many were tried. Does nothing while another process does it."""
    tried = 0
    while True:
        with db.sessionmaker() as session:
            if not something_waits(session):
                return tried
        try:
            with alone(db.engine, LOCK, Busy("")):
                while (taken := take()) is not None:
                    compute(taken)
                    tried += 1
        except Busy:
            return tried
        # What was asked between the last look and the release of the lock found the lock held, and started nothing.


@dataclass(frozen=True)
class Taken:
    """A search that this process computes."""

    id: int
    attempt: int
    question: dict[str, Any]

    def row(self) -> sa.Update:
        """The update of the row, as long as it belongs to this computation."""
        mine = (SiteSearch.id == self.id, SiteSearch.attempt == self.attempt, SiteSearch.status == Status.RUNNING)
        return sa.update(SiteSearch).where(*mine)


def take() -> Taken | None:
    """Take the search that has waited longest, or whose process was lost; None when there is none."""
    while True:
        with db.sessionmaker.begin() as session:
            found = session.scalar(queries.to_compute().limit(1).with_for_update(skip_locked=True))
            if found is None:
                return None
            if found.attempt < MOST_ATTEMPTS:
                found.status, found.attempt, found.asked_by_id = Status.RUNNING, found.attempt + 1, None
                found.started_at = found.heartbeat_at = now()
                found.phase, found.done, found.value, found.bound = "", 0.0, None, None
                session.flush()
                return Taken(found.id, found.attempt, found.question)
            log.error("site search %s was cut short %s times", found.public_id, found.attempt)
            found.status, found.ended_at = Status.FAILED, now()


def compute(taken: Taken) -> None:
    """Compute one search and write its answer, or that it failed; write nothing of one that was given up meanwhile."""
    try:
        values = _answered(taken) | {"status": Status.DONE}
    except Cancelled:
        return
    except Exception:
        # The edge of the program: a search in trouble must not keep the next one from its turn.
        log.exception("site search %s failed", taken.id)
        values = {"status": Status.FAILED}
    with db.sessionmaker.begin() as session:
        session.execute(taken.row().values(**values, ended_at=now()))


def _answered(taken: Taken) -> dict[str, Any]:
    """The columns of an answer, with the data that it was drawn from: they may have changed since it was asked."""
    stale = current_app.config["STALE_AFTER_MONTHS"]
    with db.sessionmaker() as session:
        question = kept_question(session, taken.question)
        read = study(session, question, stale)
        data = data_of(session, question, read.situation)
        departments = session.scalars(all_departments()).all()
    document, reached = answer(read, departments, Heartbeat(taken))
    document["drawn"] = drawn(read, document)
    with db.sessionmaker() as session:
        if document["sites"]:
            document |= with_ranks(session, question, stale, document["sites"])
        pictures = draw(session, read, document, reached)
    return {
        "result": document,
        **pictures,
        "data_digest": data.digest,
        "vintages": data.vintages,
        "done": 1.0,
    }


class Heartbeat:
    """Writes how far a computation has come, a few times a second at most; raises `Cancelled` once it serves nobody."""

    def __init__(self, taken: Taken) -> None:
        self._taken, self._written_at = taken, -PERIOD_SECONDS

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() - self._written_at < PERIOD_SECONDS:
            return
        told = {"phase": progress.phase, "done": min(max(progress.done, 0.0), 1.0)}
        told |= {"value": progress.value, "bound": progress.bound, "heartbeat_at": now()}
        with db.sessionmaker.begin() as session:
            mine = session.execute(self._taken.row().values(**told).returning(SiteSearch.id)).first()
        self._written_at = time.monotonic()
        if mine is None:
            raise Cancelled
