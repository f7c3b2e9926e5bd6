"""What a timer runs: `flask mail send` every minute, `flask mail digest` and `flask mail clean` every day.

What is printed names messages by their number alone: the log of a server is no place for addresses.
"""

import logging
from datetime import timedelta

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from app.clock import today
from app.extensions import db
from app.mail import delivery
from app.mail.digest import gather, people_waiting
from app.mail.models import Fate, OutgoingMessage
from app.mail.server import ServerAway, server_of

commands = AppGroup("mail", help="Courriels : envoi, récapitulatifs, effacement.")
log = logging.getLogger(__name__)

#: What a message says is about people: it is kept while one may ask what became of it.
KEEP_DAYS = 30


@commands.command("send")
def send() -> None:
    """Send what is due over SMTP; several may run at once."""
    if not current_app.config["SMTP_HOST"]:
        click.echo("SMTP_HOST est vide : aucun courriel ne part d'ici.")
        return
    dropped = delivery.drop_past(db.session) + delivery.respect_choices(db.session)
    db.session.commit()
    sent = failed = 0
    try:
        with server_of(current_app.config) as server:
            while db.session.scalar(sa.select(delivery.due().exists())):
                server.open()
                if (number := delivery.claim(db.session)) is None:
                    break
                db.session.commit()
                message = delivery.deliver(db.session, number, server)
                db.session.commit()
                sent += message is not None and message.fate == Fate.SENT
                failed += message is not None and _told_failure(message)
    except ServerAway as away:
        raise click.ClickException(
            f"Le serveur d'envoi ne répond pas comme demandé ; les courriels attendent. {away}"
        ) from away
    if sent or failed or dropped:
        click.echo(f"Courriels : {sent} partis, {failed} refusés, {dropped} écartés.")


@commands.command("digest")
def digest() -> None:
    """Post the digests of the day, one a person; running it again posts nothing more."""
    day, posted = today(), 0
    for user_id in db.session.scalars(people_waiting(day)).all():
        posted += gather(db.session, user_id, day) is not None
        db.session.commit()
    if posted:
        click.echo(f"Récapitulatifs : {posted}.")


@commands.command("clean")
def clean() -> None:
    """Erase the messages that have ended more than 30 days ago."""
    erased = len(db.session.scalars(delivery.forgotten(timedelta(days=KEEP_DAYS))).all())
    db.session.commit()
    if erased:
        click.echo(f"Courriels effacés : {erased}.")


def _told_failure(message: OutgoingMessage) -> bool:
    """Whether the message did not leave; the log says which, and its row why."""
    if message.fate == Fate.SENT:
        return False
    log.warning("message %d %s after %d attempts", message.id, message.fate.name.lower(), message.attempts)
    return True
