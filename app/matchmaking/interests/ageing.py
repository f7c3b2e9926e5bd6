"""Interests get old: their author is asked after six months, and what gets no answer is closed after nine.

Run as often as one likes: whoever was asked is not asked again before they answer, and nothing closes that was not asked
about at least a month before, even if the timer slept.
"""

from sqlalchemy.orm import Session

from app.clock import now
from app.mail.outbox import post
from app.matchmaking.interests import mails, queries
from app.matchmaking.interests.actions import authors_of
from app.matchmaking.interests.models import Closing


def remind(session: Session) -> int:
    """Ask the authors of interests without news for six months; give how many interests."""
    asked = session.scalars(queries.to_remind(now())).all()
    for interest in asked:
        interest.reminded_at = now()
        post(session, mails.still_true(interest), authors_of(session, interest))
    return len(asked)


def close(session: Session) -> int:
    """Close what got no answer, and say so to the authors; give how many interests."""
    unanswered = session.scalars(queries.to_close(now())).all()
    for interest in unanswered:
        interest.closed_at, interest.closing = now(), Closing.UNANSWERED
        post(session, mails.closed(interest), authors_of(session, interest))
    return len(unanswered)
