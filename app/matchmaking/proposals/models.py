"""A proposal of a format within an exchange; a counter-proposal is a proposal that answers another."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership
from app.public_ids import random_public_id
from geo.orm import Base


class Status(enum.Enum):
    """Where a proposal stands; which may follow which is the table of app.matchmaking.proposals.machine."""

    DRAFT = "brouillon"
    SENT = "envoyee"
    SEEN = "vue"
    ACCEPTED = "acceptee"
    COUNTERED = "contre-proposee"
    DECLINED = "refusee"
    WITHDRAWN = "retiree"
    EXPIRED = "expiree"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    Status.DRAFT: "Brouillon",
    Status.SENT: "Envoyée",
    Status.SEEN: "Vue",
    Status.ACCEPTED: "Acceptée",
    Status.COUNTERED: "Suivie d’une contre-proposition",
    Status.DECLINED: "Refusée",
    Status.WITHDRAWN: "Retirée",
    Status.EXPIRED: "Expirée",
}


class Proposal(Base):
    """One version of what one side proposes to the other; once sent, its words do not change any more."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.CheckConstraint("(status = 'brouillon') = (sent_at IS NULL)", name="sent_unless_draft"),
        sa.CheckConstraint("(status = 'brouillon') = (expires_at IS NULL)", name="what_is_sent_expires"),
        sa.CheckConstraint("status <> 'vue' OR seen_at IS NOT NULL", name="what_is_seen_has_a_day"),
        sa.CheckConstraint("(status IN ('brouillon', 'envoyee', 'vue')) = (settled_at IS NULL)", name="an_outcome_has_a_day"),
        sa.CheckConstraint("(status = 'acceptee') = (partnership_id IS NOT NULL)", name="acceptance_begins_a_partnership"),
        # A comparison with NULL is no refusal: hence coalesce.
        sa.CheckConstraint("status <> 'refusee' OR btrim(coalesce(reason, '')) <> ''", name="declining_has_a_reason"),
        sa.CheckConstraint(
            "format <> 'autre-formule' OR btrim(coalesce(description, '')) <> ''", name="other_format_is_described"
        ),
        sa.CheckConstraint("answers_id <> id", name="not_an_answer_to_itself"),
        # The same form sent twice is one proposal.
        sa.UniqueConstraint("exchange_id", "side", "form_key", name="uq_proposal_form"),
        # Only one answer is ever sent, and a side prepares it together, in one draft.
        sa.Index("uq_proposal_answer", "answers_id", unique=True, postgresql_where=sa.text("status <> 'brouillon'")),
        sa.Index("uq_proposal_draft_answer", "answers_id", unique=True, postgresql_where=sa.text("status = 'brouillon'")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id", ondelete="CASCADE"), index=True)
    answers_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="CASCADE"),
        index=True,
        doc="the proposal that this one answers: a counter-proposal",
    )
    side: Mapped[Side] = mapped_column(doc="the side that proposes")
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    form_key: Mapped[str] = mapped_column(default=random_public_id, doc="of the form that created it, against double clicks")
    revision: Mapped[int] = mapped_column(
        server_default="1", doc="counts the changes of a draft: who edits says which was read"
    )
    edited_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    edited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    status: Mapped[Status]
    format: Mapped[Format]
    activities: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of vocabulary.Activity")
    description: Mapped[str | None]
    brings: Mapped[str | None]
    asks: Mapped[str | None]
    themes: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of Theme")
    calendar: Mapped[str | None]
    people: Mapped[str | None] = mapped_column(doc="who would follow it on this side, by function")
    written_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    sent_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str | None] = mapped_column(doc="why it was declined or withdrawn, if said")
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    partnership_id: Mapped[int | None] = mapped_column(sa.ForeignKey("partnership.id"), unique=True)

    exchange: Mapped[Exchange] = relationship()
    answers: Mapped["Proposal | None"] = relationship(remote_side=id)
    author: Mapped[User | None] = relationship(foreign_keys=author_id)
    edited_by: Mapped[User | None] = relationship(foreign_keys=edited_by_id)
    settled_by: Mapped[User | None] = relationship(foreign_keys=settled_by_id)
    partnership: Mapped[Partnership | None] = relationship()

    @property
    def institution(self) -> Institution:
        """The institution that proposes."""
        return self.exchange.institution(self.side)

    @property
    def other_institution(self) -> Institution:
        """The institution to which it is proposed."""
        return self.exchange.institution(self.side.other)
