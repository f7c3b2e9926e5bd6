"""Messages to send, and how often each person wishes to hear of each kind of them."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from geo.orm import Base


class Category(enum.Enum):
    """What a message is about; a person chooses how often to hear of each, except of what is indispensable."""

    ESSENTIAL = "indispensable"
    REQUESTS = "demandes"
    MESSAGES = "messages"
    INVITATIONS = "invitations"
    FOLLOW_UP = "suivi"
    ALERTS = "alertes"
    NEWS = "actualites"

    @property
    def label(self) -> str:
        return CATEGORY_LABELS[self]


CATEGORY_LABELS = {
    Category.ESSENTIAL: "Liens de connexion, décisions sur votre compte et vos inscriptions, rencontres déplacées ou annulées",
    Category.REQUESTS: "Demandes qui attendent votre réponse",
    Category.MESSAGES: "Messages de vos interlocuteurs",
    Category.INVITATIONS: "Invitations aux rencontres",
    Category.FOLLOW_UP: "Rappels de suivi et échéances",
    Category.ALERTS: "Alertes des recherches que vous suivez",
    Category.NEWS: "Nouveautés de votre territoire",
}


class Cadence(enum.Enum):
    """How often a person wishes to hear of a category."""

    AT_ONCE = "immediat"
    DAILY = "quotidien"
    WEEKLY = "hebdomadaire"
    NEVER = "jamais"

    @property
    def label(self) -> str:
        return CADENCE_LABELS[self]


CADENCE_LABELS = {
    Cadence.AT_ONCE: "Tout de suite",
    Cadence.DAILY: "Un récapitulatif par jour",
    Cadence.WEEKLY: "Un récapitulatif par semaine",
    Cadence.NEVER: "Jamais",
}
#: What a person who has chosen nothing gets.
DEFAULT_CADENCES = {
    Category.ESSENTIAL: Cadence.AT_ONCE,
    Category.REQUESTS: Cadence.AT_ONCE,
    Category.MESSAGES: Cadence.AT_ONCE,
    Category.INVITATIONS: Cadence.AT_ONCE,
    Category.FOLLOW_UP: Cadence.DAILY,
    Category.ALERTS: Cadence.DAILY,
    Category.NEWS: Cadence.WEEKLY,
}


#: What nobody has asked for: an address without account may refuse it too.
REFUSABLE = (Category.INVITATIONS,)


class MailPreference(Base):
    """How often a person wishes to hear of a category; no row: the default."""

    __tablename__ = "mail_preference"
    __table_args__ = (sa.CheckConstraint("category <> 'indispensable'", name="what_is_essential_is_no_choice"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    category: Mapped[Category] = mapped_column(primary_key=True)
    cadence: Mapped[Cadence]


class AddressRefusal(Base):
    """An address, known by its keyed hash alone, that refuses a category of mails: kept so that none is sent to it again."""

    __tablename__ = "address_refusal"
    __table_args__ = (
        sa.CheckConstraint("category = 'invitations'", name="what_was_asked_for_is_not_refused"),
        sa.CheckConstraint("address_hash ~ '^[0-9a-f]{64}$'", name="address_is_hashed"),
    )

    address_hash: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[Category] = mapped_column(primary_key=True)
    refused_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class Fate(enum.Enum):
    """What became of a message."""

    WAITING = "en attente"
    SENT = "envoyé"
    GATHERED = "dans un récapitulatif"
    DROPPED = "écarté"
    ABANDONED = "abandonné"


#: As SQL of the indexes and constraints: nothing has become of the message yet.
WAITING_SQL = "num_nonnulls(sent_at, dropped_at, abandoned_at, digest_id) = 0"


class OutgoingMessage(Base):
    """A message written once, never altered: delivered at once, gathered in a digest, dropped when nobody wants it.

    A digest is a message too, that of a day to a person; what it gathers points to it. What the letter says is kept twice:
    as it is sent (`text`, `html`), and in parts, so that a digest can say it again.
    """

    __tablename__ = "outgoing_message"
    __table_args__ = (
        sa.CheckConstraint("address ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="address_is_one_mailbox"),
        sa.CheckConstraint("subject !~ '[\\r\\n]' AND btrim(subject) <> ''", name="subject_is_one_line"),
        sa.CheckConstraint("num_nonnulls(sent_at, dropped_at, abandoned_at, digest_id) <= 1", name="one_end"),
        sa.CheckConstraint("(action_text IS NULL) = (action_url IS NULL)", name="action_has_its_address"),
        sa.CheckConstraint(
            "(unsubscribe_url IS NULL)"
            " = CASE WHEN user_id IS NULL THEN category <> 'invitations' ELSE category = 'indispensable' END",
            name="what_is_a_choice_can_be_unsubscribed",
        ),
        sa.CheckConstraint("category <> 'invitations' OR address_hash IS NOT NULL", name="what_may_be_refused_is_recognised"),
        sa.CheckConstraint("digest_day IS NULL OR (user_id IS NOT NULL AND digest_id IS NULL)", name="digest_is_to_a_person"),
        sa.CheckConstraint("digest_week IS NULL OR digest_day IS NOT NULL", name="week_is_of_a_digest"),
        sa.Index("ix_outgoing_message_due", "next_attempt_at", postgresql_where=sa.text(WAITING_SQL)),
        # One digest a person and a day, and what is wished by the week in one of them; one that was dropped does not count.
        *(
            sa.Index(
                f"uq_outgoing_message_{period}",
                "user_id",
                period,
                unique=True,
                postgresql_where=sa.text(f"{period} IS NOT NULL AND dropped_at IS NULL"),
            )
            for period in ("digest_day", "digest_week")
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True, doc="the Message-ID header, the same at every attempt")
    user_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("app_user.id", ondelete="CASCADE"), index=True, doc="None: an address without account"
    )
    address: Mapped[str]
    address_hash: Mapped[str | None] = mapped_column(doc="as in AddressRefusal, of a mail that an address may refuse")
    category: Mapped[Category] = mapped_column(doc="of a digest: that of the first thing that it says")
    subject: Mapped[str]
    paragraphs: Mapped[list[str]]
    action_text: Mapped[str | None]
    action_url: Mapped[str | None]
    unsubscribe_url: Mapped[str | None] = mapped_column(doc="None: essential, or asked for by an address without account")
    text: Mapped[str]
    html: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    expires_at: Mapped[datetime | None] = mapped_column(doc="from then on it serves nobody: it does not leave any more")
    last_error: Mapped[str | None] = mapped_column(doc="why it has not left")
    sent_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None] = mapped_column(doc="the person had chosen not to get it, or it came too late")
    abandoned_at: Mapped[datetime | None] = mapped_column(doc="refused for good, or tried too often")
    digest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outgoing_message.id", ondelete="CASCADE"), index=True)
    digest_day: Mapped[date | None] = mapped_column(doc="None: not a digest")
    digest_week: Mapped[date | None] = mapped_column(doc="the Monday, where the digest holds what is wished by the week")

    @property
    def fate(self) -> Fate:
        """What became of it."""
        ends = (
            (self.sent_at, Fate.SENT),
            (self.dropped_at, Fate.DROPPED),
            (self.abandoned_at, Fate.ABANDONED),
            (self.digest_id, Fate.GATHERED),
        )
        return next((fate for mark, fate in ends if mark is not None), Fate.WAITING)
