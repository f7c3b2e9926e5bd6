"""Which libraries could become a place of a Cité: the filters, the libraries that pass them, and where they stand.

What a library has not said is unknown: it is neither enough nor too little. `unknown` says whether those are kept.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import joinedload

from app.coverage.areas import Area
from app.directory.models import Institution, Kind, State
from app.directory.queries import state_at
from geo.reach import Places
from geo.territories import Level, Territory

#: The kinds that receive the public in a building of theirs.
POSSIBLE_KINDS = (Kind.LIBRARY, Kind.DEPARTMENTAL, Kind.NETWORK)


@dataclass(frozen=True)
class Eligibility:
    """Filters. `hours` a week at least; `staffed`: at least some paid staff; `unknown`: keep those whose value is not known."""

    kinds: tuple[Kind, ...] = (Kind.LIBRARY,)
    hours: float | None = None
    staffed: bool = False
    unknown: bool = True


def eligible(area: Area, eligibility: Eligibility, day: date) -> sa.Select:
    """The institutions of the area that pass the filters and are open at `day`, in the order of their public ids.

    Rows are (Institution, longitude, latitude, shore, exact). Without a point of its own an institution stands at that of its
    commune, and `exact` is false; with neither it is left out.
    """
    state, home = state_at(day), Territory
    own, town = sa.cast(Institution.point, Geometry), sa.cast(home.point, Geometry)
    point = sa.func.coalesce(own, sa.case((home.level == Level.COMMUNE, town)))
    return (
        sa.select(
            Institution,
            sa.func.ST_X(point).label("longitude"),
            sa.func.ST_Y(point).label("latitude"),
            home.shore,
            Institution.point.is_not(None).label("exact"),
        )
        .join(state, state.c.institution_id == Institution.id)
        .join(home, home.id == Institution.territory_id)
        .where(state.c.state == State.OPEN, Institution.kind.in_(eligibility.kinds), point.is_not(None), area.holds())
        .where(*_enough(eligibility))
        .options(joinedload(Institution.territory).joinedload(Territory.department))
        .order_by(sa.collate(Institution.public_id, "C"))
    )


def _enough(eligibility: Eligibility) -> list[sa.ColumnElement[bool]]:
    found = []
    if eligibility.hours:
        found.append((Institution.weekly_hours, Institution.weekly_hours >= eligibility.hours))
    if eligibility.staffed:
        found.append((Institution.paid_staff, Institution.paid_staff > 0))
    return [sa.or_(enough, column.is_(None)) if eligibility.unknown else enough for column, enough in found]


def places_of(rows: list[sa.Row]) -> Places:
    """The positions of rows of `eligible`, in their order."""
    return Places(
        np.array([row.longitude for row in rows], dtype=float),
        np.array([row.latitude for row in rows], dtype=float),
        tuple(row.shore for row in rows),
    )
