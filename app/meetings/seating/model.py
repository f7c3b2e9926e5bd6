"""One round as an integer program for CP-SAT: who sits at which table, under the hard rules, for the least unmet wishes.

The same input gives the same output on any machine: workers in turn (`interleave_search`), a fixed seed, and a budget in
deterministic time, which counts operations and not seconds. CP-SAT lets go of Python's lock while it searches.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from app.meetings.seating.wishes import Round, Wish, WishKind

SEED = 2017
#: Deterministic time to look for the reason of one unmet wish.
BUDGET_OF_A_REASON = 0.1


@dataclass(frozen=True)
class Found:
    """The seats found, and a value under which no plan can go: equal to the value of the seats, these are the best."""

    seats: tuple[int, ...]
    bound: int


class Model:
    """The variables of a round, and its hard rules; the wishes are added by `wish_for`."""

    def __init__(self, of: Round) -> None:
        self.round = of
        self.model = cp_model.CpModel()
        self.at = {
            (one, table): self.model.new_bool_var(f"x{one}_{table}")
            for one in range(len(of.people))
            for table in of.hard.tables
        }
        for one in range(len(of.people)):
            self.model.add_exactly_one(self.at[one, table] for table in of.hard.tables)
        for one, table in of.fixed.items():
            self.model.add(self.at[one, table] == 1)
        for table in of.hard.tables:
            sitting = sum(self.at[one, table] for one in range(len(of.people)))
            self.model.add_linear_constraint(sitting, of.hard.least, of.tables[table].seats)
        self._cover()

    def _cover(self) -> None:
        guides = [position for position, one in enumerate(self.round.people) if one.is_guide]
        tables = self.round.hard.tables
        if self.round.hard.covered == len(tables):
            for table in tables:
                self.model.add_bool_or(self.at[one, table] for one in guides)
            return
        covered = {table: self.model.new_bool_var(f"g{table}") for table in tables}
        for table in tables:
            self.model.add_bool_or([*(self.at[one, table] for one in guides), covered[table].negated()])
        self.model.add(sum(covered.values()) >= self.round.hard.covered)

    def cost(self) -> cp_model.LinearExprT:
        """The value of the round, as an expression; adds the variables that it needs."""
        terms: list[cp_model.LinearExprT] = []
        for (one, table), here in self.at.items():
            if cost := self.round.aside[one][table]:
                terms.append(cost * here)
        for number, wish in enumerate(self.round.wishes):
            terms += self.spent(number, wish)
            terms.append(-wish.weight * wish.unavoidable)
        for (one, other), times in sorted(self.round.met.items()):
            terms.append(self.round.again * times * self._meet(one, other))
        terms += [self.round.far_weight * both for both in self._far()]
        return cp_model.LinearExpr.sum(terms)

    def _far(self) -> list[cp_model.IntVar]:
        """For each table and two areas far from each other, whether both are there."""
        here: dict[tuple[str, int], cp_model.IntVar] = {}
        for (one, table), sits in self.at.items():
            area = self.round.people[one].area
            if self.round.far_weight and self.round.far.get(area):
                if (area, table) not in here:
                    here[area, table] = self.model.new_bool_var(f"a{area}_{table}")
                self.model.add_implication(sits, here[area, table])
        found = []
        for (area, table), present in here.items():
            for other in sorted(self.round.far[area]):
                if other > area:
                    both = self.model.new_bool_var(f"f{area}_{other}_{table}")
                    self.model.add_bool_or(present.negated(), here[other, table].negated(), both)
                    found.append(both)
        return found

    def _meet(self, one: int, other: int) -> cp_model.IntVar:
        meet = self.model.new_bool_var(f"m{one}_{other}")
        for table in self.round.hard.tables:
            self.model.add_bool_or(self.at[one, table].negated(), self.at[other, table].negated(), meet)
        return meet

    def spent(self, number: int, wish: Wish) -> list[cp_model.LinearExprT]:
        """What a wish costs, what is unavoidable included."""
        if wish.kind is WishKind.MIXED:
            return [wish.weight * self._lacking(number, wish, table) for table in self.round.hard.tables]
        some = {table: self._someone(number, wish, table) for table in self.round.hard.tables}
        if wish.kind is WishKind.APART:
            return [wish.weight * len(wish.members) - wish.weight * sum(some.values())]
        self.model.add(sum(some.values()) >= wish.unavoidable)
        self.model.add(sum(self.round.tables[table].seats * here for table, here in some.items()) >= len(wish.members))
        return [wish.weight * here for here in some.values()]

    def _lacking(self, number: int, wish: Wish, table: int) -> cp_model.IntVar:
        lacking = self.model.new_int_var(0, wish.wanted, f"l{number}_{table}")
        self.model.add(lacking + sum(self.at[one, table] for one in wish.members) >= wish.wanted)
        return lacking

    def _someone(self, number: int, wish: Wish, table: int) -> cp_model.IntVar:
        """Whether one of the members sits there: forced up where that costs, down where it pays."""
        here = self.model.new_bool_var(f"y{number}_{table}")
        sitting = [self.at[one, table] for one in wish.members]
        if wish.kind is WishKind.APART:
            self.model.add_bool_or([*sitting, here.negated()])
        else:
            for one in sitting:
                self.model.add_implication(one, here)
            self.model.add(sum(sitting) <= self.round.tables[table].seats * here)
        return here


def improve(of: Round, start: Sequence[int], budget: float, stay: Mapping[int, int] | None = None, moves: int = 0) -> Found:
    """The best seats found from `start` within a budget of deterministic time, and the bound.

    With `stay`, no more than `moves` of these people leave the table given.
    """
    built = Model(of)
    if stay is not None:
        built.model.add(sum(built.at[one, table] for one, table in stay.items()) >= len(stay) - moves)
    else:
        _break_symmetry(built)
        start = _renamed(of, start)
    built.model.minimize(built.cost())
    for (one, table), here in built.at.items():
        built.model.add_hint(here, start[one] == table)
    solver = _solver(budget)
    status = solver.solve(built.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(tuple(start), 0)
    # No wish costs less than nothing, however little time there was to prove more.
    return Found(_read(built, solver), max(0, round(solver.best_objective_bound)))


def fewest_moves(of: Round, stay: Mapping[int, int]) -> tuple[tuple[int, ...], int]:
    """Seats that keep the hard rules and as many of these people as possible at the table given; how many leave it.

    Without a wish the program is small: the number is proven, there is no budget.
    """
    built = Model(of)
    staying = sum(built.at[one, table] for one, table in stay.items())
    built.model.maximize(staying)
    for one, table in stay.items():
        built.model.add_hint(built.at[one, table], 1)
    solver = _solver(None)
    status = solver.solve(built.model)
    assert status == cp_model.OPTIMAL, "the rules of a round always leave a plan"
    seats = _read(built, solver)
    return seats, sum(seats[one] != table for one, table in stay.items())


def can_meet(of: Round, wish: Wish) -> bool | None:
    """Whether some plan under the rules meets one wish, whatever that costs the others; None where the budget does not tell."""
    built = Model(of)
    built.model.add(cp_model.LinearExpr.sum(built.spent(0, wish)) <= wish.weight * wish.unavoidable)
    status = _solver(BUDGET_OF_A_REASON).solve(built.model)
    if status == cp_model.INFEASIBLE:
        return False
    return True if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _solver(budget: float | None) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = SEED
    solver.parameters.num_workers = 2
    solver.parameters.interleave_search = True
    if budget is not None:
        solver.parameters.max_deterministic_time = budget
    return solver


def _read(built: Model, solver: cp_model.CpSolver) -> tuple[int, ...]:
    seats = {one: table for (one, table), here in built.at.items() if solver.boolean_value(here)}
    return tuple(seats[one] for one in range(len(built.round.people)))


def _alike(of: Round) -> list[list[int]]:
    """Tables that nothing tells apart: their names may be exchanged without changing the plan."""
    taken = set(of.fixed.values())
    groups = defaultdict(list)
    for table in of.hard.tables:
        if table not in taken:
            groups[of.tables[table].seats, of.tables[table].territory].append(table)
    return [tables for tables in groups.values() if len(tables) > 1]


def _break_symmetry(built: Model) -> None:
    """Among tables alike, the first person may sit at the first alone, the second at one of the first two…"""
    free = [one for one in range(len(built.round.people)) if one not in built.round.fixed]
    for tables in _alike(built.round):
        for position, one in enumerate(free[: len(tables) - 1]):
            for table in tables[position + 1 :]:
                built.model.add(built.at[one, table] == 0)


def _renamed(of: Round, seats: Sequence[int]) -> list[int]:
    """The same plan, tables alike being named in the order of their first person."""
    names = {table: table for table in of.hard.tables}
    free = [one for one in range(len(of.people)) if one not in of.fixed]
    for tables in _alike(of):
        first = dict.fromkeys(seats[one] for one in free if seats[one] in tables)
        names |= dict(zip([*first, *(table for table in tables if table not in first)], tables, strict=True))
    return [names[table] for table in seats]
