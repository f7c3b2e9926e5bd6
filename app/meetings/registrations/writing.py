"""Writing to whoever registered: the person with an account, or the address that was confirmed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.queries import people_of
from app.mail.outbox import Mail, post, post_to_address
from app.meetings.registrations.models import Registration


def write_to(
    session: Session,
    registration: Registration,
    mail: Mail,
    expires_at: datetime | None = None,
    but: Collection[str] = (),
) -> None:
    """Post a mail about a registration. Where the person no longer speaks for the institution, its people get it.

    `but`: addresses that are not written to.
    """
    if registration.email is None:
        readers = [one for one in _readers(session, registration) if one.email not in but]
        post(session, mail, to=readers, expires_at=expires_at)
    elif registration.email not in but:
        post_to_address(session, mail, registration.email, expires_at=expires_at)


def addresses_of(session: Session, registration: Registration) -> set[str]:
    """Where what is written to a registration goes."""
    if registration.email is not None:
        return {registration.email}
    return {one.email for one in _readers(session, registration)}


def _readers(session: Session, registration: Registration) -> Sequence[User]:
    institution, user = registration.institution, registration.user
    if institution is None:
        return [user] if user else []
    people = session.scalars(people_of(institution)).all()
    return [user] if user in people and user is not None else people
