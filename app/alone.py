"""One at a time, in all processes of the site, without holding anything that others need: no row, no transaction.

The lock is one of PostgreSQL's session locks, on a connection of its own: it goes with the process if that dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.errors import Refusal

_IS_HELD = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND objsubid = 1 AND granted"
    " AND (classid::bigint << 32 | objid::bigint) = :key)"
)


def is_held(session: Session, key: int) -> bool:
    """Whether some process holds the lock of this number just now."""
    return bool(session.scalar(_IS_HELD, {"key": key}))


@contextmanager
def alone(engine: sa.Engine, key: int, taken: Refusal) -> Iterator[None]:
    """Hold the lock of this number while the body runs; raises `taken` at once when somebody else holds it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            raise taken
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
