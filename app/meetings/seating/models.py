"""The tables of the exchange time, who sits where, round after round, and what was asked of the solver."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee
from app.public_ids import random_public_id
from geo.orm import Base
from geo.territories import Territory

MOST_ROUNDS = 6
MOST_TABLES = 60
MOST_SEATS = 30
HEAVIEST = 10


class SeatingPlan(Base):
    """What the organiser asks of the solver, and what it answered last. Unmet wishes are read from the seats.

    Whoever changes tables or seats locks the meeting first, then raises the revision; a plan found without any lock is written
    if the revision that it was asked for still stands.
    """

    __tablename__ = "seating_plan"
    __table_args__ = (
        sa.CheckConstraint(f"rounds BETWEEN 1 AND {MOST_ROUNDS}", name="rounds_are_sensible"),
        sa.CheckConstraint(
            f"least(territory_weight, far_weight, kinds_weight, apart_weight, again_weight) >= 0"
            f" AND greatest(territory_weight, far_weight, kinds_weight, apart_weight, again_weight) <= {HEAVIEST}",
            name="weights_are_sensible",
        ),
        sa.CheckConstraint("(solved_at IS NULL) = (value IS NULL)", name="what_is_solved_has_a_value"),
        sa.CheckConstraint("bound <= value", name="the_bound_is_below"),
        sa.CheckConstraint("(solved_at IS NULL) = (solved_for IS NULL)", name="what_is_solved_is_known"),
    )

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    rounds: Mapped[int] = mapped_column(server_default="1")
    territory_weight: Mapped[int] = mapped_column(server_default="10", doc="same territory together")
    far_weight: Mapped[int] = mapped_column(server_default="5", doc="regions far from each other at tables of their own")
    kinds_weight: Mapped[int] = mapped_column(server_default="5", doc="a mix of kinds at each table")
    apart_weight: Mapped[int] = mapped_column(server_default="0", doc="two people of one institution apart; 0: not asked")
    again_weight: Mapped[int] = mapped_column(server_default="5", doc="no pair met twice over the rounds")
    revision: Mapped[int] = mapped_column(server_default="1")
    solved_at: Mapped[datetime | None]
    value: Mapped[float | None] = mapped_column(doc="penalty of the plan: the lower the better")
    bound: Mapped[float | None] = mapped_column(doc="no plan can be better than this; equal to the value: proven best")
    solved_for: Mapped[str | None] = mapped_column(doc="digest of the problem: the bound says nothing of another one")
    moved: Mapped[int | None] = mapped_column(doc="how many left their table, where the plan was mended: proven the least")

    meeting: Mapped[Meeting] = relationship()


class ExchangeTable(Base):
    """A table of the exchange time."""

    __tablename__ = "exchange_table"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "number"),
        sa.CheckConstraint(f"number BETWEEN 1 AND {MOST_TABLES}", name="number_is_sensible"),
        sa.CheckConstraint(f"seats BETWEEN 2 AND {MOST_SEATS}", name="seats_are_sensible"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    seats: Mapped[int]
    territory_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("territory.id"), index=True, doc="chosen by the organiser: this table is for that territory"
    )

    meeting: Mapped[Meeting] = relationship()
    territory: Mapped[Territory | None] = relationship()


class Seat(Base):
    """Who sits at which table in a round.

    A trigger, `seats_fit_table`, refuses one person too many at a table, be it by making the table smaller, and someone who is
    registered for another meeting.
    """

    __tablename__ = "seat"
    __table_args__ = (sa.CheckConstraint(f"round BETWEEN 1 AND {MOST_ROUNDS}", name="round_is_sensible"),)

    attendee_id: Mapped[int] = mapped_column(sa.ForeignKey("attendee.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange_table.id", ondelete="CASCADE"), index=True)
    is_locked: Mapped[bool] = mapped_column(server_default="false", doc="the solver leaves it as it is")

    attendee: Mapped[Attendee] = relationship()
    table: Mapped[ExchangeTable] = relationship()
