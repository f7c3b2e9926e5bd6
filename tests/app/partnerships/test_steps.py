"""The table of steps against what is written of it: every pair, every format, and every way through it."""

from itertools import product

import pytest

from app.directory.vocabulary import Format
from app.partnerships.models import Step
from app.partnerships.steps import RULES, TABLE, Need, is_step_back, kept_by_history, may_follow

C, V, F, A, T, S, R, B, P, X = Step
WORKING = {C, V, F, A, T, S}
#: Written by hand from shared/domain/workflow.md and issue 3, step by step: what may follow it.
MAY_FOLLOW = {
    None: {C},
    C: {V, F, A, T, S, P, X},
    V: {C, F, A, T, S, P, X},
    F: {C, V, A, T, S, R, P, X},
    A: {C, V, F, T, S, R, P, X},
    T: {C, V, F, A, S, R, P, X},
    S: {C, V, F, A, T, R, P, X},
    R: WORKING | {B, P, X},
    B: WORKING | {R, P, X},
    P: WORKING | {R, X},
    X: {C},
}


@pytest.mark.parametrize("current", [None, *Step], ids=lambda step: step.value if step else "début")
def test_a_step_is_followed_by_those_written_and_no_other(current: Step | None):
    assert {rule.step for rule in may_follow(current)} == MAY_FOLLOW[current]


def test_every_step_has_one_rule():
    assert [rule.step for rule in TABLE] == list(Step)
    assert set(RULES) == set(Step)


@pytest.mark.parametrize(("step", "current", "formula"), list(product(Step, Step, Format)))
def test_framing_signature_and_the_opening_of_a_place_ask_the_other_side(step: Step, current: Step, formula: Format):
    opens_a_place = step is R and formula in (Format.CENTRE, Format.RELAY) and current is not B
    assert RULES[step].must_be_confirmed(current, formula) == (step in (F, S) or opens_a_place)


def test_a_review_that_frees_from_confirmation_follows_what_already_runs():
    assert RULES[B].after == {R}


def test_trial_awareness_and_signature_come_in_any_order():
    for first, second in product((A, T, S), repeat=2):
        if first is not second:
            assert second in MAY_FOLLOW[first]
            assert not is_step_back([C, first], second)


def test_a_step_back_is_told_from_a_step_forward():
    assert is_step_back([C, V, F], V)
    assert is_step_back([C, F, R], T)
    assert is_step_back([C, F, R, P], F), "a pause hides nothing"
    assert not is_step_back([C, F, R, B], R)
    assert not is_step_back([C], X)


def test_the_agency_notes_the_contact_at_the_beginning_and_nothing_else():
    assert {(rule.step, current) for rule in TABLE for current in rule.agency_after} == {(C, None)}


def test_a_reason_or_the_framing_is_written():
    assert {rule.step for rule in TABLE if rule.note} == {F, P, X}


def test_a_centre_needs_signature_agreement_charter_and_checklist():
    assert set(RULES[R].needs_for(Format.CENTRE)) == set(Need)
    assert RULES[R].needs_for(Format.RENDEZ_VOUS) == (Need.AGREED,)
    assert RULES[S].needs_for(Format.REFERRAL) == (Need.AGREEMENT,)


def test_what_was_agreed_before_the_end_is_agreed_no_more():
    assert kept_by_history(Need.AGREED, [C, F])
    assert kept_by_history(Need.SIGNATURE, [C, S, T, V])
    assert not kept_by_history(Need.SIGNATURE, [C, F])
    assert not kept_by_history(Need.AGREED, [C, F, S, R, X, C])
    assert kept_by_history(Need.CHARTER, [C, S]) is None


@pytest.mark.parametrize("formula", Format, ids=lambda one: one.value)
def test_no_way_through_the_table_runs_without_what_both_have_confirmed(formula: Format):
    """Walk every reachable state: (current step, framing counted, signature counted), as the needs keep it."""
    seen, waiting = set(), [(C, (C,))]
    while waiting:
        current, counted = waiting.pop()
        state = (current, bool(kept_by_history(Need.AGREED, counted)), bool(kept_by_history(Need.SIGNATURE, counted)))
        if state in seen:
            continue
        seen.add(state)
        for step in MAY_FOLLOW[current]:
            history_needs = [need for need in RULES[step].needs_for(formula) if need in (Need.AGREED, Need.SIGNATURE)]
            if all(kept_by_history(need, counted) for need in history_needs):
                waiting.append((step, (*counted, step)))
    open_states = {state for state in seen if state[0] in (R, B)}
    assert open_states, "one can run"
    assert all(agreed for _, agreed, _ in open_states)
    if formula is Format.CENTRE:
        assert all(signed for _, _, signed in open_states)
