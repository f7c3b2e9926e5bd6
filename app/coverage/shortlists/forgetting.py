"""Who wrote in a list is of use while one may ask them: a year later the names go, and what was written stays."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.coverage.shortlists.models import Entry, SavedSearch, Shortlist

NAMES_KEPT = timedelta(days=365)


def forget_names(session: Session) -> int:
    """Forget who added and who changed long ago; give how many names."""
    columns = (
        (Shortlist, Shortlist.created_by_id, Shortlist.created_at),
        (Entry, Entry.added_by_id, Entry.added_at),
        (Entry, Entry.changed_by_id, Entry.changed_at),
        (SavedSearch, SavedSearch.saved_by_id, SavedSearch.renewed_at),
    )
    number = 0
    for table, who, when in columns:
        old = sa.update(table).where(who.is_not(None), when < now() - NAMES_KEPT).values({who: None})
        number += len(session.scalars(old.returning(table.id)).all())
    return number
