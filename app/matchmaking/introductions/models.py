"""An introduction: a Cité and a possible partner are told of each other, and named to each other once both accept."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.directory.models import Institution
from app.partnerships.exchanges.models import Exchange, Side
from app.public_ids import random_public_id
from geo.orm import Base


class Outcome(enum.Enum):
    """How an introduction ended; None while it waits."""

    ACCEPTED = "acceptee"
    REFUSED = "refusee"
    EXPIRED = "expiree"
    WITHDRAWN = "retiree"


class Introduction(Base):
    """`introducer` is the institution that introduces: an agency (or who plays its part), the Cité or the partner."""

    __tablename__ = "introduction"
    __table_args__ = (
        sa.CheckConstraint("cite_id <> partner_id", name="two_sides"),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="an_outcome_has_a_day"),
        sa.CheckConstraint("(outcome = 'acceptee') = (exchange_id IS NOT NULL)", name="acceptance_opens_an_exchange"),
        sa.Index("uq_introduction_waiting", "cite_id", "partner_id", unique=True, postgresql_where=sa.text("outcome IS NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    cite_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    introducer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("institution.id", ondelete="SET NULL"), doc="None: an administrator of the network"
    )
    introduced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"))
    interest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interest.id", ondelete="SET NULL"), index=True)
    message: Mapped[str] = mapped_column(doc="why these two; shown to both: the form asks not to name anyone in it")
    introduced_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[Outcome | None]
    settled_at: Mapped[datetime | None]
    exchange_id: Mapped[int | None] = mapped_column(sa.ForeignKey("exchange.id"), index=True)

    cite: Mapped[Institution] = relationship(foreign_keys=cite_id)
    partner: Mapped[Institution] = relationship(foreign_keys=partner_id)
    introducer: Mapped[Institution | None] = relationship(foreign_keys=introducer_id)
    introduced_by: Mapped[User | None] = relationship()
    exchange: Mapped[Exchange | None] = relationship()
    answers: Mapped[list["Answer"]] = relationship(back_populates="introduction", order_by="Answer.answered_at")


class Answer(Base):
    """What a side answered to an introduction; a refusal has a reason, for the introducer and the statistics alone."""

    __tablename__ = "introduction_answer"
    __table_args__ = (sa.CheckConstraint("accepted OR btrim(reason) <> ''", name="a_refusal_has_a_reason"),)

    introduction_id: Mapped[int] = mapped_column(sa.ForeignKey("introduction.id", ondelete="CASCADE"), primary_key=True)
    side: Mapped[Side] = mapped_column(primary_key=True)
    accepted: Mapped[bool]
    reason: Mapped[str | None]
    answered_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"))

    introduction: Mapped[Introduction] = relationship(back_populates="answers")
    answered_by: Mapped[User | None] = relationship()
