"""Reads of the programme. List, count, month, files and feeds take the same conditions, over what the person may see."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from app.clock import PARIS, now
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.queries import of_institution, visible, within_territory
from geo.territories import Territory

#: A check of the table: `lasts_a_week_at_most`, and the hour of autumn.
LONGEST = timedelta(days=8)


@dataclass(frozen=True)
class Criteria:
    """What is asked of the programme; the defaults ask for all that is to come.

    `past` asks for what is over, the last first. `starts` and `ends` are days in Paris, both included: with a first day, what
    is over since is told too.
    """

    kinds: tuple[MeetingKind, ...] = ()
    territory: Territory | None = None
    institution: Institution | None = None
    theme: str = ""
    starts: date | None = None
    ends: date | None = None
    past: bool = False


def listed(actor: Actor, criteria: Criteria) -> sa.Select:
    """The announced meetings that answer, as far as this person may see them; drafts are in « Mes rencontres » alone."""
    found = visible(actor).where(Meeting.status != Status.DRAFT, *_conditions(criteria))
    if criteria.past:
        return found.order_by(None).order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    return found


def count(select: sa.Select) -> sa.Select:
    """How many rows a list has."""
    return sa.select(sa.func.count()).select_from(select.with_only_columns(Meeting.id).order_by(None).subquery())


def midnight(day: date) -> datetime:
    """When a day begins in Paris."""
    return datetime.combine(day, time(), PARIS)


def _conditions(criteria: Criteria) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if criteria.kinds:
        found.append(Meeting.kind.in_(criteria.kinds))
    if criteria.territory is not None:
        found.append(within_territory(criteria.territory))
    if criteria.institution is not None:
        found.append(of_institution(criteria.institution))
    if criteria.theme:
        found.append(Meeting.themes.contains([criteria.theme]))
    return found + _period(criteria)


def going_on_after(moment: datetime) -> sa.ColumnElement[bool]:
    """SQL: not over by then. The database lets nothing last longer than a week, so that the index of the starts serves."""
    return sa.and_(Meeting.ends_at > moment, Meeting.starts_at > moment - LONGEST)


def _period(criteria: Criteria) -> list[sa.ColumnElement[bool]]:
    found = []
    if criteria.past:
        found += [Meeting.ends_at <= now(), Meeting.starts_at < now()]
    elif criteria.starts is None:
        found.append(going_on_after(now()))
    if criteria.starts is not None:
        found.append(going_on_after(midnight(criteria.starts)))
    if criteria.ends is not None:
        found.append(Meeting.starts_at < midnight(criteria.ends + timedelta(days=1)))
    return found
