"""People who sign in, their sign-in links and their sessions. No password; tokens are stored as hashes alone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.public_ids import random_public_id
from geo.orm import Base

#: As PostgreSQL reads it: control characters, and those that are not seen or turn the text around.
UNSEEN = r"\u0001-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
HASH = "token_hash ~ '^[0-9a-f]{64}$'"


class User(Base):
    """A person, known by the address that they have proven to read."""

    __tablename__ = "app_user"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email_is_folded"),
        sa.CheckConstraint("name IS NULL OR btrim(name) <> ''", name="name_not_blank"),
        sa.CheckConstraint(f"name !~ '[{UNSEEN}]'", name="name_is_seen_whole"),
        sa.CheckConstraint(f"function !~ '[{UNSEEN}]'", name="function_is_seen_whole"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None] = mapped_column(doc="as the person signs: « Marie Payet »")
    function: Mapped[str | None] = mapped_column(doc="« responsable du partenariat »")
    is_administrator: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    warned_at: Mapped[datetime | None] = mapped_column(doc="when told that an unused account would be erased")

    sessions: Mapped[list["UserSession"]] = relationship(
        back_populates="user", order_by="UserSession.last_seen_at.desc()", passive_deletes=True
    )

    def __str__(self) -> str:
        return self.name or "Personne sans nom"


class SignInLink(Base):
    """A link sent to an address; whoever follows it has proven to read that mailbox. Used once, within minutes."""

    __tablename__ = "sign_in_link"
    __table_args__ = (
        sa.CheckConstraint(HASH, name="token_is_hashed"),
        sa.CheckConstraint("expires_at > created_at", name="expires_after_it_is_made"),
        sa.CheckConstraint("used_at <= expires_at", name="used_in_time"),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True, doc="SHA-256 of the token, in hexadecimal")
    email: Mapped[str] = mapped_column(index=True)
    destination: Mapped[str | None] = mapped_column(doc="path of our own to open afterwards")
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    def serves(self, instant: datetime) -> bool:
        """Whether it would sign in at this instant."""
        return self.used_at is None and instant < self.expires_at


class EmailChange(Base):
    """A person wants another address: it counts once they have shown, signed in, that they read that mailbox too.

    One row a person: a new wish takes the place of the one before.
    """

    __tablename__ = "email_change"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_is_folded"),
        sa.CheckConstraint(HASH, name="token_is_hashed"),
        sa.CheckConstraint("expires_at > created_at", name="expires_after_it_is_made"),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)


class UserSession(Base):
    """A browser in which a person is signed in; deleted when they sign out or revoke it."""

    __tablename__ = "user_session"
    __table_args__ = (sa.CheckConstraint(HASH, name="token_is_hashed"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(doc="« Firefox sous Windows »: what the person needs to know it by, and no more")
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    user: Mapped[User] = relationship(back_populates="sessions")


class RateLimit(Base):
    """How often something was tried in a window of time, by a keyed hash of who tries; erased a day later."""

    __tablename__ = "rate_limit"
    __table_args__ = (sa.CheckConstraint("number > 0", name="number_is_positive"),)

    what: Mapped[str] = mapped_column(primary_key=True)
    who_hash: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    number: Mapped[int]
