"""What the build writes is what PostGIS reads."""

import pytest
import shapely
import sqlalchemy as sa
from sqlalchemy.orm import Session

from seeds.build.twkb import decode, encode

SHAPES = [
    "MULTIPOLYGON(((0 0, 0 1, 1 1, 0 0)))",
    "MULTIPOLYGON(((-61.80983 -21.38898, -61.5 -21.4, -61.6 -21.2, -61.80983 -21.38898)))",
    "MULTIPOLYGON(((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 1 2, 2 2, 1 1)), ((20 20, 21 20, 21 21.00001, 20 20)))",
    "MULTIPOLYGON(((179.99999 89.99999, -179.99999 89.99999, 0 -89.99999, 179.99999 89.99999)))",
]


@pytest.mark.parametrize("text", SHAPES)
def test_postgis_reads_the_shape_that_was_written(session: Session, text: str) -> None:
    shape = shapely.from_wkt(text)
    assert decode(encode(shape, 5)) == shape
    read = session.scalar(sa.select(sa.func.ST_AsBinary(sa.func.ST_GeomFromTWKB(encode(shape, 5)))))
    assert shapely.from_wkb(read) == shape


def test_coordinates_are_rounded_to_the_decimals_asked() -> None:
    shape = shapely.from_wkt("MULTIPOLYGON(((0 0, 0 1.23456, 1.00004 1, 0 0)))")
    assert decode(encode(shape, 4)).wkt == "MULTIPOLYGON (((0 0, 0 1.2346, 1 1, 0 0)))"


def test_another_kind_of_twkb_is_refused() -> None:
    point = bytes([0xA1, 0, 2, 2])
    with pytest.raises(ValueError, match="not a plain TWKB multipolygon"):
        decode(point)
