"""How long a declaration without account is kept once answered: the interest that came of it lives on by itself."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.matchmaking.interests.models import Declaration

A_YEAR = timedelta(days=365)


def forget(session: Session) -> int:
    """Erase the declarations answered a year ago, with all that they say; give how many."""
    handled = sa.delete(Declaration).where(Declaration.handled_at <= now() - A_YEAR).returning(Declaration.id)
    return len(session.scalars(handled).all())
