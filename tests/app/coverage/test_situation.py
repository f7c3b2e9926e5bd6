"""What is open on a day and how far it is: shores, neighbours, places without a point."""

from datetime import date

import numpy as np
import pytest
import sqlalchemy as sa

from app.coverage.situation import kilometres_in_words, situation_at
from app.coverage.tables import services
from app.directory.models import Kind
from geo.territories import Territory
from tests import factories as make

DAY = date(2026, 6, 30)
GENEVA = (6.1483, 46.1956)


@pytest.fixture
def look(session):
    """Give a function: the situation on a day, within some kilometres."""
    return lambda day=DAY, reach_km=30.0: situation_at(session, day, reach_km, 24)


def position(situation, code: str) -> int:
    return situation.demand.ids.index(f"commune-{code}")


def test_a_place_of_a_neighbouring_country_serves_french_communes(session, look):
    make.institution(session, "Cité de Genève", Kind.CITE, at=GENEVA, country="CH")
    situation = look()
    place, metres = situation.place_near(position(situation, "74012"))
    assert place.institution.name == "Cité de Genève"
    assert 6_000 < metres < 8_000


def test_a_place_beyond_the_seas_serves_no_commune(session, look):
    make.institution(session, "Cité de Maurice", Kind.CITE, at=(57.5, -20.16), country="MU")
    situation = look()
    assert np.isinf(situation.reach.metres).all()
    assert len(situation.placed) == 1


def test_a_place_on_the_mainland_does_not_reach_an_island(session, look):
    make.place_in(session, make.institution(session, "Cité", Kind.CITE), "commune-29019")
    situation = look(reach_km=500)
    assert situation.place_near(position(situation, "29155")) is None, "Ouessant"
    assert situation.place_near(position(situation, "29232")) is not None, "Quimper"


def test_a_place_whose_commune_is_not_known_stands_on_the_shore_of_its_point(session, look):
    make.institution(session, "Cité", Kind.CITE, at=(9.15, 42.30), territory_id="departement-2B")
    situation = look()
    assert situation.place_near(position(situation, "2B096")) is not None, "Corte"
    assert situation.place_near(position(situation, "06088")) is None, "Nice, 190 km away over the sea"


def test_a_place_without_a_point_is_kept_apart(session, look):
    make.institution(session, "Cité sans point", Kind.CITE, territory_id="departement-971")
    situation = look()
    assert [place.institution.name for place in situation.unplaced] == ["Cité sans point"]
    assert situation.placed == ()
    assert situation.figures(None).beyond[0] == 68_350_798


def test_the_nearest_cite_may_be_farther_than_the_nearest_centre(session, look):
    make.place_in(session, make.institution(session, "Centre", Kind.CENTRE), "commune-04209")
    make.place_in(session, make.institution(session, "Cité", Kind.CITE), "commune-13055")
    make.place_in(session, make.institution(session, "Relais", Kind.RELAY), "commune-04070")
    situation = look()
    digne = position(situation, "04070")
    assert situation.place_near(digne)[0].institution.name == "Relais"
    assert situation.place_near(position(situation, "04209"))[0].institution.name == "Centre"
    cite, metres = situation.cite_near(digne)
    assert cite.institution.name == "Cité"
    assert metres > 90_000


def test_communes_out_of_reach_come_by_population_and_never_without_inhabitants(session, look):
    make.place_in(session, make.institution(session, "Centre", Kind.CENTRE), "commune-04209")
    session.execute(sa.update(Territory).where(Territory.id == "commune-04039").values(population=0))
    session.execute(sa.text("DELETE FROM data_source WHERE name = 'territoires'"))
    situation = look()
    members = situation.demand.members(session.get_one(Territory, "departement-04"))
    found = situation.out_of_reach(members)
    people = situation.demand.population[found]
    assert (np.diff(people) <= 0).all()
    assert people[-1] > 0
    assert situation.demand.names[found[0]] == "Manosque"
    assert position(situation, "04039") not in found, "Castellane, emptied"
    assert (situation.reach.metres[found] > 30_000).all()


def test_a_neighbour_serves_the_territory_and_says_for_how_many(session, look):
    gap = make.place_in(session, make.institution(session, "Centre de Gap", Kind.CENTRE), "commune-05061")
    sisteron = make.place_in(session, make.institution(session, "Centre de Sisteron", Kind.CENTRE), "commune-04209")
    make.place_in(session, make.institution(session, "Centre de Lille", Kind.CENTRE), "commune-59350")
    situation, department = look(), session.get_one(Territory, "departement-04")
    members = situation.demand.members(department)
    found = {service.place.institution.id: service for service in services(situation, department, members)}
    assert set(found) == {gap.id, sisteron.id}
    assert (found[sisteron.id].inside, found[gap.id].inside) == (True, False)
    within = situation.demand.population[members[situation.reach.metres[members] <= 30_000]].sum()
    assert sum(service.inhabitants for service in found.values()) == within
    assert found[gap.id].inhabitants > 0


def test_what_a_cite_declares_to_cover_is_not_where_it_stands(session, look):
    cite = make.place_in(session, make.institution(session, "Cité de Marseille", Kind.CITE), "commune-13055")
    session.execute(
        sa.text("INSERT INTO service_territory (institution_id, territory_id) VALUES (:id, 'region-93')"), {"id": cite.id}
    )
    situation = look()
    claiming = situation.claiming(session.get_one(Territory, "departement-04"))
    assert [place.institution.name for place in claiming] == ["Cité de Marseille"]
    assert not claiming[0].is_in(session.get_one(Territory, "departement-04"))
    assert situation.claiming(session.get_one(Territory, "departement-59")) == []


@pytest.mark.parametrize(("typed", "words"), [(30.0, "30"), (12.5, "12,5"), (500.0, "500"), (1.0, "1"), (99.999, "99,999")])
def test_a_distance_asked_for_is_said_to_the_digit(typed, words):
    assert kilometres_in_words(typed) == f"{words}\u00a0km"
