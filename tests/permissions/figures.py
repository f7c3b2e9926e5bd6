"""Figures: seen by the two sides and those who follow them, typed by the two sides alone."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.partnerships.exchanges.models import Side
from app.partnerships.figures.models import ActivityFigures, AwarenessSessions, Nature, Toward, Unit
from tests.permissions.scene import Scene

SEEN = "login no yes yes yes no yes"
TYPED = "login no yes yes no no no"
ROUTES = {
    "figures.index": SEEN,
    "figures.export": SEEN,
    "figures.new": TYPED,
    "figures.record": TYPED,
    "figures.remove": TYPED,
    "figures.new_awareness": TYPED,
    "figures.record_awareness": TYPED,
    "figures.remove_awareness": TYPED,
    "figures.new_review": TYPED,
    "figures.record_review": TYPED,
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    of_it: dict[str, Any] = {"partnership_id": scene.partnership.id, "side": Side.CITE}
    figures = ActivityFigures(
        nature=Nature.HELD, starts_on=date(2016, 1, 1), ends_on=date(2016, 12, 31), workshops=56, participants=551, **of_it
    )
    awareness = AwarenessSessions(toward=Toward.CITE, sessions=11, unit=Unit.DAY, people=45, **of_it)
    session.add_all([figures, awareness])
    session.flush()
    return {"figures_id": figures.public_id, "awareness_id": awareness.public_id}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    return {"figures.export": {"extension": "csv"}}
