"""The daily timer runs every verb, and one in trouble does not keep the others from running."""

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from app import timers


def test_every_daily_verb_runs_on_an_empty_site(app: Flask, session: Session):
    result = app.test_cli_runner().invoke(args=["timers", "run"])
    assert result.exit_code == 0, result.output


def test_every_verb_of_a_subject_that_a_timer_should_run_is_in_the_list(app: Flask):
    # Mails are sent and computations woken every minute, and places offered every five: see test_timer_loop.
    by_hand = {"send", "promote", "appoint", "dismiss", "wake", "work"}
    daily = {(group.name, verb) for group, verb in timers.DAILY}
    told = {
        (name, verb)
        for name, group in app.cli.commands.items()
        if hasattr(group, "commands") and name not in ("timers", "db")
        for verb in group.commands
        if verb not in by_hand
    }
    assert told == daily, "add the verb to app/timers.py, or to those that people run by hand"


def test_a_verb_that_fails_is_said_and_the_next_ones_run(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch):
    ran = []

    def fail() -> None:
        raise RuntimeError("essai")

    failing = timers.AppGroup("essai")
    failing.command("echoue")(fail)
    failing.command("passe")(lambda: ran.append("passe"))
    monkeypatch.setattr(timers, "DAILY", ((failing, "echoue"), (failing, "passe")))
    runner: CliRunner = app.test_cli_runner()
    result = runner.invoke(args=["timers", "run"])
    assert result.exit_code == 1
    assert "essai echoue" in result.output
    assert ran == ["passe"]
