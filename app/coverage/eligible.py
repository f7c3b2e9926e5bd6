"""Which libraries could become a place of a Cité: the filters, the libraries that pass them, and where they stand.

What a library has not said is unknown: it is neither enough nor too little. `unknown` says whether those are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

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
#: Where one stands: its own point, or that of its commune.
POINT = sa.func.coalesce(
    sa.cast(Institution.point, Geometry), sa.case((Territory.level == Level.COMMUNE, sa.cast(Territory.point, Geometry)))
)


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
    loaded = joinedload(Institution.territory).joinedload(Territory.department)
    return eligible_columns(area, eligibility, day, [Institution]).options(loaded)


def eligible_columns(area: Area, eligibility: Eligibility, day: date, columns: Iterable[Any]) -> sa.Select:
    """The same rows as `eligible` with `columns` of `Institution` and of its `Territory` in the place of the institution."""
    return (
        _open_in(area, day, [*columns, sa.func.ST_X(POINT).label("longitude"), sa.func.ST_Y(POINT).label("latitude")])
        .add_columns(Territory.shore, Institution.point.is_not(None).label("exact"))
        .where(POINT.is_not(None), Institution.kind.in_(eligibility.kinds), *_filters(eligibility))
        .order_by(sa.collate(Institution.public_id, "C"))
    )


def left_out(area: Area, eligibility: Eligibility, day: date) -> sa.Select:
    """One row of numbers: what is open in the area, of a possible kind, and what each filter alone takes away of it.

    `total`; `kind`; then of the kinds asked for `unplaced`, `hours` and `staffed`: see `Eligibility`.
    """
    asked = Institution.kind.in_(eligibility.kinds)
    hours, staffed = _filters(eligibility)

    def number(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(*conditions)

    return _open_in(
        area,
        day,
        [
            sa.func.count().label("total"),
            number(~asked).label("kind"),
            number(asked, POINT.is_(None)).label("unplaced"),
            number(asked, sa.not_(hours)).label("hours"),
            number(asked, sa.not_(staffed)).label("staffed"),
        ],
    ).where(Institution.kind.in_(POSSIBLE_KINDS))


def _open_in(area: Area, day: date, columns: list[Any]) -> sa.Select:
    state = state_at(day)
    return (
        sa.select(*columns)
        .select_from(Institution)
        .join(state, state.c.institution_id == Institution.id)
        .join(Territory, Territory.id == Institution.territory_id)
        .where(state.c.state == State.OPEN, area.holds())
    )


def _filters(eligibility: Eligibility) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Enough hours and some paid staff, each always true where it is not asked for, and never NULL."""

    def enough(is_asked: bool, least: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.func.coalesce(least, sa.literal(eligibility.unknown)) if is_asked else sa.true()

    return (
        enough(bool(eligibility.hours), Institution.weekly_hours >= (eligibility.hours or 0)),
        enough(eligibility.staffed, Institution.paid_staff > 0),
    )


def places_of(rows: list[sa.Row]) -> Places:
    """The positions of rows of `eligible`, in their order."""
    return Places(
        np.array([row.longitude for row in rows], dtype=float),
        np.array([row.latitude for row in rows], dtype=float),
        tuple(row.shore for row in rows),
    )
