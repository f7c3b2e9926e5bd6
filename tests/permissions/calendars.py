"""Calendars: public feeds for all, the file of a public meeting too; a person's feed for whoever has its secret address."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from app.accounts.session import hashed
from app.meetings.calendars.models import CalendarFeed
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Registration
from tests.permissions.scene import Scene

TOKEN = "agenda-essai"
ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "calendars.meeting": "yes yes yes yes yes yes yes",
    "calendars.registration": "yes yes yes yes yes yes yes",
    "calendars.institution": "yes yes yes yes yes yes yes",
    "calendars.territory": "yes yes yes yes yes yes yes",
    "calendars.person": "yes yes yes yes yes yes yes",
    "calendars.index": "login yes yes yes yes yes yes",
    "calendars.renew": "login yes yes yes yes yes yes",
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    """The feed of the person of the Cité."""
    user = scene.people["cite"]
    assert user is not None
    session.add(CalendarFeed(user_id=user.id, token_hash=hashed(TOKEN)))
    session.flush()
    return {}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    session = object_session(scene.cite)
    assert session is not None
    found = sa.select(Registration).where(Registration.public_id == scene.values["registration_id"])
    return {
        "calendars.person": {"token": TOKEN},
        "calendars.registration": {"token": token_of(session.scalars(found).one())},
    }
