"""The timer of the service: one process that runs each verb when it is due, whatever fails, and stops when asked."""

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app import timers
from app.extensions import db

#: In Paris, in winter.
SEVEN = datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.fixture
def look() -> Callable[[datetime], list[str]]:
    """Give a function that tells what is due at a moment, and that it is done but for the names of those that fail."""
    clock = timers.Clock()

    def due(moment: datetime, *fails: str) -> list[str]:
        found = []
        for verb in clock.due(moment):
            found.append(str(verb.name))
            if verb.name not in fails:
                clock.done(verb, moment)
        return found

    return due


def test_mails_leave_at_each_look_places_are_offered_every_five_minutes_and_daily_verbs_run_once(look):
    days = [look(SEVEN + timedelta(minutes=minute)) for minute in range(24 * 60)]
    assert days[0] == ["promote", "send", "wake", "run"]
    assert [minute for minute, names in enumerate(days) if "promote" in names] == list(range(0, 24 * 60, 5))
    assert all("send" in names for names in days)
    assert [minute for minute, names in enumerate(days) if "run" in names] == [0, 23 * 60], "again at 6 the day after"


def test_daily_verbs_that_failed_wait_for_the_next_hour(look):
    assert "run" in look(SEVEN, "run")
    assert "run" not in look(SEVEN + timedelta(minutes=59))
    assert "run" in look(SEVEN + timedelta(minutes=60))
    assert "run" not in look(SEVEN + timedelta(minutes=120))


def test_daily_verbs_wait_for_six_in_paris_in_summer_too(look):
    assert "run" not in look(datetime(2026, 7, 2, 3, 59, tzinfo=UTC))
    assert "run" in look(datetime(2026, 7, 2, 4, tzinfo=UTC))


@pytest.fixture
def looping(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, float]]:
    """Run the loop on these verbs alone, and ask it to stop so long after; give its exit code, and how long it took."""

    def run(*verbs: Callable[[], None], period: float = 0.01, stop_after: float = 0.2) -> tuple[int, float]:
        made = [click.Command(verb.__name__, callback=verb) for verb in verbs]
        if made:
            monkeypatch.setattr(timers.Clock, "due", lambda *_: iter(made))
        monkeypatch.setattr(timers, "PERIOD", timedelta(seconds=period))
        stopper = threading.Timer(stop_after, os.kill, (os.getpid(), signal.SIGTERM))
        stopper.start()
        began = time.monotonic()
        code = app.test_cli_runner().invoke(args=["timers", "loop"]).exit_code
        stopper.join()
        return code, time.monotonic() - began

    return run


def test_a_verb_that_fails_stops_nothing_and_each_has_a_context_of_its_own(looping, caplog: pytest.LogCaptureFixture):
    sessions = []

    def breaks() -> None:
        raise RuntimeError("la base est partie")

    def is_away() -> None:
        raise click.ClickException("le serveur d'envoi ne répond pas")

    def passes() -> None:
        sessions.append(db.session)

    code, _ = looping(breaks, is_away, passes)
    assert code == 0
    assert len(sessions) > 1
    assert len({id(one) for one in sessions}) == len(sessions)
    assert "la base est partie" in caplog.text
    assert "le serveur d'envoi ne répond pas" in caplog.text


def test_the_verbs_of_the_service_run_one_after_the_other(looping, caplog: pytest.LogCaptureFixture):
    with time_machine.travel(SEVEN):
        code, _ = looping(period=60)
    assert (code, caplog.text) == (0, "")


def test_a_request_to_stop_is_heard_while_it_waits_and_the_handlers_are_given_back(looping):
    before = signal.getsignal(signal.SIGTERM)
    code, seconds = looping(lambda: None, period=60, stop_after=0.1)
    assert (code, seconds < 5) == (0, True)
    assert signal.getsignal(signal.SIGTERM) is before
