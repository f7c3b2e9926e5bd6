"""What a timer runs: `flask scenarios forget`, once a day."""

import click
from flask.cli import AppGroup

from app.coverage.scenarios import ending
from app.extensions import db

commands = AppGroup("scenarios", help="Scenarios that teams keep, and that end.")


@commands.command("forget")
def forget() -> None:
    """Erase the scenarios unchanged for a year, and tell the teams of those that have a month left."""
    erased = ending.erase(db.session)
    told = ending.tell(db.session)
    db.session.commit()
    click.echo(f"{erased} scenarios erased, {told} told of")
