"""What a timer runs: `flask shortlists alert` and `flask shortlists forget`, once a day."""

import click
from flask.cli import AppGroup

from app.coverage.shortlists.forgetting import forget_names
from app.coverage.shortlists.searches import alerting
from app.extensions import db

commands = AppGroup("shortlists", help="Searches that teams follow: what enters them, and those that end.")


@commands.command("alert")
def alert() -> None:
    """Compare each search with the day before, tell its followers what enters, and ask a month before it ends."""
    entered, people = alerting.alert(db.session)
    asked = alerting.ask(db.session)
    db.session.commit()
    click.echo(f"{entered} entered, {people} told, {asked} asked about their end")


@commands.command("forget")
def forget() -> None:
    """Delete the searches that ended, and the names of who wrote in lists long ago."""
    ended = alerting.forget(db.session)
    names = forget_names(db.session)
    db.session.commit()
    click.echo(f"{ended} searches deleted, {names} names forgotten")
