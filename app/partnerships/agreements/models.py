"""What is signed and promised: agreements and who signed them, the charter, the checklist of a centre, documents.

Nothing is erased without a trace: what is taken back keeps who, and when; of a deleted document only its content goes.
"""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.directory.models import Precision
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Partnership
from app.public_ids import random_public_id
from geo.orm import Base

MEGABYTE = 1024 * 1024
LARGEST_DOCUMENT = 10 * MEGABYTE
MOST_DOCUMENTS = 20


class AgreementKind(enum.Enum):
    """What kind of paper was signed."""

    CONVENTION = "convention"
    PROTOCOL = "protocole-d-accord"
    AMENDMENT = "avenant"
    CHARTER = "charte-d-engagement"
    OTHER = "autre"

    @property
    def label(self) -> str:
        return AGREEMENT_KINDS[self]


AGREEMENT_KINDS = {
    AgreementKind.CONVENTION: "Convention",
    AgreementKind.PROTOCOL: "Protocole d’accord",
    AgreementKind.AMENDMENT: "Avenant",
    AgreementKind.CHARTER: "Charte d’engagement",
    AgreementKind.OTHER: "Autre accord",
}


class Principle(enum.Enum):
    """The five principles of the charter of the Cités des métiers, quoted from the article of the Bpi, 11 July 2017."""

    WELCOME = "accueil"
    PERSON = "besoin"
    LISTENING = "ecoute"
    EVERYONE = "tout-public"
    TERRITORY = "territoire"

    @property
    def sentence(self) -> str:
        return PRINCIPLES[self]


PRINCIPLES = {
    Principle.WELCOME: "Accueillir de manière gratuite, anonyme et sans rendez-vous, dans l’esprit du service public",
    Principle.PERSON: "Se centrer sur le besoin de la personne",
    Principle.LISTENING: "Favoriser l’écoute par un espace accueillant et valorisant",
    Principle.EVERYONE: "S’adresser à tout public",
    Principle.TERRITORY: "S’adapter aux besoins des habitants du territoire",
}


class Item(enum.Enum):
    """What a centre associé has in place; that the charter is accepted is known from the charter itself."""

    FIRST_LEVEL = "accueil"
    SIGNAGE = "signaletique"
    TO_CITE = "renvoi-vers-la-cite"
    TO_PARTNER = "renvoi-vers-le-partenaire"

    @property
    def label(self) -> str:
        return ITEMS[self]


ITEMS = {
    Item.FIRST_LEVEL: "Un premier niveau d’accueil, d’information et d’orientation sur la vie professionnelle est assuré",
    Item.SIGNAGE: "La signalétique est en place au point d’information (le kakémono, par exemple)",
    Item.TO_CITE: "Le partenaire informe des ateliers et oriente vers la Cité des métiers",
    Item.TO_PARTNER: "La Cité des métiers oriente vers le partenaire",
}


class Agreement(Base):
    """A paper that both sides, and perhaps a third, have signed."""

    __tablename__ = "agreement"
    __table_args__ = (
        sa.CheckConstraint("precision IN ('jour', 'mois', 'annee')", name="day_is_known"),
        sa.CheckConstraint("precision <> 'mois' OR extract(day FROM signed_on) = 1", name="month_is_its_first_day"),
        sa.CheckConstraint("precision <> 'annee' OR to_char(signed_on, 'MM-DD') = '01-01'", name="year_is_its_first_day"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= signed_on", name="ends_after_it_begins"),
        sa.CheckConstraint("btrim(purpose) <> ''", name="purpose_not_blank"),
        sa.Index(
            "uq_agreement_recorded_once",
            *("partnership_id", "kind", "signed_on", "purpose"),
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
        ),
        sa.Index("ix_agreement_ends_on", "ends_on", postgresql_where=sa.text("removed_at IS NULL AND reminded_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AgreementKind]
    signed_on: Mapped[date]
    precision: Mapped[Precision] = mapped_column(server_default="jour")
    purpose: Mapped[str]
    legal_carrier: Mapped[str | None] = mapped_column(doc="who carries the Cité in law, and signs for it: Universcience")
    third_party: Mapped[str | None] = mapped_column(doc="the third party of a tripartite agreement")
    ends_on: Mapped[date | None] = mapped_column(doc="its last day; None: « sans terme »")
    side: Mapped[Side | None] = mapped_column(doc="the side that recorded it")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    removed_at: Mapped[datetime | None] = mapped_column(doc="taken back: recorded by mistake")
    reminded_at: Mapped[datetime | None] = mapped_column(doc="when both sides were told that its end comes near")

    partnership: Mapped[Partnership] = relationship()
    recorded_by: Mapped[User | None] = relationship(foreign_keys=recorded_by_id)
    removed_by: Mapped[User | None] = relationship(foreign_keys=removed_by_id)
    signatories: Mapped[list["Signatory"]] = relationship(order_by="Signatory.rank")


class Signatory(Base):
    """A person who signed, and in which function; `side` is None for a third party."""

    __tablename__ = "signatory"
    __table_args__ = (sa.CheckConstraint("btrim(name) <> '' AND btrim(function) <> ''", name="named_with_function"),)

    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[Side | None]
    name: Mapped[str]
    function: Mapped[str]


class CharterAcceptance(Base):
    """A principle of the charter, accepted by a named person of the partner's side, and perhaps revoked."""

    __tablename__ = "charter_acceptance"
    __table_args__ = (
        sa.Index(
            "uq_charter_acceptance_standing",
            *("partnership_id", "principle"),
            unique=True,
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
        sa.CheckConstraint("btrim(name) <> '' AND btrim(function) <> ''", name="named_with_function"),
        # A day of slack, for clocks that disagree: a copy of the database is put back later, and never before.
        sa.CheckConstraint("accepted_at < now() + interval '1 day'", name="not_accepted_in_the_future"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    principle: Mapped[Principle]
    accepted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(doc="as the person signed, on that day")
    function: Mapped[str]
    accepted_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    revoked_at: Mapped[datetime | None]

    revoked_by: Mapped[User | None] = relationship(foreign_keys=revoked_by_id)


class Tick(Base):
    """An item of the checklist, ticked by someone and perhaps unticked later."""

    __tablename__ = "checklist_tick"
    __table_args__ = (
        sa.Index(
            "uq_checklist_tick_standing",
            *("partnership_id", "item"),
            unique=True,
            postgresql_where=sa.text("unticked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    item: Mapped[Item]
    side: Mapped[Side]
    ticked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    ticked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    unticked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    unticked_at: Mapped[datetime | None]

    ticked_by: Mapped[User | None] = relationship(foreign_keys=ticked_by_id)
    unticked_by: Mapped[User | None] = relationship(foreign_keys=unticked_by_id)


class Document(Base):
    """A PDF of one side, for the two sides and the agency; deleting it erases its content and keeps its trace."""

    __tablename__ = "document"
    __table_args__ = (
        sa.CheckConstraint("(content IS NULL) = (deleted_at IS NOT NULL)", name="deleted_has_no_content"),
        sa.CheckConstraint(f"size BETWEEN 1 AND {LARGEST_DOCUMENT}", name="size_is_bounded"),
        sa.CheckConstraint("content IS NULL OR length(content) = size", name="size_is_that_of_the_content"),
        sa.CheckConstraint("page_count > 0", name="has_pages"),
        sa.CheckConstraint("filename ~ '^[^/\\\\[:cntrl:]]+\\.pdf$'", name="filename_is_safe"),
        sa.Index(
            "uq_document_kept_once", *("partnership_id", "digest"), unique=True, postgresql_where=sa.text("deleted_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side]
    filename: Mapped[str]
    size: Mapped[int]
    page_count: Mapped[int]
    digest: Mapped[str] = mapped_column(doc="SHA-256 of the content, in hexadecimal")
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    deleted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    deleted_at: Mapped[datetime | None]

    partnership: Mapped[Partnership] = relationship()
    uploaded_by: Mapped[User | None] = relationship(foreign_keys=uploaded_by_id)
    deleted_by: Mapped[User | None] = relationship(foreign_keys=deleted_by_id)
