"""Two situations side by side: the reference, and the scenario. Who comes within reach, and who is so no more.

An inhabitant is within reach of a place or is not: nobody counts twice, and what is gained less what is lost is exactly the
difference of the two. Nothing is written anywhere.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage.scenarios import queries
from app.coverage.scenarios.forms import LEVELS
from app.coverage.scenarios.remarks import remarks_on
from app.coverage.scenarios.spots import Spot, places_of, spots_of
from app.coverage.scenarios.trials import Trial, quoted
from app.coverage.situation import OpenPlace, Situation, situation_at
from app.directory.models import State
from app.formats import plural
from geo.demand import Demand
from geo.reach import Change, Places, change, nearest
from geo.territories import Level


@dataclass(frozen=True)
class Side:
    """The places of a day but those that are closed in thought, with those that are opened, and a distance.

    `planned` are the public ids of those of the day that are planned and count as if they were open.
    """

    situation: Situation
    reach_km: float
    opened: tuple[Spot, ...] = ()
    closed: frozenset[str] = frozenset()
    planned: frozenset[str] = frozenset()

    @property
    def day(self) -> date:
        return self.situation.day

    @cached_property
    def kept(self) -> NDArray[np.intp]:
        """The positions of the places of the day that stay."""
        return np.flatnonzero([place.institution.public_id not in self.closed for place in self.situation.placed])

    @property
    def listed(self) -> list[OpenPlace]:
        """The places of the day that stay, those that no distance sees last."""
        everything = (*self.situation.placed, *self.situation.unplaced)
        return [place for place in everything if place.institution.public_id not in self.closed]

    @property
    def shut(self) -> list[OpenPlace]:
        """The places of the day that are closed in thought."""
        everything = (*self.situation.placed, *self.situation.unplaced)
        return [place for place in everything if place.institution.public_id in self.closed]

    @property
    def counted(self) -> str:
        """« 39 lieux ouverts + 4 en projet situés + 1 ouvert en pensée ; 3 sans coordonnées, non comptés »."""
        return self._counted(len(self.opened))

    @property
    def counted_of_day(self) -> str:
        """The same without what is opened in thought."""
        return self._counted(0)

    def _counted(self, opened: int) -> str:
        planned = sum(self.situation.placed[one].institution.public_id in self.planned for one in self.kept.tolist())
        unplaced = len(self.listed) - len(self.kept)
        said = plural(len(self.kept) - planned, "lieu ouvert", "lieux ouverts")
        said += (f" + {planned} en projet" if planned else "") + (" situés" if len(self.kept) > 1 else " situé")
        if opened:
            said += f" + {plural(opened, 'ouvert en pensée', 'ouverts en pensée')}"
        return f"{said} ; {unplaced} sans coordonnées, non compté{'s' * (unplaced > 1)}" if unplaced else said

    @cached_property
    def places(self) -> Places:
        return self.situation.places.only(self.kept).beside(places_of(self.opened))

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        if not self.opened and not self.closed:
            return self.situation.reach.metres
        return nearest(self.places, self.situation.demand).metres

    @cached_property
    def within(self) -> NDArray[np.bool_]:
        """For each commune, whether it is within reach."""
        return self.metres <= self.reach_km * 1000


@dataclass(frozen=True)
class Totals:
    """Inhabitants of France: all, those within reach before and after, those who come within reach and who are so no more."""

    population: int
    before: int
    after: int
    gained: int
    lost: int

    @property
    def net(self) -> int:
        return self.gained - self.lost


@dataclass(frozen=True)
class Row(Totals):
    """The same of a territory."""

    id: str
    code: str
    name: str


@dataclass(frozen=True)
class CommuneRow:
    """A commune that comes within reach (`gained`), or is so no more; metres are None where its shore has no place."""

    id: str
    name: str
    department_code: str
    population: int
    metres_before: float | None
    metres_after: float | None
    gained: bool
    position: int

    @property
    def code(self) -> str:
        return self.id.removeprefix("commune-")


@dataclass(frozen=True)
class Comparison:
    """The reference and the scenario; `remarks` say what the scenario asks for in vain, `problems` what cannot be read."""

    reference: Side
    scenario: Side
    remarks: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def demand(self) -> Demand:
        return self.scenario.situation.demand

    @cached_property
    def totals(self) -> Totals:
        return Totals(*_numbers(self._change(None), 0))

    def totals_in(self, communes: NDArray[np.intp]) -> Totals:
        """The same of the communes at these positions."""
        people = self.demand.population[communes]
        before, after = self.reference.within[communes], self.scenario.within[communes]
        parts = (before | ~before, before, after, after & ~before, before & ~after)
        return Totals(*(int(people[part].sum()) for part in parts))

    def _change(self, level: Level | None) -> Change:
        return change(self.demand, self.reference.within, self.scenario.within, level)

    def rows(self, session: Session, level: Level) -> list[Row]:
        """The territories where something changes, those where most inhabitants are gained or lost first."""
        found = self._change(level)
        moved = np.flatnonzero((found.gained > 0) | (found.lost > 0)).tolist()
        named = {row.id: row for row in session.execute(queries.names(level, [found.ids[one] for one in moved]))}
        rows = [
            Row(*_numbers(found, one), territory.id, territory.code, territory.name)
            for one in moved
            if (territory := named.get(found.ids[one]))
        ]
        return sorted(rows, key=lambda row: (-abs(row.net), -row.gained - row.lost, row.id))

    @cached_property
    def moved(self) -> NDArray[np.intp]:
        """The positions of the communes where someone lives and that change sides, the most populated first."""
        found = np.flatnonzero((self.reference.within != self.scenario.within) & (self.demand.population > 0))
        return found[np.argsort(-self.demand.population[found], kind="stable")]

    def communes(self, most: int | None = None, gained: bool | None = None) -> list[CommuneRow]:
        """So many of the communes that change sides (None: all); `gained`: one way alone."""
        positions = self.moved
        if gained is not None:
            positions = positions[self.scenario.within[positions] == gained]
        return [self._commune(position) for position in positions[:most].tolist()]

    def _commune(self, position: int) -> CommuneRow:
        demand, departments = self.demand, self.demand.groups[Level.DEPARTMENT]
        return CommuneRow(
            id=demand.ids[position],
            name=demand.names[position],
            department_code=departments.ids[departments.of_commune[position]].removeprefix("departement-"),
            population=int(demand.population[position]),
            metres_before=_finite(self.reference.metres[position]),
            metres_after=_finite(self.scenario.metres[position]),
            gained=bool(self.scenario.within[position]),
            position=position,
        )


def compare(session: Session, trial: Trial, stale_after_months: int, other: Trial | None = None) -> Comparison:
    """Compute a trial, against what is open, or against another trial."""
    reader = _Reader(session, stale_after_months)
    scenario, problems, remarks = reader.side(trial)
    if other is None:
        day = trial.reference_day or scenario.day
        reach_km = trial.reference_reach_km or trial.reach_km
        reference = Side(reader.situation(day, trial.planned), reach_km, planned=reader.planned(day, trial.planned))
    else:
        reference, more, _ = reader.side(other)
        problems += [f"Dans le scénario de comparaison : {one}" for one in more]
    return Comparison(reference, scenario, remarks, problems)


def level_of(trial: Trial) -> Level:
    return LEVELS[trial.level]


class _Reader:
    """Reads each situation once, whatever the number of sides that stand on it."""

    def __init__(self, session: Session, stale_after_months: int) -> None:
        self.session, self.stale_after_months = session, stale_after_months
        self.situations: dict[tuple[date, bool], Situation] = {}
        self.plans: dict[date, frozenset[str]] = {}

    def situation(self, day: date, planned: bool) -> Situation:
        if (day, planned) not in self.situations:
            states = (State.OPEN, State.PLANNED) if planned else (State.OPEN,)
            self.situations[day, planned] = situation_at(self.session, day, 0, self.stale_after_months, states)
        return self.situations[day, planned]

    def planned(self, day: date, counted: bool) -> frozenset[str]:
        """The public ids of what is planned on this day; none where they do not count."""
        if counted and day not in self.plans:
            self.plans[day] = frozenset(self.session.scalars(queries.planned(day)))
        return self.plans[day] if counted else frozenset()

    def side(self, trial: Trial) -> tuple[Side, list[str], list[str]]:
        """The side of a trial, what could not be read of it, and what it asks for in vain."""
        situation = self.situation(trial.day or today(), trial.planned)
        spots, problems = spots_of(self.session, trial.opened, situation.demand)
        counted = {place.institution.public_id: place for place in (*situation.placed, *situation.unplaced)}
        absent = [key for key in trial.closed if key not in counted]
        known = {row.Institution.public_id: row.Institution for row in self._institutions(absent)}
        if unknown := [key for key in absent if key not in known]:
            problems.append(f"{quoted(unknown)} : aucune structure de l’annuaire ne porte ce nom. Le reste est gardé.")
        remarks = remarks_on(situation.day, spots, trial.closed, counted, known)
        planned = self.planned(situation.day, trial.planned)
        return Side(situation, trial.reach_km, tuple(spots), frozenset(trial.closed), planned), problems, remarks

    def _institutions(self, keys: list[str]) -> list:
        return list(self.session.execute(queries.institutions(keys))) if keys else []


def _numbers(found: Change, index: int) -> tuple[int, int, int, int, int]:
    of = (found.population, found.before, found.after, found.gained, found.lost)
    return tuple(int(values[index]) for values in of)  # type: ignore[return-value]


def _finite(metres: float) -> float | None:
    return float(metres) if np.isfinite(metres) else None
