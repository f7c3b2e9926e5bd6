"""The reads that map, coverage and lists share: the state at a day, the nearest, and that they all agree."""

from datetime import date

import pytest
from geoalchemy2 import WKTElement

from app.directory.models import Confidence, Kind, Precision, ServiceTerritory, State
from app.directory.queries import Criteria, Near, agency_of, count, count_by_kind, nearest, open_network, search, search_page
from tests import factories as make
from tests.app.directory.pages import FORCALQUIER, GAP, library

TODAY = date(2026, 11, 20)


def state_of(session, institution, day):
    row = next(row for row in session.execute(search(Criteria(on=day))) if row.Institution.id == institution.id)
    return row.state


def test_the_state_at_a_day_is_the_last_observation_on_or_before_it(session):
    one = library(session, "Structure", open_since=date(2015, 6, 1))
    make.observe(session, one, date(2020, 5, 1), State.CLOSED)

    assert state_of(session, one, date(2015, 5, 31)) is None
    assert state_of(session, one, date(2015, 6, 1)) is State.OPEN
    assert state_of(session, one, date(2020, 4, 30)) is State.OPEN
    assert state_of(session, one, date(2020, 5, 1)) is State.CLOSED


def test_of_two_observations_of_a_day_the_last_recorded_makes_the_state(session):
    one = library(session, "Structure", open_since=date(2020, 5, 1))
    make.observe(session, one, date(2020, 5, 1), State.CLOSED)

    assert state_of(session, one, TODAY) is State.CLOSED


def test_leads_and_undated_statements_never_make_a_state(session):
    one = library(session, "Structure", open_since=date(2015, 1, 1))
    make.observe(session, one, date(2024, 1, 1), State.CLOSED, confidence=Confidence.LOW)
    make.observe(session, one, None, State.CLOSED, Precision.UNDATED)

    assert state_of(session, one, TODAY) is State.OPEN


@pytest.mark.parametrize(("observed_on", "to_confirm"), [(date(2024, 11, 19), True), (date(2024, 11, 20), False)])
def test_an_observation_is_to_confirm_when_it_is_older_than_the_setting(session, observed_on, to_confirm):
    library(session, "Structure", open_since=observed_on)
    row = session.execute(search(Criteria(on=TODAY, stale_after_months=24))).one()

    assert row.to_confirm is to_confirm


def test_what_is_closed_is_never_to_confirm(session):
    one = library(session, "Structure", open_since=None)
    make.observe(session, one, date(2010, 1, 1), State.CLOSED)

    assert session.execute(search(Criteria(on=TODAY))).one().to_confirm is False


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"words": "bibliotheque"},
        {"words": "gap"},
        {"kinds": (Kind.LIBRARY, Kind.CITE)},
        {"states": (State.OPEN,)},
        {"states": (State.UNSETTLED,)},
        {"to_confirm": True},
        {"near": Near(6.08, 44.56, 20)},
        {"words": "gep", "near": Near(6.08, 44.56), "states": (State.OPEN, State.CLOSED)},
    ],
)
def test_the_count_the_count_by_kind_and_the_list_agree(session, asked):
    library(session, "Bibliothèque de Forcalquier", open_since=date(2015, 1, 1))
    library(session, "Médiathèque de Gap", GAP, open_since=date(2026, 1, 1))
    library(session, "Cité de Gap", GAP, kind=Kind.CITE, open_since=None)
    criteria = Criteria(on=TODAY, **asked)
    rows = session.execute(search(criteria)).all()
    by_kind = {row.kind: row.number for row in session.execute(count_by_kind(criteria))}

    assert session.scalar(count(criteria)) == len(rows)
    assert sum(number for kind, number in by_kind.items() if not criteria.kinds or kind in criteria.kinds) == len(rows)


@pytest.mark.parametrize(
    "asked", [{}, {"words": "bibliotheque"}, {"near": Near(6.08, 44.56)}, {"states": (State.OPEN,)}, {"sort": "nom"}]
)
def test_the_pages_put_end_to_end_are_the_list(session, asked):
    for number in range(13):
        library(session, f"Bibliothèque {number:02}", (FORCALQUIER, GAP)[number % 2])
    criteria = Criteria(on=TODAY, **asked)
    pages = [session.execute(search_page(criteria, number, 5)).all() for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [5, 5, 3]
    assert [row for page in pages for row in page] == session.execute(search(criteria)).all()


def test_the_open_network_is_what_is_open_of_it_abroad_included(session):
    make.institution(session, "Cité de Genève", Kind.CITE, country="CH", at=(6.1483, 46.1956))
    closed = make.institution(session, "Fermée", Kind.CENTRE, open_since=None)
    make.observe(session, closed, date(2020, 1, 1), State.CLOSED)
    library(session, "Bibliothèque")

    assert [row.Institution.name for row in session.execute(open_network(TODAY))] == ["Cité de Genève"]
    assert session.execute(open_network(date(2010, 1, 1))).all() == []


def test_the_nearest_are_measured_on_the_ellipsoid_and_not_in_degrees(session):
    # At 60° north a degree of longitude is half a degree of latitude: the eastern one is the nearer, though not in degrees.
    make.institution(session, "À l’est", Kind.CITE, at=(11.5, 60.0))
    make.institution(session, "Au nord", Kind.CITE, at=(10.0, 61.0))
    rows = session.execute(nearest(WKTElement("POINT(10 60)", srid=4326), (Kind.CITE,), TODAY)).all()

    assert [row.Institution.name for row in rows] == ["À l’est", "Au nord"]
    assert [round(row.metres / 1000) for row in rows] == [84, 111]
    assert (rows[0].longitude, rows[0].latitude) == (11.5, 60.0)


def test_the_agency_of_a_region_is_the_one_that_serves_it(session):
    agency = make.institution(session, "Agence", Kind.AGENCY, open_since=None)
    cite = make.institution(session, "Cité du même label", Kind.CITE)
    session.add_all(ServiceTerritory(institution_id=one.id, territory_id="region-93") for one in (agency, cite))
    session.flush()

    assert session.scalars(agency_of("region-93")).all() == [agency]
    assert session.scalars(agency_of("region-11")).all() == []


def test_an_institution_of_which_nothing_was_observed_is_in_the_directory_without_a_state(session):
    agency = make.institution(session, "Agence", Kind.AGENCY, open_since=None, territory_id=FORCALQUIER)

    assert state_of(session, agency, TODAY) is None
