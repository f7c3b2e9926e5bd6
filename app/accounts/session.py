"""Who is signed in: the cookie holds a random token, the table its hash, so that a session can be ended from anywhere."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask, Response, g, redirect, request, session, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.devices import device_words
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
        if g.user_session and is_worth_noting(g.user_session.last_seen_at):
            _note(g.user_session)
    found: UserSession | None = g.user_session
    return found


def current_user() -> User | None:
    """The person signed in, or None."""
    found = current_session()
    return found.user if found else None


P = ParamSpec("P")
Answer = TypeVar("Answer")


def sign_in_required(view: Callable[P, Answer]) -> Callable[P, Answer | AnyResponse]:
    """Send a visitor to the sign-in page, and back here afterwards; a form that was sent has to be filled again."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | AnyResponse:
        if current_user() is None:
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.sign_in", suite=back), 302)
        return view(*args, **kwargs)

    return guarded


def start_session(user: User, *, remember: bool = False) -> None:
    """Sign `user` in, in this browser: nothing of what its cookie held before is kept, so that no one can plant a session.

    Without `remember` the browser forgets when it is closed. The caller commits.
    """
    end_session()
    token = secrets.token_urlsafe(32)
    row = UserSession(token_hash=hashed(token), user=user, device=device_words(request.user_agent.string))
    row.created_at = row.last_seen_at = now()
    db.session.add(row)
    session[COOKIE_KEY] = token
    session.permanent = remember
    g.user_session = row


def end_session() -> None:
    """Sign out of this browser: its cookie is emptied and its row deleted. The caller commits."""
    token = session.get(COOKIE_KEY)
    if isinstance(token, str):
        db.session.execute(sa.delete(UserSession).where(UserSession.token_hash == hashed(token)))
    session.clear()
    g.user_session = None


def is_worth_noting(seen_at: datetime) -> bool:
    """Whether the last use was long enough ago to be written again."""
    return now() - seen_at > SEEN_EVERY


def _find(token: str) -> UserSession | None:
    return db.session.scalar(
        sa.select(UserSession)
        .where(UserSession.token_hash == hashed(token), UserSession.last_seen_at > now() - IDLE_LIMIT)
        .options(joinedload(UserSession.user))
    )


def _note(found: UserSession) -> None:
    """Write that the session and its person were seen now.

    In a transaction of its own, since a page that is only read commits nothing; and never waiting for a row that is locked,
    maybe by this very request.
    """
    with db.sessionmaker.begin() as apart:
        for model, row_id, values in (
            (UserSession, found.id, {"last_seen_at": now()}),
            (User, found.user_id, {"last_seen_at": now(), "warned_at": None}),
        ):
            free = sa.select(model.id).where(model.id == row_id).with_for_update(skip_locked=True, key_share=True)
            apart.execute(sa.update(model).where(model.id.in_(free)).values(values))


def register(app: Flask) -> None:
    """Let every template know who is signed in, and no cache keep what was made for them."""
    app.jinja_env.globals["current_user"] = current_user
    app.permanent_session_lifetime = IDLE_LIMIT

    @app.after_request
    def keep_private(response: Response) -> Response:
        # The session is looked up by whatever depends on who asks: files and tiles that do not may be kept as they say.
        if g.get("user_session"):
            response.headers["Cache-Control"] = "no-store"
        return response
