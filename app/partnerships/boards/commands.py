"""What a timer runs: `flask boards remind`."""

import logging

import click
from flask.cli import AppGroup

from app.clock import today
from app.extensions import db
from app.partnerships.boards import reminders

commands = AppGroup("boards", help="Reminders of partnerships that stall.")
log = logging.getLogger(__name__)


@commands.command("remind")
def remind() -> None:
    """Remind of what stalls, and of agreements that end soon; once a day is enough. The exit code is 1 when one failed."""
    told, failed = 0, []
    for about, piece in reminders.work(db.session, today()):
        try:
            reminded = piece()
            db.session.commit()
        except Exception:
            # The edge of the program: a partnership in trouble keeps nobody else from being reminded, today or tomorrow.
            db.session.rollback()
            log.exception("the reminder of %s failed", about)
            failed.append(about)
        else:
            told += reminded
    click.echo(f"{told} rappels écrits.")
    if failed:
        raise click.ClickException(f"n’ont pas pu être relancés : {', '.join(failed)}")
