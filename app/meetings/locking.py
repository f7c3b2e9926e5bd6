"""The one lock of a meeting: whoever touches its places, its people or its state takes it first, and in this order alone."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.meetings.models import Meeting


def lock(session: Session, meeting: Meeting) -> Meeting:
    """Lock the meeting until the end of the transaction, and read it anew: what it says then holds."""
    held = sa.select(Meeting).where(Meeting.id == meeting.id).with_for_update(of=Meeting)
    return session.scalars(held.execution_options(populate_existing=True)).one()
