"""Interests: the list is public, what a hidden author says is known to its target and to those who follow its region.

The scene's interest is of the library of Manosque toward the Cité of Marseille, and its author does not show itself.
"""

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.session import hashed
from app.clock import now
from app.matchmaking.interests.models import Act, Declaration, Interest
from tests.permissions.scene import Scene

TOKEN = "essai-de-jeton"
ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "interests.index": "yes yes yes yes yes yes yes",
    "interests.export": "yes yes yes yes yes yes yes",
    "interests.new": "login yes yes yes yes yes yes",
    "interests.declare": "login yes yes yes yes yes yes",
    "interests.show": "no no yes yes yes no yes",
    "interests.edit": "login no no yes no no no",
    "interests.change": "login no no yes no no no",
    "interests.renewal": "login no no yes no no no",
    "interests.renew": "login no no yes no no no",
    "interests.withdraw": "login no no yes no no no",
    "interests.reopen": "login no no yes no no no",
    "interests.decline": "login no yes no no no no",
    "interests.public_form": "yes yes yes yes yes yes yes",
    "interests.send_public_form": "yes yes yes yes yes yes yes",
    "interests.public_sent": "yes yes yes yes yes yes yes",
    "interests.confirm_address": "yes yes yes yes yes yes yes",
    "interests.take_address": "yes yes yes yes yes yes yes",
    "interests.public_confirmed": "yes yes yes yes yes yes yes",
    "interests.declarations": "login no no no yes yes yes",
    "interests.declaration": "login no no no yes no yes",
    "interests.attach": "login no no no yes no yes",
    "interests.set_aside": "login no no no yes no yes",
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    confirmed = Declaration(
        library_name="Essai", commune_id="commune-04112", email="essai@exemple.invalid", confirmed_at=now(), declared_at=now()
    )
    waiting = Declaration(
        library_name="Essai",
        commune_id="commune-04112",
        email="essai@exemple.invalid",
        token_hash=hashed(TOKEN),
        declared_at=now(),
    )
    lead = Interest(act=Act.SUGGESTED, author=None, about=scene.cite, declared_by=scene.people["agency"])
    session.add_all([confirmed, waiting, lead])
    session.flush()
    return {"declaration_id": confirmed.public_id, "lead_id": lead.public_id}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    return {
        "interests.export": {"extension": "csv"},
        "interests.confirm_address": {"token": TOKEN},
        "interests.take_address": {"token": TOKEN},
        # A lead about the Cité, which alone may decline it.
        "interests.decline": {"interest_id": scene.values["lead_id"]},
    }
