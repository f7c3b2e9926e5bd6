"""Tiny Well-Known Binary: multipolygons as small whole numbers, each the difference with the one before.

Shapely does not write the format and PostGIS reads it (`ST_GeomFromTWKB`): this is the little that the derived files
need, multipolygons in the plane, without box, size nor identifiers.
"""

from collections.abc import Iterator

import numpy as np
import shapely

MULTIPOLYGON = 6


def encode(shape: shapely.MultiPolygon, decimals: int) -> bytes:
    """The bytes of a multipolygon whose coordinates are rounded to so many decimals of a degree, rings closed."""
    out = bytearray([_zigzag(decimals) << 4 | MULTIPOLYGON, 0])
    _put(out, len(shape.geoms))
    x = y = 0
    for polygon in shape.geoms:
        rings = [polygon.exterior, *polygon.interiors]
        _put(out, len(rings))
        for ring in rings:
            points = np.rint(shapely.get_coordinates(ring) * 10**decimals).astype(np.int64).tolist()
            _put(out, len(points))
            for next_x, next_y in points:
                _put(out, _zigzag(next_x - x))
                _put(out, _zigzag(next_y - y))
                x, y = next_x, next_y
    return bytes(out)


def decode(data: bytes) -> shapely.MultiPolygon:
    """The multipolygon that `encode` wrote; refuses any other kind of TWKB."""
    if data[0] & 0x0F != MULTIPOLYGON or data[1] != 0:
        raise ValueError("not a plain TWKB multipolygon")
    scale = 10 ** _unzigzag(data[0] >> 4)
    numbers = _numbers(data[2:])
    x = y = 0
    polygons = []
    for _ in range(next(numbers)):
        rings = []
        for _ in range(next(numbers)):
            points = np.empty((next(numbers), 2))
            for row in points:
                x += _unzigzag(next(numbers))
                y += _unzigzag(next(numbers))
                row[:] = x, y
            rings.append(points / scale)
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(polygons)


def _zigzag(number: int) -> int:
    """Signed to unsigned, small to small: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return number << 1 if number >= 0 else (-number << 1) - 1


def _unzigzag(number: int) -> int:
    return number >> 1 if number & 1 == 0 else -((number + 1) >> 1)


def _put(out: bytearray, number: int) -> None:
    """Appends an unsigned number, seven bits a byte, the lowest first; the high bit says that more follow."""
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            yield number
            number = shift = 0
