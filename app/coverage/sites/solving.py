"""Each aim to its algorithm of `geo`, and every answer in one form: sites in order, what each brings, and the proof."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.coverage.sites.models import Aim
from app.coverage.sites.studying import Study, department_of
from geo.demand import Grouping
from geo.exchanges import in_order
from geo.progress import Watch
from geo.siting import Siting, best_sites
from geo.siting_variants import fewest_sites, one_each
from geo.territories import Level
from geo.worst_served import protect_worst


@dataclass(frozen=True)
class Solution:
    """Candidates by position, each with the inhabitants whom it newly brings within reach in that order; the greedy beside.

    `bound`: no choice of as many sites brings more inhabitants; None where the aim is another, and `more` holds its proof.
    """

    chosen: tuple[int, ...]
    gains: tuple[int, ...]
    greedy: tuple[int, ...]
    greedy_gains: tuple[int, ...]
    bound: int | None
    more: dict[str, Any] = field(default_factory=dict)


def solve(study: Study, watch: Watch) -> Solution:
    """Run the algorithm of the aim that is asked; raises `geo.progress.Cancelled` when the watch does."""
    return ALGORITHMS[study.question.aim](study, watch)


def _most(study: Study, watch: Watch) -> Solution:
    return _of(best_sites(study.covering, study.question.count or 0, watch))


def _fewest(study: Study, watch: Watch) -> Solution:
    found = fewest_sites(study.covering, study.question.share or 0, watch)
    more = {"wanted": found.wanted, "reachable": found.reachable, "fewest": found.bound}
    return Solution(found.chosen, found.gains, found.greedy, found.greedy_gains, None, more)


def _one_each(study: Study, watch: Watch) -> Solution:
    departments = study.demand.groups[Level.DEPARTMENT]
    wanted = [departments.index(one) for one in study.uncovered]
    of_candidate = np.array([departments.index(department_of(row.Institution)) for row in study.rows], dtype=np.intp)
    able = [one for one in wanted if one in of_candidate]
    count = len(able) if study.question.count is None else study.question.count
    if count == 0:
        return Solution((), (), (), (), 0, {"uncovered": list(study.uncovered), "without_candidate": list(study.uncovered)})
    beyond = _beyond(study)
    found = one_each(study.covering, of_candidate, wanted, [int(beyond[one]) for one in wanted], count, watch)

    def named(numbers: Iterable[int]) -> list[str]:
        return [departments.ids[number] for number in numbers]

    more = {
        "uncovered": list(study.uncovered),
        "served": named(found.served),
        "without_candidate": named(found.without_candidate),
        "left_out": named(found.left_out),
    }
    solution = _of(found.siting)
    return Solution(solution.chosen, solution.gains, solution.greedy, solution.greedy_gains, solution.bound, more)


def _worst(study: Study, watch: Watch) -> Solution:
    departments = study.demand.groups[Level.DEPARTMENT]
    found = protect_worst(
        study.demand,
        study.situation.places,
        study.candidates,
        study.question.count or 0,
        departments,
        study.counted,
        watch=watch,
    )
    ids = [departments.ids[number] for number in found.groups]
    more = {
        "figures": {
            one: [_finite(before), _finite(after)] for one, before, after in zip(ids, found.before, found.after, strict=True)
        },
        "worst_before": _named(departments, found.worst_before),
        "worst_after": _named(departments, found.worst),
        "least_metres": _finite(found.bound),
        "proven": found.proven,
        "helpless": [departments.ids[number] for number in found.helpless],
    }
    chosen, gains = in_order(study.covering, found.chosen)
    return Solution(chosen, gains, (), (), None, more)


def _named(departments: Grouping, worst: tuple[int, float] | None) -> list[Any] | None:
    return [departments.ids[worst[0]], _finite(worst[1])] if worst else None


def _finite(metres: float) -> int | None:
    """Whole metres; None for what is out of reach, which JSON has no number for."""
    return round(float(metres)) if np.isfinite(metres) else None


def _beyond(study: Study) -> NDArray[np.int64]:
    """The inhabitants who count and are beyond reach, by department."""
    departments = study.demand.groups[Level.DEPARTMENT]
    far = study.counted[study.situation.reach.metres[study.counted] > study.question.reach_km * 1000]
    far = far[departments.of_commune[far] >= 0]
    return np.bincount(departments.of_commune[far], study.demand.population[far], len(departments.ids)).astype(np.int64)


def _of(siting: Siting) -> Solution:
    return Solution(siting.chosen, siting.gains, siting.greedy, siting.greedy_gains, siting.bound)


ALGORITHMS: dict[Aim, Callable[[Study, Watch], Solution]] = {
    Aim.MOST: _most,
    Aim.FEWEST: _fewest,
    Aim.WORST: _worst,
    Aim.EACH: _one_each,
}
