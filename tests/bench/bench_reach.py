"""The reach of places in every commune of France: our arithmetic beside the best SQL we know, in the same run.

    make bench                        on a cluster of its own, filled from seeds/data, removed afterwards
    DATABASE_URL=… make bench         on a database that is already filled; nothing is written to it

Prints milliseconds (the median of several runs, the communes being loaded) and the ratio, for several sets of places.
Ends with exit code 1 when they do not agree, commune by commune, within a metre or 0.1 %.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import numpy as np
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from geoalchemy2 import Geometry
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage.situation import situation_at
from app.local_database import LOCAL, PROJECT, Cluster
from geo.demand import EQUATORIAL_RADIUS, Demand, demand_of
from geo.reach import BETWEEN_SHORES, Figures, Places, Reach, beyond, nearest
from geo.territories import Level, Territory
from seeds import network, territories

REACH_KM = 30
RUNS = 5
#: The index of geographies ranks neighbours on a sphere: this many are taken from it, then measured on the ellipsoid.
CANDIDATES = 5
#: With more places than this, measuring each commune against all of them takes minutes.
MOST_FOR_EVERY_PAIR = 100

#: Each gives (id, department_id, population, metres) for every commune; all look only at the places of its shore.
BY_GEOGRAPHY = """
    SELECT commune.id, commune.department_id, commune.population, near.metres
    FROM bench_commune commune LEFT JOIN LATERAL (
      SELECT min(metres) AS metres FROM (
        SELECT ST_Distance(place.point, commune.point) AS metres FROM bench_place place
        WHERE place.shore = commune.shore ORDER BY place.point <-> commune.point LIMIT {candidates}) AS candidate
    ) AS near ON true
"""
BY_CHORD = f"""
    SELECT commune.id, commune.department_id, commune.population,
      {2 * EQUATORIAL_RADIUS} * asin(near.chord / {2 * EQUATORIAL_RADIUS}) AS metres
    FROM bench_commune commune LEFT JOIN LATERAL (
      SELECT ST_3DDistance(place.xyzm, commune.xyzm) AS chord, place.shore FROM bench_place place
      ORDER BY place.xyzm <<->> commune.xyzm LIMIT 1) AS near ON near.shore = commune.shore
"""
EVERY_PAIR = """
    SELECT commune.id, commune.department_id, commune.population, min(ST_Distance(place.point, commune.point)) AS metres
    FROM bench_commune commune LEFT JOIN bench_place place ON place.shore = commune.shore
    GROUP BY commune.id, commune.department_id, commune.population
"""
#: An earth-centred point in metres, its shore as fourth coordinate, as in `geo.reach`; a place without shore stands apart.
XYZM = f"""
    ST_MakePoint(ST_X(ST_Transform(ST_SetSRID(ST_Force3D(point::geometry), 4979), 4978)),
                 ST_Y(ST_Transform(ST_SetSRID(ST_Force3D(point::geometry), 4979), 4978)),
                 ST_Z(ST_Transform(ST_SetSRID(ST_Force3D(point::geometry), 4979), 4978)),
                 {BETWEEN_SHORES} * coalesce(array_position(CAST(:all_shores AS text[]), shore), -1))
"""
METRES = 'SELECT metres FROM ({nearest}) AS reached ORDER BY id COLLATE "C"'
BY_DEPARTMENT = """
    SELECT department_id, sum(population), sum(population) FILTER (WHERE coalesce(metres, 'Infinity') > {metres})
    FROM ({nearest}) AS reached GROUP BY department_id ORDER BY department_id COLLATE "C"
"""


def main() -> int:
    """Measure every set of places; give the exit code."""
    with database() as url, Session(sa.create_engine(url)) as session:
        started = time.perf_counter()
        communes = demand_of(session)
        print(f"{len(communes):,} communes read once in {(time.perf_counter() - started) * 1000:.0f} ms")
        _fill_communes(session, communes)
        agreed = [_measure(session, communes, name, places) for name, places in _sets(session, communes)]
    return 0 if all(agreed) else 1


def _sets(session: Session, communes: Demand) -> Iterator[tuple[str, Places]]:
    for day in (date(2017, 7, 11), today()):
        yield f"the network open on {day}", situation_at(session, day, REACH_KM, 24).places
    chance = np.random.default_rng(2017)
    for count in (1_000, 15_000):
        yield "invented, at communes drawn by lot", _at_communes(session, communes, chance.choice(len(communes), count))


def _at_communes(session: Session, communes: Demand, drawn: np.ndarray) -> Places:
    point = sa.cast(Territory.point, Geometry)
    rows = session.execute(sa.select(Territory.id, sa.func.ST_X(point), sa.func.ST_Y(point), Territory.shore))
    of_commune = {row[0]: row[1:] for row in rows}
    longitudes, latitudes, shores = zip(*(of_commune[communes.ids[position]] for position in drawn), strict=True)
    return Places(np.array(longitudes), np.array(latitudes), shores)


def _measure(session: Session, communes: Demand, name: str, places: Places) -> bool:
    """Print the figures of one set of places; tell whether all ways agree."""
    _fill_places(session, communes, places)
    print(f"\n{len(places):,} places: {name}")
    reach = nearest(places, communes)
    metres = _milliseconds(lambda: nearest(places, communes))
    sums = _milliseconds(lambda: beyond(communes, nearest(places, communes).metres, REACH_KM, Level.DEPARTMENT))
    print(f"  {'arithmetic':44} metres {metres:7.1f} ms          inhabitants by department {sums:7.1f} ms")
    ways = {
        "SQL, earth-centred points, index": BY_CHORD,
        f"SQL, geographies, index, {CANDIDATES} nearest measured": BY_GEOGRAPHY.format(candidates=CANDIDATES),
    }
    if len(places) <= MOST_FOR_EVERY_PAIR:
        ways["SQL, geographies, every pair measured"] = EVERY_PAIR
    agreed = [_time_and_check(session, way, sql, reach, metres, sums) for way, sql in ways.items()]
    whole = _milliseconds(lambda: _all_figures(places, communes))
    print(f"  France and its four levels, with median and 95th percentile: arithmetic alone, {whole:.1f} ms")
    _tell_naive(session, reach)
    return all(agreed)


def _time_and_check(session: Session, way: str, sql: str, reach: Reach, our_metres: float, our_sums: float) -> bool:
    """Print the times of one SQL way, its ratio to ours, and how far both differ; tell whether they agree."""
    found = _metres(session, sql)
    metres = _milliseconds(lambda: session.execute(sa.text(METRES.format(nearest=sql))).all(), runs=3)
    by_department = sa.text(BY_DEPARTMENT.format(nearest=sql, metres=REACH_KM * 1000))
    sums = _milliseconds(lambda: session.execute(by_department).all(), runs=3)
    known = np.isfinite(found)
    same_reach = bool((known == np.isfinite(reach.metres)).all())
    difference = np.abs(found[known] - reach.metres[known])
    agree = same_reach and bool((difference <= np.maximum(1, found[known] * 0.001)).all())
    verdict = f"agrees within {difference.max():.3f} m" if agree else "DISAGREES"
    print(
        f"  {way:44} metres {metres:7.1f} ms (× {metres / our_metres:4.0f})"
        f" inhabitants by department {sums:7.1f} ms (× {sums / our_sums:4.0f})  {verdict}"
    )
    return agree


def _tell_naive(session: Session, reach: Reach) -> None:
    """Say in how many communes the first neighbour of the geographies' index, ranked on a sphere, is not the nearest."""
    found = _metres(session, BY_GEOGRAPHY.format(candidates=1))
    known = np.isfinite(found)
    wrong = found[known] > reach.metres[known] + np.maximum(1, reach.metres[known] * 0.001)
    print(f"  geographies, index, 1 nearest: a farther place in {wrong.sum()} communes, hence the {CANDIDATES} above")


def _metres(session: Session, sql: str) -> np.ndarray:
    rows = session.scalars(sa.text(METRES.format(nearest=sql)))
    return np.array([np.inf if metres is None else metres for metres in rows])


def _all_figures(places: Places, communes: Demand) -> list[Figures]:
    metres = nearest(places, communes).metres
    return [beyond(communes, metres, REACH_KM, level) for level in (None, *Level)]


def _milliseconds(run: Callable[[], object], runs: int = RUNS) -> float:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _fill_communes(session: Session, communes: Demand) -> None:
    """Give SQL what the arithmetic has: the communes read beforehand, their earth-centred points computed."""
    session.execute(
        sa.text(
            "CREATE TEMPORARY TABLE bench_commune AS"
            f" SELECT id, department_id, population, shore, point, {XYZM} AS xyzm FROM territory WHERE level = 'commune'"
        ),
        {"all_shores": list(communes.shores.ids)},
    )
    session.execute(sa.text("ANALYZE bench_commune"))


def _fill_places(session: Session, communes: Demand, places: Places) -> None:
    """Put the places in a temporary table with both indexes."""
    session.execute(sa.text("DROP TABLE IF EXISTS bench_place"))
    session.execute(
        sa.text(
            f"CREATE TEMPORARY TABLE bench_place AS SELECT point, {XYZM} AS xyzm, shore FROM ("
            " SELECT ST_MakePoint(longitude, latitude)::geography AS point, shore"
            " FROM unnest(CAST(:longitudes AS float[]), CAST(:latitudes AS float[]), CAST(:shores AS text[]))"
            " AS given (longitude, latitude, shore)) AS place"
        ),
        {
            "longitudes": places.longitude.tolist(),
            "latitudes": places.latitude.tolist(),
            "shores": list(places.shores),
            "all_shores": list(communes.shores.ids),
        },
    )
    session.execute(sa.text("CREATE INDEX ON bench_place USING gist (point)"))
    session.execute(sa.text("CREATE INDEX ON bench_place USING gist (xyzm gist_geometry_ops_nd)"))
    session.execute(sa.text("ANALYZE bench_place"))


@contextmanager
def database() -> Iterator[str]:
    """Give the address of a filled database: the one named by DATABASE_URL, or one made for this run."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    cluster = Cluster(LOCAL / "bench", durable=False)
    cluster.destroy()
    url = cluster.start()
    try:
        _fill(url)
        yield url
    finally:
        cluster.destroy()


def _fill(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        alembic = Config(toml_file=PROJECT / "pyproject.toml")
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
        connection.commit()
    with Session(engine) as session:
        territories.load(session, write=True)
        network.load(session, write=True)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
    engine.dispose()
