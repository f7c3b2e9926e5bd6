"""Tables of scenarios.

A scenario is a question that a team keeps: nothing of the directory changes by it. It remembers what its figures were and of
which data, so that it can say when they are out of date.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.clock import PARIS
from app.constraints import not_blank
from app.directory.models import Institution
from app.public_ids import random_public_id
from geo.orm import Base

LONGEST_NAME, LONGEST_NOTE, LONGEST_ASKED = 120, 2_000, 8_000


class Scenario(Base):
    """What a team wants to compare with today. It ends a year after its last change, and never before the team was told."""

    __tablename__ = "scenario"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "name"),
        sa.CheckConstraint(not_blank("name"), name="name_not_blank"),
        sa.CheckConstraint(f"char_length(asked) <= {LONGEST_ASKED}", name="asked_is_short"),
        sa.CheckConstraint("share_token ~ '^[a-z0-9]{28}$'", name="share_token_cannot_be_guessed"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), doc="the team")
    name: Mapped[str]
    note: Mapped[str | None] = mapped_column(doc="for the team alone")
    asked: Mapped[str] = mapped_column(server_default="", doc="query of the page where it is tried")
    figures: Mapped[dict[str, int]] = mapped_column(JSONB, doc="inhabitants at `computed_at`: see `comparing.Totals`")
    vintages: Mapped[dict[str, Any]] = mapped_column(JSONB, doc="the data of these figures: see `vintages`")
    computed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    share_token: Mapped[str | None] = mapped_column(unique=True, doc="of the read-only link; None: not shared")
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), index=True, doc="saved, changed or renewed")
    told_at: Mapped[datetime | None] = mapped_column(doc="when the team was told that it ends, since `changed_at`")
    revision: Mapped[int] = mapped_column(server_default="1", doc="counts edits: who edits says which was read")

    institution: Mapped[Institution] = relationship()
    saved_by: Mapped[User | None] = relationship()

    @property
    def ends_on(self) -> date:
        """The day a year after its last change, from which it is erased once the team was told."""
        day = self.changed_at.astimezone(PARIS).date()
        return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)
