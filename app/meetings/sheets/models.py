"""What a table agrees on: « organisation initiale retenue, axes de travail, calendrier », and what became of it.

Source of the three fields: Bpi, 11 July 2017, on the seminar of 7 November 2017.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.matchmaking.interests.models import Interest
from app.matchmaking.introductions.models import Introduction
from app.matchmaking.proposals.models import Proposal
from app.meetings.seating.models import MOST_ROUNDS, ExchangeTable
from app.public_ids import random_public_id
from geo.orm import Base


class TableSheet(Base):
    """The sheet of a table for a round, filled on the spot or after; it has no row before it is first written."""

    __tablename__ = "table_sheet"
    __table_args__ = (
        sa.UniqueConstraint("table_id", "round"),
        sa.CheckConstraint(f"round BETWEEN 1 AND {MOST_ROUNDS}", name="round_is_sensible"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange_table.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(server_default="1")
    organisation: Mapped[str | None] = mapped_column(doc="organisation initiale retenue")
    axes: Mapped[str | None] = mapped_column(doc="axes de travail, in the table's own words")
    formats: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of vocabulary.Format")
    themes: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of Theme")
    calendar: Mapped[str | None]
    people: Mapped[str | None] = mapped_column(doc="who follows it, by function")
    revision: Mapped[int] = mapped_column(server_default="1", doc="counts edits: who edits says which was read")
    written_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)

    table: Mapped[ExchangeTable] = relationship()
    written_by: Mapped[User | None] = relationship()
    outcomes: Mapped[list["SheetOutcome"]] = relationship(back_populates="sheet", order_by="SheetOutcome.id")


class SheetOutcome(Base):
    """What a sheet has become: an interest, a proposal, or an introduction where the two sides have no exchange yet."""

    __tablename__ = "sheet_outcome"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(interest_id, proposal_id, introduction_id) <= 1", name="one_outcome"),
        sa.UniqueConstraint("sheet_id", "interest_id"),
        sa.UniqueConstraint("sheet_id", "proposal_id"),
        sa.UniqueConstraint("sheet_id", "introduction_id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("table_sheet.id", ondelete="CASCADE"))
    interest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interest.id", ondelete="SET NULL"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id", ondelete="SET NULL"), index=True)
    introduction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("introduction.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    sheet: Mapped[TableSheet] = relationship(back_populates="outcomes")
    interest: Mapped[Interest | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    introduction: Mapped[Introduction | None] = relationship()
