"""Reads of the workshops of a partnership, and of those that a place offers to all."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.clock import now
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.programme.months import Month
from app.meetings.programme.queries import midnight
from app.meetings.queries import of_institution, visible
from app.meetings.workshops.models import AttendanceCorrection
from app.partnerships.agreements.models import CharterAcceptance, Principle
from app.partnerships.models import Partnership

IS_WORKSHOP = Meeting.kind == MeetingKind.WORKSHOP
#: Announced, begun, and of which nobody has said yet whether it was held.
IS_TO_COUNT = sa.and_(IS_WORKSHOP, Meeting.status == Status.ANNOUNCED)


def of_partnership(actor: Actor, partnership: Partnership) -> sa.Select:
    """Every dated meeting of the partnership that this person may see, the first to start first."""
    return visible(actor).where(Meeting.partnership_id == partnership.id)


def between(first: date, last: date) -> sa.ColumnElement[bool]:
    """SQL: begins on a day from the first to the last, in Paris."""
    return sa.and_(Meeting.starts_at >= midnight(first), Meeting.starts_at < midnight(last + timedelta(days=1)))


def years_of(actor: Actor, partnership: Partnership) -> sa.Select:
    """The years in which the partnership has meetings that this person may see."""
    year = sa.cast(sa.extract("year", sa.func.timezone("Europe/Paris", Meeting.starts_at)), sa.Integer)
    whose = of_partnership(actor, partnership).with_only_columns(year).order_by(None)
    return whose.distinct().order_by(year)


def to_count(actor: Actor, partnership: Partnership) -> sa.Select:
    """The workshops that have begun and that nobody has counted, the first held first."""
    return of_partnership(actor, partnership).where(IS_TO_COUNT, Meeting.starts_at <= now())


def countable(actor: Actor, partnership: Partnership, month: Month) -> sa.Select:
    """The workshops of a month that have begun: to count, or held already."""
    begun = sa.and_(Meeting.starts_at <= now(), Meeting.status.in_((Status.ANNOUNCED, Status.HELD)))
    return of_partnership(actor, partnership).where(IS_WORKSHOP, begun, between(month.first, month.last))


def offered_by(institution: Institution) -> sa.Select:
    """The workshops hosted by an institution or held there that anybody may see, with their partnership."""
    anybody = visible(Actor())
    return anybody.where(IS_WORKSHOP, of_institution(institution)).options(joinedload(Meeting.partnership))


def next_offered(institution: Institution) -> sa.Select:
    """When the next of them starts, if any."""
    to_come = offered_by(institution).where(Meeting.ends_at > now(), Meeting.status == Status.ANNOUNCED)
    return to_come.with_only_columns(Meeting.starts_at, maintain_column_froms=True).limit(1)


def welcoming(partnership_ids: set[int]) -> sa.Select:
    """Of these partnerships, those in which « gratuite, anonyme et sans rendez-vous » of the charter is accepted."""
    return sa.select(CharterAcceptance.partnership_id).where(
        CharterAcceptance.partnership_id.in_(partnership_ids),
        CharterAcceptance.principle == Principle.WELCOME,
        CharterAcceptance.revoked_at.is_(None),
    )


def same_workshop(partnership: Partnership, title: str) -> sa.Select:
    """When workshops of this title of the partnership start, those cancelled left out."""
    return sa.select(Meeting.starts_at).where(
        Meeting.partnership_id == partnership.id,
        IS_WORKSHOP,
        Meeting.status != Status.CANCELLED,
        sa.func.fold(Meeting.title) == sa.func.fold(title),
    )


def corrections_of(meeting: Meeting) -> sa.Select:
    """What was corrected of how many came, the last first."""
    return (
        sa.select(AttendanceCorrection)
        .where(AttendanceCorrection.meeting_id == meeting.id)
        .options(joinedload(AttendanceCorrection.by))
        .order_by(AttendanceCorrection.id.desc())
    )


def exported(actor: Actor, partnership: Partnership, first: date, last: date) -> sa.Select:
    """The workshops of a period as plain columns: for files."""
    place = sa.select(Institution.name).where(Institution.id == Meeting.place_id).scalar_subquery()
    rows = of_partnership(actor, partnership).where(IS_WORKSHOP, between(first, last))
    columns = (Meeting.starts_at, Meeting.ends_at, Meeting.title, Meeting.status, Meeting.capacity, Meeting.attendance)
    where = sa.func.coalesce(place, Meeting.address).label("place")
    return rows.with_only_columns(*columns, where, maintain_column_froms=True)
