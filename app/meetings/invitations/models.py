"""Who was invited to a meeting, who was reminded, and which mails each registration has had."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.directory.models import Institution
from app.meetings.models import Meeting
from app.meetings.registrations.models import Registration
from app.public_ids import random_public_id
from geo.orm import Base


class Invitation(Base):
    """An institution is invited; it has answered when it registers, or when it says that it will not come."""

    __tablename__ = "invitation"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "institution_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    invited_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    written_at: Mapped[datetime | None] = mapped_column(doc="last mail about it; None: nobody could be written to")
    declined_at: Mapped[datetime | None] = mapped_column(doc="it has said that it will not come")

    meeting: Mapped[Meeting] = relationship()
    institution: Mapped[Institution] = relationship()
    invited_by: Mapped[User | None] = relationship()


class Notice(enum.Enum):
    """A mail that a registration gets once."""

    FIRST_REMINDER = "rappel"
    LAST_REMINDER = "dernier-rappel"
    FOLLOW_UP = "suite"


class NoticeSent(Base):
    """A mail that a registration has had: the key keeps it from getting it twice.

    The hour at which the meeting was then to start is part of the key: one that is moved is reminded of again.
    """

    __tablename__ = "notice_sent"

    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    notice: Mapped[Notice] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True, doc="of the meeting, when it was written")
    sent_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    registration: Mapped[Registration] = relationship()
