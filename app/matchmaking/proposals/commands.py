"""What a timer runs: `flask proposals expire`, once a day. Run twice, it does nothing the second time."""

import click
from flask.cli import AppGroup

from app.clock import now
from app.extensions import db
from app.formats import plural
from app.matchmaking.proposals import actions, queries

commands = AppGroup("proposals", help="Timers of this subject.")


@commands.command()
def expire() -> None:
    """Close the proposals left without answer for 60 days, and remind the others at 30 days."""
    moment = now()
    expired = reminded = 0
    # One transaction each: a proposal that is answered at this very moment keeps nobody else waiting.
    for proposal_id in db.session.scalars(queries.expired_at(moment)).all():
        expired += actions.expire(db.session, proposal_id, moment)
        db.session.commit()
    for proposal_id in db.session.scalars(queries.silent_since(moment - actions.REMINDER)).all():
        reminded += actions.remind(db.session, proposal_id)
        db.session.commit()
    click.echo(f"{plural(expired, 'proposition expirée', 'propositions expirées')}, {plural(reminded, 'rappel')}.")
