"""Which libraries could become a place: the filters, what they leave out, and what is not known."""

from datetime import date

import pytest

from app.clock import today
from app.coverage.areas import Area
from app.coverage.eligible import Eligibility, eligible, left_out, places_of
from app.directory.models import Kind, State
from tests import factories as make


@pytest.fixture
def names(session):
    """The names of the eligible institutions of France, in their order."""

    def found(**filters) -> list[str]:
        return [row.Institution.name for row in session.execute(eligible(Area(), Eligibility(**filters), today()))]

    return found


@pytest.fixture(autouse=True)
def _libraries(session):
    for name, hours, staff in (("b long", 20, 2), ("a court", 6, 0), ("c inconnu", None, None)):
        one = make.library(session, name)
        one.public_id, one.weekly_hours, one.paid_staff = name.replace(" ", "-"), hours, staff
    make.place_in(session, make.institution(session, "Réseau", Kind.NETWORK, public_id="reseau"), "commune-04112")
    make.place_in(session, make.institution(session, "Bibliobus", Kind.BOOKMOBILE), "commune-04112")
    closed = make.library(session, "Fermée")
    make.observe(session, closed, date(2025, 1, 1), State.CLOSED)
    make.institution(session, "Sans position")
    session.flush()


def test_only_open_libraries_with_a_position_in_the_order_of_their_ids(names):
    assert names() == ["a court", "b long", "c inconnu"]


def test_a_filter_keeps_what_is_not_known_unless_it_is_told_not_to(names):
    assert names(hours=10) == ["b long", "c inconnu"]
    assert names(hours=10, unknown=False) == ["b long"]
    assert names(staffed=True) == ["b long", "c inconnu"]
    assert names(staffed=True, unknown=False) == ["b long"]
    assert names(hours=6, unknown=False) == ["a court", "b long"], "at least so many hours"


def test_the_kinds_are_those_asked_for(names):
    assert names(kinds=(Kind.NETWORK,)) == ["Réseau"]


def test_each_filter_says_what_it_alone_takes_away(session):
    removed = session.execute(left_out(Area(), Eligibility(hours=10, staffed=True), today())).one()
    assert (removed.total, removed.kind, removed.hours, removed.staffed) == (4, 1, 1, 1)
    strict = session.execute(left_out(Area(), Eligibility(hours=10, staffed=True, unknown=False), today())).one()
    assert (strict.hours, strict.staffed) == (2, 2)


def test_a_library_without_a_point_stands_at_its_commune_and_says_so(session):
    one = make.institution(session, "Sans point", public_id="zz", territory_id="commune-04070")
    session.flush()
    row = session.execute(eligible(Area(), Eligibility(), today())).all()[-1]
    assert (row.Institution, row.exact, row.shore) == (one, False, "continent")
    places = places_of([row])
    assert (places.longitude[0], places.latitude[0]) == (row.longitude, row.latitude)
    assert 6 < row.longitude < 6.5


@pytest.mark.parametrize("query", [eligible, left_out])
def test_what_stands_in_a_zone_is_found_before_anything_is_joined_to_it(session, query):
    """Joined at once, half of the country took a minute: the cost of the zone hid that of a join without an index."""
    asked = query(Area(zone=((-1, 43), (6, 43), (6, 48), (-1, 48))), Eligibility(), today())
    sql = asked.compile(session.connection(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {sql}".replace("%", "%%")).scalars())
    assert "CTE Scan on held" in plan
    assert "Seq Scan on territory" not in plan
