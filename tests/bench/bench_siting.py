"""The next N sites on the whole country: our answer and its proof beside HiGHS on the same model, with a time limit.

    LIBRARIES_FILE=file make bench    the Ministry's file of libraries; without it, the small extract of seeds/data
    DATABASE_URL=… make bench         the communes and the network of a database that is already filled

Candidates are the libraries of the file that receive the public and have a position; whom the network open today reaches is
covered already. For each N: inhabitants newly within reach, the bound, the gap, seconds and the most memory that the whole
process took, tree of pairs included. HiGHS gets every candidate and every group of communes, in a process of its own. Ends with
exit code 1 when two answers contradict each other: a value above the other's bound.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection

import numpy as np
import sqlalchemy as sa
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.spatial import KDTree
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage.situation import situation_at
from app.directory.models import Kind
from geo.covering import Covering, left_by
from geo.demand import Demand, demand_of, earth_centred
from geo.reach import Places
from geo.siting import best_sites
from seeds.fetch import fetch
from seeds.libraries import EXTRACT
from seeds.library_files import read
from seeds.library_rows import clean
from tests.bench.bench_reach import database

REACH_KM = 30
COUNTS = (1, 10, 50)
#: Seconds that HiGHS may search.
LIMIT = 60
#: HiGHS looks at its limit only now and then: seconds after which it is ended.
GIVEN_UP = 120

Answer = tuple[int, int, float, float]


def main() -> int:
    """Measure every N; give the exit code."""
    with database() as url, Session(sa.create_engine(url)) as session:
        communes = demand_of(session)
        existing = situation_at(session, today(), REACH_KM, 24).places
    candidates = _libraries(communes)
    scale = f"{len(communes):,} communes, {len(existing)} places open, {len(candidates):,} libraries, {REACH_KM} km"
    print(f"\nThe next sites: {scale}", flush=True)
    agreed = [_measured(count, communes, existing, candidates) for count in COUNTS]
    return 0 if all(agreed) else 1


def _libraries(communes: Demand) -> Places:
    """Place the libraries of the file, in its order; the shore is that of the nearest commune."""
    rows = clean(read(fetch(os.environ.get("LIBRARIES_FILE") or str(EXTRACT)))).rows
    placed = [row for row in rows if row.kind == Kind.LIBRARY.value and row.longitude is not None and row.latitude is not None]
    longitude, latitude = (np.array([getattr(row, name) for row in placed], dtype=float) for name in ("longitude", "latitude"))
    _, home = KDTree(communes.xyz).query(earth_centred(longitude, latitude))
    shores = communes.shores
    return Places(longitude, latitude, tuple(shores.ids[shores.of_commune[commune]] for commune in home))


def _measured(count: int, *question: Demand | Places) -> bool:
    print(f"  N = {count}")
    answers = [_told(name, _alone(way, count, *question)) for name, way in (("ours", _ours), ("HiGHS", _highs))]
    ours, highs = answers
    return ours is not None and (highs is None or (ours[0] <= highs[1] and highs[0] <= ours[1]))


def _told(name: str, answer: Answer | None) -> Answer | None:
    if answer is None:
        print(f"    {name:6} no answer after {GIVEN_UP} s, though told to stop after {LIMIT}", flush=True)
        return None
    value, bound, seconds, memory = answer
    gap = f"{(bound - value) / bound:.4%}" if bound else "none"
    print(f"    {name:6} value {value:10,}  bound {bound:10,}  gap {gap:>9}  {seconds:6.1f} s  {memory:5.0f} MB", flush=True)
    return answer


def _alone(way: Callable[..., Answer], *question: int | Demand | Places) -> Answer | None:
    """Answer in a process of its own, so that its memory is its own; None when it does not end."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(there, way, *question))
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(GIVEN_UP) else None
    finally:
        process.kill()
        process.join()


def _answer(there: Connection, way: Callable[..., Answer], *question: int | Demand | Places) -> None:
    there.send(way(*question))


def _ours(count: int, communes: Demand, existing: Places, candidates: Places) -> Answer:
    started = time.perf_counter()
    found = best_sites(left_by(communes, existing, candidates, REACH_KM), count)
    return found.value, found.bound, time.perf_counter() - started, _megabytes()


def _highs(count: int, communes: Demand, existing: Places, candidates: Places) -> Answer:
    question = left_by(communes, existing, candidates, REACH_KM)
    started = time.perf_counter()
    groups, size = question.covers.shape
    whole = np.concatenate((np.ones(size), np.zeros(groups)))
    reach = sparse.hstack((question.covers, -sparse.eye_array(groups)), format="csr")
    found = milp(
        np.concatenate((np.zeros(size), -question.people)),
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(reach, lb=0), LinearConstraint(whole[np.newaxis], ub=count)],
        options={"time_limit": LIMIT, "mip_rel_gap": 0},
    )
    value = 0 if found.x is None else _value(question, found.x[:size] > 0.5)
    # Without any bound of its own, that of the question: everybody whom a candidate reaches.
    known = found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound)
    bound = int(0.5 - found.mip_dual_bound) if known else int(question.people.sum())
    return value, bound, time.perf_counter() - started, _megabytes()


def _value(question: Covering, chosen: np.ndarray) -> int:
    return int(question.people[question.covers @ chosen.astype(int) > 0].sum())


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
