"""Three acts that are never confused: an interest declared, a wish of a Cité, a lead suggested by an agency."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.directory.models import Institution
from app.public_ids import random_public_id
from geo.orm import Base
from geo.territories import Territory


class Act(enum.Enum):
    """Who says it, and of whom."""

    DECLARED = "interet"
    WANTED = "souhait"
    SUGGESTED = "piste"

    @property
    def label(self) -> str:
        return ACT_LABELS[self]


ACT_LABELS = {
    Act.DECLARED: "Intérêt manifesté",
    Act.WANTED: "Souhait d’une Cité",
    Act.SUGGESTED: "Piste suggérée",
}


class Interest(Base):
    """An institution would work with another, in a territory, or with anyone.

    An interest is declared by its author for itself. A wish is of a Cité, for a territory or an institution, whatever they
    think of it. A lead is suggested by an agency: the institution `about_id` could be interested, it has not said so.
    """

    __tablename__ = "interest"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(toward_institution_id, toward_territory_id) <= 1", name="one_target"),
        sa.CheckConstraint(
            "act <> 'souhait' OR num_nonnulls(toward_institution_id, toward_territory_id) = 1", name="a_wish_has_a_target"
        ),
        sa.CheckConstraint("(act = 'piste') = (about_id IS NOT NULL)", name="a_lead_is_about_someone"),
        sa.CheckConstraint("toward_institution_id <> author_id", name="not_toward_oneself"),
        sa.CheckConstraint("(closed_at IS NULL) = (closing IS NULL)", name="closing_says_why"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    act: Mapped[Act]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    about_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    toward_institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    toward_territory_id: Mapped[str | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    formats: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of vocabulary.Format")
    themes: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of Theme")
    calendar: Mapped[str | None]
    words: Mapped[str | None]
    shows_author: Mapped[bool] = mapped_column(server_default="false", doc="the author lets visitors know who")
    declared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"))
    declared_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    renewed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), doc="declared, or said to hold still")
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closing: Mapped[str | None] = mapped_column(doc="retire, sans-reponse, abouti")

    author: Mapped[Institution] = relationship(foreign_keys=author_id)
    about: Mapped[Institution | None] = relationship(foreign_keys=about_id)
    toward_institution: Mapped[Institution | None] = relationship(foreign_keys=toward_institution_id)
    toward_territory: Mapped[Territory | None] = relationship()
    declared_by: Mapped[User | None] = relationship()
