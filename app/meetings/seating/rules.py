"""The hard rules of a round, in numbers: which tables serve, and at how many of them a Cité or an agency can sit.

- Each table serves that can have two people; with fewer people than that, the first ones alone do. Tables where somebody is
  locked come first, then the order of the organiser.
- A Cité or an agency sits at each table that serves; where there are too few of them, at as many tables as possible. That
  number is known before solving, in closed form (`covered`).
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from app.meetings.seating.problem import Person, Table


@dataclass(frozen=True)
class Hard:
    """The tables that serve in a round, the fewest people at each, how many of them have a Cité or an agency."""

    tables: tuple[int, ...]
    least: int
    covered: int


def hard_rules(
    people: Sequence[Person], tables: Sequence[Table], fixed: Mapping[int, int], open_now: Set[int] = frozenset()
) -> Hard:
    """The rules of a round. `fixed` gives the table of those who are locked, `open_now` the tables that must stay in use.

    With `open_now` a plan is mended: a table in use stays so, be it for one person, and others open where seats lack alone.
    """
    held = [0] * len(tables)
    for table in fixed.values():
        held[table] += 1
    free = len(people) - len(fixed)
    keep = open_now or {table for table, number in enumerate(held) if number}
    order = sorted(range(len(tables)), key=lambda table: (table not in keep, table))
    if open_now:
        serving, least = _enough(order, len(keep), len(people), tables), 1
    else:
        serving, least = _with_company(order, len(keep), len(people), tables, held, free)
    return Hard(tuple(sorted(serving)), least, _covered(people, tables, fixed, serving, held, free, least))


def _enough(order: list[int], number: int, people: int, tables: Sequence[Table]) -> list[int]:
    """The first tables in order, at least `number` of them, that have seats for all."""
    number = max(number, 1)
    while sum(tables[table].seats for table in order[:number]) < people:
        number += 1
    return order[:number]


def _with_company(
    order: list[int], number: int, people: int, tables: Sequence[Table], held: list[int], free: int
) -> tuple[list[int], int]:
    """As many tables as can have two people each, and no fewer than there must be."""
    lacking = [max(0, 2 - held[table]) for table in order]
    fitting = [count for count in range(max(number, 1), len(order) + 1) if sum(lacking[:count]) <= free]
    serving = _enough(order, fitting[-1] if fitting else number, people, tables)
    least = 2 if sum(lacking[: len(serving)]) <= free else 1
    return serving, least


def _covered(
    people: Sequence[Person],
    tables: Sequence[Table],
    fixed: Mapping[int, int],
    serving: Sequence[int],
    held: list[int],
    free: int,
    least: int,
) -> int:
    """The most tables in service that can have a Cité or an agency, the other rules being kept.

    A free guide at a table that lacks people anyway costs nothing; at another, it uses up one of those who are left once
    each table has its fewest.
    """
    with_guide = {table for one, table in fixed.items() if people[one].is_guide}
    guides = sum(one.is_guide for one in people) - sum(people[one].is_guide for one in fixed)
    open_to_one = [table for table in serving if table not in with_guide and held[table] < tables[table].seats]
    lacking = sum(held[table] < least for table in open_to_one)
    spare = free - sum(max(0, least - held[table]) for table in serving)
    return len(with_guide) + min(guides, lacking + min(len(open_to_one) - lacking, spare))
