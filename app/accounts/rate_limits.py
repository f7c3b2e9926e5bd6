"""How often someone may try something in a window of time, counted in the database: every process sees the same count.

Who tries is kept as a keyed hash, and a day at most: the table tells nothing of anybody.
"""

import hashlib
import hmac
import ipaddress
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import abort, current_app, request
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import RateLimit
from app.clock import now

#: Rows are of no use once their window is over; the longest window is a day.
KEPT = timedelta(days=1)


def allowed(session: Session, what: str, who: str, most: int, per: timedelta) -> bool:
    """Count one try of `who`, and say whether it is within `most` tries in the present window of length `per`.

    Two tries at once are both counted: the second waits for the transaction of the first. A try whose transaction is
    undone does not count.
    """
    row = insert(RateLimit).values(what=what, who_hash=_hashed(what, who), window_start=_window_start(per), number=1)
    counted = row.on_conflict_do_update(
        index_elements=[RateLimit.what, RateLimit.who_hash, RateLimit.window_start],
        set_={"number": RateLimit.number + 1},
    ).returning(RateLimit.number)
    return session.execute(counted).scalar_one() <= most


def limit(session: Session, what: str, who: str, most: int, per: timedelta) -> None:
    """Count one try, and stop with the page 429, which says when to try again, beyond `most` of them."""
    if not allowed(session, what, who, most, per):
        abort(429, retry_after=seconds_left(per))


def seconds_left(per: timedelta) -> int:
    """How long until the present window is over, in whole seconds, at least one."""
    return max(1, int((_window_start(per) + per - now()).total_seconds()) + 1)


def client_address() -> str:
    """The address of who asks; of IPv6 the first 64 bits, which one subscriber holds whole."""
    text = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def mailbox(email: str) -> str:
    """The mailbox behind an address: camille+1@exemple.org is read where camille@exemple.org is."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def outdated() -> sa.Delete:
    """The erasure of the counts of windows that are over."""
    return sa.delete(RateLimit).where(RateLimit.window_start < now() - KEPT)


def _window_start(per: timedelta) -> datetime:
    length = per.total_seconds()
    return datetime.fromtimestamp(now().timestamp() // length * length, UTC)


def _hashed(what: str, who: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"{what}\n{who}".encode(), hashlib.sha256).hexdigest()
