"""What happens without anybody asking: `flask timers loop`, one process that runs each verb when it is due.

Mails leave and computations that wait are begun every minute, places that free up at meetings are offered every five, and the
daily verbs run once a day, from 6 in the morning. A verb that fails says so in the log and is tried again: a mail the next
minute, places five minutes later, the daily verbs (`flask timers run`: every verb of every subject, whatever the others do)
the next hour.
"""

import logging
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo

from app.accounts.commands import commands as accounts
from app.clock import PARIS, now
from app.coverage.scenarios.commands import commands as scenarios
from app.coverage.shortlists.commands import commands as shortlists
from app.coverage.sites.commands import commands as sites
from app.directory.edition.commands import commands as edition
from app.directory.memberships.commands import commands as memberships
from app.extensions import db
from app.mail.commands import commands as mail
from app.matchmaking.interests.commands import commands as interests
from app.matchmaking.introductions.commands import commands as introductions
from app.matchmaking.proposals.commands import commands as proposals
from app.meetings.commands import commands as meetings
from app.meetings.invitations.commands import commands as invitations
from app.meetings.registrations.commands import commands as registrations
from app.partnerships.boards.commands import commands as boards
from app.partnerships.commands import commands as partnerships

commands = AppGroup("timers", help="Ce qui arrive sans que personne ne le demande.")
log = logging.getLogger(__name__)

#: How long the loop waits between two looks at the clock.
PERIOD = timedelta(minutes=1)
OFFER_PERIOD = timedelta(minutes=5)
#: From which hour the daily verbs run, in Paris.
FROM_HOUR = 6

#: In this order: what ends first, then who is reminded of what is left, then digests of the mails that this wrote.
DAILY = (
    (accounts, "clean"),
    (memberships, "erase-unused"),
    (edition, "forget"),
    (partnerships, "forget"),
    (meetings, "forget"),
    (sites, "forget"),
    (scenarios, "forget"),
    (shortlists, "forget"),
    (interests, "age"),
    (introductions, "expire"),
    (introductions, "remind"),
    (proposals, "expire"),
    (boards, "remind"),
    (invitations, "remind"),
    (shortlists, "alert"),
    (mail, "clean"),
    (mail, "digest"),
)


@commands.command("run")
@click.pass_context
def run(context: click.Context) -> None:
    """Run them all; the exit code is 1 when one failed, and the others have run all the same."""
    failed = []
    for group, verb in DAILY:
        try:
            context.invoke(group.commands[verb])
        except Exception:
            # The edge of the program: one subject in trouble must not keep the reminders of the others from leaving.
            log.exception("the timer « %s %s » failed", group.name, verb)
            failed.append(f"{group.name} {verb}")
        finally:
            db.session.rollback()
    if failed:
        raise click.ClickException(f"ont échoué : {', '.join(failed)}")


@dataclass
class Clock:
    """What is due at each look, and what the daily verbs did of late."""

    offered_at: datetime | None = None
    done_on: date | None = None
    tried_at: datetime | None = None

    def due(self, moment: datetime) -> Iterator[click.Command]:
        """The verbs to run now; each is noted as tried when it is given."""
        if self.offered_at is None or moment - self.offered_at >= OFFER_PERIOD:
            self.offered_at = moment
            yield registrations.commands["promote"]
        yield mail.commands["send"]
        yield sites.commands["wake"]
        local = moment.astimezone(PARIS)
        this_hour = local.replace(minute=0, second=0, microsecond=0)
        if local.hour >= FROM_HOUR and self.done_on != local.date() and self.tried_at != this_hour:
            self.tried_at = this_hour
            yield run

    def done(self, verb: click.Command, moment: datetime) -> None:
        """Note that a verb has succeeded."""
        if verb is run:
            self.done_on = moment.astimezone(PARIS).date()


@commands.command("loop", with_appcontext=False)
@click.pass_context
def loop(context: click.Context) -> None:
    """Run each verb when it is due, until a request to stop, which is heard at once, or once the verb that runs is done."""
    app = context.ensure_object(ScriptInfo).load_app()
    stop = threading.Event()
    before = {one: signal.signal(one, lambda *_: stop.set()) for one in (signal.SIGTERM, signal.SIGINT)}
    clock = Clock()
    try:
        while not stop.is_set():
            moment = now()
            for verb in clock.due(moment):
                if not stop.is_set() and _succeeds(context, app, verb):
                    clock.done(verb, moment)
            stop.wait(PERIOD.total_seconds())
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _succeeds(context: click.Context, app: Flask, verb: click.Command) -> bool:
    """Run a verb in a context of its own, so that nothing of the one before is left, and say whether it succeeded."""
    try:
        with app.app_context():
            context.invoke(verb)
    except click.ClickException as failure:
        log.error("« %s »: %s", verb.name, failure.format_message())
    except Exception:
        # The edge of the program: what fails now, be it for want of a database, is tried again later.
        log.exception("the timer « %s » failed", verb.name)
    else:
        return True
    return False
