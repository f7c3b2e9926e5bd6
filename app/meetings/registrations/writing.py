"""Writing to whoever registered: the person with an account, or the address that was confirmed."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.directory.memberships.queries import people_of
from app.mail.outbox import Mail, post, post_to_address
from app.meetings.registrations.models import Registration


def write_to(session: Session, registration: Registration, mail: Mail, expires_at: datetime | None = None) -> None:
    """Post a mail about a registration. Where the person has left the service, those of the institution get it."""
    if registration.user is not None:
        post(session, mail, to=[registration.user], expires_at=expires_at)
    elif registration.email is not None:
        post_to_address(session, mail, registration.email, expires_at=expires_at)
    elif registration.institution is not None:
        post(session, mail, to=session.scalars(people_of(registration.institution)), expires_at=expires_at)
