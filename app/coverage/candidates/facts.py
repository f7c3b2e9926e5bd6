"""The figures of each eligible library, criterion by criterion, as columns of numbers; not a number where it is not known."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session, aliased

from app.clock import today
from app.coverage.candidates import relations
from app.coverage.candidates.criteria import Criterion
from app.coverage.candidates.question import CandidateQuestion
from app.coverage.eligible import eligible_columns, places_of
from app.coverage.situation import OpenPlace, Situation, situation_at
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, Kind, State
from geo.covering import left_by
from geo.reach import Places, metres_between
from geo.territories import Territory

DEPARTMENT = aliased(Territory, name="department")
#: What is read of each library: enough to rank, to list and to export them, without an object for each of thousands.
COLUMNS = (
    *(Institution.id, Institution.public_id, Institution.kind, Institution.name, Institution.city),
    *(Institution.weekly_hours, Institution.surface_m2, Institution.paid_staff),
    *(Institution.source_name, Institution.territory_id),
    # As a text: lists are slow to read by thousands.
    sa.func.array_to_string(Institution.own_fields, " ").label("own_fields"),
    Territory.name.label("territory_name"),
    *(Territory.level, Territory.population, Territory.epci_id, Territory.department_id, Territory.region_id),
    DEPARTMENT.code.label("department_code"),
    DEPARTMENT.name.label("department_name"),
)


@dataclass(frozen=True)
class Facts:
    """The eligible libraries, in the order of their public ids; every array has one entry a library.

    `figures` are the raw values by criterion; `cite` is the position in `cites` of the Cité to which each is compared, by
    label or else by distance, -1 without any; `by_label` says which.
    """

    question: CandidateQuestion
    situation: Situation
    libraries: list[sa.Row[Any]]
    places: Places
    figures: dict[Criterion, NDArray[np.float64]]
    cites: tuple[OpenPlace, ...]
    cite: NDArray[np.intp]
    by_label: NDArray[np.bool_]
    nearest_cite: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.libraries)

    @cached_property
    def hosts(self) -> dict[int, str]:
        """The places of the network that a library houses already, by the id of the library."""
        network = (*self.situation.placed, *self.situation.unplaced)
        return {place.institution.host_id: place.institution.name for place in network if place.institution.host_id}


def read(session: Session, actor: Actor, question: CandidateQuestion) -> Facts:
    """Read the libraries and all that is known of them, as far as this person may know it."""
    found = eligible_columns(question.area, question.eligibility, today(), COLUMNS)
    libraries = list(session.execute(found.outerjoin(DEPARTMENT, DEPARTMENT.id == Territory.department_id)))
    states = (State.OPEN, State.PLANNED) if question.planned else (State.OPEN,)
    situation = situation_at(session, question.day, question.reach_km, question.stale_after_months, states)
    places = places_of(libraries)
    is_cite = np.flatnonzero([place.institution.kind is Kind.CITE for place in situation.placed])
    cites = tuple(situation.placed[position] for position in is_cite)
    metres = metres_between(places, situation.places.only(is_cite), situation.demand)
    nearest, nearest_metres = _nearest(metres)
    served = _served(libraries, cites)
    by_label, _ = _nearest(np.where(served, metres, np.inf), reachable=False)
    labelled = np.where(served.any(axis=1), by_label, -1)
    cite = np.where(labelled >= 0, labelled, nearest)
    return Facts(
        question,
        situation,
        libraries,
        places,
        {
            Criterion.GAIN: _gains(session, question, situation, places),
            Criterion.HOURS: _column(libraries, "weekly_hours"),
            Criterion.FLOOR: _column(libraries, "surface_m2"),
            Criterion.STAFF: _column(libraries, "paid_staff"),
            Criterion.POPULATION: _column(libraries, "population"),
            Criterion.DISTANCE: nearest_metres / 1000,
            Criterion.INTEREST: relations.interests(session, actor, libraries),
            Criterion.COMMON: relations.in_common(session, libraries, cites, cite),
            Criterion.PARTNERSHIP: relations.partnerships(session, actor, libraries),
        },
        cites,
        cite,
        labelled >= 0,
        nearest,
    )


def _column(libraries: list[sa.Row[Any]], name: str) -> NDArray[np.float64]:
    return np.array([getattr(one, name) for one in libraries], dtype=float)


def _gains(session: Session, question: CandidateQuestion, situation: Situation, places: Places) -> NDArray[np.float64]:
    """The inhabitants newly within reach if each alone opened: of the area, or from wherever they come."""
    asked = None if question.neighbours else question.area.communes(session, situation.demand)
    covering = left_by(situation.demand, situation.places, places, question.reach_km, asked)
    return covering.gains().astype(float)


def _nearest(metres: NDArray[np.float64], reachable: bool = True) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each row the position of the least distance and this one; -1 and infinity without any on its shore."""
    if not metres.shape[1]:
        return np.full(len(metres), -1), np.full(len(metres), np.inf)
    position = np.argmin(metres, axis=1)
    least = metres[np.arange(len(metres)), position]
    return (np.where(np.isinf(least), -1, position) if reachable else position), least


def _served(libraries: list[sa.Row[Any]], cites: tuple[OpenPlace, ...]) -> NDArray[np.bool_]:
    """Which Cités declare to serve the territory of each library; shape (libraries, cites)."""
    labels: dict[str, list[int]] = {}
    for position, cite in enumerate(cites):
        for served in cite.institution.service_territories:
            labels.setdefault(served.territory_id, []).append(position)
    found = np.zeros((len(libraries), len(cites)), dtype=bool)
    for index, one in enumerate(libraries):
        for territory_id in (one.territory_id, one.epci_id, one.department_id, one.region_id):
            if territory_id in labels:
                found[index, labels[territory_id]] = True
    return found
