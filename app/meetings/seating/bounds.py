"""A value under which no plan can go, by counting alone: where CP-SAT has no time to prove anything, this still holds.

Each function counts one thing, says why in its docstring, and is tested against every plan of small problems. `counted` adds
what no two of them count twice, and takes the larger of those that do.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import comb

from app.meetings.seating.wishes import Round, Wish, WishKind


def counted(rounds: Sequence[Round]) -> int:
    """The bound of all rounds together, none of them told what the others seat.

    Territories are counted in two ways, of which the larger holds. The first (round by round) is about territories alone, so
    the pairs that meet again whatever is done come on top; the second prices both at once.
    """
    by_round = sum(max(locked_apart_from_own(of), crowded(of)) for of in rounds)
    others = sum(locked_colleagues(of) + locked_aside(of) + far(of) + families(of) for of in rounds)
    return others + max(by_round + everyone_again(rounds), territories_again(rounds))


def locked_apart_from_own(of: Round) -> int:
    """People of a territory who are locked at more tables than could hold it sit at that many, whoever else is moved."""
    return sum(
        wish.weight * max(0, len({of.fixed[one] for one in wish.members if one in of.fixed}) - wish.unavoidable)
        for wish in of.wishes
        if wish.kind is WishKind.TOGETHER
    )


def locked_colleagues(of: Round) -> int:
    """Colleagues locked at one table sit together; others can only add to them. What no plan avoids is not counted."""
    total = 0
    for wish in of.wishes:
        if wish.kind is WishKind.APART:
            counts = Counter(of.fixed[one] for one in wish.members if one in of.fixed)
            total += wish.weight * max(0, sum(number - 1 for number in counts.values()) - wish.unavoidable)
    return total


def locked_aside(of: Round) -> int:
    """Who is locked at a table meant for others, or away from the one meant for theirs, costs that."""
    return sum(of.aside[one][table] for one, table in of.fixed.items())


def far(of: Round) -> int:
    """Areas that cannot avoid one far from them: those locked at a table with it, or those with nobody else near.

    An area of fewer people than a table needs, from which everybody else is far, shares its table with one of them; a pair
    settles two such areas at most.
    """
    areas = [one.area for one in of.people]
    locked: dict[int, set[str]] = defaultdict(set)
    for one, table in of.fixed.items():
        locked[table].add(areas[one])
    pairs = sum(sum(b in of.far.get(a, ()) for a in there for b in there) // 2 for there in locked.values())
    lonely = [
        area
        for area, number in Counter(areas).items()
        if number < of.hard.least and all(other == area or other in of.far.get(area, ()) for other in areas)
    ]
    return of.far_weight * max(pairs, (len(lonely) + 1) // 2 if len(set(areas)) > 1 else 0)


def families(of: Round) -> int:
    """A table with fewer seats than people are wished there, all families together, lacks the difference at least."""
    mixed = [wish for wish in of.wishes if wish.kind is WishKind.MIXED]
    if not mixed:
        return 0
    wished = sum(wish.wanted for wish in mixed)
    lacking = sum(max(0, wished - of.tables[table].seats) for table in of.hard.tables)
    return mixed[0].weight * max(0, lacking - sum(wish.unavoidable for wish in mixed))


def crowded(of: Round) -> int:
    """How often territories must be parted because tables fill up: by departments, or by joined groups, whichever is more."""
    single = _homes(of)
    groups = [wish for wish in of.wishes if wish.kind is WishKind.TOGETHER and len(wish.names) > 1]
    inside = {home for wish in groups for home in wish.names}
    joined = [len(wish.members) for wish in groups] + [len(people) for home, people in single.items() if home not in inside]
    weight = max((wish.weight for wish in of.wishes if wish.kind is WishKind.TOGETHER), default=0)
    return weight * max(_parted(of, [len(people) for people in single.values()]), _parted(of, joined))


def _parted(of: Round, sizes: Sequence[int]) -> int:
    """Tables beyond the fewest, over territories of these sizes, at tables all of the same size.

    Draw a line from each territory to each table where it sits. A drawing of so many territories and tables in C separate
    pieces has as many lines as both together, less C, or more. A piece without a free seat is made of territories that fill
    its tables exactly: one by itself, two that complete each other, or three and more; each other piece has a seat that is
    free, or taken by someone of no territory. So C is bounded, hence the lines; less the fewest, these are tables too many.
    """
    seats = {of.tables[table].seats for table in of.hard.tables}
    if len(seats) != 1 or not sizes:
        return 0
    size, tables = seats.pop(), len(of.hard.tables)
    rest = Counter(number % size for number in sizes)
    exact = rest.pop(0, 0)
    couples = sum(min(number, rest[size - left]) for left, number in list(rest.items()) if left < size - left)
    couples += rest[size // 2] // 2 if size % 2 == 0 else 0
    exact += couples + (sum(rest.values()) - 2 * couples) // 3
    pieces = min(tables, len(sizes), exact + size * tables - sum(sizes))
    return max(0, len(sizes) + tables - pieces - sum(-(-number // size) for number in sizes))


def territories_again(rounds: Sequence[Round]) -> int:
    """What parting each department and seating its people together again cost at least, the best balance being taken.

    Pairs of one department are pairs of no other, so each is counted by itself: for each number of tables beyond the fewest,
    over all rounds, its people split evenly make the fewest pairs, and pairs beyond all different ones meet again.
    """
    return sum(_balance(rounds, home, len(people)) for home, people in _homes(rounds[0]).items())


def everyone_again(rounds: Sequence[Round]) -> int:
    """Everybody split evenly among the tables makes the fewest pairs; those beyond all different pairs meet again."""
    number = len(rounds[0].people)
    met = sum(fewest_pairs(number, len(of.hard.tables)) for of in rounds)
    return rounds[0].again * fewest_repeats(met, comb(number, 2))


def _balance(rounds: Sequence[Round], home: str, number: int) -> int:
    pairs_by_extra = {0: 0}
    weight = 0
    for of in rounds:
        wish = _wish_of(of, home)
        fewest, weight = (wish.unavoidable, wish.weight) if wish else (1, 0)
        after: dict[int, int] = {}
        for extra, pairs in pairs_by_extra.items():
            for tables in range(fewest, max(fewest, min(number, len(of.hard.tables))) + 1):
                total, made = extra + tables - fewest, pairs + fewest_pairs(number, tables)
                after[total] = min(made, after.get(total, made))
        pairs_by_extra = after
    again, different = rounds[0].again, comb(number, 2)
    return min(weight * extra + again * fewest_repeats(pairs, different) for extra, pairs in pairs_by_extra.items())


def fewest_pairs(people: int, tables: int) -> int:
    """The fewest pairs at one table, so many people being split among so many tables: evenly."""
    each, more = divmod(people, tables)
    return (tables - more) * comb(each, 2) + more * comb(each + 1, 2)


def fewest_repeats(met: int, different: int) -> int:
    """How often pairs meet again, so many meetings being shared evenly by so many pairs: the second time once, then twice…"""
    each, more = divmod(met, different) if different else (0, 0)
    return (different - more) * comb(each, 2) + more * comb(each + 1, 2)


def _homes(of: Round) -> Mapping[str, list[int]]:
    found = defaultdict(list)
    for position, one in enumerate(of.people):
        if one.home:
            found[one.home].append(position)
    return found


def _wish_of(of: Round, home: str) -> Wish | None:
    wishes: Iterable[Wish] = of.wishes
    return next((one for one in wishes if one.kind is WishKind.TOGETHER and one.names == (home,)), None)
