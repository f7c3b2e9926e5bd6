"""Tables of shortlists and the searches that teams keep.

A list and a search belong to an institution: its members read and write them. Who added or changed a line is told to the team
alone, and goes with the account.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.constraints import not_blank
from app.directory.models import Institution
from app.public_ids import random_public_id
from geo.orm import Base


class Status(enum.Enum):
    """How far the team is with a library of a list, from the first look to the choice."""

    TO_STUDY = "a-etudier"
    TO_CALL = "a-appeler"
    CONTACTED = "contactee"
    MEETING_PLANNED = "rencontre-prevue"
    KEPT = "retenue"
    SET_ASIDE = "ecartee"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    Status.TO_STUDY: "à étudier",
    Status.TO_CALL: "à appeler",
    Status.CONTACTED: "contactée",
    Status.MEETING_PLANNED: "rencontre prévue",
    Status.KEPT: "retenue",
    Status.SET_ASIDE: "écartée",
}

LONGEST_NAME, LONGEST_NOTE, LONGEST_ASKED = 120, 2_000, 4_000


class Shortlist(Base):
    """Libraries that a team looks at together; `asked` is the search that it came from, as the query of a URL."""

    __tablename__ = "shortlist"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "name"),
        sa.CheckConstraint(not_blank("name"), name="name_not_blank"),
        sa.CheckConstraint(f"char_length(asked) <= {LONGEST_ASKED}", name="asked_is_short"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), doc="the team")
    name: Mapped[str]
    note: Mapped[str | None]
    asked: Mapped[str] = mapped_column(server_default="", doc="query of the candidates' page; empty: made by hand")
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    revision: Mapped[int] = mapped_column(server_default="1", doc="counts edits: who edits says which was read")

    institution: Mapped[Institution] = relationship()
    created_by: Mapped[User | None] = relationship()


class Entry(Base):
    """A library of a list, once: how far the team is with it, and what it says of it."""

    __tablename__ = "shortlist_entry"
    __table_args__ = (sa.UniqueConstraint("shortlist_id", "institution_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    shortlist_id: Mapped[int] = mapped_column(sa.ForeignKey("shortlist.id", ondelete="CASCADE"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    status: Mapped[Status] = mapped_column(server_default=Status.TO_STUDY.value)
    note: Mapped[str | None]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    added_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    changed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(server_default="1", doc="counts edits: who edits says which was read")

    shortlist: Mapped[Shortlist] = relationship()
    institution: Mapped[Institution] = relationship()
    added_by: Mapped[User | None] = relationship(foreign_keys=added_by_id)
    changed_by: Mapped[User | None] = relationship(foreign_keys=changed_by_id)


class SavedSearch(Base):
    """A search of candidates that a team keeps, and whose followers are told what enters it.

    `first`: the libraries of the first ranks alone; None: all of those that pass its filters. It ends a year after it was
    saved or renewed, never before its followers were asked.
    """

    __tablename__ = "saved_search"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "name"),
        sa.CheckConstraint(not_blank("name"), name="name_not_blank"),
        sa.CheckConstraint(f"char_length(asked) <= {LONGEST_ASKED}", name="asked_is_short"),
        sa.CheckConstraint("first BETWEEN 1 AND 100", name="first_is_sensible"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), doc="the team")
    name: Mapped[str]
    asked: Mapped[str] = mapped_column(server_default="", doc="query of the candidates' page")
    first: Mapped[int | None]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    saved_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    renewed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), index=True, doc="saved, or renewed")
    asked_at: Mapped[datetime | None] = mapped_column(doc="when asked whether it still serves, since `renewed_at`")
    looked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), doc="when what answers it was last compared")

    institution: Mapped[Institution] = relationship()
    saved_by: Mapped[User | None] = relationship()


class Follower(Base):
    """A person who is told what enters a search; `seen_at` is when they last said that they had seen it."""

    __tablename__ = "saved_search_follower"

    saved_search_id: Mapped[int] = mapped_column(sa.ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class Hit(Base):
    """A library that answers a search, or did: once per search, so that two timers tell of it once.

    Those there when it was saved entered at that moment, and were told to nobody.
    """

    __tablename__ = "saved_search_hit"
    __table_args__ = (sa.CheckConstraint("left_at >= entered_at", name="it_leaves_after_it_enters"),)

    saved_search_id: Mapped[int] = mapped_column(sa.ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(
        sa.ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(doc="None: it answers the search")
    told_at: Mapped[datetime | None] = mapped_column(doc="when the followers were last told that it enters")

    institution: Mapped[Institution] = relationship()
