"""What a timer runs of meetings: `flask meetings forget`, once a day; and how a verb serves many meetings, each on its own."""

import logging
from collections.abc import Callable, Sequence

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from app.extensions import db
from app.formats import plural
from app.meetings import erasing, leaving
from app.meetings.models import Meeting

#: What erasing an account takes out of meetings is known as soon as this module is.
__all__ = ["commands", "leaving", "serve"]

commands = AppGroup("meetings", help="Rencontres : ce qui s’efface.")
log = logging.getLogger(__name__)


def serve(meetings: sa.Select, act: Callable[[Meeting], int], said: Callable[[int], str]) -> None:
    """Act on each meeting of a select of ids in a transaction of its own, add up what each gives, and say it.

    One that fails is said, and the others are served all the same; the exit code is then 1.
    """
    total, failed = 0, 0
    ids: Sequence[int] = db.session.scalars(meetings).all()
    db.session.commit()
    for meeting_id in ids:
        try:
            total += act(db.session.get_one(Meeting, meeting_id))
            db.session.commit()
        except Exception:
            # The edge of the program: one meeting in trouble must not keep the others waiting.
            log.exception("meeting %s could not be served", meeting_id)
            failed += 1
            db.session.rollback()
    click.echo(said(total))
    if failed:
        raise click.ClickException(f"{plural(failed, 'rencontre')} en échec")


@commands.command("forget")
def forget() -> None:
    """Erase what meetings past knew of people; the numbers remain."""

    def erase(meeting: Meeting) -> int:
        erasing.erase(db.session, meeting)
        return 1

    past = erasing.to_erase(current_app.config["MEETING_DATA_DAYS"])
    serve(past, erase, lambda total: f"Données personnelles effacées : {plural(total, 'rencontre')}.")
