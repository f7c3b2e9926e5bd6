"""Administrative coverage: which places make a territory covered, at a date."""

from datetime import date

import pytest

from app.coverage.models import Status
from app.coverage.queries import administrative
from app.directory.models import Confidence, Kind, State
from geo.territories import Level
from tests import factories as make

DAY = date(2026, 6, 30)


@pytest.fixture
def coverage_of(session):
    """Give a function: the row of one territory at a day."""

    def of(territory_id: str, day: date = DAY, months: int = 24):
        level = Level(territory_id.partition("-")[0])
        rows = {row.Territory.id: row for row in session.execute(administrative(level, day, months))}
        return rows[territory_id]

    return of


@pytest.mark.parametrize(
    ("level", "count"), [(Level.REGION, 18), (Level.DEPARTMENT, 101), (Level.EPCI, 1_255), (Level.COMMUNE, 34_875)]
)
def test_every_territory_of_a_level_is_there_once(session, level, count):
    rows = session.execute(administrative(level, DAY, 24)).all()
    assert len({row.Territory.id for row in rows}) == len(rows) == count
    assert {row.status for row in rows} == {Status.UNCOVERED}


def test_departments_come_by_code_with_corsica_after_19(session):
    codes = [row.Territory.code for row in session.execute(administrative(Level.DEPARTMENT, DAY, 24))]
    assert codes[:3] == ["01", "02", "03"]
    assert codes[18:22] == ["19", "2A", "2B", "21"]
    assert codes[-5:] == ["971", "972", "973", "974", "976"]


@pytest.mark.parametrize("kind", [Kind.CITE, Kind.CENTRE, Kind.RELAY])
def test_one_open_place_of_the_network_covers_its_commune_and_all_that_holds_it(session, coverage_of, kind):
    centre = make.institution(session, "Centre", kind, open_since=date(2026, 1, 15))
    make.place_in(session, centre, "commune-04209")
    for territory_id in ("commune-04209", "epci-200068765", "departement-04", "region-93"):
        row = coverage_of(territory_id)
        assert (row.places, row.confirmed, row.last_observed_on, row.status) == (1, 1, date(2026, 1, 15), Status.COVERED)
    assert coverage_of("departement-05").status is Status.UNCOVERED


def test_libraries_and_agencies_cover_nothing(session, coverage_of):
    for kind in (Kind.LIBRARY, Kind.DEPARTMENTAL, Kind.AGENCY):
        make.place_in(session, make.institution(session, kind=kind), "commune-04209")
    assert coverage_of("departement-04").status is Status.UNCOVERED


def test_an_observation_is_to_confirm_the_day_after_it_turns_24_months_old(session, coverage_of):
    centre = make.institution(session, "Centre", Kind.CENTRE, open_since=date(2024, 6, 30))
    make.place_in(session, centre, "commune-04209")
    assert coverage_of("departement-04", date(2026, 6, 30)).status is Status.COVERED
    row = coverage_of("departement-04", date(2026, 7, 1))
    assert (row.places, row.confirmed, row.status) == (1, 0, Status.TO_CONFIRM)
    assert coverage_of("departement-04", date(2026, 7, 1), months=25).status is Status.COVERED


def test_one_recent_observation_among_old_ones_confirms_the_department(session, coverage_of):
    for since in (date(2015, 1, 1), date(2026, 1, 1)):
        make.place_in(session, make.institution(session, "Centre", Kind.CENTRE, open_since=since), "commune-04209")
    row = coverage_of("departement-04")
    assert (row.places, row.confirmed, row.status) == (2, 1, Status.COVERED)


def test_a_place_counts_from_the_day_it_was_seen_open_to_the_day_it_was_seen_closed(session, coverage_of):
    centre = make.institution(session, "Centre", Kind.CENTRE, open_since=date(2024, 3, 1))
    make.place_in(session, centre, "commune-04209")
    make.observe(session, centre, date(2026, 2, 1), State.CLOSED)
    expected = {
        date(2024, 2, 29): Status.UNCOVERED,
        date(2024, 3, 1): Status.COVERED,
        date(2026, 1, 31): Status.COVERED,
        date(2026, 2, 1): Status.UNCOVERED,
    }
    assert {day: coverage_of("departement-04", day).status for day in expected} == expected


@pytest.mark.parametrize("state", [State.PLANNED, State.ABSENT, State.UNSETTLED, State.CLOSED])
def test_only_an_open_place_covers(session, coverage_of, state):
    centre = make.institution(session, "Centre", Kind.CENTRE, open_since=None)
    make.place_in(session, centre, "commune-04209")
    make.observe(session, centre, date(2026, 1, 1), state)
    assert coverage_of("departement-04").status is Status.UNCOVERED


def test_a_lead_never_covers(session, coverage_of):
    centre = make.institution(session, "Centre", Kind.CENTRE, open_since=None)
    make.place_in(session, centre, "commune-04209")
    make.observe(session, centre, date(2026, 1, 1), confidence=Confidence.LOW)
    assert coverage_of("departement-04").status is Status.UNCOVERED


def test_a_place_known_only_by_its_department_covers_it_and_its_region_and_nothing_smaller(session, coverage_of):
    make.institution(session, "Cité", Kind.CITE, territory_id="departement-971", open_since=date(2026, 1, 1))
    assert coverage_of("departement-971").status is Status.COVERED
    assert coverage_of("region-01").status is Status.COVERED
    for level in (Level.EPCI, Level.COMMUNE):
        assert {row.places for row in session.execute(administrative(level, DAY, 24))} == {0}


def test_a_place_abroad_covers_no_territory(session):
    make.institution(session, "Cité", Kind.CITE, at=(6.15, 46.2), country="CH", city="Genève", open_since=date(2026, 1, 1))
    for level in Level:
        assert {row.places for row in session.execute(administrative(level, DAY, 24))} == {0}
