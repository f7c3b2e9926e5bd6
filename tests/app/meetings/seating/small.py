"""Small seating problems, their plans all tried one by one, and the hard rules written anew: what the solver is held to."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, product

from app.meetings.seating.judging import judge
from app.meetings.seating.problem import GUIDE_KINDS, Person, Problem, Table

PLACES = {"04": (6.2, 44.1), "06": (7.2, 43.8), "13": (5.4, 43.4), "75": (2.35, 48.86), "974": (55.5, -21.1)}
REGIONS = {"04": "region-93", "06": "region-93", "13": "region-93", "75": "region-11", "974": "region-04"}
KINDS = ("cite-des-metiers", "bibliotheque", "agence-du-livre", "centre-associe", "autre-hote")


def someone(number: int, department: str = "13", kind: str = "bibliotheque", institution: str = "") -> Person:
    return Person(
        key=f"p{number:03}",
        institution=institution or f"i{number}",
        kind=kind,
        commune=f"commune-{department}001",
        epci=f"epci-{department}",
        department=f"departement-{department}",
        region=REGIONS[department],
        point=PLACES[department],
    )


def tables(*seats: int) -> tuple[Table, ...]:
    return tuple(Table(str(number), one) for number, one in enumerate(seats, start=1))


def every_round(problem: Problem) -> Iterator[tuple[str, ...]]:
    """Each way of seating everybody within the size of the tables."""
    for names in product([table.key for table in problem.tables], repeat=len(problem.people)):
        counts = Counter(names)
        if all(counts[table.key] <= table.seats for table in problem.tables):
            yield names


def guided(problem: Problem, names: tuple[str, ...]) -> int:
    """At how many tables a Cité or an agency sits."""
    return len({name for person, name in zip(problem.people, names, strict=True) if person.kind in GUIDE_KINDS})


def best_value(problem: Problem) -> int:
    """The value of the best plan of one round, among all that keep the rules: two people a table, as many guided as can be."""
    allowed = [
        names
        for names in every_round(problem)
        if all(names[at] == problem.locked.get((one.key, 1), names[at]) for at, one in enumerate(problem.people))
        and all(Counter(names)[table.key] >= 2 for table in problem.tables)
    ]
    most = max(guided(problem, names) for names in allowed)
    return min(
        judge(problem, {(one.key, 1): name for one, name in zip(problem.people, names, strict=True)}).value
        for names in allowed
        if guided(problem, names) == most
    )


def own_value(problem: Problem, places: dict[tuple[str, int], str]) -> int:
    """The value of the wishes that need no grouping, counted anew: kinds present, institutions apart, pairs that meet again."""
    total, met = 0, Counter()
    for number in range(1, problem.rounds + 1):
        at = defaultdict(list)
        for one in problem.people:
            at[places[one.key, number]].append(one)
        for members in at.values():
            total += problem.weights.apart * sum(
                count - 1 for count in Counter(one.institution for one in members).values() if count > 1
            )
            for pair in combinations(sorted(one.key for one in members), 2):
                total += problem.weights.again * met[pair]
        for members in at.values():
            met.update(combinations(sorted(one.key for one in members), 2))
    return total


def hard_faults(problem: Problem, places: dict[tuple[str, int], str]) -> list[str]:
    """The hard rules that a plan breaks, but for the number of guided tables."""
    faults = []
    seats = {table.key: table.seats for table in problem.tables}
    for number in range(1, problem.rounds + 1):
        names = [places.get((one.key, number)) for one in problem.people]
        faults += [f"nobody seats {one.key}" for one, name in zip(problem.people, names, strict=True) if name not in seats]
        faults += [f"{count} people at {name}" for name, count in Counter(names).items() if count > seats.get(str(name), 0)]
    faults += [f"{who} left {table}" for who, table in problem.locked.items() if places.get(who) != table]
    return faults
