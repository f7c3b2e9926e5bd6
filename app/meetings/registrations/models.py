"""Registrations and the people in them. People's names are erased a set time after the meeting; the numbers stay."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.clock import now
from app.constraints import not_blank
from app.directory.models import Institution
from app.meetings.models import Meeting
from app.public_ids import random_public_id
from geo.orm import Base
from geo.territories import Territory

MOST_PEOPLE = 20
#: Order of arrival, given under the lock of the meeting.
QUEUE = sa.Sequence("registration_queue", metadata=Base.metadata)


class Place(enum.Enum):
    """Where a registration stands; which may follow which is the table of app.meetings.registrations.machine."""

    UNCONFIRMED = "adresse-a-confirmer"
    TO_APPROVE = "a-approuver"
    WAITING = "liste-d-attente"
    OFFERED = "place-proposee"
    CONFIRMED = "confirmee"
    DECLINED = "refusee"
    WITHDRAWN = "annulee"
    EXPIRED = "expiree"

    @property
    def label(self) -> str:
        return PLACE_LABELS[self]


PLACE_LABELS = {
    Place.UNCONFIRMED: "adresse à confirmer",
    Place.TO_APPROVE: "à approuver",
    Place.WAITING: "sur liste d’attente",
    Place.OFFERED: "place proposée",
    Place.CONFIRMED: "confirmée",
    Place.DECLINED: "refusée",
    Place.WITHDRAWN: "annulée",
    Place.EXPIRED: "expirée",
}
#: Those that are neither refused, withdrawn nor expired.
LIVING = (Place.UNCONFIRMED, Place.TO_APPROVE, Place.WAITING, Place.OFFERED, Place.CONFIRMED)
#: Those of them that have a rank; an address that nobody confirmed holds nothing, nor speaks for an institution.
ARRIVED = LIVING[1:]
ARRIVED_SQL = "place IN ('a-approuver', 'liste-d-attente', 'place-proposee', 'confirmee')"
LIVING_SQL = "place IN ('adresse-a-confirmer', 'a-approuver', 'liste-d-attente', 'place-proposee', 'confirmee')"


class Registration(Base):
    """One or several people who come together: of an institution, or without account under a confirmed address.

    Order of arrival is `queue_number`, given once the address is confirmed. A place is held by a CONFIRMED registration
    (`people` places) and by an OFFERED one (`offered_places`), but for walk-ins, who are counted on the spot.
    """

    __tablename__ = "registration"
    __table_args__ = (
        sa.CheckConstraint(f"people BETWEEN 1 AND {MOST_PEOPLE}", name="people_are_sensible"),
        sa.CheckConstraint("(place = 'place-proposee') = (offer_expires_at IS NOT NULL)", name="an_offer_expires"),
        sa.CheckConstraint("(place = 'place-proposee') = (offered_places IS NOT NULL)", name="an_offer_is_of_places"),
        sa.CheckConstraint("offered_places BETWEEN 1 AND people", name="an_offer_is_not_of_more_than_asked"),
        sa.CheckConstraint("place <> 'refusee' OR " + not_blank("reason"), name="a_refusal_has_a_reason"),
        sa.CheckConstraint(
            "place IN ('adresse-a-confirmer', 'expiree', 'annulee', 'refusee') OR is_walk_in OR queue_number IS NOT NULL",
            name="an_arrival_has_a_number",
        ),
        sa.CheckConstraint("NOT is_walk_in OR place IN ('confirmee', 'annulee')", name="a_walk_in_is_there"),
        sa.CheckConstraint("email = lower(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email_is_folded"),
        # One registration an institution, one an address without account: a double click makes no second one.
        sa.Index(
            "uq_registration_institution",
            "meeting_id",
            "institution_id",
            unique=True,
            postgresql_where=sa.text(f"institution_id IS NOT NULL AND NOT is_walk_in AND {ARRIVED_SQL}"),
        ),
        sa.Index(
            "uq_registration_email",
            "meeting_id",
            "email",
            unique=True,
            postgresql_where=sa.text(f"email IS NOT NULL AND NOT is_walk_in AND {LIVING_SQL}"),
        ),
        sa.Index(
            "uq_registration_person",
            "meeting_id",
            "user_id",
            unique=True,
            postgresql_where=sa.text(f"user_id IS NOT NULL AND institution_id IS NULL AND NOT is_walk_in AND {LIVING_SQL}"),
        ),
        sa.UniqueConstraint("meeting_id", "queue_number"),
        sa.Index("ix_registration_offers", "offer_expires_at", postgresql_where=sa.text("offer_expires_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    place: Mapped[Place]
    people: Mapped[int] = mapped_column(doc="how many come: as many as attendees, and kept once those are erased")
    queue_number: Mapped[int | None] = mapped_column(sa.BigInteger)
    offered_places: Mapped[int | None] = mapped_column(doc="fewer than `people`: a partial offer")
    offer_expires_at: Mapped[datetime | None]
    whole_only: Mapped[bool] = mapped_column(
        server_default="false", doc="a group that let a partial offer go: it keeps its rank, and is offered all or nothing"
    )
    is_walk_in: Mapped[bool] = mapped_column(server_default="false", doc="came without registering, added on the day")
    reason: Mapped[str | None] = mapped_column(doc="why the organiser refused")

    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    organisation: Mapped[str | None] = mapped_column(doc="as typed by someone without account")
    territory_id: Mapped[str | None] = mapped_column(sa.ForeignKey("territory.id"), index=True, doc="where they come from")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    email: Mapped[str | None] = mapped_column(doc="of someone without account")
    expects: Mapped[str | None]
    formats: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of vocabulary.Format")
    themes: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of Theme")

    revision: Mapped[int] = mapped_column(
        server_default="1", doc="counts edits and changes of place: who edits says which was read; calendars follow it"
    )
    changed_at: Mapped[datetime] = mapped_column(
        default=now, onupdate=now, server_default=sa.func.now(), doc="when anything of it, or of who comes, last changed"
    )
    asked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    confirmed_at: Mapped[datetime | None] = mapped_column(doc="when it got its place")
    settled_at: Mapped[datetime | None] = mapped_column(doc="when refused, withdrawn or expired")
    erased_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    institution: Mapped[Institution | None] = relationship()
    territory: Mapped[Territory | None] = relationship()
    user: Mapped[User | None] = relationship()
    attendees: Mapped[list["Attendee"]] = relationship(
        back_populates="registration", order_by="Attendee.id", cascade="all, delete-orphan"
    )


class Attendee(Base):
    """A person who comes. Once erased, only that somebody came is left."""

    __tablename__ = "attendee"
    __table_args__ = (
        sa.CheckConstraint("name IS NULL OR " + not_blank("name"), name="name_not_blank"),
        sa.CheckConstraint(
            "erased_at IS NULL OR num_nonnulls(name, role, access_needs, lunch) = 0", name="what_is_erased_is_gone"
        ),
        sa.CheckConstraint("erased_at IS NOT NULL OR name IS NOT NULL", name="a_person_has_a_name"),
        sa.CheckConstraint("checked_in_by_id IS NULL OR checked_in_at IS NOT NULL", name="who_checks_in_has_a_time"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id, doc="what the QR code of a badge says")
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None]
    role: Mapped[str | None] = mapped_column(doc="function: « responsable du partenariat »")
    lunch: Mapped[bool | None]
    access_needs: Mapped[str | None]
    checked_in_at: Mapped[datetime | None]
    checked_in_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("app_user.id", ondelete="SET NULL"),
        index=True,
        doc="who welcomed them, for whoever does it at the same time",
    )
    erased_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship(back_populates="attendees")
    checked_in_by: Mapped[User | None] = relationship()
