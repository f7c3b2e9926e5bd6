"""Reads of the boards: one select for the list, the columns, the counts and the files, so that they never disagree."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.directory.words import has_words
from app.partnerships.boards.models import Stall
from app.partnerships.exchanges.models import Exchange, Message
from app.partnerships.figures.models import Decision, Review
from app.partnerships.models import Partnership, Step, StepTaken
from app.partnerships.queries import IS_WAITING
from app.partnerships.steps import BEFORE_RUNNING, OPEN_STEPS
from geo.territories import Territory

#: From when on a partnership stalls: a page and a reminder say the same.
CONFIRMATION_DAYS, CLOSING_DAYS, SILENCE_DAYS, SUSPENDED_DAYS, REVIEW_MONTHS = 14, 14, 90, 180, 12

Cite: Any = aliased(Institution, name="cite")
Partner: Any = aliased(Institution, name="partner")
Home: Any = aliased(Territory, name="home")
CiteHome: Any = aliased(Territory, name="cite_home")


@dataclass(frozen=True)
class Board:
    """What a board shows: whose partnerships, and the filters. Exactly one of `actor`, `region_id` and `everyone` is set."""

    day: date
    actor: Actor | None = None
    region_id: str | None = None
    everyone: bool = False
    words: str = ""
    steps: tuple[Step, ...] = ()
    formats: tuple[Format, ...] = ()
    stalled_only: bool = False
    extra: tuple[Any, ...] = field(default=())

    def without_steps(self) -> "Board":
        """The same for every step: what the counts by step are of."""
        return replace(self, steps=())


def stall(day: date) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """Why a `Partnership` stalls at `day`, as the code of a `Stall`, and since which instant; both NULL when it does not."""
    asked = sa.select(sa.func.min(StepTaken.recorded_at)).where(StepTaken.partnership_id == Partnership.id, IS_WAITING)
    done = sa.select(sa.func.max(StepTaken.taken_on)).where(
        StepTaken.partnership_id == Partnership.id,
        StepTaken.step.in_(sorted(OPEN_STEPS, key=lambda one: one.value)),
        sa.or_(~StepTaken.needs_confirmation, StepTaken.confirmed_at.is_not(None)),
    )
    said = sa.select(sa.func.max(Message.sent_at)).where(Message.exchange_id == Partnership.exchange_id)
    waiting_since, last_done = asked.scalar_subquery(), done.scalar_subquery()
    stopped_on = _stop_decided_on()
    last_news = sa.func.greatest(Partnership.step_since, said.scalar_subquery())

    def before(days: int) -> sa.ColumnElement[Any]:
        return sa.cast(day, sa.Date) - days

    rules = (
        (Stall.CONFIRMATION, sa.cast(waiting_since, sa.Date) <= before(CONFIRMATION_DAYS), waiting_since),
        (Stall.STOPPING, stopped_on <= before(CLOSING_DAYS), sa.cast(stopped_on, sa.DateTime(timezone=True))),
        (
            Stall.REVIEW,
            sa.and_(
                Partnership.step.in_(OPEN_STEPS),
                stopped_on.is_(None),
                last_done <= sa.cast(day, sa.Date) - sa.func.make_interval(0, REVIEW_MONTHS),
            ),
            sa.cast(last_done, sa.DateTime(timezone=True)) + sa.func.make_interval(0, REVIEW_MONTHS),
        ),
        (
            Stall.SUSPENDED,
            sa.and_(Partnership.step == Step.SUSPENDED, sa.cast(Partnership.step_since, sa.Date) <= before(SUSPENDED_DAYS)),
            Partnership.step_since,
        ),
        (
            Stall.SILENCE,
            sa.and_(Partnership.step.in_(BEFORE_RUNNING), sa.cast(last_news, sa.Date) <= before(SILENCE_DAYS)),
            last_news,
        ),
    )
    why = sa.case(*((condition, sa.literal(one.value)) for one, condition, _ in rules))
    since = sa.case(*((condition, moment) for _, condition, moment in rules))
    return why, since


def rows(board: Board) -> sa.Select:
    """The partnerships of a board, what stalls first, then the latest to move.

    Rows are (public_id, format, description, step, taken_on, precision, step_since, waiting, stall, stalled_since, cite,
    cite_id, partner, partner_id, commune, department): names for people, public ids for links; `waiting` is the step that
    awaits its confirmation.
    """
    last = _last_that_counts()
    why, since = stall(board.day)
    waiting = sa.select(StepTaken.step).where(StepTaken.partnership_id == Partnership.id, IS_WAITING).scalar_subquery()
    return (
        _of(
            board,
            Partnership.public_id,
            Partnership.format,
            Partnership.description,
            Partnership.step,
            last.c.taken_on,
            last.c.precision,
            Partnership.step_since,
            waiting.label("waiting"),
            why.label("stall"),
            since.label("stalled_since"),
            Cite.name.label("cite"),
            Cite.public_id.label("cite_id"),
            Partner.name.label("partner"),
            Partner.public_id.label("partner_id"),
            Home.name.label("commune"),
            Home.department_id.label("department"),
        )
        .outerjoin(last, sa.true())
        .order_by(since.asc().nulls_last(), Partnership.step_since.desc(), Partnership.id)
    )


def count(board: Board) -> sa.Select:
    """How many rows `rows` gives."""
    return _of(board, sa.func.count(Partnership.id))


def count_by_step(board: Board) -> sa.Select:
    """How many of each step there would be if no step were asked; rows are (step, number)."""
    return _of(board.without_steps(), Partnership.step, sa.func.count(Partnership.id).label("number")).group_by(
        Partnership.step
    )


def stalled_partnerships(day: date) -> sa.Select:
    """Every partnership that stalls: rows are (Partnership, stall, stalled_since)."""
    why, since = stall(day)
    return (
        sa.select(Partnership, why.label("stall"), since.label("stalled_since"))
        .where(why.is_not(None))
        .order_by(Partnership.id)
    )


def stall_of(partnership: Partnership, day: date) -> sa.Select:
    """Why one partnership stalls, if it does: a row (stall, stalled_since)."""
    why, since = stall(day)
    return sa.select(why.label("stall"), since.label("stalled_since")).where(Partnership.id == partnership.id, why.is_not(None))


def _stop_decided_on() -> Any:
    """The day of the last review, where it decided to stop and nothing was noted since; NULL otherwise."""
    last = (
        sa.select(Review.held_on, Review.decision)
        .where(Review.partnership_id == Partnership.id, Partnership.step == Step.REVIEW)
        .order_by(Review.id.desc())
        .limit(1)
        .correlate(Partnership)
        .subquery()
    )
    return sa.select(last.c.held_on).where(last.c.decision == Decision.STOP).scalar_subquery()


def _last_that_counts() -> Any:
    return (
        sa.select(StepTaken.taken_on, StepTaken.precision)
        .where(
            StepTaken.partnership_id == Partnership.id,
            sa.or_(~StepTaken.needs_confirmation, StepTaken.confirmed_at.is_not(None)),
        )
        .order_by(StepTaken.id.desc())
        .limit(1)
        .lateral("last_step")
    )


def _of(board: Board, *columns: Any) -> sa.Select:
    found = (
        sa.select(*columns)
        .select_from(Partnership)
        .join(Exchange, Exchange.id == Partnership.exchange_id)
        .join(Cite, Cite.id == Exchange.cite_id)
        .join(Partner, Partner.id == Exchange.partner_id)
        .outerjoin(Home, Home.id == Partner.territory_id)
        .outerjoin(CiteHome, CiteHome.id == Cite.territory_id)
        .where(_in_scope(board))
    )
    if board.words:
        named = sa.select(Institution.id).where(*has_words(board.words))
        found = found.where(sa.or_(Cite.id.in_(named), Partner.id.in_(named)))
    if board.steps:
        found = found.where(Partnership.step.in_(board.steps))
    if board.formats:
        found = found.where(Partnership.format.in_(board.formats))
    if board.stalled_only:
        found = found.where(stall(board.day)[0].is_not(None))
    return found


def _in_scope(board: Board) -> sa.ColumnElement[bool]:
    if board.actor is not None:
        own = sorted(board.actor.institution_ids)
        return sa.or_(Cite.id.in_(own), Partner.id.in_(own), Partner.parent_id.in_(own))
    if board.region_id is not None:
        return sa.or_(Home.region_id == board.region_id, CiteHome.region_id == board.region_id)
    return sa.literal(board.everyone)
