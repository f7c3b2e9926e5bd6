"""Tables of searches of the next sites: a question, the data that it was asked of, how far its computation is, its answer."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.public_ids import random_public_id
from geo.orm import Base


class Aim(enum.Enum):
    """What is sought of the next sites; the value is the code used in URLs."""

    MOST = "habitants"
    FEWEST = "part"
    WORST = "mal-servis"
    EACH = "departements"

    @property
    def label(self) -> str:
        return AIM_LABELS[self]

    @property
    def takes_count(self) -> bool:
        """Whether one says how many sites: else the answer does. For `EACH` one may leave it to the departments."""
        return self is not Aim.FEWEST


AIM_LABELS = {
    Aim.MOST: "Le plus d’habitants possible, avec un nombre de lieux donné",
    Aim.FEWEST: "Le moins de lieux possible, pour une part des habitants voulue",
    Aim.WORST: "Protéger d’abord les départements les plus mal servis",
    Aim.EACH: "Au moins un lieu dans chaque département non couvert",
}


class Status(enum.Enum):
    """How far a search is."""

    WAITING = "en-attente"
    RUNNING = "en-cours"
    DONE = "terminee"
    CANCELLED = "annulee"
    FAILED = "echouee"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]

    @property
    def is_over(self) -> bool:
        return self not in (Status.WAITING, Status.RUNNING)


STATUS_LABELS = {
    Status.WAITING: "en attente",
    Status.RUNNING: "en cours",
    Status.DONE: "terminée",
    Status.CANCELLED: "annulée",
    Status.FAILED: "échouée",
}


class SiteSearch(Base):
    """A question about the next sites. The same one, asked of the same data, is one row, unless it failed or was given up.

    Whoever asked is never shown: `askers` want its answer; `asked_by` launched it, and is kept as long as it waits, because one
    search of a person waits at a time. While it is computed, `attempt` says which computation the row belongs to, and
    `heartbeat_at` that it goes on; `phase` to `bound` are what it has told of its progress.
    """

    __tablename__ = "site_search"
    __table_args__ = (
        sa.CheckConstraint("done BETWEEN 0 AND 1", name="done_is_a_share"),
        sa.CheckConstraint("(status = 'terminee') = (result IS NOT NULL)", name="an_answer_once_done"),
        sa.CheckConstraint("(status IN ('en-attente', 'en-cours')) = (ended_at IS NULL)", name="what_is_over_has_an_end"),
        sa.CheckConstraint("status <> 'en-cours' OR heartbeat_at IS NOT NULL", name="what_runs_shows_it"),
        sa.Index(
            "uq_site_search_same_question",
            "question_key",
            unique=True,
            postgresql_where=sa.text("status IN ('en-attente', 'en-cours', 'terminee')"),
        ),
        sa.Index(
            "uq_site_search_waiting_of_a_person",
            "asked_by_id",
            unique=True,
            postgresql_where=sa.text("status = 'en-attente'"),
        ),
        sa.Index("ix_site_search_to_compute", "asked_at", postgresql_where=sa.text("status IN ('en-attente', 'en-cours')")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    question_key: Mapped[str] = mapped_column(doc="SHA-256 of the question, of its data and of the version of the program")
    data_digest: Mapped[str] = mapped_column(doc="SHA-256 of all that the answer depends on but the question")
    question: Mapped[dict[str, Any]] = mapped_column(JSONB, doc="the parameters of the URL that asks it")
    aim: Mapped[Aim]
    area_name: Mapped[str]
    vintages: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, doc="the data sets: title, producer, licence, vintage")
    status: Mapped[Status] = mapped_column(default=Status.WAITING)
    attempt: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    phase: Mapped[str] = mapped_column(server_default="", doc="as geo.siting says it")
    done: Mapped[float] = mapped_column(server_default="0")
    value: Mapped[int | None] = mapped_column(sa.BigInteger, doc="the best found so far")
    bound: Mapped[int | None] = mapped_column(sa.BigInteger, doc="what no choice exceeds, once it is known")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), doc="see `answering`")
    map_svg: Mapped[str | None] = mapped_column(deferred=True, doc="drawn of the data of the answer, which may change")
    curve_svg: Mapped[str | None] = mapped_column(deferred=True)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    asked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    last_asked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), index=True, doc="it ends 30 days later")
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    asked_by: Mapped[User | None] = relationship()
    askers: Mapped[list["SiteSearchAsker"]] = relationship(passive_deletes=True, cascade="all, delete-orphan")


class SiteSearchAsker(Base):
    """Someone who asked for a search: the same question is one search, of which each may take themselves out."""

    __tablename__ = "site_search_asker"

    search_id: Mapped[int] = mapped_column(sa.ForeignKey("site_search.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True, index=True)
    asked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), index=True, doc="forgotten 30 days later")

    user: Mapped[User] = relationship()
