"""Territory tables: value, bound, seconds and memory of a plan, then of its mending after a withdrawal and a walk-in.

    make bench

People are invented and drawn with a seed. Each size runs in a process of its own, so that its memory is its own; seconds are
those of this machine, values and bounds are the same on any.
"""

import random
import resource
import subprocess
import sys
import time
from dataclasses import replace

from app.meetings.seating.problem import Person, Problem, Table
from app.meetings.seating.solver import mend, solve

#: (people, tables, seats, rounds); the issue asks for 200 people at 25 tables in under ten seconds.
SIZES = ((20, 4, 5, 1), (60, 8, 8, 1), (60, 8, 8, 3), (200, 25, 8, 1), (200, 26, 8, 1), (200, 25, 8, 3))
KINDS = ("cite-des-metiers", "centre-associe", "agence-du-livre", "autre-hote", "bibliotheque-departementale", "bibliotheque")
SHARES = (14, 11, 4, 5, 6, 60)
DEPARTMENTS = 30
SECONDS = 10


def main() -> int:
    """Measure every size; the exit code is 1 when one takes longer than promised."""
    print("\nTables de territoire")
    codes = [subprocess.run([sys.executable, "-m", "tests.bench.bench_seating", *map(str, size)]).returncode for size in SIZES]
    return max(codes)


def measure(people: int, tables: int, seats: int, rounds: int) -> int:
    """Print one size; the exit code is 1 when the plan takes longer than promised."""
    problem = invented(people, tables, seats, rounds)
    started = time.perf_counter()
    plan = solve(problem)
    taken = time.perf_counter() - started
    verdict = "proven best" if plan.bound == plan.value else f"no plan under {plan.bound}"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = f"{people} people, {tables} tables of {seats}, {rounds} round{'s' if rounds > 1 else ''}"
    print(f"  {size:42} value {plan.value:5} ({verdict:18}) {taken:5.1f} s {memory:5.0f} MB", end="")
    gone = next(one for one in problem.people if not one.is_guide)
    late = replace(gone, key="late")
    changed = replace(problem, people=(*(one for one in problem.people if one != gone), late))
    started = time.perf_counter()
    mended = mend(changed, plan.places)
    print(f"   mended {len(mended.moved)} moved, {time.perf_counter() - started:4.1f} s", flush=True)
    return int(taken > SECONDS)


def invented(people: int, tables: int, seats: int, rounds: int) -> Problem:
    """People of thirty departments, some of which send many, one to three of an institution."""
    chance = random.Random(2017)
    points = [(chance.uniform(-2, 7), chance.uniform(43, 50)) for _ in range(DEPARTMENTS)]
    weights = [1 / (rank + 1) ** 0.7 for rank in range(DEPARTMENTS)]
    found: list[Person] = []
    while len(found) < people:
        home = chance.choices(range(DEPARTMENTS), weights)[0]
        kind, epci = chance.choices(KINDS, SHARES)[0], chance.randrange(4)
        point = (points[home][0] + chance.gauss(0, 0.2), points[home][1] + chance.gauss(0, 0.2))
        first = len(found)
        for _ in range(min(chance.choices((1, 2, 3), (6, 3, 1))[0], people - first)):
            found.append(
                Person(
                    key=f"p{len(found):03}",
                    institution=f"i{first}",
                    kind=kind,
                    epci=f"epci-{home}-{epci}",
                    department=f"departement-{home:02}",
                    region=f"region-{home // 5}",
                    point=point,
                )
            )
    return Problem(tuple(found), tuple(Table(str(number), seats) for number in range(1, tables + 1)), rounds)


if __name__ == "__main__":
    sys.exit(measure(*map(int, sys.argv[1:])))
