"""What a timer runs of registrations: `flask registrations promote`, every few minutes."""

from flask.cli import AppGroup

from app.clock import now
from app.extensions import db
from app.formats import plural
from app.meetings.commands import serve
from app.meetings.registrations import queries
from app.meetings.registrations.places import promote

commands = AppGroup("registrations", help="Inscriptions : liste d’attente.")


@commands.command("promote")
def promote_all() -> None:
    """End offers not answered and addresses not confirmed, and offer what is free to those who wait."""
    serve(
        queries.to_serve(now()),
        lambda meeting: promote(db.session, meeting, now()),
        lambda offered: f"{plural(offered, 'proposition de places faite', 'propositions de places faites')}.",
    )
