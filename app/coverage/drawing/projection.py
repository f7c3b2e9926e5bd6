"""Degrees → kilometres on a flat picture.

Up to a region, a local equirectangular projection at the middle latitude: at most one length in a hundred is wrong. For more,
the conic of Lambert with the parallels of the French maps, 44° and 49° N, on a sphere.
"""

from dataclasses import dataclass
from math import cos, log, radians, tan

import numpy as np
from numpy.typing import NDArray

from app.coverage.drawing.outlines import Box

EARTH_KM = 6_371.0
#: A map that spans more degrees of latitude than this is drawn on the cone.
LOCAL_DEGREES = 4.0
PARALLELS, MERIDIAN = (44.0, 49.0), 3.0


@dataclass(frozen=True)
class Projection:
    """From degrees to kilometres, for a map of this box."""

    box: Box

    @property
    def conic(self) -> bool:
        return self.box.north - self.box.south > LOCAL_DEGREES and self.box.south > 30

    @property
    def name(self) -> str:
        return "conique de Lambert" if self.conic else "équirectangulaire locale"

    def __call__(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give kilometres east and north, from (longitude, latitude); shape (n, 2)."""
        points = np.asarray(degrees, dtype=float).reshape(-1, 2)
        return self._conic(points) if self.conic else self._local(points)

    def _local(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        middle = (self.box.south + self.box.north) / 2
        east = np.radians(points[:, 0] - self.box.west) * EARTH_KM * cos(radians(middle))
        return np.column_stack((east, np.radians(points[:, 1] - self.box.south) * EARTH_KM))

    def _conic(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        first, second = (radians(parallel) for parallel in PARALLELS)
        cone = log(cos(first) / cos(second)) / log(_stretch(second) / _stretch(first))
        scale = EARTH_KM * cos(first) * _stretch(first) ** cone / cone
        radius = scale / np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2) ** cone
        angle = cone * np.radians(points[:, 0] - MERIDIAN)
        middle = scale / _stretch(radians(46.5)) ** cone
        return np.column_stack((radius * np.sin(angle), middle - radius * np.cos(angle)))


def _stretch(latitude: float) -> float:
    return tan(radians(45) + latitude / 2)


def across(projection: Projection) -> tuple[float, float, float, float]:
    """The frame of the projected box, in kilometres: west, south, east, north, of its corners and the middles of its sides."""
    box = projection.box
    longitudes, latitudes = np.linspace(box.west, box.east, 9), np.linspace(box.south, box.north, 9)
    edges = [(east, north) for east in longitudes for north in latitudes]
    flat = projection(np.array(edges))
    (west, south), (east, north) = flat.min(axis=0), flat.max(axis=0)
    return float(west), float(south), float(east), float(north)
