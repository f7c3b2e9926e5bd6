"""What a timer runs of invitations and reminders: `flask invitations remind`, once a day."""

from flask import current_app
from flask.cli import AppGroup

from app.clock import now
from app.extensions import db
from app.formats import plural
from app.meetings.commands import serve
from app.meetings.invitations import notices

commands = AppGroup("invitations", help="Rappels avant une rencontre, et suites après elle.")


@commands.command("remind")
def remind() -> None:
    """Remind those who have a place of a meeting that is near, and write what followed one that was held."""
    first, last = current_app.config["REMINDER_DAYS"], current_app.config["LAST_REMINDER_DAYS"]
    serve(
        notices.to_write_about(now(), max(first, last)),
        lambda meeting: notices.write(db.session, meeting, first, last),
        lambda written: f"{plural(written, 'rappel ou suite écrit', 'rappels ou suites écrits')}.",
    )
