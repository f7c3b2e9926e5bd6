"""How far: the nearest place and the metres to it for every commune, and the inhabitants beyond a distance.

A straight line never joins an island or an overseas department to another shore: a commune looks only at the places of
its own shore. Where there is none its distance is infinite, and what that leaves is counted apart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from geo.demand import EQUATORIAL_RADIUS, NOWHERE, Demand, earth_centred
from geo.territories import Level

#: The shore of the mainland, neighbouring countries included.
CONTINENT = "continent"
#: Countries that one reaches from the mainland by road, without a ferry.
COUNTRIES_OF_THE_CONTINENT = frozenset({"AD", "AT", "BE", "CH", "DE", "ES", "FR", "IT", "LI", "LU", "MC", "NL", "PT"})

#: The shore is a fourth coordinate of the tree: two shores are farther apart than the earth is wide.
BETWEEN_SHORES = 4 * EQUATORIAL_RADIUS
#: The shore number of a place that stands on none of the shores of the communes.
ELSEWHERE = -2


@dataclass(frozen=True)
class Places:
    """Where places stand, in degrees, and on which shore; a place whose shore is unknown serves no commune."""

    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    shores: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.shores)

    def only(self, positions: NDArray[np.intp]) -> "Places":
        """Give the places at these positions, in their order."""
        return Places(
            self.longitude[positions], self.latitude[positions], tuple(self.shores[position] for position in positions)
        )

    def beside(self, others: "Places") -> "Places":
        """Give these places, then others, in their order."""
        return Places(
            np.append(self.longitude, others.longitude), np.append(self.latitude, others.latitude), self.shores + others.shores
        )

    def on_shores_of(self, demand: Demand) -> NDArray[np.float64]:
        """Give earth-centred metres and the shore as a fourth coordinate, as `on_shores` does; shape (n, 4)."""
        number = {shore: index for index, shore in enumerate(demand.shores.ids)}
        shores = [ELSEWHERE if shore is None else number.get(shore, ELSEWHERE) for shore in self.shores]
        return on_shores(earth_centred(self.longitude, self.latitude), np.array(shores))


@dataclass(frozen=True)
class Reach:
    """For each commune of a `Demand`: metres to its nearest place, infinite without one, and that place's position, or -1."""

    metres: NDArray[np.float64]
    place: NDArray[np.intp]


@dataclass(frozen=True)
class Change:
    """Inhabitants by territory, in two states of the world; every array has one entry a territory of `ids`.

    `before`: those within reach in the first. Nobody counts twice: `gained` are out of reach in the first and within reach in
    the second, `lost` the reverse.
    """

    ids: tuple[str, ...]
    population: NDArray[np.int64]
    before: NDArray[np.int64]
    gained: NDArray[np.int64]
    lost: NDArray[np.int64]

    @property
    def net(self) -> NDArray[np.int64]:
        return self.gained - self.lost

    @property
    def after(self) -> NDArray[np.int64]:
        """Those within reach in the second state."""
        return self.before + self.net


@dataclass(frozen=True)
class Figures:
    """Figures by territory; every array has one entry a territory of `ids`.

    Inhabitants: all, those farther than the distance asked for, and among these those without a place on their shore.
    Metres: the distance within which half of the inhabitants, and 95 % of them, have a place (not a number: nobody).
    """

    ids: tuple[str, ...]
    population: NDArray[np.int64]
    beyond: NDArray[np.int64]
    unreachable: NDArray[np.int64]
    median: NDArray[np.float64]
    percentile_95: NDArray[np.float64]


def nearest(places: Places, demand: Demand) -> Reach:
    """Find the nearest place of every commune on its own shore, as the crow flies on the ellipsoid.

    The nearest is chosen by chord, and the chord is then bent into an arc; on the communes of France the result is
    within 0.1 m of the geodesic up to 100 km and within 1 m up to 500 km.
    """
    if not len(places):
        return Reach(np.full(len(demand), np.inf), np.full(len(demand), NOWHERE))
    tree = KDTree(places.on_shores_of(demand))
    chord, place = tree.query(on_shores(demand.xyz, demand.shores.of_commune), distance_upper_bound=2 * EQUATORIAL_RADIUS)
    return Reach(arc_of(chord), np.where(np.isinf(chord), NOWHERE, place))


def metres_between(places: Places, others: Places, demand: Demand) -> NDArray[np.float64]:
    """Give the metres from each place to each of the others, infinite from one shore to another; shape (places, others)."""
    chord = cdist(places.on_shores_of(demand), others.on_shores_of(demand))
    return arc_of(np.where(chord > 2 * EQUATORIAL_RADIUS, np.inf, chord))


def on_shores(xyz: NDArray[np.float64], shore: NDArray) -> NDArray[np.float64]:
    """Add the shore to earth-centred metres as a fourth coordinate, so that no distance joins two of them; shape (n, 4)."""
    return np.column_stack((xyz, shore * BETWEEN_SHORES))


def arc_of(chord: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bend straight lines through the earth into lines on its surface; infinity stays.

    A circle of the equatorial radius is, within 0.02 %, that of the mean curvature of the ellipsoid at 46° N, where
    distances are long. The whole correction is 1 m at 100 km and 1 km at 1,000 km.
    """
    half_angle = np.arcsin(np.minimum(chord / (2 * EQUATORIAL_RADIUS), 1))
    return np.where(np.isinf(chord), np.inf, 2 * EQUATORIAL_RADIUS * half_angle)


def chord_of(metres: float) -> float:
    """Give the straight line through the earth under an arc: the inverse of the bend that `nearest` gives to chords."""
    return float(2 * EQUATORIAL_RADIUS * np.sin(metres / (2 * EQUATORIAL_RADIUS)))


def shore_at(longitude: float, latitude: float, demand: Demand) -> str | None:
    """Give the shore of a point in degrees: that of the nearest commune; None where there is no commune at all."""
    if not len(demand):
        return None
    nearest_commune = np.argmin(np.sum((demand.xyz - earth_centred([longitude], [latitude])) ** 2, axis=1))
    number = demand.shores.of_commune[nearest_commune]
    return None if number == NOWHERE else demand.shores.ids[number]


def beyond(demand: Demand, metres: NDArray[np.float64], reach_km: float, level: Level | None) -> Figures:
    """Count the inhabitants farther than `reach_km` in each territory of `level`; France as one row when None.

    All inhabitants of a commune stand at its point. A commune that belongs to no EPCI is in no row of that level.
    """
    ids, group = _grouped(demand, level)
    inside = group != NOWHERE
    group, metres, people = group[inside], metres[inside], demand.population[inside]

    def count(counted: NDArray) -> NDArray[np.int64]:
        return np.bincount(group, counted, len(ids)).astype(np.int64)

    median, percentile_95 = _quantiles(group, len(ids), metres, people, (0.5, 0.95))
    return Figures(
        ids=ids,
        population=count(people),
        beyond=count(people * (metres > reach_km * 1000)),
        unreachable=count(people * np.isinf(metres)),
        median=median,
        percentile_95=percentile_95,
    )


def change(demand: Demand, before: NDArray[np.bool_], after: NDArray[np.bool_], level: Level | None) -> Change:
    """Count who comes within reach and who is so no more in each territory of `level`; France as one row when None.

    `before` and `after` say which communes are within reach in either state.
    """
    ids, group = _grouped(demand, level)
    inside = group != NOWHERE

    def count(counted: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(group[inside], (demand.population * counted)[inside], len(ids)).astype(np.int64)

    everyone = np.ones(len(demand), dtype=bool)
    return Change(ids, count(everyone), count(before), count(~before & after), count(before & ~after))


def _grouped(demand: Demand, level: Level | None) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The ids of the territories of a level, and the position among them of that of each commune, or `NOWHERE`."""
    if level is None:
        return ("france",), np.zeros(len(demand), dtype=np.int32)
    if level is Level.COMMUNE:
        return demand.ids, np.arange(len(demand), dtype=np.int32)
    return demand.groups[level].ids, demand.groups[level].of_commune


def _quantiles(
    group: NDArray, groups: int, metres: NDArray[np.float64], people: NDArray[np.int64], shares: tuple[float, ...]
) -> list[NDArray[np.float64]]:
    """For each share and group, the least distance within which that share of its people live; nan for nobody."""
    inhabited = people > 0
    group, metres, people = group[inhabited], metres[inhabited], people[inhabited]
    by_distance = np.argsort(metres)
    order = by_distance[np.argsort(group[by_distance], kind="stable")]
    within = np.cumsum(people[order])
    total = np.bincount(group, people, groups)
    before = np.cumsum(total) - total
    found = []
    for share in shares:
        position = np.searchsorted(within, before + share * total)
        quantile = np.full(groups, np.nan)
        quantile[total > 0] = metres[order][position[total > 0]]
        found.append(quantile)
    return found
