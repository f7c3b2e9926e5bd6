"""What institutions say of themselves, every change kept, and what visitors report."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.constraints import not_blank
from app.directory.models import Institution
from app.directory.vocabulary import Audience, Resource
from app.public_ids import random_public_id
from geo.orm import Base


class ThemeKind(enum.Enum):
    """Poles structure the advice of a Cité; axes are what it wishes to develop."""

    POLE = "pole"
    AXIS = "axe"


class Theme(Base):
    """A pole or an axis: an open list, to which a Cité may add its own."""

    __tablename__ = "theme"
    __table_args__ = (
        sa.Index("uq_theme_kind_label", "kind", sa.text("fold(label)"), unique=True),
        sa.CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="code_is_a_slug"),
        sa.CheckConstraint(not_blank("label"), name="label_not_blank"),
    )

    code: Mapped[str] = mapped_column(primary_key=True, doc="pole-valider-ses-acquis, axe-decrochage-scolaire")
    kind: Mapped[ThemeKind]
    label: Mapped[str]
    rank: Mapped[int] = mapped_column(server_default="100", doc="those of the article first, in its order")
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id", ondelete="SET NULL"), index=True)
    source: Mapped[str | None] = mapped_column(doc="where the word comes from; None: added by an institution")


AUDIENCE_CODES = ", ".join(f"'{audience.value}'" for audience in Audience)


class Profile(Base):
    """What an institution says of itself beside what sources say of it; no row: it has said nothing yet."""

    __tablename__ = "profile"
    __table_args__ = (
        sa.CheckConstraint("contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="contact_is_one_mailbox"),
        sa.CheckConstraint("open_solicitations_max BETWEEN 0 AND 50", name="limit_is_sensible"),
        sa.CheckConstraint(f"audiences <@ ARRAY[{AUDIENCE_CODES}]", name="audiences_known"),
    )

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True)
    opening_hours: Mapped[str | None] = mapped_column(doc="OpenStreetMap's opening_hours: Tu-Fr 10:00-18:00; Sa 12:00-18:00")
    audiences: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of vocabulary.Audience")
    themes: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of Theme: poles and axes it works on")
    presentation: Mapped[str | None]
    contact_email: Mapped[str | None] = mapped_column(doc="a shared mailbox, shown to all; never a person's identity")
    not_before: Mapped[date | None] = mapped_column(doc="« ne pas me solliciter avant le … »")
    open_solicitations_max: Mapped[int] = mapped_column(
        server_default="5", doc="how many introductions may wait for its answer at once"
    )
    updated_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), onupdate=sa.func.now())


class Direction(enum.Enum):
    OFFERED = "offre"
    SOUGHT = "recherche"


class Offering(Base):
    """Something that an institution offers, or seeks."""

    __tablename__ = "offering"
    __table_args__ = (sa.CheckConstraint(f"resource <> 'autre' OR {not_blank('details')}", name="another_thing_is_described"),)

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True)
    direction: Mapped[Direction] = mapped_column(primary_key=True)
    resource: Mapped[Resource] = mapped_column(primary_key=True)
    details: Mapped[str | None]


class Voice(enum.Enum):
    """In whose name a person changes a sheet."""

    SELF = "structure"
    AGENCY = "agence"
    NETWORK = "reseau"

    @property
    def label(self) -> str:
        return VOICES[self]


VOICES = {
    Voice.SELF: "la structure elle-même",
    Voice.AGENCY: "l’agence ou la structure qui suit la région",
    Voice.NETWORK: "l’administration du réseau",
}


class Change(Base):
    """Who changed what in a sheet, when, from what to what."""

    __tablename__ = "change"
    __table_args__ = (
        sa.CheckConstraint("before IS DISTINCT FROM after", name="something_changed"),
        sa.Index("ix_change_unseen", "institution_id", postgresql_where=sa.text("seen_at IS NULL AND voice = 'structure'")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    voice: Mapped[Voice]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    changed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    seen_at: Mapped[datetime | None] = mapped_column(doc="when someone who follows the region looked at it")
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)

    changed_by: Mapped[User | None] = relationship(foreign_keys=changed_by_id)
    institution: Mapped[Institution] = relationship()


class Outcome(enum.Enum):
    """What became of an error report."""

    CORRECTED = "corrige"
    NOT_AN_ERROR = "pas-une-erreur"

    @property
    def label(self) -> str:
        return {Outcome.CORRECTED: "la fiche a été corrigée", Outcome.NOT_AN_ERROR: "la fiche est juste"}[self]


class ErrorReport(Base):
    """What a visitor says is wrong in a sheet, to be handled by the agency of the region or an administrator."""

    __tablename__ = "error_report"
    __table_args__ = (
        sa.CheckConstraint(not_blank("message"), name="message_not_blank"),
        sa.CheckConstraint("(handled_at IS NULL) = (outcome IS NULL)", name="an_end_has_a_day"),
        sa.CheckConstraint("handled_at IS NULL OR email IS NULL", name="address_is_erased_once_handled"),
        sa.CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="address_is_one_mailbox"),
        sa.Index("ix_error_report_open", "reported_at", postgresql_where=sa.text("handled_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    message: Mapped[str]
    email: Mapped[str | None] = mapped_column(doc="given to be answered; erased when the report is handled")
    reported_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    outcome: Mapped[Outcome | None]
    answer: Mapped[str | None] = mapped_column(doc="what was said to whoever reported it")

    institution: Mapped[Institution] = relationship()
    handled_by: Mapped[User | None] = relationship()
