"""What a timer runs of meetings: `flask meetings forget`, once a day."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.extensions import db
from app.formats import plural
from app.meetings import erasing, leaving

#: What erasing an account takes out of meetings is known as soon as this module is.
__all__ = ["commands", "leaving"]

commands = AppGroup("meetings", help="Rencontres : ce qui s’efface.")


@commands.command("forget")
def forget() -> None:
    """Erase what meetings past knew of people; the numbers remain."""
    meetings = db.session.scalars(erasing.to_erase(current_app.config["MEETING_DATA_DAYS"])).all()
    for meeting in meetings:
        erasing.erase(db.session, meeting)
        db.session.commit()
    click.echo(f"Données personnelles effacées : {plural(len(meetings), 'rencontre')}.")
