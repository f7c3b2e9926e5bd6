"""Who lives where: the communes of France as arrays of numbers, read once per process.

Coverage is arithmetic on these arrays. They are frozen, so that threads share them, and kept until the territories are
loaded anew: the digest of their data source says when.
"""

import threading
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from geoalchemy2 import Geometry
from numpy.typing import ArrayLike, NDArray
from sqlalchemy.orm import Session

from geo.sources import DataSource
from geo.territories import Level, Territory

#: The data source of `geo.sources` that fills the territories.
TERRITORIES_SOURCE = "territoires"

#: The WGS84 ellipsoid: equatorial radius in metres, flattening.
EQUATORIAL_RADIUS = 6_378_137.0
FLATTENING = 1 / 298.257223563

NOWHERE = -1


def earth_centred(longitude: ArrayLike, latitude: ArrayLike) -> NDArray[np.float64]:
    """Give the x, y, z in metres of points of the ellipsoid, from degrees; shape (n, 3)."""
    east, north = np.radians(np.asarray(longitude, dtype=float)), np.radians(np.asarray(latitude, dtype=float))
    squared_eccentricity = FLATTENING * (2 - FLATTENING)
    normal = EQUATORIAL_RADIUS / np.sqrt(1 - squared_eccentricity * np.sin(north) ** 2)
    return np.column_stack(
        (
            normal * np.cos(north) * np.cos(east),
            normal * np.cos(north) * np.sin(east),
            normal * (1 - squared_eccentricity) * np.sin(north),
        )
    )


def in_degrees(xyz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the longitude and latitude of points of the ellipsoid, from metres: the inverse of `earth_centred`; shape (n, 2)."""
    x, y, z = xyz.T
    squared_eccentricity = FLATTENING * (2 - FLATTENING)
    return np.degrees(np.column_stack((np.arctan2(y, x), np.arctan2(z, (1 - squared_eccentricity) * np.hypot(x, y)))))


@dataclass(frozen=True)
class Grouping:
    """The communes sorted into groups: `ids[of_commune[i]]` is the group of commune i, `NOWHERE` if it has none."""

    ids: tuple[str, ...]
    of_commune: NDArray[np.int32]

    def index(self, group: str | None) -> int:
        """Give the number of a group, `NOWHERE` where no commune belongs to it."""
        return self.ids.index(group) if group in self.ids else NOWHERE


@dataclass(frozen=True)
class Demand:
    """The communes, in the order of their ids; every array has one entry a commune.

    `xyz` holds metres from the centre of the earth, shape (n, 3); `population` whole inhabitants, 0 where unknown;
    `shores` the landmass on which one goes by road; `groups` the regions, departments and EPCI.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    xyz: NDArray[np.float64]
    population: NDArray[np.int64]
    shores: Grouping
    groups: dict[Level, Grouping]

    def __len__(self) -> int:
        return len(self.ids)

    def members(self, territory: Territory) -> NDArray[np.intp]:
        """Give the positions of the communes of a territory, in the order of their ids."""
        if territory.level is Level.COMMUNE:
            found = bisect_left(self.ids, territory.id)
            return np.arange(found, found + (territory.id in self.ids[found : found + 1]))
        group = self.groups[territory.level]
        index = group.index(territory.id)
        return np.flatnonzero(group.of_commune == index) if index != NOWHERE else np.array([], dtype=np.intp)


def read(session: Session) -> Demand:
    """Read the communes from the database, whatever is kept."""
    place = sa.cast(Territory.point, Geometry)
    rows = session.execute(
        sa.select(
            Territory.id,
            Territory.name,
            sa.func.coalesce(Territory.population, 0),
            Territory.shore,
            Territory.region_id,
            Territory.department_id,
            Territory.epci_id,
            sa.func.ST_X(place),
            sa.func.ST_Y(place),
        )
        .where(Territory.level == Level.COMMUNE)
        # The order of bytes is that of Python and numpy, whatever the language of the database.
        .order_by(sa.collate(Territory.id, "C"))
    ).all()
    ids, names, population, shores, regions, departments, epcis, longitudes, latitudes = (
        zip(*rows, strict=True) if rows else [()] * 9
    )
    return Demand(
        ids=tuple(ids),
        names=tuple(names),
        xyz=_frozen(earth_centred(longitudes, latitudes)),
        population=_frozen(np.array(population, dtype=np.int64)),
        shores=_grouping(shores),
        groups={
            Level.REGION: _grouping(regions),
            Level.DEPARTMENT: _grouping(departments),
            Level.EPCI: _grouping(epcis),
        },
    )


def _grouping(groups: Sequence[str | None]) -> Grouping:
    ids = tuple(sorted({group for group in groups if group is not None}))
    number: dict[str | None, int] = {group: index for index, group in enumerate(ids)}
    return Grouping(ids, _frozen(np.array([number.get(group, NOWHERE) for group in groups], dtype=np.int32)))


def _frozen(array: NDArray) -> NDArray:
    array.setflags(write=False)
    return array


_lock = threading.Lock()
_kept: dict[str, tuple[str, Demand]] = {}


def demand_of(session: Session) -> Demand:
    """Give the communes of the session's database, from memory unless the territories were loaded since."""
    digest = session.scalar(sa.select(DataSource.digest).where(DataSource.name == TERRITORIES_SOURCE))
    if digest is None:
        # Nothing says when these communes change: they are not kept.
        return read(session)
    database = str(session.get_bind().engine.url)
    with _lock:
        kept = _kept.get(database)
        if kept is None or kept[0] != digest:
            kept = _kept[database] = (digest, read(session))
    return kept[1]
