"""Where next: the best choice and its proof, on instances whose best is known or counted another way."""

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.covering import Covering
from geo.exact import few
from geo.exchanges import bounds_along, exchanged, in_order
from geo.lagrangian import Proof
from geo.progress import Teller
from geo.siting import Cancelled, Progress, best_sites
from geo.thinning import Model, thinned


def covering(people: list[int], reached: list[list[int]]) -> Covering:
    """Write an instance down: the inhabitants of each group, and the groups that each candidate reaches."""
    pairs = [(group, candidate) for candidate, groups in enumerate(reached) for group in groups]
    groups, candidates = zip(*pairs, strict=True) if pairs else ((), ())
    matrix = sparse.csr_array((np.ones(len(pairs), dtype=np.int32), (groups, candidates)), (len(people), len(reached)))
    return Covering(np.array(people, dtype=np.int64), matrix, np.arange(len(people)), sum(people), 0, 0)


def discs(seed: int, groups: int, candidates: int, radius: float) -> Covering:
    """Towns drawn on a unit square, a few of them large, and candidates that each reach a disc."""
    drawn = np.random.default_rng(seed)
    towns, sites = drawn.random((groups, 2)), drawn.random((candidates, 2))
    people = (np.exp(drawn.normal(5, 1.5, groups)) + 1).astype(int)
    near = np.hypot(*(towns[:, None] - sites[None]).transpose(2, 0, 1)) < radius
    return covering(people.tolist(), [np.flatnonzero(near[:, one]).tolist() for one in range(candidates)])


def brought(question: Covering, chosen: tuple[int, ...]) -> int:
    """Count the inhabitants whom some candidates reach, each once."""
    return int(question.people[question.covers[:, list(chosen)].sum(axis=1) > 0].sum())


def solved(question: Covering, count: int) -> int:
    """What HiGHS finds on the whole model, nothing left out and nothing joined."""
    groups, candidates = question.covers.shape
    whole = np.concatenate((np.ones(candidates), np.zeros(groups)))
    reach = sparse.hstack((question.covers, -sparse.eye_array(groups)), format="csr")
    limits = [LinearConstraint(reach, lb=0), LinearConstraint(whole[None], ub=count)]
    worth = np.concatenate((np.zeros(candidates), -question.people))
    found = milp(worth, integrality=whole, bounds=Bounds(0, 1), constraints=limits, options={"mip_rel_gap": 0})
    assert found.success
    return round(-found.fun)


def never(model: Model) -> bool:
    """Leave nothing to the end."""
    return len(model) < 0


def test_the_best_pair_is_found_where_taking_the_largest_first_misses_it():
    found = best_sites(covering([30, 30, 30, 30, 2], [[1, 2, 4], [0, 1], [2, 3]]), 2)
    assert (found.greedy, found.greedy_gains, found.greedy_value) == ((0, 1), (62, 30), 92)
    assert (found.chosen, found.gains, found.value) == ((1, 2), (60, 60), 120)
    assert (found.bound, found.gap) == (120, 0)


def test_the_best_is_found_where_greedy_and_every_single_exchange_miss_it():
    question = covering([3, 2, 5, 4, 4, 4], [[2, 3, 4], [0, 1, 3], [0, 2, 3], [4, 5]])
    model = thinned(question, Teller(None))
    stuck = exchanged(model, [0, 1], Teller(None))
    assert (stuck.tolist(), model.value(stuck)) == ([0, 1], 18), "no exchange of one for one is better"
    found = best_sites(question, 2)
    assert (found.chosen, found.gains, found.greedy_value, found.bound) == ((2, 3), (12, 8), 18, 20)


@pytest.mark.parametrize("seed", range(15))
def test_every_choice_of_a_small_instance_was_counted_and_none_is_better(seed):
    question, count = discs(seed, 30, 9, 0.1 + 0.05 * (seed % 5)), 1 + seed % 4
    best = max(brought(question, some) for some in combinations(range(9), count))
    found = best_sites(question, count)
    assert found.greedy_value <= found.value == brought(question, found.chosen) == best == found.bound
    assert len(found.chosen) == len(set(found.chosen)) <= count


@pytest.mark.parametrize(("seed", "count", "radius"), [(1, 5, 0.15), (2, 12, 0.1), (3, 20, 0.06), (4, 8, 0.2)])
def test_a_department_is_solved_to_the_end_as_highs_solves_the_whole_model(seed, count, radius):
    question = discs(seed, 350, 120, radius)
    found = best_sites(question, count)
    assert found.value == brought(question, found.chosen) == solved(question, count) == found.bound


@pytest.mark.parametrize(("seed", "count", "radius"), [(5, 4, 0.2), (6, 10, 0.12), (7, 25, 0.08)])
def test_the_bound_alone_is_never_below_the_best_nor_far_above(seed, count, radius):
    question = discs(seed, 400, 150, radius)
    model = thinned(question, Teller(None))
    proof = Proof(model, count, exchanged(model, range(count), Teller(None)), 50, Teller(None))
    proof.run(never)
    best = solved(question, count)
    assert proof.value == model.value(proof.chosen) <= best <= proof.bound <= best * 1.01


def test_a_look_at_loose_prices_keeps_the_best_candidate_and_leaves_out_those_worth_too_little():
    """The best one is worth 20 at these prices, which leave 90 of its inhabitants: with them it beats the one worth 100."""
    question = covering([100, 110, *[1] * 8], [[0], [1], *[[group] for group in range(2, 10)]])
    proof = Proof(thinned(question, Teller(None)), 1, np.array([0]), 100, Teller(None))
    proof.best_prices = np.array([100.0, 20, *[1.0] * 8])
    proof._look(0)
    assert (proof.model.candidates.tolist(), proof.bound) == ([0, 1], 190)


@pytest.mark.parametrize("seed", range(5))
def test_no_choice_of_so_many_passes_the_bound_along_the_greedy_order(seed):
    question = discs(seed, 40, 7, 0.2)
    order, gains = in_order(question, count=3)
    bounds = bounds_along(question, order)
    assert (bounds[0], len(bounds)) == (gains[0], 3)
    for count in (1, 2, 3):
        best = max(brought(question, some) for some in combinations(range(7), count))
        assert sum(gains[:count]) <= best <= bounds[count - 1] <= question.people.sum()


def test_a_choice_is_ordered_by_what_each_brings_next_and_those_who_bring_nobody_come_last():
    question = covering([5, 7, 11], [[1], [0, 1], [2], [], [0, 1]])
    assert in_order(question, (0, 1, 3, 2)) == ((1, 2, 0, 3), (12, 11, 0, 0))
    assert in_order(question) == ((1, 2), (12, 11))


def test_what_is_too_large_for_the_end_still_has_a_choice_and_a_bound_around_the_best():
    question = discs(8, 1_200, 600, 0.16)
    assert not few(thinned(question, Teller(None))), "this one is for the bound"
    found = best_sites(question, 15)
    assert found.greedy_value <= brought(question, found.chosen) == found.value <= found.bound
    assert found.gap < 0.02


def test_gains_come_in_order_and_add_up():
    found = best_sites(discs(9, 300, 80, 0.15), 8)
    assert list(found.gains) == sorted(found.gains, reverse=True)
    assert list(found.greedy_gains) == sorted(found.greedy_gains, reverse=True)
    assert (found.value, found.greedy_value) == (sum(found.gains), sum(found.greedy_gains))


def test_more_places_never_bring_fewer_inhabitants():
    question = discs(10, 200, 60, 0.12)
    values = [best_sites(question, count).value for count in range(12)]
    assert values[0] == 0
    assert values == sorted(values)


def test_no_place_asked_for_brings_nobody():
    found = best_sites(discs(11, 50, 10, 0.2), 0)
    assert (found.chosen, found.gains, found.greedy, found.value, found.bound, found.gap) == ((), (), (), 0, 0, 0)


@pytest.mark.parametrize("question", [covering([5, 6], []), covering([], []), covering([5], [[], []])])
def test_without_a_candidate_that_brings_anyone_nothing_is_chosen(question):
    found = best_sites(question, 3)
    assert (found.chosen, found.greedy, found.value, found.bound) == ((), (), 0, 0)


def test_fewer_places_are_chosen_when_no_other_brings_anyone():
    found = best_sites(covering([5, 7, 11], [[0, 1], [1], [2], [0, 1]]), 10)
    assert (found.chosen, found.gains, found.bound) == ((0, 2), (12, 11), 23)


def test_of_candidates_that_reach_the_same_the_first_stands_for_all():
    found = best_sites(covering([5, 7, 11], [[1], [0, 1], [2], [0, 1], [2]]), 2)
    assert (found.chosen, found.gains) == ((1, 2), (12, 11))


def test_a_candidate_gives_way_to_one_that_reaches_more_even_if_it_comes_first():
    """Both bring as many once the others are counted: the one that reaches more groups is kept."""
    question = covering([5, 7, 0], [[0, 1], [0, 1, 2]])
    assert best_sites(question, 1).chosen == (1,)


def test_candidates_and_groups_that_tell_nothing_apart_are_joined():
    question = covering([1, 2, 4, 8, 16], [[0, 1, 2], [0, 1], [3], [], [0, 1, 2], [3, 4]])
    model = thinned(question, Teller(None))
    assert model.candidates.tolist() == [0, 5]
    assert sorted(model.people.tolist()) == [7, 24]


@pytest.mark.parametrize("seed", range(5))
def test_thinning_leaves_out_those_and_only_those_contained_in_another(seed):
    question = discs(seed, 150, 90, 0.12)
    reach = [frozenset(question.covers[:, [one]].nonzero()[0].tolist()) for one in range(90)]
    kept = [
        one
        for one, mine in enumerate(reach)
        if mine and not any(mine < other or (mine == other and place < one) for place, other in enumerate(reach))
    ]
    assert 0 < len(kept) < 90
    assert thinned(question, Teller(None)).candidates.tolist() == kept


def test_of_choices_that_bring_as_many_the_first_candidates_are_taken():
    assert best_sites(covering([4, 4, 4, 4], [[0], [1], [2], [3]]), 2).chosen == (0, 1)


def test_the_same_question_has_the_same_answer():
    question = discs(12, 400, 200, 0.1)
    assert best_sites(question, 12) == best_sites(question, 12, [].append)


def test_candidates_in_another_order_bring_as_many():
    question, order = discs(13, 250, 70, 0.12), np.random.default_rng(13).permutation(70)
    turned = Covering(question.people, question.covers[:, order], question.group_of, question.total, 0, 0)
    there, here = best_sites(turned, 6), best_sites(question, 6)
    assert (there.value, there.bound) == (here.value, here.bound)
    assert sorted(order[list(there.chosen)].tolist()) == sorted(here.chosen), "one best choice, whatever the order"


def test_the_watch_hears_of_a_search_that_never_goes_back():
    heard: list[Progress] = []
    found = best_sites(discs(8, 900, 400, 0.13), 10, heard.append)
    assert {one.phase for one in heard} == {"preparing", "searching", "proving"}
    assert [one.done for one in heard] == sorted(one.done for one in heard)
    assert [one.value for one in heard] == sorted(one.value for one in heard)
    bounds = [one.bound for one in heard if one.bound is not None]
    assert bounds == sorted(bounds, reverse=True)
    assert (heard[-1].done, heard[-1].value, heard[-1].bound) == (1, found.value, found.bound)


@pytest.mark.parametrize("phase", ["preparing", "searching", "proving"])
def test_a_search_ends_when_its_watch_says_so(phase):
    def stop(progress: Progress) -> None:
        if progress.phase == phase:
            raise Cancelled

    with pytest.raises(Cancelled):
        best_sites(discs(2, 350, 120, 0.1), 12, stop)
