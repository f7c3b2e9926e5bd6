"""Scenarios: trying is for all; what a team keeps, its people read and change, and administrators read."""

from typing import Any

from sqlalchemy.orm import Session

from app.coverage.scenarios.models import Scenario
from tests.permissions.scene import Scene

TOKEN = "b" * 28
TEAM = "login no yes no no no no"
ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "scenarios.index": "yes yes yes yes yes yes yes",
    "scenarios.try_out": "yes yes yes yes yes yes yes",
    "scenarios.figures": "yes yes yes yes yes yes yes",
    "scenarios.export": "yes yes yes yes yes yes yes",
    "scenarios.shared": "yes yes yes yes yes yes yes",
    "scenarios.new": "login yes yes yes yes yes yes",
    "scenarios.save": "login yes yes yes yes yes yes",
    "scenarios.show": "login no yes no no no yes",
    "scenarios.refresh": TEAM,
    "scenarios.renew": TEAM,
    "scenarios.duplicate": TEAM,
    "scenarios.share": TEAM,
    "scenarios.cut": TEAM,
    "scenarios.delete": TEAM,
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    """A scenario that the Cité keeps, and shares."""
    sides = {"reference": {"count": 0, "digest": ""}, "scenario": {"count": 0, "digest": ""}}
    figures = dict.fromkeys(("population", "before", "after", "gained", "lost"), 0)
    made = Scenario(
        institution=scene.cite,
        name="Essai",
        asked="rayon=20",
        figures=figures,
        vintages={"sources": {}, **sides},
        share_token=TOKEN,
    )
    session.add(made)
    session.flush()
    return {"scenario_id": made.public_id}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    return {"scenarios.shared": {"token": TOKEN}, "scenarios.export": {"extension": "csv"}}
