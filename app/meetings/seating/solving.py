"""One solving at a time for a meeting."""

from contextlib import AbstractContextManager

import sqlalchemy as sa

from app.alone import alone as held_alone
from app.errors import Refusal

#: Tells our advisory locks from any other; the meeting's id is added.
SEATING = 12 << 48
TAKEN = "Un plan est déjà en train d’être calculé pour cette rencontre : attendez quelques secondes, et relisez."


def alone(engine: sa.Engine, meeting_id: int) -> AbstractContextManager[None]:
    """Hold the one solving of a meeting; refuses at once when somebody else holds it."""
    return held_alone(engine, SEATING + meeting_id, Refusal(TAKEN))
