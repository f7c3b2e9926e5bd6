"""One meeting in trouble among others."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.meetings.models import Meeting


def fails_for(meeting_id: int, act: Callable[..., Any]) -> Callable[..., Any]:
    """The same act, that the database refuses for this meeting."""

    def acting(session: Session, meeting: Meeting, *arguments: Any) -> Any:
        if meeting.id == meeting_id:
            session.execute(sa.text("SELECT 1 / 0"))
        return act(session, meeting, *arguments)

    return acting
