"""What a timer runs: `flask edition forget`, once a day."""

import click
from flask.cli import AppGroup

from app.directory.edition import forgetting
from app.extensions import db

commands = AppGroup("edition", help="Error reports of visitors: what is kept of them, and how long.")


@commands.command("forget")
def forget() -> None:
    """Erase the addresses of reports that nobody handles, and the reports handled long ago."""
    addresses, reports = forgetting.forget(db.session)
    db.session.commit()
    click.echo(f"{addresses} addresses and {reports} reports erased")
