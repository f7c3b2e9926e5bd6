"""The table of moves: every sequence of actions by everybody, on the table alone and on real rows, stays on allowed paths."""

from itertools import product

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import Refusal
from app.matchmaking.proposals import actions
from app.matchmaking.proposals.contents import Contents
from app.matchmaking.proposals.machine import MOVES, SETTLED, WAITING, Action, Party, after, may
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Partnership, Step
from tests import factories

#: Written by hand from the brief, apart from the table: who may lead what where.
PATHS = {
    ("brouillon", "envoyee", "author"),
    ("brouillon", "brouillon", "author"),
    ("envoyee", "vue", "other"),
    *((start, end, "other") for start in ("envoyee", "vue") for end in ("acceptee", "contre-proposee", "refusee")),
    *((start, "retiree", "author") for start in ("envoyee", "vue")),
    *((start, "expiree", "clock") for start in ("envoyee", "vue")),
}
DEPTH = 6


def test_the_table_has_exactly_the_paths_that_were_decided():
    found = {
        (start.value, move.target.value, move.by.value)
        for move in MOVES.values()
        for start in move.sources
        if move.target is not None
    }
    assert found == PATHS


def test_what_is_settled_has_no_way_out():
    assert {Status.ACCEPTED, Status.COUNTERED, Status.DECLINED, Status.WITHDRAWN, Status.EXPIRED} == SETTLED
    assert not [move for move in MOVES.values() if move.sources & SETTLED]


def test_every_sequence_of_actions_by_everybody_stays_on_the_paths():
    steps = list(product(Action, Party))
    reached, walked = {Status.DRAFT}, 0
    for _ in range(DEPTH):
        further = set()
        for status, (action, party) in product(reached, steps):
            walked += 1
            try:
                target = after(action, status, party)
            except Refusal:
                assert not may(action, status, party)
                continue
            assert may(action, status, party)
            assert target is None or (status.value, target.value, party.value) in PATHS
            further |= {target} - {None}
        reached |= further
    assert reached == set(Status)
    assert walked >= len(steps) * DEPTH


@pytest.mark.parametrize(("action", "party"), list(product(Action, Party)))
def test_a_settled_proposal_refuses_everything(action: Action, party: Party):
    for status in SETTLED:
        with pytest.raises(Refusal):
            after(action, status, party)


MOVES_OF_ROWS = st.lists(st.tuples(st.sampled_from(list(Action)), st.integers(0, 3)), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=MOVES_OF_ROWS)
def test_random_walks_on_real_rows_stay_on_the_paths(app: Flask, session: Session, walk: list[tuple[Action, int]]):
    with app.app_context():
        exchange = factories.exchange(session)
        people = {side: factories.member(session, exchange.institution(side)) for side in Side}
        rows = [factories.proposal(session, exchange, status=Status.DRAFT)]
        for action, which in walk:
            row = rows[which % len(rows)]
            before = {one.id: one.status for one in rows}
            living = living_of(session, row)
            moved = attempt(session, row, action, people, rows)
            session.flush()
            if action is Action.DISCARD and moved:
                assert before[row.id] is Status.DRAFT
                # What was prepared in answer to it goes with it.
                rows = [one for one in rows if one is not row and one.answers_id != row.id]
            if not rows:
                return
            check(session, rows, before, row, action, moved, living)


def living_of(session: Session, row: Proposal) -> bool:
    same = sa.select(Partnership).where(Partnership.exchange_id == row.exchange_id, Partnership.format == row.format)
    return session.scalar(same.where(Partnership.step != Step.CLOSED)) is not None


def attempt(session: Session, row: Proposal, action: Action, people: dict, rows: list[Proposal]) -> bool:
    """Do it as the side that may; True if something moved."""
    author, other = people[row.side], people[row.side.other]

    def counter() -> None:
        draft = actions.counter(session, row, Contents.of(row).mirrored(), other, row.public_id)
        rows.extend([draft] if draft not in rows else [])
        actions.send(session, draft, draft.revision, other)

    done = {
        Action.EDIT: lambda: actions.edit(session, row, Contents.of(row), row.revision, author),
        Action.DISCARD: lambda: actions.discard(session, row, row.revision),
        Action.SEND: lambda: actions.send(session, row, row.revision, author),
        Action.OPEN: lambda: actions.open_(session, row),
        Action.ACCEPT: lambda: actions.accept(session, row, other) is not None,
        Action.COUNTER: counter,
        Action.DECLINE: lambda: actions.decline(session, row, "Pas cette année.", other),
        Action.WITHDRAW: lambda: actions.withdraw(session, row, "", author),
        Action.EXPIRE: lambda: actions.expire(session, row.id, now() + actions.SILENCE),
    }
    try:
        return done[action]() in (None, True)
    except Refusal:
        return False


def check(
    session: Session,
    rows: list[Proposal],
    before: dict[int, Status],
    row: Proposal,
    action: Action,
    moved: bool,
    living: bool,
) -> None:
    edges = {(start, end) for start, end, _ in PATHS}
    for one in rows:
        was = before.get(one.id, Status.DRAFT)
        assert was is one.status or (was.value, one.status.value) in edges, (action, was, one.status)
        assert (one.status is Status.ACCEPTED) == (one.partnership_id is not None)
        assert was not in SETTLED or one.status is was
    was = before[row.id]
    expected = {
        Action.EDIT: was is Status.DRAFT,
        Action.DISCARD: was is Status.DRAFT,
        Action.OPEN: was is Status.SENT,
        Action.ACCEPT: was in WAITING and not living,
        Action.DECLINE: was in WAITING,
        Action.WITHDRAW: was in WAITING,
        Action.EXPIRE: was in WAITING,
    }
    assert moved == expected.get(action, moved), (action, was)
    assert session.scalar(sa.select(sa.func.count(Partnership.id)).where(Partnership.exchange_id == row.exchange_id)) <= 1


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"status": Status.DECLINED, "settled_at": now(), "reason": None}, "declining_has_a_reason"),
        ({"status": Status.DECLINED, "settled_at": now(), "reason": "  "}, "declining_has_a_reason"),
        ({"status": Status.WITHDRAWN}, "an_outcome_has_a_day"),
        ({"settled_at": now()}, "an_outcome_has_a_day"),
        ({"status": Status.ACCEPTED, "settled_at": now()}, "acceptance_begins_a_partnership"),
        ({"status": Status.SEEN, "seen_at": None}, "what_is_seen_has_a_day"),
        ({"sent_at": None}, "sent_unless_draft"),
        ({"expires_at": None}, "what_is_sent_expires"),
        ({"format": "OTHER", "description": None}, "other_format_is_described"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(session: Session, columns: dict, constraint: str):
    row = factories.proposal(session, factories.exchange(session))
    if columns.get("format"):
        columns = {**columns, "format": factories.Format.OTHER}
    for name, value in columns.items():
        setattr(row, name, value)
    with pytest.raises(sa.exc.IntegrityError, match=constraint):
        session.flush()


def test_the_database_refuses_two_answers_and_two_drafts_of_one(session: Session):
    exchange = factories.exchange(session)
    first = factories.proposal(session, exchange)
    for status, name in ((Status.SENT, "uq_proposal_answer"), (Status.DRAFT, "uq_proposal_draft_answer")):
        factories.proposal(session, exchange, Side.PARTNER, status, answers_id=first.id)
        with pytest.raises(sa.exc.IntegrityError, match=name), session.begin_nested():
            factories.proposal(session, exchange, Side.PARTNER, status, answers_id=first.id)


def test_the_database_refuses_a_form_twice(session: Session):
    exchange = factories.exchange(session)
    factories.proposal(session, exchange, form_key="bcdfghjkmnpqrs")
    factories.proposal(session, exchange, Side.PARTNER, form_key="bcdfghjkmnpqrs")
    with pytest.raises(sa.exc.IntegrityError, match="uq_proposal_form"), session.begin_nested():
        factories.proposal(session, exchange, form_key="bcdfghjkmnpqrs")
