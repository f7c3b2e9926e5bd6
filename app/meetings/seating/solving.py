"""One solving at a time for a meeting, without holding anything that others need: no row, no transaction.

The lock is one of PostgreSQL's session locks, on a connection of its own: it goes with the process if that dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from app.errors import Refusal

#: Tells our advisory locks from any other; the meeting's id is added.
SEATING = 12 << 48


@contextmanager
def alone(engine: sa.Engine, meeting_id: int) -> Iterator[None]:
    """Hold the one solving of a meeting; refuses at once when somebody else holds it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(SEATING + meeting_id))):
            raise Refusal(
                "Un plan est déjà en train d’être calculé pour cette rencontre : attendez quelques secondes, et relisez."
            )
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(SEATING + meeting_id)))
