"""What a partnership plans and holds, who was made aware of whom, and what its reviews decide.

Participants are attendances: a person who comes to three workshops counts three times, and nobody is ever named.
A figure is never changed: it is removed, which is kept, and recorded again.
"""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Partnership
from app.public_ids import random_public_id
from geo.orm import Base

MOST = 1_000_000


class Nature(enum.Enum):
    """Workshops planned, or held."""

    PLANNED = "prevu"
    HELD = "realise"

    @property
    def label(self) -> str:
        return {Nature.PLANNED: "prévu", Nature.HELD: "réalisé"}[self]


class ActivityFigures(Base):
    """Workshops planned or held from one day to another, both included."""

    __tablename__ = "activity_figures"
    __table_args__ = (
        sa.CheckConstraint("starts_on <= ends_on", name="period_runs_forward"),
        sa.CheckConstraint(f"workshops BETWEEN 0 AND {MOST}", name="workshops_are_sensible"),
        sa.CheckConstraint(f"participants BETWEEN 0 AND {MOST}", name="participants_are_sensible"),
        sa.CheckConstraint("(participants IS NULL) OR nature = 'realise'", name="attendances_are_of_what_was_held"),
        sa.CheckConstraint("coalesce(participants, 0) = 0 OR workshops > 0", name="nobody_attends_nothing"),
        # Two overlapping periods would count the same workshops twice.
        ExcludeConstraint(
            ("partnership_id", "="),
            ("nature", "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            where=sa.text("removed_at IS NULL"),
            name="ex_activity_figures_periods_apart",
            using="gist",
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    nature: Mapped[Nature]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    workshops: Mapped[int]
    participants: Mapped[int | None] = mapped_column(doc="attendances; None: not counted")
    note: Mapped[str | None]
    side: Mapped[Side] = mapped_column(doc="the side that recorded it")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)

    partnership: Mapped[Partnership] = relationship()
    recorded_by: Mapped[User | None] = relationship(foreign_keys=recorded_by_id)


class Toward(enum.Enum):
    """Who goes to whom: each side discovers the work of the other."""

    CITE = "a-la-cite"
    PARTNER = "chez-le-partenaire"

    @property
    def label(self) -> str:
        return {
            Toward.CITE: "à la Cité, pour les équipes du partenaire",
            Toward.PARTNER: "chez le partenaire, pour les conseillers et leurs partenaires",
        }[self]


class Unit(enum.Enum):
    """How sessions are counted."""

    DAY = "journee"
    MORNING = "matinee"
    HALF_DAY = "demi-journee"

    @property
    def label(self) -> str:
        return {Unit.DAY: "journée", Unit.MORNING: "matinée", Unit.HALF_DAY: "demi-journée"}[self]


class AwarenessSessions(Base):
    """Awareness sessions of one direction: how many, for how many people, from when to when if it is known."""

    __tablename__ = "awareness_sessions"
    __table_args__ = (
        sa.CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL)", name="a_period_has_two_ends"),
        sa.CheckConstraint("starts_on <= ends_on", name="period_runs_forward"),
        sa.CheckConstraint("sessions BETWEEN 1 AND 1000", name="sessions_are_sensible"),
        sa.CheckConstraint("people BETWEEN 0 AND 100000", name="people_are_sensible"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    toward: Mapped[Toward]
    sessions: Mapped[int]
    unit: Mapped[Unit]
    people: Mapped[int]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(doc="« forte adhésion au projet de part et d’autre »")
    side: Mapped[Side]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)

    partnership: Mapped[Partnership] = relationship()


class Decision(enum.Enum):
    """What a review decides."""

    CONTINUE = "reconduire"
    ADJUST = "ajuster"
    STOP = "arreter"

    @property
    def label(self) -> str:
        return {Decision.CONTINUE: "reconduire", Decision.ADJUST: "ajuster", Decision.STOP: "arrêter"}[self]


class Review(Base):
    """« Bilan »: the day it was held, the period that it looked at, what was said and decided. It is never changed."""

    __tablename__ = "review"
    __table_args__ = (
        sa.CheckConstraint("starts_on <= ends_on AND ends_on <= held_on", name="looks_back"),
        sa.CheckConstraint("btrim(summary) <> ''", name="summary_not_blank"),
        sa.UniqueConstraint("partnership_id", "held_on"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"))
    held_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    decision: Mapped[Decision]
    summary: Mapped[str]
    side: Mapped[Side]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    partnership: Mapped[Partnership] = relationship()
    recorded_by: Mapped[User | None] = relationship()
