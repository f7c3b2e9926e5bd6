"""A day as one remembers it."""

from datetime import date

import pytest

from app.directory.models import Precision
from app.partnerships.fields import read


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("05/07/2016", (date(2016, 7, 5), Precision.DAY)),
        ("5.7.2016", (date(2016, 7, 5), Precision.DAY)),
        ("2016-07-05", (date(2016, 7, 5), Precision.DAY)),
        ("5 juillet 2016", (date(2016, 7, 5), Precision.DAY)),
        ("1er août 2016", (date(2016, 8, 1), Precision.DAY)),
        ("Septembre 2015", (date(2015, 9, 1), Precision.MONTH)),
        ("09/2015", (date(2015, 9, 1), Precision.MONTH)),
        ("fevrier 2015", (date(2015, 2, 1), Precision.MONTH)),
        ("2013", (date(2013, 1, 1), Precision.YEAR)),
        ("31/02/2016", None),
        ("13/2016", None),
        ("brumaire 2016", None),
        ("0000", None),
        ("٢٠١٦", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_precisely_as_it_is_written(typed: str, known: tuple[date, Precision] | None):
    assert read(typed) == known
