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
        return ACT_LABELS[self][0]

    @property
    def plural(self) -> str:
        return ACT_LABELS[self][1]

    @property
    def verb(self) -> str:
        """What the author does, after its name: « manifeste un intérêt »."""
        return ACT_LABELS[self][2]

    @property
    def invitation(self) -> str:
        """The words of the link that leads to saying one, always with its `nature`."""
        return ACT_LABELS[self][3]


ACT_LABELS = {
    Act.DECLARED: ("Intérêt manifesté", "Intérêts manifestés", "manifeste un intérêt", "Manifester un intérêt"),
    Act.WANTED: ("Souhait d’une Cité", "Souhaits des Cités", "souhaite", "Souhaiter des villes ou des structures"),
    Act.SUGGESTED: ("Piste suggérée", "Pistes suggérées", "suggère", "Suggérer une piste"),
}


class Closing(enum.Enum):
    """Why an interest does not hold any more."""

    WITHDRAWN = "retire"
    UNANSWERED = "sans-reponse"
    FULFILLED = "abouti"
    DECLINED = "decline"

    @property
    def label(self) -> str:
        return CLOSING_LABELS[self]


CLOSING_LABELS = {
    Closing.WITHDRAWN: "retiré par son auteur",
    Closing.UNANSWERED: "fermé après neuf mois sans nouvelle",
    Closing.FULFILLED: "abouti",
    Closing.DECLINED: "décliné par la structure concernée",
}


class Interest(Base):
    """An institution would work with another, in a territory, or with anyone.

    An interest is declared by its author for itself. A wish is of a Cité, for a territory or an institution, whatever they
    think of it. A lead is suggested by an agency: the institution `about_id` could be interested, it has not said so. Only a
    lead may have no author: it is then of the administrators of the network.
    """

    __tablename__ = "interest"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(toward_institution_id, toward_territory_id) <= 1", name="one_target"),
        sa.CheckConstraint(
            "act <> 'souhait' OR num_nonnulls(toward_institution_id, toward_territory_id) = 1", name="a_wish_has_a_target"
        ),
        sa.CheckConstraint("(act = 'piste') = (about_id IS NOT NULL)", name="a_lead_is_about_someone"),
        sa.CheckConstraint("act = 'piste' OR author_id IS NOT NULL", name="an_author_unless_a_lead"),
        sa.CheckConstraint("act <> 'piste' OR NOT shows_author", name="a_lead_is_never_public"),
        sa.CheckConstraint("toward_institution_id <> author_id", name="not_toward_oneself"),
        sa.CheckConstraint("about_id <> author_id AND about_id <> toward_institution_id", name="a_lead_is_about_another"),
        sa.CheckConstraint("(closed_at IS NULL) = (closing IS NULL)", name="closing_says_why"),
        sa.Index(
            "uq_interest_open",
            "act",
            "author_id",
            "about_id",
            "toward_institution_id",
            "toward_territory_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_interest_ageing", "renewed_at", postgresql_where=sa.text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    act: Mapped[Act]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    about_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    toward_institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    toward_territory_id: Mapped[str | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    formats: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of vocabulary.Format")
    themes: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of Theme")
    calendar: Mapped[str | None]
    words: Mapped[str | None]
    shows_author: Mapped[bool] = mapped_column(server_default="false", doc="the author lets visitors know who")
    declared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    declared_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    renewed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), doc="declared, or said to hold still")
    reminded_at: Mapped[datetime | None] = mapped_column(doc="when asked whether it holds still, since `renewed_at`")
    closed_at: Mapped[datetime | None]
    closing: Mapped[Closing | None]

    author: Mapped[Institution | None] = relationship(foreign_keys=author_id)
    about: Mapped[Institution | None] = relationship(foreign_keys=about_id)
    toward_institution: Mapped[Institution | None] = relationship(foreign_keys=toward_institution_id)
    toward_territory: Mapped[Territory | None] = relationship()
    declared_by: Mapped[User | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def subject(self) -> Institution | None:
        """The institution that would work with another: the one that a lead is about, else the author."""
        return self.about if self.act is Act.SUGGESTED else self.author


class Outcome(enum.Enum):
    """What the agency did of a declaration without account."""

    ATTACHED = "rattachee"
    SET_ASIDE = "ecartee"


class Declaration(Base):
    """A library without account says its interest from the public form: the agency attaches it to the right sheet.

    It counts for nothing before its address is confirmed. The address serves to confirm and to answer, and is erased when
    the declaration is handled; `offers_mailbox` says that it is a shared mailbox, which the sheet may show as its contact.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        sa.CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email_is_one_mailbox"),
        sa.CheckConstraint("btrim(library_name) <> ''", name="library_name_not_blank"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (token_hash IS NOT NULL)", name="a_token_until_confirmed"),
        sa.CheckConstraint("handled_at IS NULL OR confirmed_at IS NOT NULL", name="handled_once_confirmed"),
        sa.CheckConstraint("(handled_at IS NULL) = (outcome IS NULL)", name="an_outcome_has_a_day"),
        sa.CheckConstraint("(handled_at IS NULL) = (email IS NOT NULL)", name="the_address_goes_when_handled"),
        sa.CheckConstraint("outcome IS DISTINCT FROM 'ecartee' OR btrim(reason) <> ''", name="set_aside_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    token_hash: Mapped[str | None] = mapped_column(unique=True, doc="SHA-256 of the token of the mail")
    library_name: Mapped[str]
    commune_id: Mapped[str] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    email: Mapped[str | None]
    formats: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of vocabulary.Format")
    words: Mapped[str | None]
    shows_author: Mapped[bool] = mapped_column(server_default="false")
    offers_mailbox: Mapped[bool] = mapped_column(server_default="false", doc="a shared mailbox, which the sheet may show")
    declared_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    confirmed_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    outcome: Mapped[Outcome | None]
    reason: Mapped[str | None]
    interest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interest.id", ondelete="SET NULL"), index=True)

    commune: Mapped[Territory] = relationship()
    handled_by: Mapped[User | None] = relationship()
    interest: Mapped[Interest | None] = relationship()
