"""The arithmetic of a ranking: intervals, ranks, what moving the weights does, and parts that add up once rounded."""

from itertools import product

import numpy as np
import pytest

from app.coverage.candidates.criteria import LEVELS, PROPOSALS, Criterion
from app.coverage.candidates.scoring import Scores, shared_out, stability
from app.directory.vocabulary import Format


def scores_of(values, weights, prudent=False) -> Scores:
    values = np.array(values, dtype=float)
    return Scores(np.nan_to_num(values, nan=0), np.nan_to_num(values, nan=100), np.array(weights, dtype=float), prudent)


def test_parts_rounded_to_tenths_add_up_to_their_rounded_sum():
    random = np.random.default_rng(7)
    for _ in range(500):
        parts = random.random(9) * random.random() * 20
        shown = shared_out(parts)
        assert round(shown.sum(), 1) == np.floor(np.round(parts.sum() * 10, 6) + 0.5) / 10
        assert np.all(np.abs(shown - parts) < 0.1)


def test_the_parts_shown_add_up_at_worst_and_at_best_too_and_stay_between_their_bounds():
    random = np.random.default_rng(11)
    values = np.where(random.random((400, 9)) < 0.4, np.nan, random.random((400, 9)) * 100)
    scores = scores_of(values, random.integers(1, 10, 9))
    parts, exact = scores.parts, scores.weights / scores.weights.sum()
    for shown, true in ((parts.middle, scores.middle), (parts.low, scores.worst), (parts.high, scores.best)):
        sums = (true * exact).sum(axis=1)
        assert np.allclose(shown.sum(axis=1), np.floor(np.round(sums * 10, 6) + 0.5) / 10)
        assert np.all(np.abs(shown - true * exact) < 0.1)
    assert np.all((parts.low <= parts.middle) & (parts.middle <= parts.high))
    known = ~np.isnan(values)
    assert np.array_equal(parts.low[known], parts.high[known]), "what is known has no interval"


@pytest.mark.parametrize("weights", [[1, 1000], [1, 1, 1]])
def test_even_an_unknown_that_weighs_next_to_nothing_stays_between_its_bounds(weights):
    values = np.random.default_rng(5).random((60, len(weights))) * 100
    values[:, 0] = np.nan
    parts = scores_of(values, weights).parts
    assert np.all((parts.low <= parts.middle) & (parts.middle <= parts.high))
    assert np.allclose(parts.low.sum(axis=1), parts.scores[1])


def test_of_equal_remainders_the_first_goes_up():
    assert shared_out(np.array([1.05, 1.05])).tolist() == [1.1, 1.0]


def test_the_middle_of_the_interval_ranks_and_the_prudent_rank_by_its_worst():
    known, unknown = [40, 40], [np.nan, 40]
    assert scores_of([known, unknown], [1, 1]).order().tolist() == [1, 0]
    assert scores_of([known, unknown], [1, 1], prudent=True).order().tolist() == [0, 1]


def test_equal_scores_keep_the_order_of_their_identifiers():
    assert scores_of([[10, 30], [30, 10], [20, 20]], [1, 1]).order().tolist() == [0, 1, 2]


def test_the_rank_with_another_value_is_that_of_a_new_ranking():
    random = np.random.default_rng(3)
    values = random.integers(0, 4, (30, 3)) * 25.0
    scores = scores_of(values, [3, 2, 1])
    for position, criterion in product(range(30), range(3)):
        expected = []
        for value in (0, 25, 30, 75, 100):
            other = values.copy()
            other[position, criterion] = value
            expected.append(scores_of(other, [3, 2, 1]).order().tolist().index(position) + 1)
        assert scores.ranks_with(np.array([position]), criterion, np.array([[0, 25, 30, 75, 100]]))[0].tolist() == expected


@pytest.mark.parametrize("prudent", [False, True])
def test_stability_is_that_of_every_corner_ranked_one_by_one(prudent):
    random = np.random.default_rng(5)
    values = np.where(random.random((40, 4)) < 0.1, np.nan, random.integers(0, 5, (40, 4)) * 25.0)
    scores = scores_of(values, [5, 3, 0, 2], prudent)
    first = scores.order()[:10]
    found = stability(scores, first)
    corners = []
    for moves in product((0.8, 1.2), repeat=3):
        weights = np.array([5 * moves[0], 3 * moves[1], 0, 2 * moves[2]])
        order = Scores(scores.worst, scores.best, weights, prudent).order().tolist()
        corners.append([order.index(one) + 1 for one in first])
    expected = np.array(corners)
    assert found.corners == 8, "a weight of nothing has no corner"
    assert found.best.tolist() == expected.min(axis=0).tolist()
    assert found.worst.tolist() == expected.max(axis=0).tolist()
    assert found.kept.tolist() == (expected <= 10).sum(axis=0).tolist()


@pytest.mark.parametrize("chosen", Format)
def test_every_format_proposes_a_weight_and_a_rising_scale_from_0_to_100_for_every_criterion(chosen):
    proposal = PROPOSALS[chosen]
    assert proposal.reason.endswith(".")
    assert set(proposal.weights) == set(proposal.scales) == set(Criterion)
    assert all(0 <= weight <= 10 for weight in proposal.weights.values())
    for criterion, scale in proposal.scales.items():
        figures, values = zip(*scale.points, strict=True)
        assert list(figures) == sorted(set(figures)), criterion
        assert min(values) >= 0
        assert max(values) == 100
        assert criterion not in LEVELS or list(figures) == list(range(len(LEVELS[criterion])))


def test_between_two_points_a_scale_is_a_line_and_what_is_unknown_stays_unknown():
    scale = PROPOSALS[Format.CENTRE].scales[Criterion.HOURS]
    found = scale.values(np.array([0, 15, 35, 60, np.nan]))
    assert found[:4].tolist() == [0, 40, 100, 100]
    assert np.isnan(found[4])


def test_a_small_outlet_is_worth_more_for_what_comes_to_it_than_for_a_centre():
    for criterion, figure in (
        (Criterion.HOURS, 8.5),
        (Criterion.FLOOR, 60),
        (Criterion.STAFF, 0.5),
        (Criterion.POPULATION, 900),
    ):
        value = {one: PROPOSALS[one].scales[criterion].values(np.array([figure]))[0] for one in Format}
        assert value[Format.RENDEZ_VOUS] > value[Format.CENTRE]
