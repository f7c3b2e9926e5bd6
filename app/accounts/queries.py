"""Reads of accounts."""

from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import EmailChange, SignInLink, User, UserSession
from app.accounts.session import IDLE_LIMIT, hashed
from app.clock import now


def link_of(token: str) -> sa.Select:
    """The sign-in link of this token, whether it still serves or not."""
    return sa.select(SignInLink).where(SignInLink.token_hash == hashed(token))


def email_change_of(user: User, token: str) -> sa.Select:
    """The wish of this person to change address, if this is its token and it is in time."""
    return sa.select(EmailChange).where(
        EmailChange.user_id == user.id, EmailChange.token_hash == hashed(token), EmailChange.expires_at > now()
    )


def sessions_of(user: User) -> sa.Select:
    """The browsers in which this person is signed in, the last used first."""
    return (
        sa.select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.last_seen_at > now() - IDLE_LIMIT)
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )


def unused_since(instant: datetime) -> sa.Select:
    """The people who have not used the service since `instant`.

    Administrators are not among them: people appoint them, and people dismiss them.
    """
    return sa.select(User).where(User.last_seen_at <= instant, ~User.is_administrator).order_by(User.last_seen_at, User.id)


def warned_in_vain(instant: datetime) -> sa.Select:
    """The people who were told by `instant` that their unused account would be erased, and have not come back since."""
    return (
        sa.select(User)
        .where(User.warned_at <= instant, User.last_seen_at < User.warned_at, ~User.is_administrator)
        .order_by(User.warned_at, User.id)
    )
