"""The secret address of a person's feed: made anew whenever they ask, known to the database by its hash alone.

The address follows from the server's secret, the person and the moment it was made, so that their page can show it again,
for their phone, without anything that would serve a thief of the database. After a change of that secret the old address
still opens the feed, but cannot be shown any more.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from flask import current_app
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.session import hashed
from app.clock import now
from app.meetings.calendars.models import CalendarFeed


def renew(session: Session, user: User) -> None:
    """Give the person a new address; the one before, if any, opens nothing any more. Of two clicks at once, the last counts."""
    moment = now()
    row = {"token_hash": hashed(_token(user, moment)), "created_at": moment}
    asked = insert(CalendarFeed).values(user_id=user.id, **row)
    session.execute(asked.on_conflict_do_update(index_elements=[CalendarFeed.user_id], set_=row))
    session.expire_all()


def token_of(feed: CalendarFeed) -> str | None:
    """The token of a feed, to show it to its person; None once the server's secret has changed."""
    token = _token(feed.user, feed.created_at)
    return token if hashed(token) == feed.token_hash else None


def _token(user: User, moment: datetime) -> str:
    said = f"calendrier|{user.public_id}|{moment.timestamp():.6f}"
    digest = hmac.digest(current_app.config["SECRET_KEY"].encode(), said.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
