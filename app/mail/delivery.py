"""From the outbox to the server, one message at a time.

A message is first *claimed*: its next attempt is put off, and committed. It is then *delivered* under a lock of its row,
and marked in the same transaction. Two senders thus never hold the same message; and a message that kills its sender,
whatever the reason, is already put off, so that the others go on. A sender killed after the server's acceptance leaves a row
without its mark: the same bytes leave again, with the same Message-ID.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningDelete

from app.clock import now
from app.mail.models import WAITING_SQL, Cadence, OutgoingMessage
from app.mail.preferences import cadence_of
from app.mail.server import Refused, Server

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=4)
#: With these delays, a day and a half.
MOST_ATTEMPTS = 16
LONGEST_REASON = 500
EXPIRED = "Le lien que portait ce message ne sert plus."

WAITING = sa.text(WAITING_SQL)
Gathered = aliased(OutgoingMessage)


def delay_after(attempts: int) -> timedelta:
    """How long to wait after this many attempts: twice as long each time, up to four hours."""
    return min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)


def is_unwanted_digest() -> sa.ColumnElement[bool]:
    """SQL: it gathers something that its recipient has chosen, since then, not to get."""
    return sa.exists().where(Gathered.digest_id == OutgoingMessage.id, cadence_of(Gathered) == Cadence.NEVER)


def is_past() -> sa.ColumnElement[bool]:
    """SQL: what it carries serves no more."""
    return sa.and_(OutgoingMessage.expires_at.is_not(None), OutgoingMessage.expires_at <= now())


def to_send_now() -> sa.ColumnElement[bool]:
    """SQL: it waits, and its recipient wishes it at once; a digest was wished when it was gathered."""
    at_once = cadence_of(OutgoingMessage) == Cadence.AT_ONCE
    is_digest = OutgoingMessage.digest_day.is_not(None)
    return sa.and_(WAITING, ~is_past(), sa.case((is_digest, ~is_unwanted_digest()), else_=at_once))


def due() -> sa.Select[OutgoingMessage]:
    """What may leave now, the longest due first."""
    return (
        sa.select(OutgoingMessage)
        .where(to_send_now(), OutgoingMessage.next_attempt_at <= now())
        .order_by(OutgoingMessage.next_attempt_at, OutgoingMessage.id)
    )


def respect_choices(session: Session) -> int:
    """Drop what its recipient has chosen not to get; give how many. A digest of such things lets its other things go."""
    free = sa.select(OutgoingMessage.id).where(WAITING).with_for_update(skip_locked=True)
    digests = session.scalars(free.where(OutgoingMessage.digest_day.is_not(None), is_unwanted_digest())).all()
    release = sa.update(OutgoingMessage).where(OutgoingMessage.digest_id.in_(digests)).values(digest_id=None)
    session.execute(release, execution_options={"synchronize_session": False})
    never = sa.and_(OutgoingMessage.digest_day.is_(None), cadence_of(OutgoingMessage) == Cadence.NEVER)
    unwanted = [*digests, *session.scalars(free.where(never))]
    drop = sa.update(OutgoingMessage).where(OutgoingMessage.id.in_(unwanted)).values(dropped_at=now())
    session.execute(drop, execution_options={"synchronize_session": False})
    return len(unwanted)


def drop_past(session: Session) -> int:
    """Drop what came too late, with the reason; give how many."""
    past = session.scalars(sa.select(OutgoingMessage.id).where(WAITING, is_past()).with_for_update(skip_locked=True)).all()
    drop = sa.update(OutgoingMessage).where(OutgoingMessage.id.in_(past)).values(dropped_at=now(), last_error=EXPIRED)
    session.execute(drop, execution_options={"synchronize_session": False})
    return len(past)


def claim(session: Session) -> int | None:
    """Put off the next attempt of the message longest due, and give its number; None when nothing is due."""
    message = session.scalar(due().limit(1).with_for_update(skip_locked=True, of=OutgoingMessage))
    if message is None:
        return None
    message.attempts += 1
    message.next_attempt_at = now() + delay_after(message.attempts)
    return message.id


def deliver(session: Session, number: int, server: Server) -> OutgoingMessage | None:
    """Send the message that was claimed and mark it, or keep the reason why not.

    None when it is not to be sent any more: gathered or dropped meanwhile, or no longer wished at once.
    """
    claimed = sa.select(OutgoingMessage).where(OutgoingMessage.id == number, to_send_now())
    message = session.scalar(
        claimed.with_for_update(skip_locked=True, of=OutgoingMessage).execution_options(populate_existing=True)
    )
    if message is None:
        return None
    try:
        server.send(message)
    except Refused as refused:
        message.last_error = refused.why[:LONGEST_REASON]
        if refused.for_good or message.attempts >= MOST_ATTEMPTS:
            message.abandoned_at = now()
    else:
        message.sent_at, message.last_error = now(), None
    return message


def forgotten(keep: timedelta) -> ReturningDelete[int]:
    """Erase what has ended longer ago than `keep`, and with a digest what it gathered; gives the numbers."""
    ended_at = sa.func.coalesce(OutgoingMessage.sent_at, OutgoingMessage.dropped_at, OutgoingMessage.abandoned_at)
    return sa.delete(OutgoingMessage).where(ended_at < now() - keep).returning(OutgoingMessage.id)
