"""Opening hours: what a grid holds goes to OpenStreetMap's syntax and back, and is read aloud in French."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from app.directory.edition import hours
from app.directory.edition.hours_form import read_time

CITE_OF_PARIS = "Tu-Fr 10:00-18:00; Sa 12:00-18:00"
MONDAY = date(2026, 11, 23)


def plain(lines: list[str]) -> list[str]:
    return [line.replace("\u00a0", " ").replace("\u202f", " ") for line in lines]


@st.composite
def days(draw) -> tuple[hours.Range, ...]:
    """Up to two ranges of a day, in order and apart."""
    number = draw(st.integers(0, 2))
    moments = sorted(draw(st.sets(st.integers(0, 24 * 60), min_size=2 * number, max_size=2 * number)))
    return tuple(zip(moments[::2], moments[1::2], strict=True))


notes = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=40).map(
    lambda text: " ".join(text.replace('"', "”").split())
)
grids = st.builds(hours.Grid, st.tuples(*[days()] * 7), st.booleans(), notes).filter(lambda grid: not grid.is_empty)


@given(grids)
def test_what_a_grid_holds_goes_and_comes_back(grid: hours.Grid):
    text = hours.write(grid)
    assert hours.parse(text) == grid
    assert hours.is_valid(text)


@given(grids)
def test_the_library_reads_the_same_week_as_the_grid(grid: hours.Grid):
    """The judge is another program than ours: `opening_hours` opens and closes at the same minutes."""
    text = hours.write(hours.Grid(grid.days))
    begin = datetime.combine(MONDAY, time())
    opened = sum(
        (end - start).total_seconds() / 60
        for start, end, state, _ in OpeningHours(text).intervals(begin, begin + timedelta(days=7))
        if str(state) == "open"
    )
    assert opened == grid.weekly_minutes
    for day, ranges in enumerate(grid.days):
        for start, _ in ranges:
            assert OpeningHours(text).is_open(begin + timedelta(days=day, minutes=start))


def test_the_cite_of_paris_is_open_38_hours_a_week():
    assert plain(hours.lines(CITE_OF_PARIS)) == [
        "mardi à vendredi : 10 h – 18 h",
        "samedi : 12 h – 18 h",
        "lundi et dimanche : fermé",
    ]
    assert hours.weekly_hours(CITE_OF_PARIS) == 38
    assert hours.write(hours.parse(CITE_OF_PARIS)) == CITE_OF_PARIS
    assert hours.schema_org(CITE_OF_PARIS) == ["Tu-Fr 10:00-18:00", "Sa 12:00-18:00"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mo-Su 00:00-24:00", ["tous les jours : jour et nuit"]),
        ("24/7", ["tous les jours : jour et nuit"]),
        ("Fr 20:00-00:00", ["vendredi : 20 h – minuit", "lundi à jeudi, samedi et dimanche : fermé"]),
        (
            'Mo,We 09:30-12:00,14:00-18:30; PH off; SH unknown "fermé le matin"',
            [
                "lundi et mercredi : 9 h 30 – 12 h et 14 h – 18 h 30",
                "mardi et jeudi à dimanche : fermé",
                "jours fériés : fermé",
                "vacances scolaires : fermé le matin",
            ],
        ),
        ("Mo-Sa 10:00-18:00; We off", ["lundi, mardi et jeudi à samedi : 10 h – 18 h", "mercredi et dimanche : fermé"]),
        ("Sa-Mo 10:00-12:00", ["lundi, samedi et dimanche : 10 h – 12 h", "mardi à vendredi : fermé"]),
        ("10:00-18:00", ["tous les jours : 10 h – 18 h"]),
    ],
)
def test_hours_are_read_aloud_in_french(text, said):
    assert plain(hours.lines(text)) == said


@pytest.mark.parametrize(
    "text",
    [
        "Jul-Aug Mo 10:00-12:00",
        "Mo 22:00-02:00",
        "Mo 10:00+",
        "week 1-53/2 Sa 10:00-12:00",
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00",
        "Mo 10:00-12:00,11:00-13:00",
        "PH off; Mo 10:00-12:00",
        'SH unknown "x"; PH off',
        "Mo 10:00-12:00 || closed",
        "Mo off",
        "",
        None,
        "n’importe quoi",
    ],
)
def test_what_a_grid_cannot_hold_is_left_to_the_library(text):
    assert hours.parse(text) is None
    assert hours.lines(text) == []
    assert hours.weekly_hours(text) is None
    assert hours.schema_org(text) == []


def test_what_a_grid_cannot_hold_is_told_for_the_seven_days_that_come():
    said = plain(hours.lines("Mo 22:00-02:00; Nov 27 10:00-12:00", MONDAY))
    assert said[:2] == ["lundi 23 novembre 2026 : 22 h – minuit", "mardi 24 novembre 2026 : minuit – 2 h"]
    assert said[4] == "vendredi 27 novembre 2026 : 10 h – 12 h"
    assert len(said) == 7


@pytest.mark.parametrize("text", ["Mo 10h-12h", "", "lundi", "Mo 10:00-99:00"])
def test_what_is_not_the_syntax_is_not_valid(text):
    assert not hours.is_valid(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("10 h", 600), ("10h30", 630), ("10:30", 630), ("9.30", 570), ("9 heures", 540), ("9", 540), ("24:00", 1440)),
        *(("midi", 720), ("Minuit", 0), ("00:00", 0), ("10 h 05", 605)),
        *(("25:00", None), ("10:60", None), ("10h3", None), ("dix", None), ("24:01", None), ("١٠", None), ("", None)),
    ],
)
def test_a_time_is_read_as_one_writes_it(text, minutes):
    assert read_time(text) == minutes
