"""`flask timers run`: every verb of every subject that a timer runs, once a day, whatever the others do."""

import logging

import click
from flask.cli import AppGroup

from app.accounts.commands import commands as accounts
from app.directory.edition.commands import commands as edition
from app.directory.memberships.commands import commands as memberships
from app.extensions import db
from app.mail.commands import commands as mail
from app.matchmaking.interests.commands import commands as interests
from app.matchmaking.introductions.commands import commands as introductions
from app.matchmaking.proposals.commands import commands as proposals
from app.meetings.commands import commands as meetings
from app.meetings.invitations.commands import commands as invitations
from app.partnerships.boards.commands import commands as boards
from app.partnerships.commands import commands as partnerships

commands = AppGroup("timers", help="What runs once a day.")
log = logging.getLogger(__name__)

#: In this order: what ends first, then who is reminded of what is left, then digests of the mails that this wrote.
DAILY = (
    (accounts, "clean"),
    (memberships, "erase-unused"),
    (edition, "forget"),
    (partnerships, "forget"),
    (meetings, "forget"),
    (interests, "age"),
    (introductions, "expire"),
    (introductions, "remind"),
    (proposals, "expire"),
    (boards, "remind"),
    (invitations, "remind"),
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
