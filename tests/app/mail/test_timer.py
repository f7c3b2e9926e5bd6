"""The timer of the container: it goes on whatever fails, runs the daily verbs once, and stops when asked."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

TIMER = Path(__file__).resolve().parents[3] / "docker/timer.sh"


@pytest.fixture
def run_timer(tmp_path: Path) -> Callable[..., list[str]]:
    """Run the timer, at seven, with a `flask` that only notes what it is asked, until mails were to leave `rounds` times."""

    def run(fails: str = "none", hour: str = "0", rounds: int = 4) -> list[str]:
        notes = tmp_path / "notes"
        notes.touch()
        flask = tmp_path / "flask"
        flask.write_text(f'#!/bin/sh\necho "$*" >> {notes}\ncase "$*" in *"{fails}"*) exit 1;; esac\n')
        date = tmp_path / "date"
        date.write_text("#!/bin/sh\ncase $1 in +%F) echo 2026-03-02;; +%F-%H) echo 2026-03-02-07;; *) echo 7;; esac\n")
        for program in (flask, date):
            program.chmod(0o755)
        path = f"{tmp_path}:{os.environ['PATH']}"
        timer = subprocess.Popen([TIMER], env={"PATH": path, "TIMER_PERIOD": "0.05", "TIMER_HOUR": hour})
        deadline = time.monotonic() + 60
        while notes.read_text().count("mail send") < rounds and time.monotonic() < deadline:
            time.sleep(0.02)
        timer.send_signal(signal.SIGTERM)
        assert timer.wait(30) == 0
        return notes.read_text().splitlines()

    return run


def test_mails_leave_again_and_again_and_the_daily_verbs_run_once(run_timer: Callable[..., list[str]]):
    notes = run_timer()
    assert notes[:3] == ["--app app registrations promote", "--app app mail send", "--app app timers run"]
    assert notes.count("--app app registrations promote") == 1, "places are offered every five minutes"
    assert notes.count("--app app timers run") == 1
    assert notes.count("--app app mail send") >= 4


@pytest.mark.parametrize("fails", ["mail send", "timers run", "registrations promote"])
def test_a_verb_that_fails_stops_nothing(run_timer: Callable[..., list[str]], fails: str):
    notes = run_timer(fails)
    assert notes.count("--app app mail send") >= 4
    assert notes.count("--app app timers run") == 1, "daily verbs that failed wait for the next hour"


def test_the_daily_verbs_wait_for_their_hour(run_timer: Callable[..., list[str]]):
    assert "--app app timers run" not in run_timer(hour="8")
