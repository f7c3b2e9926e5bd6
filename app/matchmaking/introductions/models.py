"""An introduction: a Cité and a possible partner are told of each other, and named to each other once both accept."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.clock import now
from app.directory.models import Institution
from app.matchmaking.interests.models import Interest
from app.partnerships.exchanges.models import Exchange, Side
from app.public_ids import random_public_id
from geo.orm import Base


class Outcome(enum.Enum):
    """How an introduction ended; None while it waits."""

    ACCEPTED = "acceptee"
    REFUSED = "refusee"
    EXPIRED = "expiree"
    WITHDRAWN = "retiree"


class Reason(enum.Enum):
    """Why a side declines: told to the intermediaries and counted in their statistics, never told to the other side."""

    NO_TIME = "pas-le-moment"
    NO_MEANS = "moyens"
    AUTHORITY = "tutelle"
    TOO_FAR = "distance"
    NO_MATCH = "besoins"
    ALREADY = "deja-en-lien"
    OTHER = "autre"

    @property
    def label(self) -> str:
        return REASON_LABELS[self]


REASON_LABELS = {
    Reason.NO_TIME: "Ce n’est pas le bon moment",
    Reason.NO_MEANS: "Pas assez de personnel, de place ou de moyens",
    Reason.AUTHORITY: "Notre autorité de tutelle n’y est pas favorable",
    Reason.TOO_FAR: "Nous sommes trop éloignés",
    Reason.NO_MATCH: "Cela ne répond pas à nos besoins",
    Reason.ALREADY: "Nous travaillons déjà avec une autre structure",
    Reason.OTHER: "Une autre raison",
}


class Introduction(Base):
    """Two institutions, and who brings them together.

    `asked_by` is the side that asks itself to meet the other: it has accepted by asking. It `picked` the other by its name in
    the directory, which it goes on reading; or it answers an interest whose author it does not know. None: a third party
    introduces both, the institution `introducer` or, where that is None too, an administrator.

    A pair may wait once for each of these origins. Were there but one in all, a side that guesses who the other is could ask,
    and learn from the refusal that it has guessed right.
    """

    __tablename__ = "introduction"
    __table_args__ = (
        sa.CheckConstraint("cite_id <> partner_id", name="two_sides"),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="an_outcome_has_a_day"),
        sa.CheckConstraint("(outcome = 'acceptee') = (exchange_id IS NOT NULL)", name="acceptance_opens_an_exchange"),
        sa.CheckConstraint("btrim(message) <> ''", name="message_not_blank"),
        sa.CheckConstraint("asked_by IS NOT NULL OR NOT picked", name="who_picks_is_a_side"),
        sa.CheckConstraint(
            "introducer_id IS NULL OR (asked_by IS NULL AND introducer_id NOT IN (cite_id, partner_id))",
            name="introducer_is_no_side",
        ),
        sa.Index(
            "uq_introduction_waiting",
            "cite_id",
            "partner_id",
            unique=True,
            postgresql_where=sa.text("outcome IS NULL AND asked_by IS NULL"),
        ),
        sa.Index(
            "uq_introduction_asked",
            "cite_id",
            "partner_id",
            "asked_by",
            "interest_id",
            unique=True,
            postgresql_where=sa.text("outcome IS NULL AND asked_by IS NOT NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    cite_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[Side | None]
    picked: Mapped[bool] = mapped_column(server_default="false", doc="the side that asks knows the name of the other")
    introducer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("institution.id", ondelete="SET NULL"), index=True, doc="None: an administrator of the network"
    )
    introduced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    interest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interest.id", ondelete="SET NULL"), index=True)
    message: Mapped[str] = mapped_column(doc="why these two; shown to both: the form asks not to name anyone in it")
    introduced_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    settled_at: Mapped[datetime | None]
    exchange_id: Mapped[int | None] = mapped_column(sa.ForeignKey("exchange.id"), index=True)

    cite: Mapped[Institution] = relationship(foreign_keys=cite_id)
    partner: Mapped[Institution] = relationship(foreign_keys=partner_id)
    introducer: Mapped[Institution | None] = relationship(foreign_keys=introducer_id)
    introduced_by: Mapped[User | None] = relationship()
    interest: Mapped[Interest | None] = relationship()
    exchange: Mapped[Exchange | None] = relationship()
    answers: Mapped[list["Answer"]] = relationship(back_populates="introduction", order_by="Answer.answered_at")

    def institution(self, side: Side) -> Institution:
        """The institution of a side."""
        return self.cite if side is Side.CITE else self.partner

    def answer_of(self, side: Side) -> "Answer | None":
        """What this side answered, if it has."""
        return next((answer for answer in self.answers if answer.side is side), None)

    @property
    def is_waiting(self) -> bool:
        """Neither settled nor too old: silence ends it on its day, whether or not the timer has run."""
        return self.outcome is None and self.expires_at > now()


class Answer(Base):
    """What a side answered to an introduction; nobody answers for both sides."""

    __tablename__ = "introduction_answer"
    __table_args__ = (
        sa.CheckConstraint("accepted = (reason IS NULL)", name="a_refusal_has_a_reason"),
        sa.CheckConstraint("reason <> 'autre' OR coalesce(btrim(words), '') <> ''", name="another_reason_is_told"),
        sa.UniqueConstraint("introduction_id", "answered_by_id"),
    )

    introduction_id: Mapped[int] = mapped_column(sa.ForeignKey("introduction.id", ondelete="CASCADE"), primary_key=True)
    side: Mapped[Side] = mapped_column(primary_key=True)
    accepted: Mapped[bool]
    reason: Mapped[Reason | None]
    words: Mapped[str | None] = mapped_column(doc="what the side adds to its reason, for the intermediaries alone")
    answered_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)

    introduction: Mapped[Introduction] = relationship(back_populates="answers")
    answered_by: Mapped[User | None] = relationship()
