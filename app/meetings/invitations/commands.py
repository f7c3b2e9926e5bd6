"""What a timer runs of invitations and reminders: `flask invitations remind`, once a day."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.clock import now
from app.extensions import db
from app.formats import plural
from app.meetings.invitations import notices

commands = AppGroup("invitations", help="Rappels avant une rencontre, et suites après elle.")


@commands.command("remind")
def remind() -> None:
    """Remind those who have a place of a meeting that is near, and write what followed one that was held."""
    first, last = current_app.config["REMINDER_DAYS"], current_app.config["LAST_REMINDER_DAYS"]
    written = 0
    for meeting in db.session.scalars(notices.to_write_about(now(), max(first, last))).all():
        written += notices.write(db.session, meeting, first, last)
        db.session.commit()
    click.echo(f"{plural(written, 'rappel ou suite écrit', 'rappels ou suites écrits')}.")
