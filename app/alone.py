"""One at a time, in all processes of the site, without holding anything that others need: no row, no transaction.

The lock is one of PostgreSQL's session locks, on a connection of its own: it goes with the process if that dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from app.errors import Refusal


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
