"""Partnerships and the steps that they take; nothing that was taken is ever erased."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.directory.models import Institution, Precision
from app.directory.vocabulary import Format
from app.partnerships.exchanges.models import Exchange, Side
from app.public_ids import random_public_id
from geo.orm import Base


class Step(enum.Enum):
    """Where a partnership stands; which step may follow which is the table of app.partnerships.steps."""

    CONTACT = "contact"
    VISITS = "visites"
    FRAMING = "cadrage"
    AWARENESS = "sensibilisation"
    TRIAL = "experimentation"
    SIGNED = "signature"
    RUNNING = "en-fonctionnement"
    REVIEW = "bilan"
    SUSPENDED = "suspendu"
    CLOSED = "clos"

    @property
    def label(self) -> str:
        return STEP_LABELS[self]


STEP_LABELS = {
    Step.CONTACT: "Prise de contact",
    Step.VISITS: "Visites et présentations",
    Step.FRAMING: "Cadrage de la formule",
    Step.AWARENESS: "Sensibilisation croisée",
    Step.TRIAL: "Expérimentation",
    Step.SIGNED: "Convention ou protocole signé",
    Step.RUNNING: "En fonctionnement",
    Step.REVIEW: "Bilan",
    Step.SUSPENDED: "Suspendu",
    Step.CLOSED: "Clos ou sans suite",
}


class Partnership(Base):
    """What the two sides of an exchange do together, in one format."""

    __tablename__ = "partnership"
    __table_args__ = (
        sa.Index(
            "uq_partnership_living",
            "exchange_id",
            "format",
            unique=True,
            postgresql_where=sa.text("step <> 'clos'"),
        ),
        sa.Index("uq_partnership_living_centre", "centre_id", unique=True, postgresql_where=sa.text("step <> 'clos'")),
        sa.CheckConstraint(
            "format <> 'autre-formule' OR btrim(coalesce(description, '')) <> ''", name="other_format_is_described"
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id"), index=True)
    format: Mapped[Format]
    description: Mapped[str | None] = mapped_column(doc="of the format, in the words of the two sides")
    themes: Mapped[list[str]] = mapped_column(server_default="{}", doc="codes of Theme")
    step: Mapped[Step] = mapped_column(doc="the last step that counts, kept beside the history for boards", index=True)
    step_since: Mapped[datetime] = mapped_column(server_default=sa.func.now(), doc="when that step began to count here")
    centre_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("institution.id"), doc="the centre or relay of the directory that it opened", index=True
    )
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    exchange: Mapped[Exchange] = relationship()
    centre: Mapped[Institution | None] = relationship()
    steps: Mapped[list["StepTaken"]] = relationship(back_populates="partnership", order_by="StepTaken.id")

    @property
    def waiting(self) -> "StepTaken | None":
        """The step that the other side has still to confirm, if any."""
        return next((one for one in self.steps if one.is_waiting), None)

    @property
    def current(self) -> "StepTaken":
        """The last step that counts. Since nothing is taken while a step waits, steps count in the order of their ids."""
        return [one for one in self.steps if one.counts][-1]


class StepTaken(Base):
    """A step taken by a side; it counts at once, or when the other side has confirmed it."""

    __tablename__ = "step_taken"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(confirmed_at, refused_at, withdrawn_at) <= 1", name="one_answer"),
        sa.CheckConstraint(
            "needs_confirmation OR num_nonnulls(confirmed_at, refused_at, withdrawn_at) = 0", name="answer_to_a_question"
        ),
        sa.CheckConstraint("precision IN ('jour', 'mois', 'annee')", name="day_is_known"),
        sa.CheckConstraint("precision <> 'mois' OR extract(day FROM taken_on) = 1", name="month_is_its_first_day"),
        sa.CheckConstraint("precision <> 'annee' OR to_char(taken_on, 'MM-DD') = '01-01'", name="year_is_its_first_day"),
        sa.CheckConstraint("NOT needs_confirmation OR side IS NOT NULL", name="a_side_asks_the_other"),
        # Where one of the two has left the service, nothing is known any more, and nothing is refused.
        sa.CheckConstraint("confirmed_at IS NULL OR answered_by_id <> by_id", name="another_person_confirms"),
        sa.CheckConstraint(
            "step NOT IN ('cadrage', 'suspendu', 'clos') OR btrim(coalesce(note, '')) <> ''", name="what_must_be_told_is"
        ),
        sa.CheckConstraint("refused_at IS NULL OR btrim(coalesce(answer_note, '')) <> ''", name="a_refusal_has_a_reason"),
        sa.Index(
            "uq_step_taken_waiting",
            "partnership_id",
            unique=True,
            postgresql_where=sa.text(
                "needs_confirmation AND confirmed_at IS NULL AND refused_at IS NULL AND withdrawn_at IS NULL"
            ),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=random_public_id)
    partnership_id: Mapped[int] = mapped_column(sa.ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    step: Mapped[Step]
    taken_on: Mapped[date]
    precision: Mapped[Precision] = mapped_column(server_default="jour")
    side: Mapped[Side | None] = mapped_column(doc="the side that took it; None: the agency or an administrator")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    note: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    needs_confirmation: Mapped[bool] = mapped_column(server_default="false")
    confirmed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id", ondelete="SET NULL"), index=True)
    answer_note: Mapped[str | None]

    partnership: Mapped[Partnership] = relationship(back_populates="steps")
    by: Mapped[User | None] = relationship(foreign_keys=by_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)

    @property
    def counts(self) -> bool:
        """Whether the partnership has taken it: confirmed, or in no need to be."""
        return not self.needs_confirmation or self.confirmed_at is not None

    @property
    def is_waiting(self) -> bool:
        """Whether the other side has still to answer."""
        return self.needs_confirmation and not (self.confirmed_at or self.refused_at or self.withdrawn_at)
