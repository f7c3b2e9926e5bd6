"""Workshops: the programme of a partnership is its own, what a place offers is everybody's, its organisers count."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.meetings.models import MeetingKind
from tests import meeting_factories
from tests.permissions.scene import Scene

SEEN = "login no yes yes yes no yes"
ACTED = "login no yes yes no no no"
COUNTED = "login no yes yes no no yes"
ALL = "yes yes yes yes yes yes yes"
ROUTES = {
    "workshops.programme": SEEN,
    "workshops.export": SEEN,
    "workshops.new": ACTED,
    "workshops.create": ACTED,
    "workshops.to_count": ACTED,
    "workshops.count": ACTED,
    "workshops.attendance": COUNTED,
    "workshops.record_attendance": COUNTED,
    "workshops.offered": ALL,
    "workshops.leaflet": ALL,
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    """A workshop of the partnership that has begun, hosted by the library beside the Cité."""
    workshop = meeting_factories.meeting(
        session,
        scene.library,
        kind=MeetingKind.WORKSHOP,
        co_host=scene.cite,
        partnership=scene.partnership,
        starts_at=now() - timedelta(hours=3),
    )
    return {"workshop_id": workshop.public_id}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    of_workshop = {"meeting_id": scene.values["workshop_id"]}
    return {
        "workshops.export": {"extension": "csv"},
        "workshops.attendance": of_workshop,
        "workshops.record_attendance": of_workshop,
    }
