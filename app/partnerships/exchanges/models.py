"""« Échange »: a Cité and a partner whose names and contacts are known to each other, and what they write to each other.

An exchange opens when both have accepted an introduction, or when a partnership older than the service is recorded. It is
the one place that says who the two sides are: proposals and partnerships belong to it.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.directory.models import Institution
from app.public_ids import random_public_id
from geo.orm import Base


class Side(enum.Enum):
    """One of the two sides of an exchange."""

    CITE = "cite"
    PARTNER = "partenaire"

    @property
    def other(self) -> "Side":
        return Side.PARTNER if self is Side.CITE else Side.CITE


class Exchange(Base):
    """A Cité des métiers and a library, network, departmental library or host, once in contact.

    A trigger of its migration, `exchange_sides`, refuses a first side that is not a Cité and a second that is one.
    """

    __tablename__ = "exchange"
    __table_args__ = (
        sa.UniqueConstraint("cite_id", "partner_id"),
        sa.CheckConstraint("cite_id <> partner_id", name="two_sides"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    cite_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    cite: Mapped[Institution] = relationship(foreign_keys=cite_id)
    partner: Mapped[Institution] = relationship(foreign_keys=partner_id)
    messages: Mapped[list["Message"]] = relationship(back_populates="exchange", order_by="Message.id")

    def institution(self, side: Side) -> Institution:
        """The institution of a side."""
        return self.cite if side is Side.CITE else self.partner


class Message(Base):
    """What one side wrote to the other; it stays on the page of the exchange."""

    __tablename__ = "message"
    __table_args__ = (
        # The spaces that no line breaks at are spaces too.
        sa.CheckConstraint(r"body ~ '[^[:space:]\u00a0\u2007\u200b\u202f\u2060\ufeff]'", name="body_not_blank"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    body: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    exchange: Mapped[Exchange] = relationship(back_populates="messages")
    author: Mapped[User | None] = relationship()


class ExchangeSeen(Base):
    """Up to when a person has read the messages of an exchange: the instant of the last one that they were shown."""

    __tablename__ = "exchange_seen"

    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True, index=True)
    seen_at: Mapped[datetime]
