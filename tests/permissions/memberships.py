"""Who speaks for whom. The institution of these URLs is the library; `user_id` is a second, plain member of it."""

from sqlalchemy.orm import Session

from app.directory.memberships.models import Role
from tests import factories
from tests.permissions.scene import Scene

SIGNED_IN = "login yes yes yes yes yes yes"
DECIDERS = "login no no yes yes no yes"
OWN_MEMBER = "login no no yes no no no"
ADMINISTRATOR = "login no no no no no yes"

ROUTES = {
    "memberships.find": "yes yes yes yes yes yes yes",
    "memberships.ask": SIGNED_IN,
    "memberships.send_request": SIGNED_IN,
    "memberships.mine": SIGNED_IN,
    "memberships.requests": SIGNED_IN,
    "memberships.show": DECIDERS,
    "memberships.accept": DECIDERS,
    "memberships.refuse": DECIDERS,
    # The person who asks is none of these roles: nobody gives up in the place of another.
    "memberships.withdraw": "login no no no no no no",
    "memberships.members": DECIDERS,
    "memberships.invite": DECIDERS,
    "departures.member": DECIDERS,
    "departures.set_role": DECIDERS,
    "departures.remove": DECIDERS,
    "departures.leaving": OWN_MEMBER,
    "departures.leave": OWN_MEMBER,
    "departures.erasing": SIGNED_IN,
    "departures.erase": SIGNED_IN,
    "departures.farewell": "yes yes yes yes yes yes yes",
    "network.relays": ADMINISTRATOR,
    "network.relay": ADMINISTRATOR,
    "network.designate": ADMINISTRATOR,
    "network.withdraw": ADMINISTRATOR,
    "network.administrators": ADMINISTRATOR,
    "network.appoint": ADMINISTRATOR,
    "network.dismiss": ADMINISTRATOR,
}


def things(session: Session, scene: Scene) -> dict[str, str]:
    return {"user_id": factories.member(session, scene.library, role=Role.MEMBER).public_id}
