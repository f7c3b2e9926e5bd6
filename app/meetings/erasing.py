"""What a meeting knew of people is erased a set time after it; how many came, and from where, stays.

Of a workshop, the day after: its public is anonymous. Of any other meeting, `MEETING_DATA_DAYS` after its end, or after it
was cancelled. What was written to people is erased by the rules of mail. Who corrected how many came, and who wrote the
meeting, acted for an institution: that goes with their account.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import PARIS, now, today
from app.meetings.invitations.models import Invitation
from app.meetings.locking import lock
from app.meetings.models import Meeting, MeetingKind
from app.meetings.registrations.models import Attendee, Place, Registration
from app.meetings.registrations.queries import lunches
from app.meetings.seating.models import ExchangeTable
from app.meetings.sheets.models import TableSheet

#: A refusal keeps a reason, which may have named somebody.
REASON = "Motif effacé."


def erased_on(meeting: Meeting, data_days: int) -> date:
    """The day from which what a meeting knows of people is erased, in Paris."""
    over = min(meeting.cancelled_at, meeting.ends_at) if meeting.cancelled_at else meeting.ends_at
    days = 1 if meeting.kind is MeetingKind.WORKSHOP else data_days
    return over.astimezone(PARIS).date() + timedelta(days=days)


def to_erase(data_days: int) -> sa.Select:
    """The ids of the meetings whose time has come, and that know something of people: not erased yet, or written to since."""
    over = sa.func.least(Meeting.ends_at, Meeting.cancelled_at)
    over_on = sa.cast(sa.func.timezone("Europe/Paris", over), sa.Date)
    kept_days = sa.case((Meeting.kind == MeetingKind.WORKSHOP, 1), else_=data_days)
    knows_someone = sa.exists().where(Registration.meeting_id == Meeting.id, Registration.erased_at.is_(None))
    return (
        sa.select(Meeting.id)
        .where(over_on + kept_days <= today(), sa.or_(Meeting.erased_at.is_(None), knows_someone))
        .order_by(Meeting.id)
    )


def erase(session: Session, meeting: Meeting) -> None:
    """Take people out of a meeting. Places, numbers, institutions and territories stay as they were."""
    meeting = lock(session, meeting)
    moment = now()
    own = sa.select(Registration.id).where(Registration.meeting_id == meeting.id)
    nobody = {"name": None, "role": None, "lunch": None, "access_needs": None, "checked_in_by_id": None}
    numbers = {"lunches": session.scalar(lunches(meeting)), "erased_at": moment}
    anonymous = {"user_id": None, "email": None, "organisation": None, "expects": None}
    reason = sa.case((Registration.place == Place.DECLINED, REASON), else_=None)
    tables = sa.select(ExchangeTable.id).where(ExchangeTable.meeting_id == meeting.id)
    for statement in (
        sa.update(Attendee)
        .where(Attendee.registration_id.in_(own), Attendee.erased_at.is_(None))
        .values(**nobody, erased_at=moment),
        sa.update(Registration)
        .where(Registration.meeting_id == meeting.id, Registration.erased_at.is_(None))
        .values(**anonymous, reason=reason, erased_at=moment),
        sa.update(Invitation).where(Invitation.meeting_id == meeting.id).values(invited_by_id=None),
        sa.update(TableSheet).where(TableSheet.table_id.in_(tables)).values(people=None, written_by_id=None),
        sa.update(Meeting).where(Meeting.id == meeting.id).values(numbers),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    session.expire_all()
