"""What a timer runs: `flask interests age`, once a day."""

import click
from flask.cli import AppGroup

from app.extensions import db
from app.matchmaking.interests import ageing
from app.matchmaking.interests.declarations.actions import erase
from app.matchmaking.interests.declarations.forgetting import forget

commands = AppGroup("interests", help="Interests that get old, and declarations without account to erase.")


@commands.command("age")
def age() -> None:
    """Ask authors after six months, close after nine, and erase declarations that are over."""
    closed = ageing.close(db.session)
    asked = ageing.remind(db.session)
    erased = erase(db.session) + forget(db.session)
    db.session.commit()
    click.echo(f"{asked} reminded, {closed} closed, {erased} declarations erased")
