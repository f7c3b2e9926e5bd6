"""Invitations: the organisers choose, send and remind; whoever holds the link of a mail answers."""

from app.meetings.invitations.links import token_of
from app.meetings.invitations.models import Invitation
from tests.permissions.scene import Scene

ORGANISERS = "login no yes no no no yes"
ANYONE = "yes yes yes yes yes yes yes"
ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "invitations.index": ORGANISERS,
    "invitations.export": ORGANISERS,
    "invitations.choose": ORGANISERS,
    "invitations.export_choice": ORGANISERS,
    "invitations.send": ORGANISERS,
    "invitations.remind": ORGANISERS,
    "invitations.answer": ANYONE,
    "invitations.decline": ANYONE,
}


def values(scene: Scene) -> dict[str, dict[str, str]]:
    """Who holds the link of the library's invitation."""
    own = {"token": token_of(Invitation(public_id=scene.values["invitation_id"]), "")}
    files = {"extension": "csv"}
    return {
        "invitations.answer": own,
        "invitations.decline": own,
        "invitations.export": files,
        "invitations.export_choice": files,
    }
