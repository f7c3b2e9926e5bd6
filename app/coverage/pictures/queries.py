"""Reads of the pictures. Each gives a `Select` and does not run it."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.directory.models import NETWORK_KINDS, Confidence, Institution, Observation, State
from app.directory.queries import LATITUDE, LONGITUDE, stale_before, state_at


def first_observed() -> sa.Select:
    """The day of the first observation of an open Cité, centre or point relais; leads and undated statements left aside."""
    return (
        sa.select(sa.func.min(Observation.observed_on))
        .join(Institution, Institution.id == Observation.institution_id)
        .where(
            Institution.kind.in_(NETWORK_KINDS),
            Observation.state == State.OPEN,
            Observation.confidence != Confidence.LOW,
        )
    )


def open_by_day(days: Sequence[date], stale_after_months: int) -> sa.Select:
    """The places of the network open at each of these days: (day, institution_id, to_confirm)."""
    asked = sa.select(sa.func.unnest(sa.cast(list(days), sa.ARRAY(sa.Date))).label("day")).subquery("asked_day")
    state = state_at(asked.c.day)
    stale = state.c.observed_on < stale_before(asked.c.day, stale_after_months)
    return (
        sa.select(asked.c.day, Institution.id.label("institution_id"), stale.label("to_confirm"))
        .select_from(asked.join(Institution, Institution.kind.in_(NETWORK_KINDS)))
        .join(state, state.c.institution_id == Institution.id)
        .where(state.c.state == State.OPEN)
        .order_by(asked.c.day, Institution.id)
    )


def placed(ids: Collection[int]) -> sa.Select:
    """Those of these institutions that have a point: (Institution, longitude, latitude)."""
    return (
        sa.select(Institution, LONGITUDE, LATITUDE)
        .where(Institution.id.in_(ids), Institution.point.is_not(None))
        .options(joinedload(Institution.territory))
        .order_by(Institution.id)
    )


def fingerprint() -> sa.Select:
    """One text that changes when anything changes that is known of the network: its observations, names and points."""
    of_place = sa.func.concat_ws(
        "|", Institution.id, Institution.kind, Institution.name, Institution.city, Institution.territory_id, Institution.point
    )
    of_observation = sa.func.concat_ws("|", Observation.id, Observation.observed_on, Observation.state, Observation.confidence)
    each = (
        sa.select(of_place.concat("|").concat(sa.func.coalesce(of_observation, "")).label("said"))
        .outerjoin(Observation, Observation.institution_id == Institution.id)
        .where(Institution.kind.in_(NETWORK_KINDS))
        .subquery("each_said")
    )
    return sa.select(sa.func.md5(sa.func.string_agg(each.c.said, sa.text("E'\\n' ORDER BY said"))))
