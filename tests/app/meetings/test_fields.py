"""Hours as people type them, and the two nights of the year when clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.meetings.agenda import shift
from app.meetings.fields import NoSuchHour, comes_twice, moment, read_hour, wall_difference

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("09:30", time(9, 30)),
        ("9h30", time(9, 30)),
        ("9 h 30", time(9, 30)),
        ("14 h", time(14)),
        ("14", time(14)),
        ("14 heures", time(14)),
        ("09:30:00", time(9, 30)),
        ("00:00", time(0)),
        ("24:00", None),
        ("9:60", None),
        ("demain", None),
        ("", None),
        ("9:3", None),
    ],
)
def test_an_hour_is_read_as_one_writes_it(text: str, hour: time | None):
    assert read_hour(text) == hour


def test_an_hour_of_paris_is_an_instant_in_winter_and_in_summer():
    assert moment(date(2017, 11, 7), time(9, 30)) == datetime(2017, 11, 7, 8, 30, tzinfo=UTC)
    assert moment(date(2017, 7, 5), time(9, 30)) == datetime(2017, 7, 5, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_the_hour_that_spring_skips_is_refused_in_a_sentence(minute: int):
    with pytest.raises(NoSuchHour, match="les horloges passent de 2 h à 3 h"):
        moment(SPRING, time(2, minute))


def test_the_hours_around_the_night_of_spring_exist():
    before, after = moment(SPRING, time(1, 59)), moment(SPRING, time(3))
    assert after - before == timedelta(minutes=1)


def test_the_hour_that_autumn_repeats_is_the_first():
    first = moment(AUTUMN, time(2, 30))
    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert comes_twice(first)
    assert not comes_twice(moment(AUTUMN, time(3, 0)))
    assert not comes_twice(moment(AUTUMN, time(1, 59)))


def test_what_follows_a_move_keeps_its_hour_across_a_change_of_clocks():
    before, after = moment(date(2027, 3, 20), time(9)), moment(date(2027, 4, 3), time(10))
    by = wall_difference(before, after)
    assert shift(moment(date(2027, 3, 20), time(14)), by) == moment(date(2027, 4, 3), time(15))
