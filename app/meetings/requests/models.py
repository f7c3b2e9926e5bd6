"""« Une rencontre dans notre région » : an institution asks; a regional meeting answers all those of its region.

Source: Bpi, 11 July 2017: « D’autres rencontres pourront être organisées avec d’autres régions en fonction des demandes. »
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.directory.models import Institution
from app.meetings.models import Meeting
from app.public_ids import random_public_id
from geo.orm import Base
from geo.territories import Territory


class MeetingRequest(Base):
    """An institution asks for a meeting in a region."""

    __tablename__ = "meeting_request"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(answered_at, withdrawn_at) <= 1", name="one_end"),
        sa.CheckConstraint("answered_by_id IS NULL OR answered_at IS NOT NULL", name="an_answer_has_a_day"),
        sa.Index(
            "uq_meeting_request_open",
            "institution_id",
            "region_id",
            unique=True,
            postgresql_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    region_id: Mapped[str] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    words: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("meeting.id", ondelete="SET NULL"), index=True, doc="the meeting that answers it"
    )
    withdrawn_at: Mapped[datetime | None]

    institution: Mapped[Institution] = relationship()
    region: Mapped[Territory] = relationship()
    asked_by: Mapped[User | None] = relationship()
    answered_by: Mapped[Meeting | None] = relationship()
