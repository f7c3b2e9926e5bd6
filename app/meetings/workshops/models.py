"""What was corrected of how many came: a number is never changed without a trace."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.meetings.models import MOST_PLACES, Meeting
from geo.orm import Base


class AttendanceCorrection(Base):
    """How many were said to have come, and how many after: who said so, and when."""

    __tablename__ = "attendance_correction"
    __table_args__ = (
        sa.CheckConstraint(f"was BETWEEN 0 AND {MOST_PLACES}", name="was_sensible"),
        sa.CheckConstraint(f"became BETWEEN 0 AND {MOST_PLACES}", name="became_sensible"),
        sa.CheckConstraint("was IS DISTINCT FROM became", name="something_changed"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    was: Mapped[int | None] = mapped_column(doc="None: not counted")
    became: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    corrected_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    meeting: Mapped[Meeting] = relationship()
    by: Mapped[User | None] = relationship()
