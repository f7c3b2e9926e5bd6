"""What waits for the person who signed in, and the way to everything that is theirs."""

from flask import Blueprint, render_template

from app.accounts.session import sign_in_required
from app.directory.facts import place
from app.directory.memberships.permissions import acting
from app.directory.models import LIBRARY_KINDS, Kind
from app.extensions import db
from app.workspace import waiting

workspace = Blueprint("workspace", __name__)


@workspace.get("/mon-espace")
@sign_in_required
def home() -> str:
    """The things to answer, the institutions, and what this person may begin."""
    actor = acting()
    kinds = {one.kind for one in actor.institutions}
    return render_template(
        "workspace/home.html",
        actor=actor,
        groups=waiting.gather(db.session, actor),
        speaks_for_a_library=bool(kinds & {*LIBRARY_KINDS, Kind.NETWORK}),
        place=place,
    )
