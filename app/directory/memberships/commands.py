"""What a timer runs: `flask memberships <verb>`."""

import click
from flask.cli import AppGroup

from app.accounts.actions import LAST_CALL
from app.accounts.models import User
from app.accounts.queries import warned_in_vain
from app.clock import now
from app.directory.memberships.departures.actions import erase
from app.extensions import db

commands = AppGroup("memberships", help="Who speaks for whom, and the erasure of accounts that nobody uses.")


@commands.command("erase-unused")
def erase_unused() -> None:
    """Erase the accounts whose person was warned 30 days ago, and has not come back: run it every day."""
    erased = 0
    # One transaction a person: what stops one erasure does not undo the others, and nobody waits long for a lock.
    unused = warned_in_vain(now() - LAST_CALL).limit(1).with_for_update(of=User, skip_locked=True, key_share=True)
    while user := db.session.scalar(unused):
        erase(db.session, user)
        db.session.commit()
        erased += 1
    click.echo(f"{erased} account(s) erased.")
