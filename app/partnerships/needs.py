"""What a step needs before it is taken. Agreements know their own part of it, and say here how it is looked up.

A need that nobody knows how to look up is an error, never a need that is met.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.directory.models import Precision
from app.partnerships.models import Partnership, Step, StepTaken
from app.partnerships.steps import RULES, Need, kept_by_history

#: From a partnership and the first and last day at which the step was taken, whether the need is met.
Check = Callable[[Session, Partnership, date, date], bool]
CHECKS: dict[Need, Check] = {}


@dataclass(frozen=True)
class Missing:
    """A need that is not met: what to say of it, and whether another day of the step would do."""

    said: str
    of_day: bool = False


#: From the same, what to say of a need that is not met, where there is more to say than the need itself.
Reason = Callable[[Session, Partnership, date, date], Missing | None]
REASONS: dict[Need, Reason] = {}


def check(need: Need) -> Callable[[Check], Check]:
    """Register how a need is looked up."""

    def registered(function: Check) -> Check:
        CHECKS[need] = function
        return function

    return registered


def reason(need: Need) -> Callable[[Reason], Reason]:
    """Register how one says why a need is not met."""

    def registered(function: Reason) -> Reason:
        REASONS[need] = function
        return function

    return registered


def missing(session: Session, partnership: Partnership, taken: StepTaken) -> list[Missing]:
    """What this step still needs, in the order of the table."""
    return missing_for(session, partnership, taken.step, taken.taken_on, last_day(taken.taken_on, taken.precision))


def missing_for(session: Session, partnership: Partnership, step: Step, first: date, last: date) -> list[Missing]:
    """What a step taken between two days would still need."""
    counted = [one.step for one in partnership.steps if one.counts and one.step is not None]
    found = []
    for need in RULES[step].needs_for(partnership.format):
        kept = kept_by_history(need, counted)
        if kept is None:
            kept = CHECKS[need](session, partnership, first, last)
        if not kept:
            why = REASONS[need](session, partnership, first, last) if need in REASONS else None
            found.append(why or Missing(need.value))
    return found


def last_day(first: date, precision: Precision) -> date:
    """The last day of the day, month or year that begins on `first`."""
    if precision is Precision.YEAR:
        return first.replace(month=12, day=31)
    if precision is Precision.MONTH:
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first
