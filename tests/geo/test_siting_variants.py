"""How few sites for a share, and one in each department: against every choice there is, on small random instances."""

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.covering import Covering
from geo.needs import PATIENCE, Needs, Patience, least, within
from geo.progress import Cancelled, Progress, Teller
from geo.siting_variants import fewest_sites, one_each

CANDIDATES = 8
DEPARTMENTS = np.array([0, 0, 1, 1, 1, 3, 3, 5])


def instance(seed: int) -> Covering:
    """Draw groups, some of which no candidate reaches, and inhabitants of whom some are within reach already."""
    draw = np.random.default_rng(seed)
    reached, people = draw.random((12, CANDIDATES)) < 0.25, draw.integers(1, 50, 12)
    some = reached.any(axis=1)
    already, hopeless = int(draw.integers(0, 100)), int(people[~some].sum())
    total = int(people.sum()) + already
    covers = sparse.csr_array(reached[some].astype(np.int32))
    return Covering(people[some], covers, np.arange(int(some.sum())), total, already, hopeless)


def value(covering: Covering, chosen: tuple[int, ...]) -> int:
    return int(covering.people[covering.covers[:, list(chosen)].sum(axis=1) > 0].sum()) if chosen else 0


def choices(count: int) -> list[tuple[int, ...]]:
    return list(combinations(range(CANDIDATES), count))


@pytest.mark.parametrize("seed", range(6))
def test_no_choice_has_fewer_sites_for_the_share(seed):
    covering = instance(seed)
    for share in (0.4, 0.7, 0.9):
        found = fewest_sites(covering, share)
        needed = min(found.wanted, found.reachable) - covering.already
        few = next(n for n in range(CANDIDATES + 1) if any(value(covering, one) >= needed for one in choices(n)))
        assert (len(found.chosen), found.bound, found.proven) == (few, few, True)
        assert found.reached == covering.already + value(covering, found.chosen) == covering.already + sum(found.gains)
        assert list(found.gains) == sorted(found.gains, reverse=True)
        assert len(found.greedy) >= few
        assert sum(found.greedy_gains) == value(covering, found.greedy) >= needed


def test_a_larger_share_never_takes_fewer_sites():
    covering = instance(3)
    counts = [len(fewest_sites(covering, share).chosen) for share in (0, 0.2, 0.5, 0.8, 0.95, 1)]
    assert counts == sorted(counts)
    assert counts[0] == 0


def test_a_share_out_of_reach_is_said_with_the_largest_one_and_the_fewest_sites_for_it():
    covering = Covering(np.array([60]), sparse.csr_array([[1, 1]]), np.array([0, -1]), 100, 20, 20)
    found = fewest_sites(covering, 0.9)
    assert (found.possible, found.largest_share, found.share) == (False, 0.8, 0.8)
    assert (found.chosen, found.bound) == ((0,), 1)
    assert fewest_sites(covering, 0.8).possible


def test_those_within_reach_already_count_in_the_share():
    covering = Covering(np.array([60]), sparse.csr_array([[1]]), np.array([0, -1]), 100, 40, 0)
    assert fewest_sites(covering, 0.4).chosen == ()
    assert fewest_sites(covering, 0.41).chosen == (0,)


def test_without_any_candidate_the_share_of_today_is_the_largest():
    covering = Covering(np.array([], dtype=int), sparse.csr_array((0, 0)), np.array([-1]), 100, 40, 60)
    found = fewest_sites(covering, 0.5)
    assert (found.chosen, found.possible, found.largest_share) == ((), False, 0.4)


@pytest.mark.parametrize("seed", range(6))
def test_prices_never_prove_more_than_is_true(seed):
    covering = instance(seed)
    draw = np.random.default_rng(seed)
    of_row = draw.integers(0, 2, len(covering.people))
    whole = np.bincount(of_row, covering.people, 2)
    needs = Needs(covering.people, sparse.csr_array(covering.covers.T, dtype=float), of_row, np.ceil(0.8 * whole).astype(int))
    few = next(n for n in range(CANDIDATES + 1) if any(needs.met_by(list(one)) for one in choices(n)))
    assert 1 <= least(needs, CANDIDATES + 1, Teller(None)) <= few


def hard(seed: int, classes: int, rows: int = 60, candidates: int = 30) -> tuple[Needs, int]:
    """Draw towns and discs of some classes, and let HiGHS count the fewest that meet what is needed."""
    draw = np.random.default_rng(seed)
    towns, sites = draw.random((rows, 2)), draw.random((candidates, 2))
    reached = sparse.csr_array((np.hypot(*(sites[:, None] - towns[None]).transpose(2, 0, 1)) < 0.22).astype(float))
    people, of_row = draw.integers(1, 200, rows), np.arange(rows) % classes
    some = np.bincount(of_row, people * (reached.sum(axis=0) > 0), classes)
    needs = Needs(people, reached, of_row, np.ceil(draw.uniform(0.5, 0.95, classes) * some).astype(int))
    counted = sparse.csr_array((people, (of_row, np.arange(rows))), shape=(classes, rows))
    found = milp(
        np.concatenate((np.ones(candidates), np.zeros(rows))),
        integrality=np.ones(candidates + rows),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(sparse.hstack((reached.T, -sparse.eye_array(rows)), format="csr"), lb=0),
            LinearConstraint(sparse.hstack((sparse.csr_array((classes, candidates)), counted), format="csr"), lb=needs.needed),
        ],
        options={"mip_rel_gap": 0},
    )
    assert found.success
    return needs, round(found.fun)


@pytest.mark.parametrize(("seed", "classes"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 5), (5, 8), (6, 12), (7, 2)])
def test_what_prices_prove_is_never_more_than_the_fewest_however_many_are_known_to_do(seed, classes):
    needs, fewest = hard(seed, classes)
    proven = [least(needs, upto, Teller(None)) for upto in (fewest + 1, fewest + 3, 30)]
    assert max(proven) <= fewest
    assert proven[0] >= 0.6 * fewest, "and it proves something"


@pytest.mark.parametrize("seed", [0, 4])
def test_the_exact_solver_finds_so_many_proves_that_none_do_or_says_that_it_gave_up(seed):
    needs, fewest = hard(seed, 4)
    patience = Patience(PATIENCE)
    found, impossible = within(needs, fewest, patience)
    assert (needs.met_by(found), len(found), impossible) == (True, fewest, False)
    assert within(needs, fewest - 1, patience) == (None, True)
    assert 0 < patience.left < PATIENCE, "its work is counted"
    assert within(needs, fewest - 1, Patience(0)) == (None, False), "whoever gives up has proven nothing"


@pytest.mark.parametrize("seed", range(6))
def test_no_choice_with_one_in_each_department_brings_more(seed):
    covering = instance(seed)
    for count in (1, 2, 3, 4):
        found = one_each(covering, DEPARTMENTS, [0, 3, 5], [50, 90, 50], count)
        allowed = [one for one in choices(count) if set(found.served) <= set(DEPARTMENTS[list(one)].tolist())]
        assert found.siting.value == found.siting.bound == max(value(covering, one) for one in allowed)
        assert found.siting.value == value(covering, found.siting.chosen)
        assert set(found.served) <= set(DEPARTMENTS[list(found.siting.chosen)].tolist())
        assert found.siting.greedy_value <= found.siting.value


def test_too_few_sites_leave_out_the_departments_where_fewest_are_beyond_reach():
    covering = instance(1)
    found = one_each(covering, DEPARTMENTS, [0, 3, 4, 5], [50, 90, 99, 50], 2)
    assert found.served == (0, 3), "of equals the first, and not the one that has no candidate"
    assert (found.without_candidate, found.left_out) == ((4,), (5,))


def test_a_department_has_its_site_even_if_it_brings_nobody():
    covering = Covering(np.array([10, 20]), sparse.csr_array([[1, 0, 0], [0, 1, 0]]), np.array([0, 1]), 30, 0, 0)
    found = one_each(covering, np.array([0, 0, 7]), [7], [0], 2)
    assert (found.siting.chosen, found.siting.gains, found.siting.bound) == ((1, 2), (20, 0), 20)


def test_the_same_question_has_the_same_answer_and_ties_go_to_the_first():
    covering = instance(4)
    assert fewest_sites(covering, 0.8) == fewest_sites(covering, 0.8)
    assert one_each(covering, DEPARTMENTS, [0, 3], [1, 1], 4) == one_each(covering, DEPARTMENTS, [0, 3], [1, 1], 4)
    alike = Covering(np.array([5]), sparse.csr_array([[1, 1, 1]]), np.array([0]), 5, 0, 0)
    assert fewest_sites(alike, 1).chosen == (0,)
    assert one_each(alike, np.array([0, 1, 1]), [1], [0], 1).siting.chosen == (1,)


def test_progress_is_told_and_whoever_listens_may_end_it():
    told: list[Progress] = []
    fewest_sites(instance(0), 0.9, told.append)
    one_each(instance(0), DEPARTMENTS, [0], [1], 3, told.append)
    assert {one.phase for one in told} >= {"preparing", "searching", "proving"}

    def leave(_: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fewest_sites(instance(0), 0.9, leave)
    with pytest.raises(Cancelled):
        one_each(instance(0), DEPARTMENTS, [0], [1], 3, leave)
