"""What a timer or an operator runs: `flask memberships <verb>`."""

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup

from app.accounts.actions import LAST_CALL
from app.accounts.models import User
from app.accounts.queries import warned_in_vain
from app.clock import now
from app.directory.memberships.departures.actions import erase
from app.directory.memberships.network import actions
from app.errors import Refusal
from app.extensions import db

commands = AppGroup("memberships", help="Who speaks for whom, and the erasure of accounts that nobody uses.")


@commands.command("erase-unused")
def erase_unused() -> None:
    """Erase the accounts whose person was warned 30 days ago, and has not come back: run it every day."""
    erased = 0
    # One transaction a person: what stops one erasure does not undo the others, and nobody waits long for a lock.
    while user := db.session.scalar(warned_in_vain(now() - LAST_CALL).limit(1).with_for_update(of=User, skip_locked=True)):
        erase(db.session, user)
        db.session.commit()
        erased += 1
    click.echo(f"{erased} account(s) erased.")


@commands.command("name-administrator")
@click.argument("email")
def name_administrator(email: str) -> None:
    """Name an administrator of the network; the person of EMAIL need not have an account yet."""
    try:
        address = validate_email(email, check_deliverability=False).normalized.lower()
        actions.name_administrator(db.session, address)
    except (EmailNotValidError, Refusal) as refused:
        raise click.ClickException(str(refused)) from None
    db.session.commit()
    click.echo(f"{address} is an administrator of the network, and can sign in with this address.")
