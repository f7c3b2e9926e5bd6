"""The reminders of a partnership that stalls: what was sent to whom, and until when they asked to be left alone."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.formats import french_date
from geo.orm import Base


class Stall(enum.Enum):
    """Why a partnership stalls."""

    CONFIRMATION = "confirmation-attendue"
    STOPPING = "arret-decide"
    REVIEW = "bilan-attendu"
    SUSPENDED = "suspendu-longtemps"
    SILENCE = "sans-nouvelles"

    @property
    def label(self) -> str:
        return STALL_LABELS[self]

    def told(self, since: date) -> str:
        """The same, with the day: « une étape attend sa confirmation depuis le 3 mars 2026 »."""
        day = french_date(since)
        if self is Stall.STOPPING:
            return f"arrêt décidé le {day} : notez la clôture"
        return f"{self.label} depuis le {day}"


STALL_LABELS = {
    Stall.CONFIRMATION: "une étape attend sa confirmation",
    Stall.STOPPING: "arrêt décidé : notez la clôture",
    Stall.REVIEW: "le bilan de l’année est attendu",
    Stall.SUSPENDED: "suspendu",
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
