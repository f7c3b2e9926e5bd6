"""What the outbox holds, as tests read it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.mail.models import OutgoingMessage


def mails(session: Session) -> list[tuple[str, str]]:
    """Who got which subject, in order."""
    session.expire_all()
    rows = session.execute(sa.select(OutgoingMessage.address, OutgoingMessage.subject))
    return sorted((address, subject) for address, subject in rows)


def addresses(session: Session) -> list[str]:
    return [address for address, _ in mails(session)]
