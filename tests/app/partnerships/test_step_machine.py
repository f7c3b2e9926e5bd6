"""Random lives of partnerships on real rows, against a second writing of the rules: whatever two sides and an agency try."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.models import State
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.partnerships import actions
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Partnership, Step
from tests import factories
from tests.app.partnerships.scene import Scene, scene
from tests.app.partnerships.test_steps import MAY_FOLLOW

DAY = date(2026, 3, 2)
MOVES = st.one_of(
    st.tuples(
        st.just("take"), st.sampled_from(Step), st.sampled_from([Side.CITE, Side.PARTNER, Side.CITE, None]), st.booleans()
    ),
    st.tuples(
        st.sampled_from(["confirm", "confirm", "refuse", "withdraw"]), st.none(), st.sampled_from([*Side, None]), st.booleans()
    ),
)


@dataclass
class Model:
    """What should be, written a second time and more plainly."""

    format: Format
    ready: bool
    counted: list[Step] = field(default_factory=lambda: [Step.CONTACT])
    waiting: tuple[Step, Side] | None = None

    def since_end(self) -> list[Step]:
        ends = [at for at, step in enumerate(self.counted) if step is Step.CLOSED]
        return self.counted[ends[-1] + 1 :] if ends else self.counted

    def may_take(self, step: Step, side: Side | None, noted: bool) -> bool:
        known = self.since_end()
        return (
            self.waiting is None
            and side is not None
            and step in MAY_FOLLOW[self.counted[-1]]
            and (noted or step not in (Step.FRAMING, Step.SUSPENDED, Step.CLOSED))
            and (step is not Step.SIGNED or self.ready)
            and (step is not Step.RUNNING or Step.FRAMING in known or Step.SIGNED in known)
            and (step is not Step.RUNNING or self.format is not Format.CENTRE or (self.ready and Step.SIGNED in known))
        )

    def take(self, step: Step, side: Side) -> None:
        opens = step is Step.RUNNING and self.format in (Format.CENTRE, Format.RELAY) and self.counted[-1] is not Step.REVIEW
        if step in (Step.FRAMING, Step.SIGNED) or opens:
            self.waiting = (step, side)
        else:
            self.counted.append(step)

    def may_answer(self, answer: str, side: Side | None) -> bool:
        if self.waiting is None or side is None:
            return False
        return side is (self.waiting[1] if answer == "withdraw" else self.waiting[1].other)

    def answer(self, answer: str) -> None:
        assert self.waiting is not None
        if answer == "confirm":
            self.counted.append(self.waiting[0])
        self.waiting = None


@pytest.mark.parametrize("ready", [True, False], ids=["prêt", "pas prêt"])
@pytest.mark.parametrize("formula", [Format.CENTRE, Format.RELAY, Format.RENDEZ_VOUS], ids=lambda one: one.value)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(MOVES, min_size=6, max_size=22))
def test_no_sequence_reaches_what_the_table_forbids_nor_skips_a_confirmation(
    app: Flask, session: Session, formula: Format, ready: bool, moves: list
):
    with app.app_context():
        one = scene(session, formula)
        agency = factories.person(session)
        if ready:
            one.sign()
        if ready and formula is Format.CENTRE:
            one.accept_charter()
            one.tick_all()
        model = Model(formula, ready)
        for move in moves:
            play(one, model, move, agency)
            check(one.partnership, model)


def play(one: Scene, model: Model, move: tuple, agency: User) -> None:
    verb, step, side, noted = move
    by = one.person(side) if side else agency
    allowed = model.may_take(step, side, noted) if verb == "take" else model.may_answer(verb, side)
    try:
        if verb == "take":
            actions.take_step(one.session, one.partnership, step, by, side, DAY, note="Note" if noted else " ")
        else:
            answer(one, verb, by, side)
    except Refusal:
        assert not allowed, f"{move} was refused after {model.counted}"
        return
    assert allowed, f"{move} was allowed after {model.counted}"
    if verb == "take":
        model.take(step, side)
    else:
        model.answer(verb)


def answer(one: Scene, verb: str, by: User, side: Side | None) -> None:
    asked = [taken for taken in one.partnership.steps if taken.needs_confirmation]
    if not asked:
        raise Refusal("nothing was ever asked")
    if verb == "refuse":
        actions.refuse(one.session, asked[-1], by, side, "Trop tôt")
    else:
        (actions.confirm if verb == "confirm" else actions.withdraw)(one.session, asked[-1], by, side)


def check(partnership: Partnership, model: Model) -> None:
    """Compare the rows with the model, and look at each confirmation by itself."""
    counted = [taken.step for taken in partnership.steps if taken.counts]
    assert counted == model.counted
    assert partnership.step is counted[-1]
    waiting = [(taken.step, taken.side) for taken in partnership.steps if taken.is_waiting]
    assert waiting == ([model.waiting] if model.waiting else [])
    before = None
    for taken in partnership.steps:
        must = taken.step in (Step.FRAMING, Step.SIGNED) or (
            taken.step is Step.RUNNING and partnership.format in (Format.CENTRE, Format.RELAY) and before is not Step.REVIEW
        )
        assert taken.needs_confirmation == must
        if must and taken.counts:
            assert taken.confirmed_at is not None
            assert taken.answered_by_id not in (None, taken.by_id)
        before = taken.step if taken.counts else before
    is_open = partnership.format in (Format.CENTRE, Format.RELAY) and partnership.step in (Step.RUNNING, Step.REVIEW)
    said = partnership.centre.observations if partnership.centre else []
    assert (bool(said) and said[0].state is State.OPEN) == is_open
