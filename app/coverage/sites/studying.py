"""What a search of the next sites reads: the places that exist, the libraries that could be, the inhabitants who count.

All that the answer depends on has a digest, so that the same question of the same data has one answer, and that an answer can
say when its data have changed.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage.eligible import eligible, places_of
from app.coverage.models import Status as Covered
from app.coverage.queries import administrative, sources
from app.coverage.sites.models import Aim
from app.coverage.sites.question import SitesQuestion
from app.coverage.situation import Situation, situation_at
from app.directory.models import Institution, State
from app.directory.queries import open_network
from geo.covering import Covering, left_by
from geo.demand import NOWHERE, Demand
from geo.reach import Places, nearest
from geo.sources import DataSource
from geo.territories import Level

#: The data sets that an answer draws on.
USED = ("territoires", "reseau", "bibliotheques")


@dataclass(frozen=True)
class Study:
    """A question with all that answers it, read once: no database is needed afterwards.

    `rows` are those of `eligible`; `counted` the positions of the communes whose inhabitants count; `planned` the public ids
    of the places that count though they are only planned; `uncovered` the departments without any place, where that is asked.
    """

    question: SitesQuestion
    situation: Situation
    rows: list[sa.Row]
    counted: NDArray[np.intp]
    planned: frozenset[str]
    uncovered: tuple[str, ...]

    @property
    def demand(self) -> Demand:
        return self.situation.demand

    @cached_property
    def candidates(self) -> Places:
        """The possible sites, as arrays in the order of `rows`."""
        return places_of(self.rows)

    @cached_property
    def covering(self) -> Covering:
        """Who is left to cover, and by which candidates."""
        return left_by(self.demand, self.situation.places, self.candidates, self.question.reach_km, self.counted)


def study(session: Session, question: SitesQuestion, stale_after_months: int) -> Study:
    """Read what the question needs. The libraries are those of today, whatever the day: their list has no past."""
    situation = situation_at(session, question.day, question.reach_km, stale_after_months, question.states)
    rows = list(session.execute(eligible(question.area, question.eligibility, today())).unique())
    counted = question.area.communes(session, situation.demand)
    if question.neighbours:
        within = nearest(places_of(rows), situation.demand).metres <= question.reach_km * 1000
        counted = np.union1d(counted, np.flatnonzero(within))
    planned = planned_places(session, question)
    uncovered = _uncovered(session, situation, planned, counted) if question.aim is Aim.EACH else ()
    return Study(question, situation, rows, counted, planned, uncovered)


def department_of(institution: Institution) -> str | None:
    """The department where an institution stands, as far as it is known."""
    home = institution.territory
    if home is None:
        return None
    return home.id if home.level is Level.DEPARTMENT else home.department_id


def _uncovered(session: Session, situation: Situation, planned: frozenset[str], counted: NDArray[np.intp]) -> tuple[str, ...]:
    """The departments of the area that are not covered: no place is known there at the day, nor planned if that counts."""
    grouping = situation.demand.groups[Level.DEPARTMENT]
    inside = {grouping.ids[number] for number in np.unique(grouping.of_commune[counted]).tolist() if number != NOWHERE}
    places = [one.institution for one in (*situation.placed, *situation.unplaced) if one.institution.public_id in planned]
    has_plan = {department_of(one) for one in places}
    found = _without_place(session, situation)
    return tuple(one for one in found if one in inside and one not in has_plan)


def _without_place(session: Session, situation: Situation) -> list[str]:
    """The departments of France where no place is known to be open."""
    rows = session.execute(administrative(Level.DEPARTMENT, situation.day, situation.stale_after_months))
    return [row.Territory.id for row in rows if row.status is Covered.UNCOVERED]


def planned_places(session: Session, question: SitesQuestion) -> frozenset[str]:
    """The public ids of the places of the network that are planned at the day, if they count."""
    if not question.planned:
        return frozenset()
    network = open_network(question.day, (State.PLANNED,)).order_by(None)
    return frozenset(session.scalars(network.with_only_columns(Institution.public_id)))


@dataclass(frozen=True)
class Data:
    """What the answer would be drawn from: its digest, how many libraries may be chosen, the data sets."""

    digest: str
    candidates: int
    vintages: list[dict[str, Any]]


def data_of(session: Session, question: SitesQuestion, situation: Situation) -> Data:
    """Describe the data as they are now."""
    candidates, of_candidates = session.execute(_candidates(question)).one()
    used = [source for source in session.scalars(sources()) if source.name in USED]
    planned = planned_places(session, question)
    shores = (*situation.places.shores, *(None for _ in situation.unplaced))
    network = [
        (
            one.institution.public_id,
            one.institution.public_id in planned,
            one.institution.territory_id,
            one.longitude,
            one.latitude,
            shore,
        )
        for one, shore in zip((*situation.placed, *situation.unplaced), shores, strict=True)
    ]
    bare = _without_place(session, situation) if question.aim is Aim.EACH else []
    everything = [[(one.name, one.digest) for one in used], sorted(network), bare, of_candidates]
    digest = hashlib.sha256(json.dumps(everything).encode()).hexdigest()
    return Data(digest, candidates, [_vintage(one) for one in used])


def _candidates(question: SitesQuestion) -> sa.Select:
    """How many libraries may be chosen, and a digest of which they are, where they stand and what an answer tells of them."""
    found = eligible(question.area, question.eligibility, today()).order_by(None).subquery()
    place = (found.c.longitude, found.c.latitude, found.c.shore, found.c.territory_id)
    line = sa.func.jsonb_build_array(found.c.public_id, *place, found.c.weekly_hours, found.c.surface_m2, found.c.paid_staff)
    lines = sa.func.string_agg(sa.cast(line, sa.Text), aggregate_order_by(sa.literal("\n"), sa.collate(found.c.public_id, "C")))
    return sa.select(sa.func.count(), sa.func.md5(lines)).select_from(found)


def _vintage(source: DataSource) -> dict[str, Any]:
    return {
        "title": source.title,
        "producer": source.producer,
        "licence": source.licence,
        "url": source.url,
        "vintage": source.vintage.isoformat(),
        "note": source.vintage_note,
    }
