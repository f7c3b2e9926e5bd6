"""Each aim to its algorithm of `geo`, and every answer in one form: sites in order, what each brings, and the proof."""

from dataclasses import dataclass

from app.coverage.sites.studying import Study
from geo.siting import Siting, Watch, best_sites


@dataclass(frozen=True)
class Solution:
    """Candidates by position, each with the inhabitants whom it newly brings within reach in that order.

    `bound`: no choice does better, in inhabitants within reach or, for the fewest sites, in number of sites (`wanted`
    inhabitants are then asked for, the existing places counted). The greedy answer stands beside.
    """

    chosen: tuple[int, ...]
    gains: tuple[int, ...]
    greedy: tuple[int, ...]
    greedy_gains: tuple[int, ...]
    bound: int | None
    wanted: int | None = None


def solve(study: Study, watch: Watch) -> Solution:
    """Run the algorithm of the aim that is asked; raises `geo.siting.Cancelled` when the watch does."""
    question = study.question
    return _of(best_sites(study.covering, question.count or 0, watch))


def _of(siting: Siting) -> Solution:
    return Solution(siting.chosen, siting.gains, siting.greedy, siting.greedy_gains, siting.bound)
