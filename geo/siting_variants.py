"""Two other questions about the next sites: how few for a wanted share of the inhabitants; one at least in each department.

Both answers come with a proof, as in `geo.siting`: below which number nobody reaches the share, and what no choice exceeds. The
third variant, which protects those who are worst served, is in `geo.worst_served`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.covering import Covering
from geo.departments_held import Search
from geo.exchanges import exchanged, in_order, in_order_of_gain
from geo.needs import SMALL, Needs, fewest, least
from geo.progress import Teller, Watch
from geo.siting import Siting, best_sites
from geo.thinning import Model, thinned

#: Up to so many sites, and so many ones in the matrix, the fewest are then chosen anew so as to bring most.
SITES_REFINED, ONES_REFINED = 60, 300_000


@dataclass(frozen=True)
class Fewest:
    """The fewest sites found that bring a wanted share of the inhabitants within reach, and how few cannot.

    `chosen` are positions of candidates, `gains` what each newly brings in that order. `wanted` are the inhabitants wanted,
    `reached` those whom the choice gives, `reachable` those whom all candidates together would give; those of today count in
    all three. Where fewer are reachable than wanted, the choice is for as many as can be. No choice of fewer than `bound`
    sites does as much. The greedy answer stands beside, as in `geo.siting`.
    """

    chosen: tuple[int, ...]
    gains: tuple[int, ...]
    bound: int
    total: int
    wanted: int
    reached: int
    reachable: int
    greedy: tuple[int, ...] = ()
    greedy_gains: tuple[int, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether the wanted share can be reached at all."""
        return self.reachable >= self.wanted

    @property
    def proven(self) -> bool:
        """Whether no choice has fewer sites."""
        return len(self.chosen) == self.bound

    @property
    def share(self) -> float:
        return self.reached / self.total if self.total else 0.0

    @property
    def largest_share(self) -> float:
        """The share of the inhabitants within reach if every candidate opened."""
        return self.reachable / self.total if self.total else 0.0


def fewest_sites(covering: Covering, wanted_share: float, watch: Watch | None = None) -> Fewest:
    """Choose the fewest candidates that bring at least `wanted_share` (0 to 1) of all who are asked for within reach."""
    teller = Teller(watch)
    teller.at(0.0, "preparing")
    wanted = ceil(round(wanted_share * covering.total, 6))
    reachable = covering.already + int(covering.people.sum())
    needed = min(wanted, reachable) - covering.already
    if needed <= 0:
        teller.at(1.0, "proving", covering.already)
        return Fewest((), (), 0, covering.total, wanted, covering.already, reachable)
    model = thinned(covering, teller)
    greedy, greedy_gains = _first_reaching(model, needed)
    chosen, bound = _fewest(covering, model, greedy, needed, teller)
    chosen, gains = in_order(covering, chosen)
    reached = covering.already + sum(gains)
    teller.at(1.0, "proving", reached)
    first = tuple(model.candidates[greedy].tolist())
    return Fewest(chosen, gains, bound, covering.total, wanted, reached, reachable, first, greedy_gains)


def _first_reaching(model: Model, needed: int) -> tuple[list[int], tuple[int, ...]]:
    """Take what brings most next, until as many as needed are within reach."""
    taken, gains = in_order_of_gain(model, len(model))
    count = int(np.searchsorted(np.cumsum(gains), needed)) + 1
    return taken[:count], tuple(gains[:count])


def _fewest(covering: Covering, model: Model, found: list[int], needed: int, teller: Teller) -> tuple[Sequence[int], int]:
    needs = Needs(model.people.astype(np.int64), model.reached, np.zeros(len(model.people), dtype=np.intp), np.array([needed]))
    teller.at(0.2, "searching")
    bound = least(needs, len(found), teller)
    teller.at(0.5, "searching")
    found = _shortened(model, found, bound, needed, teller)
    if bound < len(found) and needs.small:
        found, exact = fewest(needs, found)
        bound = max(bound, exact)
    teller.at(0.9, "proving")
    chosen = model.candidates[found].tolist()
    if len(found) <= SITES_REFINED and model.reached.nnz <= ONES_REFINED:
        best = best_sites(covering, len(found), lambda _: teller.alive())
        chosen = best.chosen if best.value >= needed else chosen
    return chosen, bound


def _shortened(model: Model, found: list[int], bound: int, needed: int, teller: Teller) -> list[int]:
    """Try fewer, by halves between what is proven and what is found: the first taken, then exchanged for better ones."""
    few, many = bound, len(found)
    while few < many:
        middle = (few + many) // 2
        tried = exchanged(model, found[:middle], teller)
        if model.value(tried) >= needed:
            found, many = in_order_of_gain(model, middle, tried.tolist())[0], middle
        else:
            few = middle + 1
    return found


@dataclass(frozen=True)
class OneEach:
    """A choice with one site at least in each department asked for, and the departments that could not have one.

    `siting` is as in `geo.siting`, but a site may bring nobody: it is there for its department. Its greedy answer takes the
    best of the departments first, then whatever brings most. `served` are the departments held to; `without_candidate` have
    none; `left_out` are those for which there are too few sites.
    """

    siting: Siting
    served: tuple[int, ...]
    without_candidate: tuple[int, ...]
    left_out: tuple[int, ...]


def one_each(
    covering: Covering,
    of_candidate: NDArray[np.intp],
    departments: Sequence[int],
    beyond: Sequence[int],
    count: int,
    watch: Watch | None = None,
) -> OneEach:
    """Choose `count` candidates that bring most, with one at least in each of these departments.

    `of_candidate` is the department of each candidate, `beyond` the inhabitants beyond reach of each of `departments`: where
    there are fewer sites than departments, those with most come first.
    """
    teller = Teller(watch)
    teller.at(0.0, "preparing")
    here = set(np.unique(of_candidate).tolist())
    ranked = [one for _, _, one in sorted((-beyond[place], place, one) for place, one in enumerate(departments))]
    able = [one for one in ranked if one in here]
    served, left_out = tuple(sorted(able[:count])), tuple(able[count:])
    siting = _held_to(covering, of_candidate, served, count, teller)
    teller.at(1.0, "proving", siting.value, siting.bound)
    return OneEach(siting, served, tuple(one for one in ranked if one not in here), left_out)


def _held_to(covering: Covering, of_candidate: NDArray[np.intp], served: Sequence[int], count: int, teller: Teller) -> Siting:
    """Choose those that bring most with one at least in each department served, and bound what any such choice brings."""
    model, of_kept = _with_departments(covering, of_candidate, served, teller)
    real = Model(model.people % (int(covering.people.sum()) + 1), model.reached, model.candidates)
    greedy, _ = in_order_of_gain(model, count)
    search = Search(real, of_kept, len(served), count, exchanged(model, greedy, teller), teller)
    search.lower_the_bound()
    # What is worth most at the best prices is another start.
    search.offer(exchanged(model, search.worthiest, teller))
    if search.bound > search.value and real.reached.nnz <= SMALL:
        search.solve()
    chosen, gains = _ordered(covering, model.candidates[search.chosen].tolist(), of_candidate, served)
    first, first_gains = _ordered(covering, model.candidates[greedy].tolist(), of_candidate, served)
    return Siting(chosen, gains, first, first_gains, search.bound)


def _with_departments(
    covering: Covering, of_candidate: NDArray[np.intp], served: Sequence[int], teller: Teller
) -> tuple[Model, NDArray[np.intp]]:
    """Make of each department a group of its own, worth more than all inhabitants together, that its candidates reach.

    A candidate then gives way only to another that serves the same department, and whatever brings most serves them all. The
    second answer is the position in `served` of the department of each candidate kept, or -1.
    """
    position = {one: place for place, one in enumerate(served)}
    of_served = np.array([position.get(int(one), -1) for one in of_candidate], dtype=np.intp)
    inside = np.flatnonzero(of_served >= 0)
    ones = np.ones(len(inside), dtype=covering.covers.dtype)
    rows = sparse.csr_array((ones, (of_served[inside], inside)), shape=(len(served), covering.candidates))
    people = np.append(covering.people, np.full(len(served), covering.people.sum() + 1))
    covers = sparse.csr_array(sparse.vstack([covering.covers, rows], format="csr"))
    model = thinned(replace(covering, people=people, covers=covers), teller)
    return model, of_served[model.candidates]


def _ordered(
    covering: Covering, chosen: Sequence[int], of_candidate: NDArray[np.intp], served: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Order a choice by what each brings next; who brings nobody stays, last, only where its department would have none."""
    order, gains = in_order(covering, chosen)
    some = int(np.count_nonzero(gains))
    kept, held = list(order[:some]), {int(of_candidate[one]) for one in order[:some]}
    for one in order[some:]:
        department = int(of_candidate[one])
        if department in served and department not in held:
            held.add(department)
            kept.append(one)
    return tuple(kept), gains[: len(kept)]
