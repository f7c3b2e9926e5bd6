"""The reminders of a partnership that stalls: what was sent to whom, and until when they asked to be left alone."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from geo.orm import Base


class Stall(enum.Enum):
    """Why a partnership stalls."""

    CONFIRMATION = "confirmation-attendue"
    REVIEW = "bilan-attendu"
    SUSPENDED = "suspendu-longtemps"
    SILENCE = "sans-nouvelles"

    @property
    def label(self) -> str:
        return STALL_LABELS[self]


STALL_LABELS = {
    Stall.CONFIRMATION: "une étape attend sa confirmation",
    Stall.REVIEW: "le bilan de l’année est attendu",
    Stall.SUSPENDED: "suspendu depuis longtemps",
    Stall.SILENCE: "sans nouvelles",
}


class Reminder(Base):
    """What a person was reminded of, and until when they asked not to be again."""

    __tablename__ = "reminder"
    __table_args__ = (sa.CheckConstraint("num_nonnulls(sent_at, snoozed_until) > 0", name="says_something"),)

    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True, index=True)
    stall: Mapped[Stall] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime | None]
    snoozed_until: Mapped[date | None] = mapped_column(doc="no reminder before this day")
