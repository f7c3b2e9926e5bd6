"""The situation on a day: what is open, and how far it is from everyone. Every page and export of coverage starts here."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.queries import placed_network
from app.directory.models import Institution, Kind, Precision, State
from app.formats import NO_BREAK, number
from geo.demand import NOWHERE, Demand, demand_of
from geo.reach import CONTINENT, COUNTRIES_OF_THE_CONTINENT, Figures, Places, Reach, beyond, nearest, shore_at
from geo.territories import Level, Territory


@dataclass(frozen=True)
class OpenPlace:
    """A Cité, a centre or a point relais open on the day, the observation that says so, and its degrees if known."""

    institution: Institution
    observed_on: date
    precision: Precision
    source: str
    source_url: str | None
    to_confirm: bool
    longitude: float | None
    latitude: float | None

    @property
    def department(self) -> Territory | None:
        return self.institution.territory.department if self.institution.territory else None

    def is_in(self, territory: Territory) -> bool:
        """Tell whether the place stands in this territory, as far as its own is known."""
        home = self.institution.territory
        return home is not None and territory.id in (home.id, home.epci_id, home.department_id, home.region_id)


@dataclass(frozen=True)
class Situation:
    """The places open on `day`: those with a point, which `reach` counts by position, and those without."""

    day: date
    reach_km: float
    stale_after_months: int
    demand: Demand
    placed: tuple[OpenPlace, ...]
    unplaced: tuple[OpenPlace, ...]

    @cached_property
    def places(self) -> Places:
        """The places that have a point, as arrays in the order of `placed`."""
        return Places(
            longitude=np.array([place.longitude for place in self.placed], dtype=float),
            latitude=np.array([place.latitude for place in self.placed], dtype=float),
            shores=tuple(shore_of(place.institution, place.longitude, place.latitude, self.demand) for place in self.placed),
        )

    @cached_property
    def reach(self) -> Reach:
        """The nearest place of every commune, whatever its kind."""
        return nearest(self.places, self.demand)

    @cached_property
    def reach_of_cites(self) -> Reach:
        """The nearest Cité of every commune, centres and points relais left aside."""
        cites = np.flatnonzero([place.institution.kind is Kind.CITE for place in self.placed])
        found = nearest(self.places.only(cites), self.demand)
        # The last entry is where `NOWHERE`, which is -1, points.
        return Reach(found.metres, np.append(cites, NOWHERE)[found.place])

    def figures(self, level: Level | None) -> Figures:
        """Give inhabitants and distances by territory of this level; France as one row when None."""
        return beyond(self.demand, self.reach.metres, self.reach_km, level)

    def out_of_reach(self, communes: NDArray[np.intp]) -> NDArray[np.intp]:
        """Keep the communes farther than `reach_km` where someone lives, the most populated first."""
        population = self.demand.population[communes]
        kept = communes[(self.reach.metres[communes] > self.reach_km * 1000) & (population > 0)]
        return kept[np.argsort(-self.demand.population[kept], kind="stable")]

    def place_near(self, commune: int) -> tuple[OpenPlace, float] | None:
        """Give the place nearest to a commune, given by its position, and the metres; None if its shore has none."""
        return self._near(self.reach, commune)

    def cite_near(self, commune: int) -> tuple[OpenPlace, float] | None:
        """Give the Cité nearest to a commune, and the metres; None if its shore has none."""
        return self._near(self.reach_of_cites, commune)

    def _near(self, reach: Reach, commune: int) -> tuple[OpenPlace, float] | None:
        position = reach.place[commune]
        return None if position == NOWHERE else (self.placed[position], float(reach.metres[commune]))

    def last_observed(self, territory: Territory) -> OpenPlace | None:
        """Give the place of this territory that was observed last."""
        inside = [place for place in (*self.placed, *self.unplaced) if place.is_in(territory)]
        return max(inside, key=lambda place: place.observed_on, default=None)

    def claiming(self, territory: Territory) -> list[OpenPlace]:
        """Give the places that declare to serve this territory or a larger one that holds it: label, not presence."""
        chain = {territory.id, territory.epci_id, territory.department_id, territory.region_id}
        return [
            place
            for place in (*self.placed, *self.unplaced)
            if any(served.territory_id in chain for served in place.institution.service_territories)
        ]


def shore_of(institution: Institution, longitude: float | None, latitude: float | None, demand: Demand) -> str | None:
    """The shore on which an institution stands: that of its commune; abroad, the mainland's if one goes there by road."""
    if institution.country != "FR":
        return CONTINENT if institution.country in COUNTRIES_OF_THE_CONTINENT else None
    if institution.territory is not None and institution.territory.level is Level.COMMUNE:
        return institution.territory.shore
    if longitude is None or latitude is None:
        return None
    # A place known only by its department has the shore of the commune that is nearest to its point.
    return shore_at(longitude, latitude, demand)


def kilometres_in_words(kilometres: float) -> str:
    """« 30 km », « 12,5 km »: a distance that was asked for, to the last digit typed."""
    return f"{number(kilometres, 3).rstrip('0').removesuffix(',')}{NO_BREAK}km"


def situation_at(
    session: Session, day: date, reach_km: float, stale_after_months: int, states: tuple[State, ...] = (State.OPEN,)
) -> Situation:
    """Read the places open on `day`, beside the communes kept in memory.

    `states` may ask for others too: what is planned is counted as if it were open where one asks what is still to be done.
    """
    places = [OpenPlace(*row) for row in session.execute(placed_network(day, stale_after_months, states))]
    return Situation(
        day=day,
        reach_km=reach_km,
        stale_after_months=stale_after_months,
        demand=demand_of(session),
        placed=tuple(place for place in places if place.longitude is not None),
        unplaced=tuple(place for place in places if place.longitude is None),
    )
