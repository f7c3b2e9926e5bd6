"""How long an error report is kept: its address a year at most, even when nobody handles it."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.directory.edition.models import ErrorReport

A_YEAR = timedelta(days=365)


def forget(session: Session) -> tuple[int, int]:
    """Erase the addresses given a year ago, and the reports handled a year ago; give how many of each."""
    unhandled = sa.update(ErrorReport).where(ErrorReport.email.is_not(None), ErrorReport.reported_at <= now() - A_YEAR)
    addresses = session.scalars(unhandled.values(email=None).returning(ErrorReport.id)).all()
    handled = sa.delete(ErrorReport).where(ErrorReport.handled_at <= now() - A_YEAR).returning(ErrorReport.id)
    return len(addresses), len(session.scalars(handled).all())
