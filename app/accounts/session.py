"""Who is signed in: the cookie holds a random token, the table its hash, so that a session can be ended from anywhere."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask, g, redirect, request, session, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app.accounts.models import User, UserSession
from app.clock import now
from app.extensions import db

COOKIE_KEY = "session-token"
#: A browser unused for this long is signed out.
IDLE_LIMIT = timedelta(days=30)
#: The last use is written no more often than this: reading a page need not write a row.
SEEN_EVERY = timedelta(hours=1)


def hashed(token: str) -> str:
    """Give what is stored of a token: it is long and random, so that one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def current_session() -> UserSession | None:
    """The session of this request, looked up once; None for a visitor."""
    if "user_session" not in g:
        token = session.get(COOKIE_KEY)
        g.user_session = _find(token) if isinstance(token, str) else None
    found: UserSession | None = g.user_session
    return found


def current_user() -> User | None:
    """The person signed in, or None."""
    found = current_session()
    return found.user if found else None


P = ParamSpec("P")
Answer = TypeVar("Answer")


def sign_in_required(view: Callable[P, Answer]) -> Callable[P, Answer | Response]:
    """Send a visitor to the sign-in page, and back here afterwards; a form that was sent has to be filled again."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | Response:
        if current_user() is None:
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.sign_in", suite=back), 302)
        return view(*args, **kwargs)

    return guarded


def is_worth_noting(seen_at: datetime) -> bool:
    """Whether the last use was long enough ago to be written again."""
    return now() - seen_at > SEEN_EVERY


def _find(token: str) -> UserSession | None:
    return db.session.scalar(
        sa.select(UserSession)
        .where(UserSession.token_hash == hashed(token), UserSession.last_seen_at > now() - IDLE_LIMIT)
        .options(joinedload(UserSession.user))
    )


def register(app: Flask) -> None:
    """Let every template know who is signed in."""
    app.jinja_env.globals["current_user"] = current_user
