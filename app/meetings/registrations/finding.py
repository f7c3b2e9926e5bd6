"""Finding one’s registrations again: one mail with the link of each, for whoever reads the address."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import User
from app.directory.memberships.permissions import actor_of
from app.formats import french_date, french_time
from app.mail.models import Category
from app.mail.outbox import Mail, link, post, post_to_address
from app.meetings.models import Meeting, Status
from app.meetings.registrations import mails
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import LIVING, Registration
from app.meetings.sight import registered_by


def found_for(session: Session, email: str, moment: datetime) -> Sequence[Registration]:
    """The living registrations of an address, with or without account, for meetings that are not over."""
    user = session.scalar(sa.select(User).where(User.email == email))
    own = [sa.and_(Registration.user_id == user.id, registered_by(actor_of(session, user)))] if user else []
    asked = (
        sa.select(Registration)
        .join(Registration.meeting)
        .where(
            sa.or_(Registration.email == email, *own),
            Registration.place.in_(LIVING),
            ~Registration.is_walk_in,
            Meeting.status == Status.ANNOUNCED,
            Meeting.ends_at > moment,
        )
        .options(contains_eager(Registration.meeting))
        .order_by(Meeting.starts_at, Registration.id)
    )
    return session.scalars(asked).all()


def send(session: Session, email: str, found: Sequence[Registration]) -> None:
    """Write once, to the account of the address if it has one."""
    mail = mails.already(found[0]) if len(found) == 1 else _all(found)
    user = session.scalar(sa.select(User).where(User.email == email))
    if user is not None:
        post(session, mail, to=[user])
    else:
        post_to_address(session, mail, email)


def _all(found: Sequence[Registration]) -> Mail:
    return Mail(
        f"Retrouvez vos {len(found)} inscriptions",
        (
            "Chaque lien ci-dessous ouvre une inscription : vous pouvez y voir où elle en est, la modifier ou l’annuler.",
            *(_line(one) for one in found),
            "Si vous n’avez rien demandé, ne faites rien.",
        ),
        Category.ESSENTIAL,
    )


def _line(registration: Registration) -> str:
    start = registration.meeting.starts_at
    said = f"{registration.meeting.title}, le {french_date(start)} à {french_time(start)} ({registration.place.label})"
    return f"{said} : {link('registrations.show', token=token_of(registration))}"
