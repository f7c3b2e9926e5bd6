"""What a timer runs every day: `flask introductions expire`, `flask introductions remind`."""

import click
from flask.cli import AppGroup

from app.extensions import db
from app.formats import plural
from app.matchmaking.introductions import actions

commands = AppGroup("introductions", help="Timers of introductions.")


@commands.command("expire")
def expire() -> None:
    """End the introductions that nobody has answered in time."""
    number = actions.expire(db.session)
    db.session.commit()
    click.echo(f"{plural(number, 'mise en relation éteinte', 'mises en relation éteintes')}.")


@commands.command("remind")
def remind() -> None:
    """Remind, once, those whose answer has been expected for two weeks."""
    number = actions.remind(db.session)
    db.session.commit()
    click.echo(f"{plural(number, 'rappel envoyé', 'rappels envoyés')}.")
