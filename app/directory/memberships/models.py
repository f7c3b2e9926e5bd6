"""Who speaks for an institution, who asks to, and which institution plays the agency's part where a region has none."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.constraints import not_blank
from app.directory.models import Institution
from app.public_ids import random_public_id
from geo.orm import Base
from geo.territories import Territory


class Role(enum.Enum):
    """What a member may do: a responsible person also decides who joins."""

    RESPONSIBLE = "responsable"
    MEMBER = "membre"

    @property
    def label(self) -> str:
        return {Role.RESPONSIBLE: "responsable", Role.MEMBER: "membre"}[self]


class Membership(Base):
    """A person who speaks for an institution."""

    __tablename__ = "membership"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(
        sa.ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role]
    since: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    user: Mapped[User] = relationship()
    institution: Mapped[Institution] = relationship()


class MembershipRequest(Base):
    """A person asks to speak for an institution; someone responsible, the agency or an administrator decides."""

    __tablename__ = "membership_request"
    __table_args__ = (
        sa.CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="a_decision_has_a_day"),
        sa.CheckConstraint(f"accepted IS DISTINCT FROM false OR {not_blank('reason')}", name="a_refusal_has_a_reason"),
        sa.CheckConstraint(not_blank("message"), name="message_not_blank"),
        sa.CheckConstraint("decided_by_id <> user_id", name="nobody_decides_for_oneself"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_at IS NOT NULL", name="who_decided_did_decide"),
        sa.Index(
            "uq_membership_request_open",
            "user_id",
            "institution_id",
            unique=True,
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), index=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    message: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    accepted: Mapped[bool | None]
    reason: Mapped[str | None]

    user: Mapped[User] = relationship(foreign_keys=user_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)
    institution: Mapped[Institution] = relationship()


class Designation(Base):
    """The institution that plays the agency's part in a region that has no agency.

    A trigger of the migration refuses the designation where an agency serves; an agency that comes later is shown beside it.
    """

    __tablename__ = "designation"
    __table_args__ = (sa.CheckConstraint("region_id ~ '^region-'", name="of_a_region"),)

    region_id: Mapped[str] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    designated_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    region: Mapped[Territory] = relationship()
    institution: Mapped[Institution] = relationship()
