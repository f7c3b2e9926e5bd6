"""What the page of a partnership says: where it stands, who waits for whom, its history, what may come next."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.clock import today
from app.directory.edition.words import theme_labels
from app.directory.memberships.permissions import Actor
from app.partnerships import needs
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.permissions import side_of
from app.partnerships.models import Partnership, Step, StepTaken
from app.partnerships.needs import Missing
from app.partnerships.steps import Rule, is_step_back, may_follow


@dataclass(frozen=True)
class Line:
    """A step of the history; `is_back` when it returned to an earlier one."""

    taken: StepTaken
    is_back: bool


@dataclass(frozen=True)
class Next:
    """A step that may come next, and what is still missing for it."""

    rule: Rule
    missing: list[Missing]
    is_back: bool
    must_be_confirmed: bool


@dataclass(frozen=True)
class Told:
    """The page, seen from one side (None: from the agency)."""

    partnership: Partnership
    side: Side | None
    waiting: StepTaken | None
    may_answer: bool
    may_withdraw: bool
    history: list[Line]
    next_steps: list[Next]
    lost: list[Missing]
    themes: list[str]

    @property
    def ready(self) -> list[Step]:
        """The steps that can be taken now."""
        return [one.rule.step for one in self.next_steps if not one.missing]

    @property
    def offered(self) -> list[tuple[str, list[Next]]]:
        """The same, grouped as one chooses: to go on, to pause or end, to go back."""
        ready = [one for one in self.next_steps if not one.missing]
        ends = (Step.SUSPENDED, Step.CLOSED)
        groups = [
            ("", [one for one in ready if not one.is_back and one.rule.step not in ends]),
            ("Suspendre ou clore", [one for one in ready if one.rule.step in ends]),
            ("Revenir à une étape antérieure", [one for one in ready if one.is_back]),
        ]
        return [group for group in groups if group[1]]


def gather(session: Session, partnership: Partnership, actor: Actor) -> Told:
    """Read the page as this person sees it."""
    side, waiting = side_of(actor, partnership.exchange), partnership.waiting
    may_answer = bool(waiting and waiting.side and side is waiting.side.other)
    labels = theme_labels(session) if partnership.themes else {}
    return Told(
        partnership=partnership,
        side=side,
        waiting=waiting,
        may_answer=may_answer and waiting is not None and waiting.by_id != (actor.user.id if actor.user else None),
        may_withdraw=bool(waiting and side is not None and side is waiting.side),
        history=history(partnership),
        next_steps=_next(session, partnership) if side and not waiting else [],
        lost=_lost(session, partnership),
        themes=[labels.get(code, code) for code in partnership.themes],
    )


def history(partnership: Partnership) -> list[Line]:
    """Every step, the last first, those refused or withdrawn included."""
    lines: list[Line] = []
    counted: list[Step] = []
    for taken in partnership.steps:
        lines.append(Line(taken, is_step_back(counted, taken.step)))
        if taken.counts:
            counted.append(taken.step)
    return lines[::-1]


def _next(session: Session, partnership: Partnership) -> list[Next]:
    counted = [one.step for one in partnership.steps if one.counts]
    return [
        Next(
            rule,
            needs.missing_for(session, partnership, rule.step, today(), today()),
            is_step_back(counted, rule.step),
            rule.must_be_confirmed(partnership.step, partnership.format),
        )
        for rule in may_follow(partnership.step)
    ]


def _lost(session: Session, partnership: Partnership) -> list[Missing]:
    """What a partnership that runs had when it opened, and has no longer."""
    if partnership.step is not Step.RUNNING:
        return []
    return needs.missing_for(session, partnership, Step.RUNNING, today(), today())
