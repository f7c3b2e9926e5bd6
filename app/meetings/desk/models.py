"""How many people came to a workshop without registering: a number, and never a name."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.meetings.models import MOST_PLACES
from geo.orm import Base


class WalkInCount(Base):
    """The running total after one press on the counter; the last row of a meeting is what it counts now.

    A press carries the key of the form that it was made in: a double click is one press.
    """

    __tablename__ = "walk_in_count"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "form_key"),
        sa.CheckConstraint(f"people BETWEEN 0 AND {MOST_PLACES}", name="people_are_sensible"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    form_key: Mapped[str]
    people: Mapped[int] = mapped_column(doc="how many have come in all, once this press is counted")
    counted_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
