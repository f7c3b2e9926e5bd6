"""What a timer runs: `flask boards remind`."""

import click
from flask.cli import AppGroup

from app.clock import today
from app.extensions import db
from app.partnerships.boards import reminders

commands = AppGroup("boards", help="Reminders of partnerships that stall.")


@commands.command("remind")
def remind() -> None:
    """Remind of what stalls, and of agreements that end soon; once a day is enough."""
    told = reminders.remind(db.session, today())
    db.session.commit()
    click.echo(f"{told} rappels écrits.")
