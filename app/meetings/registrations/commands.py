"""What a timer runs of registrations: `flask registrations promote`, every few minutes."""

import logging

import click
from flask.cli import AppGroup

from app.clock import now
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.registrations import queries
from app.meetings.registrations.places import promote

commands = AppGroup("registrations", help="Inscriptions : liste d’attente.")
log = logging.getLogger(__name__)


@commands.command("promote")
def promote_all() -> None:
    """End offers not answered and addresses not confirmed, and offer what is free to those who wait.

    One meeting a transaction: one that fails says so, and the others are served all the same.
    """
    offered, failed = 0, 0
    ids = db.session.scalars(queries.to_serve(now())).all()
    db.session.commit()
    for meeting_id in ids:
        try:
            offered += promote(db.session, db.session.get_one(Meeting, meeting_id), now())
            db.session.commit()
        except Exception:
            # The edge of the program: one meeting in trouble must not keep the places of the others.
            log.exception("the waiting list of meeting %s could not be served", meeting_id)
            failed += 1
            db.session.rollback()
    click.echo(f"{len(ids)} meetings read, {offered} offers made")
    if failed:
        raise click.ClickException(f"{failed} rencontre(s) en échec")
