"""What a timer runs: `flask partnerships forget`, once a day."""

import click
from flask.cli import AppGroup

from app.extensions import db
from app.partnerships import forgetting

commands = AppGroup("partnerships", help="What is kept of exchanges and partnerships, and how long.")


@commands.command("forget")
def forget() -> None:
    """Erase the messages of exchanges long silent, and the names of people erased in charters of partnerships long closed."""
    messages, names = forgetting.forget_messages(db.session), forgetting.forget_names(db.session)
    db.session.commit()
    click.echo(f"{messages} messages and {names} names erased")
