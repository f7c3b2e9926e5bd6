"""Gained, lost, and nobody twice: against a recomputation of its own, on random sets of places."""

import numpy as np
import pytest
import sqlalchemy as sa

from app.coverage.scenarios.comparing import compare
from app.coverage.scenarios.trials import read
from app.directory.models import Kind
from geo.demand import demand_of
from geo.reach import Places, nearest
from geo.territories import Level, Territory
from tests import factories as make


@pytest.fixture
def network(session):
    """Twelve centres in communes taken at random, always the same."""
    chance = np.random.default_rng(5)
    communes = session.scalars(
        sa.select(Territory.id).where(Territory.level == Level.COMMUNE).order_by(sa.collate(Territory.id, "C"))
    ).all()
    chosen = chance.choice(len(communes), 12, replace=False)
    return [make.place_in(session, make.institution(session, f"Centre {n}", Kind.CENTRE), communes[n]) for n in chosen]


@pytest.fixture
def tried(session):
    """Give a function: the comparison of a query."""
    return lambda query: compare(session, read(query).trial, 24)


def of(places, demand, reach_km):
    """Who is within reach, computed apart: every distance to every place, one after the other."""
    near = np.zeros(len(demand), dtype=bool)
    for longitude, latitude, shore in places:
        one = Places(np.array([longitude]), np.array([latitude]), (shore,))
        near |= nearest(one, demand).metres <= reach_km * 1000
    return near


@pytest.mark.parametrize("seed", range(4))
def test_gained_and_lost_are_those_of_a_recomputation(session, network, tried, seed):
    chance = np.random.default_rng(seed)
    demand = demand_of(session)
    closed = chance.choice(len(network), int(chance.integers(0, 8)), replace=False).tolist()
    opened = chance.choice(len(demand), int(chance.integers(0, 8)), replace=False).tolist()
    reach, reference = chance.choice([5, 20, 45, 80], 2).tolist()
    query = f"rayon={reach}&rayon-reference={reference}&ouvrir={';'.join(demand.ids[one] for one in opened)}"
    found = tried(f"{query}&fermer={';'.join(network[one].public_id for one in closed)}")
    before = of(_points(session, [one.territory_id for one in network]), demand, reference)
    stay = [one.territory_id for position, one in enumerate(network) if position not in closed]
    after = of(_points(session, [*stay, *(demand.ids[one] for one in opened)]), demand, reach)
    people = demand.population
    assert found.totals.gained == people[after & ~before].sum()
    assert found.totals.lost == people[before & ~after].sum()
    assert found.totals.net == people[after].sum() - people[before].sum() == found.totals.after - found.totals.before


def _points(session, ids):
    rows = session.execute(
        sa.text("SELECT ST_X(point::geometry), ST_Y(point::geometry), shore FROM territory WHERE id = ANY(:ids)"), {"ids": ids}
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("level", [Level.REGION, Level.DEPARTMENT])
def test_territories_add_up_to_france(session, network, tried, level):
    found = tried(f"rayon=40&rayon-reference=20&fermer={network[0].public_id}&ouvrir=commune-04070")
    rows = found.rows(session, level)
    for name in ("gained", "lost", "net"):
        assert sum(getattr(row, name) for row in rows) == getattr(found.totals, name)
    assert all(row.before + row.gained - row.lost == row.after for row in rows)
    assert sum(one.population for one in found.communes(gained=True)) == found.totals.gained
    assert sum(one.population for one in found.communes(gained=False)) == found.totals.lost


def test_closing_a_place_then_opening_it_again_changes_nothing(network, tried):
    one = network[3].public_id
    found = tried(f"fermer={one}&ouvrir={one}")
    assert (found.scenario.within == found.reference.within).all()
    assert not found.remarks


def test_a_longer_distance_never_loses_anyone(network, tried):
    reached = [tried(f"rayon={km}&rayon-reference=10") for km in (10, 11, 30, 200)]
    assert all(found.totals.lost == 0 for found in reached)
    assert [found.totals.gained for found in reached] == sorted(found.totals.gained for found in reached)
    assert reached[0].totals.gained == 0 < reached[-1].totals.gained


def test_closing_everything_loses_all_that_was_reached(network, tried):
    found = tried(f"fermer={';'.join(one.public_id for one in network)}")
    assert found.totals.lost == found.totals.before > 0
    assert found.totals.after == found.totals.gained == 0


def test_opening_twice_at_the_same_place_counts_once(network, tried):
    once, twice = tried("ouvrir=commune-04070"), tried("ouvrir=commune-04070;6.2358,44.0925;commune-04070")
    assert twice.totals.gained >= once.totals.gained > 0
    assert len(twice.scenario.opened) == 2
    assert twice.totals.gained <= once.totals.gained * 1.2
