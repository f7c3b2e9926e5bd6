"""The communes as arrays: whole, frozen, read once, and read again when the territories change."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from geo import demand
from geo.demand import NOWHERE, TERRITORIES_SOURCE, demand_of, earth_centred
from geo.sources import DataSource
from geo.territories import Level, Territory


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(demand, "_kept", {})


def test_every_commune_of_the_101_departments_is_there_with_its_inhabitants(session):
    read = demand_of(session)
    assert len(read) == 34_875
    assert read.population.sum() == 68_350_798
    assert len(read.groups[Level.DEPARTMENT].ids) == 101
    assert len(read.groups[Level.REGION].ids) == 18
    assert len(read.groups[Level.EPCI].ids) == 1_255
    assert read.names[read.ids.index("commune-04070")] == "Digne-les-Bains"


def test_no_commune_is_without_a_shore_and_four_islands_are_without_an_epci(session):
    read = demand_of(session)
    assert NOWHERE not in read.shores.of_commune
    without = np.flatnonzero(read.groups[Level.EPCI].of_commune == NOWHERE)
    assert sorted(read.names[position] for position in without) == ["L'Île-d'Yeu", "Ouessant", "Île-de-Bréhat", "Île-de-Sein"]


def test_members_of_a_territory_are_its_communes(session):
    read = demand_of(session)
    department = session.get_one(Territory, "departement-04")
    counted = session.scalar(
        sa.select(sa.func.count()).where(Territory.department_id == department.id, Territory.level == Level.COMMUNE)
    )
    members = read.members(department)
    assert len(members) == counted > 150
    assert all(read.ids[position].startswith("commune-04") for position in members)
    (only,) = read.members(session.get_one(Territory, "commune-13055"))
    assert read.names[only] == "Marseille"


def test_a_territory_unknown_to_the_arrays_has_no_member(session):
    read = demand_of(session)
    assert len(read.members(Territory(id="commune-99999", level=Level.COMMUNE))) == 0
    assert len(read.members(Territory(id="epci-000", level=Level.EPCI))) == 0


def test_positions_are_those_of_postgis(session):
    """PROJ's own change to earth-centred coordinates, EPSG 4978, agrees within a millimetre."""
    read = demand_of(session)
    for code in ("75056", "2A004", "97411", "97302"):
        point = sa.cast(Territory.point, demand.Geometry)
        there = sa.func.ST_Transform(sa.func.ST_SetSRID(sa.func.ST_Force3D(point), 4979), 4978)
        expected = session.execute(
            sa.select(sa.func.ST_X(there), sa.func.ST_Y(there), sa.func.ST_Z(there)).where(Territory.id == f"commune-{code}")
        ).one()
        assert read.xyz[read.ids.index(f"commune-{code}")] == pytest.approx(tuple(expected), abs=0.001)


def test_a_point_of_the_equator_and_a_pole_stand_where_the_ellipsoid_has_them():
    assert earth_centred([0, 0], [0, 90]) == pytest.approx(np.array([[6_378_137, 0, 0], [0, 0, 6_356_752.314]]), abs=0.001)


def test_the_arrays_cannot_be_changed(session):
    read = demand_of(session)
    for array in (read.xyz, read.population, read.shores.of_commune, read.groups[Level.REGION].of_commune):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_communes_are_read_once(session, count_queries):
    first = demand_of(session)
    before = count_queries()
    assert demand_of(session) is first
    assert count_queries() - before == 1, "only the digest of the source is asked again"


def test_a_reload_of_the_territories_is_seen(session):
    before = demand_of(session)
    session.execute(sa.update(Territory).where(Territory.id == "commune-04070").values(population=123_456))
    assert demand_of(session) is before, "the same digest, the same arrays"
    session.execute(sa.update(DataSource).where(DataSource.name == TERRITORIES_SOURCE).values(digest="f" * 64))
    after = demand_of(session)
    assert after.population[after.ids.index("commune-04070")] == 123_456


def test_without_a_source_nothing_is_kept(session):
    session.execute(sa.delete(DataSource).where(DataSource.name == TERRITORIES_SOURCE))
    assert demand_of(session) is not demand_of(session)


def test_an_empty_database_has_no_commune(session):
    session.execute(sa.text("TRUNCATE territory, data_source CASCADE"))
    assert len(demand_of(session)) == 0


def test_threads_that_ask_together_get_the_same_arrays(worker_database):
    engine = sa.create_engine(worker_database)

    def ask(_: int):
        with Session(engine) as own:
            return demand_of(own)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(ask, range(8)))
    engine.dispose()
    assert all(one is found[0] for one in found)
