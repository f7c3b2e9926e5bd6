"""What a timer runs, and how the first administrator is appointed: `flask accounts <verb>`."""

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup

from app.accounts import actions
from app.errors import Refusal
from app.extensions import db

commands = AppGroup("accounts", help="Accounts: what a timer cleans, and who administers the network.")


@commands.command("clean")
def clean() -> None:
    """Erase links, sessions and counts that are over; warn the people who have not come for two years."""
    erased = actions.clean(db.session)
    warned = actions.warn_unused(db.session)
    db.session.commit()
    told = ", ".join(f"{what} : {number}" for what, number in erased.items())
    click.echo(f"Effacés – {told}. Personnes prévenues : {warned}.")


@commands.command("appoint")
@click.argument("email")
def appoint(email: str) -> None:
    """Make the person of this address an administrator of the network; they need not have an account yet."""
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise click.ClickException(f"« {email} » n’est pas une adresse électronique.") from None
    actions.appoint(db.session, address)
    db.session.commit()
    click.echo(f"{address} administre le réseau.")


@commands.command("dismiss")
@click.argument("email")
def dismiss(email: str) -> None:
    """Take the administration of the network from the person of this address."""
    try:
        actions.dismiss(db.session, email.strip().lower())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    click.echo(f"{email} n’administre plus le réseau.")
