"""Who lives how far: the share of the inhabitants of an area who have a place within d kilometres."""

from dataclasses import dataclass
from math import ceil, inf, isfinite

import numpy as np
from numpy.typing import NDArray

from app.coverage.situation import Situation
from app.formats import distance, people, percent

#: Kilometres of the table.
READ_AT_KM = (5, 10, 20, 30, 50, 75, 100)
#: The picture shows so many kilometres at least, and at most.
FEWEST_KM, MOST_KM = 60, 200


@dataclass(frozen=True)
class Curve:
    """One area. `metres` in ascending order and `within`, the inhabitants up to each; `unreachable`: nothing on their shore.

    `median` and `percentile_95` are metres, infinite where so many are unreachable; None where nobody lives.
    """

    name: str
    population: int
    unreachable: int
    metres: NDArray[np.float64]
    within: NDArray[np.int64]

    def share(self, kilometres: float) -> float:
        """The share of all inhabitants, those that nothing reaches included, who have a place within so many kilometres."""
        count = int(np.searchsorted(self.metres, kilometres * 1000, side="right"))
        return float(self.within[count - 1] / self.population) if count and self.population else 0.0

    def least(self, share: float) -> float | None:
        """The metres within which such a share lives."""
        if not self.population:
            return None
        index = int(np.searchsorted(self.within, share * self.population))
        return float(self.metres[index]) if index < len(self.metres) else inf

    @property
    def median(self) -> float | None:
        return self.least(0.5)

    @property
    def percentile_95(self) -> float | None:
        return self.least(0.95)

    @property
    def sentence(self) -> str:
        """What the curve says, in one sentence."""
        if not self.population:
            return f"{self.name} : personne n’y habite."
        if self.unreachable == self.population:
            return f"{self.name} : aucune structure n’est connue sur la même rive."
        share = f"{people(self.unreachable)} ({percent(self.unreachable / self.population)})"
        apart = f" ; {share} sans aucune structure sur la même rive" if self.unreachable else ""
        if self.median == inf:
            return f"{self.name} : plus de la moitié des habitants n’ont aucune structure sur la même rive{apart}."
        far = "" if self.percentile_95 == inf else f", et 95 % à {distance(self.percentile_95)} au plus"
        return f"{self.name} : la moitié des habitants vivent à {distance(self.median)} au plus d’une structure{far}{apart}."


def curve_of(situation: Situation, communes: NDArray[np.intp], name: str) -> Curve:
    """Sort the inhabitants of an area by the distance of their nearest place."""
    metres, count = situation.reach.metres[communes], situation.demand.population[communes]
    reached = np.isfinite(metres) & (count > 0)
    order = np.argsort(metres[reached], kind="stable")
    return Curve(
        name=name,
        population=int(count.sum()),
        unreachable=int(count[~np.isfinite(metres)].sum()),
        metres=metres[reached][order],
        within=np.cumsum(count[reached][order]),
    )


def widest_km(curves: list[Curve]) -> int:
    """How many kilometres the picture shows: up to where 95 % of the inhabitants live, rounded to tens."""
    far = [(curve.percentile_95 or 0) / 1000 for curve in curves]
    longest = max([one for one in far if isfinite(one)], default=0.0)
    return int(min(max(ceil(longest / 10) * 10 + 10, FEWEST_KM), MOST_KM))
