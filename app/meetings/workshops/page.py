"""What the programme of a partnership shows: its workshops by month, what is to count, its other dated meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from app.clock import PARIS, now, today
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.permissions import can_organise
from app.meetings.programme.months import Month, by_month, month_of
from app.meetings.workshops import queries
from app.partnerships.models import Partnership, Step
from app.partnerships.steps import may_follow


@dataclass(frozen=True)
class Programme:
    """A year of a partnership."""

    year: int
    years: list[int]
    months: list[tuple[Month, list[Meeting]]]
    others: list[Meeting]
    months_to_count: list[tuple[Month, int]]

    @property
    def workshops(self) -> list[Meeting]:
        return [one for _, found in self.months for one in found]

    @property
    def held(self) -> list[Meeting]:
        return [one for one in self.workshops if one.status is Status.HELD]

    @property
    def counted(self) -> list[Meeting]:
        return [one for one in self.held if one.attendance is not None]

    @property
    def participants(self) -> int:
        return sum(one.attendance or 0 for one in self.counted)

    @property
    def to_come(self) -> list[Meeting]:
        return [one for one in self.workshops if one.status is Status.ANNOUNCED and one.ends_at > now()]


def gather(session: Session, actor: Actor, partnership: Partnership, year: int | None) -> Programme:
    """Read a year as this person sees it: by default this year, or the last in which there is something."""
    years = list(session.scalars(queries.years_of(actor, partnership)))
    chosen = year or (today().year if today().year in years or not years else years[-1])
    of_year = queries.between(date(chosen, 1, 1), date(chosen, 12, 31))
    found = session.scalars(queries.of_partnership(actor, partnership).where(of_year)).all()
    workshops = [one for one in found if one.kind is MeetingKind.WORKSHOP]
    return Programme(
        chosen,
        sorted({*years, chosen}),
        by_month(workshops),
        [one for one in found if one.kind is not MeetingKind.WORKSHOP],
        waiting(session, actor, partnership),
    )


def waiting(session: Session, actor: Actor, partnership: Partnership) -> list[tuple[Month, int]]:
    """The months with workshops that this person may count and nobody has, the oldest first, with how many."""
    found = [one for one in session.scalars(queries.to_count(actor, partnership)) if can_organise(actor, one)]
    return [(month, len(meetings)) for month, meetings in by_month(found)]


def places_of(partnership: Partnership) -> list[Institution]:
    """Where a workshop may be: the partner's first, then the centre that it opened, then the Cité."""
    exchange = partnership.exchange
    places = [exchange.partner, partnership.centre, exchange.cite]
    return list(dict.fromkeys(one for one in places if one is not None))


def month_to_count(waiting: Sequence[tuple[Month, int]]) -> Month:
    """The oldest month with workshops to count; this month when there is none."""
    return waiting[0][0] if waiting else month_of(today())


def what_follows(meeting: Meeting) -> tuple[str, str] | None:
    """What a meeting that was held calls for in its partnership: words, and the address of a form that knows its day."""
    partnership = meeting.partnership
    if partnership is None or meeting.status is not Status.HELD:
        return None
    its_id, day = partnership.public_id, meeting.starts_at.astimezone(PARIS).date().isoformat()
    if meeting.kind is MeetingKind.REVIEW and partnership.step is Step.RUNNING:
        return "Noter le bilan et sa décision", url_for("figures.new_review", partnership_id=its_id, jour=day)
    if meeting.kind is MeetingKind.VISIT and _lacks_visits(partnership):
        href = url_for("partnerships.show", partnership_id=its_id, etape=Step.VISITS.value, jour=day, _anchor="etapes")
        return f"Noter l’étape « {Step.VISITS.label} »", href
    return None


def _lacks_visits(partnership: Partnership) -> bool:
    taken = any(one.step is Step.VISITS and (one.counts or one.is_waiting) for one in partnership.steps)
    return not taken and any(rule.step is Step.VISITS for rule in may_follow(partnership.step))
