"""Meetings: one table for seminars, workshops and every other dated gathering, and what their agenda says.

What is shown of a meeting's state (full, closed…) is computed from its row: nothing has to be kept in step.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.clock import now
from app.constraints import not_blank
from app.directory.models import Institution
from app.partnerships.models import Partnership
from app.public_ids import random_public_id
from geo.orm import Base, Point
from geo.territories import Territory

MOST_PLACES = 5_000


class MeetingKind(enum.Enum):
    """What kind of gathering it is."""

    SEMINAR = "seminaire"
    REGIONAL = "rencontre-regionale"
    WORKSHOP = "atelier"
    AWARENESS = "journee-de-sensibilisation"
    VISIT = "visite"
    REVIEW = "reunion-bilan"

    @property
    def label(self) -> str:
        return KIND_LABELS[self][0]

    @property
    def plural(self) -> str:
        return KIND_LABELS[self][1]


KIND_LABELS = {
    MeetingKind.SEMINAR: ("Séminaire", "Séminaires"),
    MeetingKind.REGIONAL: ("Rencontre régionale", "Rencontres régionales"),
    MeetingKind.WORKSHOP: ("Atelier", "Ateliers"),
    MeetingKind.AWARENESS: ("Journée de sensibilisation", "Journées de sensibilisation"),
    MeetingKind.VISIT: ("Visite", "Visites"),
    MeetingKind.REVIEW: ("Réunion-bilan", "Réunions-bilans"),
}
#: Those that bring institutions together beyond one partnership.
GATHERINGS = (MeetingKind.SEMINAR, MeetingKind.REGIONAL)
#: Those that only a partnership holds.
OF_A_PARTNERSHIP = (MeetingKind.WORKSHOP, MeetingKind.AWARENESS, MeetingKind.REVIEW)


class Openness(enum.Enum):
    """Who may see a meeting and sign up."""

    PUBLIC = "ouverte-a-tous"
    RESERVED = "reservee"
    INVITED = "sur-invitation"
    PARTNERS = "entre-partenaires"

    @property
    def label(self) -> str:
        return {
            Openness.PUBLIC: "ouverte à tous",
            Openness.RESERVED: "réservée à certaines structures",
            Openness.INVITED: "sur invitation",
            Openness.PARTNERS: "entre les deux partenaires",
        }[self]


class Status(enum.Enum):
    """What its organisers have said of a meeting."""

    DRAFT = "brouillon"
    ANNOUNCED = "annoncee"
    HELD = "tenue"
    CANCELLED = "annulee"


class Stage(enum.Enum):
    """Where a meeting stands, as it is shown."""

    DRAFT = "brouillon"
    ANNOUNCED = "annoncee"
    FULL = "complete"
    CLOSED = "inscriptions-closes"
    ONGOING = "en-cours"
    OVER = "terminee"
    HELD = "tenue"
    CANCELLED = "annulee"

    @property
    def label(self) -> str:
        """As it is said of « une rencontre »."""
        return STAGE_LABELS[self][0]

    def label_of(self, kind: MeetingKind) -> str:
        """As it is said of a kind: « un atelier tenu », « une visite tenue »."""
        return STAGE_LABELS[self][kind in MASCULINE]


MASCULINE = (MeetingKind.SEMINAR, MeetingKind.WORKSHOP)
#: In the feminine, then in the masculine.
STAGE_LABELS = {
    Stage.DRAFT: ("brouillon", "brouillon"),
    Stage.ANNOUNCED: ("annoncée", "annoncé"),
    Stage.FULL: ("complète", "complet"),
    Stage.CLOSED: ("inscriptions closes", "inscriptions closes"),
    Stage.ONGOING: ("en cours", "en cours"),
    Stage.OVER: ("terminée, à confirmer", "terminé, à confirmer"),
    Stage.HELD: ("tenue", "tenu"),
    Stage.CANCELLED: ("annulée", "annulé"),
}


class Meeting(Base):
    """A dated gathering, hosted by an institution, in a place or online.

    `places_held` is kept by a trigger on registrations (`registration_places`): with the check below, the database refuses
    to sell a place twice, whatever the program does. Whoever registers, promotes or changes the capacity locks this row first.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        sa.CheckConstraint(not_blank("title"), name="title_not_blank"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        sa.CheckConstraint("ends_at - starts_at <= interval '7 days'", name="lasts_a_week_at_most"),
        sa.CheckConstraint("num_nonnulls(place_id, address) <= 1", name="one_place"),
        sa.CheckConstraint("point IS NULL OR address IS NOT NULL", name="a_point_is_of_an_address"),
        sa.CheckConstraint(
            "status = 'brouillon' OR num_nonnulls(place_id, address, online_url) > 0", name="what_is_announced_is_somewhere"
        ),
        sa.CheckConstraint("online_url ~* '^https?://'", name="online_url_is_http"),
        sa.CheckConstraint("contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="contact_is_one_mailbox"),
        sa.CheckConstraint(f"capacity BETWEEN 1 AND {MOST_PLACES}", name="capacity_is_sensible"),
        sa.CheckConstraint(f"walk_in_places BETWEEN 0 AND {MOST_PLACES}", name="walk_in_places_are_sensible"),
        sa.CheckConstraint(
            "walk_in_places = 0 OR (capacity IS NOT NULL AND walk_in_places <= capacity)", name="walk_in_places_within_capacity"
        ),
        sa.CheckConstraint("places_held >= 0", name="places_held_positive"),
        sa.CheckConstraint("capacity IS NULL OR places_held <= capacity - walk_in_places", name="never_oversold"),
        sa.CheckConstraint("registration_opens_at < registration_closes_at", name="registration_opens_before_it_closes"),
        sa.CheckConstraint("registration_closes_at <= ends_at", name="registration_closes_before_the_end"),
        sa.CheckConstraint(
            "kind NOT IN ('atelier', 'journee-de-sensibilisation', 'reunion-bilan') OR partnership_id IS NOT NULL",
            name="what_a_partnership_holds_is_of_one",
        ),
        sa.CheckConstraint(
            "kind NOT IN ('seminaire', 'rencontre-regionale') OR partnership_id IS NULL",
            name="gatherings_are_of_no_partnership",
        ),
        sa.CheckConstraint("openness <> 'entre-partenaires' OR partnership_id IS NOT NULL", name="partners_have_a_partnership"),
        sa.CheckConstraint("(status = 'annulee') = (cancelled_at IS NOT NULL)", name="cancelling_has_a_day"),
        sa.CheckConstraint("status <> 'annulee' OR " + not_blank("cancel_reason"), name="cancelling_has_a_reason"),
        sa.CheckConstraint("(status = 'tenue') = (held_at IS NOT NULL)", name="what_is_held_has_a_day"),
        sa.CheckConstraint(f"attendance BETWEEN 0 AND {MOST_PLACES}", name="attendance_is_sensible"),
        sa.CheckConstraint("attendance IS NULL OR status = 'tenue'", name="attendance_is_of_what_was_held"),
        sa.CheckConstraint(
            "lunches IS NULL OR (lunches >= 0 AND erased_at IS NOT NULL)", name="lunches_are_kept_once_people_are_erased"
        ),
        sa.CheckConstraint("co_host_id <> host_id", name="two_hosts"),
        sa.CheckConstraint("co_host_accepted_at IS NULL OR co_host_id IS NOT NULL", name="a_co_host_accepts"),
        sa.Index("ix_meeting_starts_at", "starts_at"),
        sa.Index("ix_meeting_partnership_id_starts_at", "partnership_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    kind: Mapped[MeetingKind]
    status: Mapped[Status] = mapped_column(server_default="brouillon")
    title: Mapped[str]
    summary: Mapped[str | None]
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    co_host_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), index=True, doc="as its host names it")
    co_host_accepted_at: Mapped[datetime | None] = mapped_column(doc="None: its name is shown to nobody but the two of them")
    partnership_id: Mapped[int | None] = mapped_column(sa.ForeignKey("partnership.id"))

    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    previous_starts_at: Mapped[datetime | None] = mapped_column(doc="when it was to start before it was moved last")
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), index=True, doc="held in an institution")
    address: Mapped[str | None] = mapped_column(doc="or at an address")
    point: Mapped[Point | None] = mapped_column(deferred=True)
    territory_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("territory.id"), index=True, doc="commune of the place; of an online meeting, the territory it is for"
    )
    online_url: Mapped[str | None] = mapped_column(doc="shown to those who are registered alone")
    access: Mapped[str | None] = mapped_column(doc="how to come, what is accessible to whom")

    themes: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of Theme: axes and poles")
    openness: Mapped[Openness] = mapped_column(server_default="ouverte-a-tous")
    for_kinds: Mapped[list[str]] = mapped_column(server_default="{}", doc="RESERVED: codes of Kind; empty: any")
    for_territories: Mapped[list[str]] = mapped_column(server_default="{}", doc="RESERVED: ids of Territory; empty: any")
    takes_registrations: Mapped[bool] = mapped_column(server_default="true")
    needs_approval: Mapped[bool] = mapped_column(server_default="false")
    asks_lunch: Mapped[bool] = mapped_column(server_default="false")
    registration_opens_at: Mapped[datetime | None] = mapped_column(doc="None: as soon as it is announced")
    registration_closes_at: Mapped[datetime | None] = mapped_column(doc="None: when it starts")
    capacity: Mapped[int | None] = mapped_column(doc="all places, those for walk-ins included; None: no limit")
    walk_in_places: Mapped[int] = mapped_column(server_default="0", doc="kept « à la volée »")
    places_held: Mapped[int] = mapped_column(server_default="0", doc="by registrations that hold a place: kept by a trigger")
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]

    sequence: Mapped[int] = mapped_column(server_default="0", doc="SEQUENCE of RFC 5545: counts moves, and the cancelling")
    revision: Mapped[int] = mapped_column(server_default="1", doc="counts edits: who edits says which was read")
    updated_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    announced_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    held_at: Mapped[datetime | None] = mapped_column(doc="when its organisers said that it was held")
    attendance: Mapped[int | None] = mapped_column(doc="how many came, walk-ins included; None: not counted")
    outcome: Mapped[str | None] = mapped_column(doc="what its organisers say of it afterwards")
    lunches: Mapped[int | None] = mapped_column(doc="how many had lunch, kept once those are erased; None: they are counted")
    erased_at: Mapped[datetime | None] = mapped_column(doc="when what it knew of people was erased")

    host: Mapped[Institution] = relationship(foreign_keys=host_id)
    named_co_host: Mapped[Institution | None] = relationship(foreign_keys=co_host_id)
    place: Mapped[Institution | None] = relationship(foreign_keys=place_id)
    territory: Mapped[Territory | None] = relationship()
    partnership: Mapped[Partnership | None] = relationship()
    created_by: Mapped[User | None] = relationship()
    agenda: Mapped[list["AgendaItem"]] = relationship(
        back_populates="meeting", order_by="AgendaItem.rank", cascade="all, delete-orphan"
    )

    def __str__(self) -> str:
        return self.title

    @property
    def co_host(self) -> Institution | None:
        """The institution that organises with its host, once it has accepted to."""
        return self.named_co_host if self.co_host_accepted_at is not None else None

    @property
    def places(self) -> int | None:
        """How many places registrations may hold in all; None: no limit."""
        return None if self.capacity is None else self.capacity - self.walk_in_places

    @property
    def places_left(self) -> int | None:
        """How many of them are free; None: no limit."""
        return None if self.places is None else self.places - self.places_held

    @property
    def closes_at(self) -> datetime:
        """When registration ends."""
        return self.registration_closes_at or self.starts_at

    @property
    def is_registering(self) -> bool:
        """Whether one may register now, be it on the waiting list."""
        is_open = self.status is Status.ANNOUNCED and self.takes_registrations and now() < self.closes_at
        return is_open and (self.registration_opens_at is None or self.registration_opens_at <= now())

    @property
    def stage(self) -> Stage:
        """Where it stands now."""
        if self.status is not Status.ANNOUNCED:
            return Stage(self.status.value)
        if self.ends_at <= now():
            return Stage.OVER
        if self.starts_at <= now():
            return Stage.ONGOING
        if self.takes_registrations and self.closes_at <= now():
            return Stage.CLOSED
        return Stage.FULL if self.places_left == 0 else Stage.ANNOUNCED


class AgendaItem(Base):
    """One line of what a meeting goes through, in order."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "rank"),
        sa.CheckConstraint(not_blank("title"), name="title_not_blank"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    rank: Mapped[int]
    starts_at: Mapped[datetime | None]
    title: Mapped[str]
    detail: Mapped[str | None] = mapped_column(doc="who speaks, by function; what is shown")

    meeting: Mapped[Meeting] = relationship(back_populates="agenda")
