"""What the pages and the timer run of the searches of the next sites."""

import click
from flask.cli import AppGroup

from app.coverage.sites import actions, worker
from app.extensions import db

commands = AppGroup("sites", help="Recherches des prochains lieux.")


@commands.command("work")
def work() -> None:
    """Compute the searches that wait, one at a time, behind everything else of the machine."""
    worker.step_back()
    click.echo(f"{worker.work()} searches computed")


@commands.command("wake")
def wake() -> None:
    """Start the worker, as a process of its own, if a search waits for it."""
    if worker.wake(db.session):
        click.echo("worker started")


@commands.command("forget")
def forget() -> None:
    """Erase the searches that nobody asked for in thirty days."""
    erased = actions.forget(db.session)
    db.session.commit()
    click.echo(f"{erased} searches erased")
