"""The secret address of a person's own feed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import HASH, User
from geo.orm import Base


class CalendarFeed(Base):
    """Whoever has the address reads the person's meetings; a new address makes the old one useless."""

    __tablename__ = "calendar_feed"
    __table_args__ = (sa.CheckConstraint(HASH, name="token_is_hashed"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    user: Mapped[User] = relationship()
