"""Reads of agreements, charter, checklist and documents."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.partnerships.agreements.models import Agreement, AgreementKind, CharterAcceptance, Document, Tick
from app.partnerships.exchanges.models import Exchange
from app.partnerships.models import Partnership, Step

#: How long before the end of an agreement both sides are told.
REMINDER_MONTHS = 3


def agreements_of(partnership: Partnership) -> sa.Select:
    """The agreements of a partnership, the latest signed first, those taken back included."""
    return (
        sa.select(Agreement)
        .where(Agreement.partnership_id == partnership.id)
        .options(selectinload(Agreement.signatories), joinedload(Agreement.recorded_by), joinedload(Agreement.removed_by))
        .order_by(Agreement.signed_on.desc(), Agreement.id.desc())
    )


def agreement_of(partnership: Partnership, agreement_id: str) -> sa.Select:
    """An agreement of this very partnership."""
    return sa.select(Agreement).where(Agreement.partnership_id == partnership.id, Agreement.public_id == agreement_id)


def in_force(partnership: Partnership, first: date, last: date) -> sa.Select:
    """The agreements and amendments in force some day from `first` to `last`; an amendment alone is no agreement."""
    base = aliased(Agreement)
    has_base = sa.exists().where(
        base.partnership_id == partnership.id,
        base.removed_at.is_(None),
        base.kind != AgreementKind.AMENDMENT,
        base.signed_on <= last,
    )
    return sa.select(Agreement).where(
        Agreement.partnership_id == partnership.id,
        Agreement.removed_at.is_(None),
        Agreement.signed_on <= last,
        sa.or_(Agreement.ends_on.is_(None), Agreement.ends_on >= first),
        has_base,
    )


def ending_soon(day: date) -> sa.Select:
    """The agreements that end within three months of `day`, of which nobody was told yet; the next to end first.

    What a later agreement or amendment prolongs does not end; what is closed needs no reminder.
    """
    later = aliased(Agreement)
    prolonged = sa.exists().where(
        later.partnership_id == Agreement.partnership_id,
        later.removed_at.is_(None),
        later.signed_on > Agreement.signed_on,
        sa.or_(later.ends_on.is_(None), later.ends_on > Agreement.ends_on),
    )
    first_day = sa.cast(Agreement.ends_on - sa.func.make_interval(0, REMINDER_MONTHS), sa.Date)
    exchange = joinedload(Agreement.partnership).joinedload(Partnership.exchange)
    return (
        sa.select(Agreement)
        .join(Agreement.partnership)
        .where(
            Agreement.removed_at.is_(None),
            Agreement.reminded_at.is_(None),
            Agreement.ends_on >= day,
            first_day <= day,
            Partnership.step != Step.CLOSED,
            ~prolonged,
        )
        .options(exchange.joinedload(Exchange.cite), exchange.joinedload(Exchange.partner))
        .order_by(Agreement.ends_on, Agreement.id)
    )


def acceptances_of(partnership: Partnership) -> sa.Select:
    """Every acceptance of a principle of the charter, revoked ones included, the oldest first."""
    return (
        sa.select(CharterAcceptance)
        .where(CharterAcceptance.partnership_id == partnership.id)
        .options(joinedload(CharterAcceptance.revoked_by))
        .order_by(CharterAcceptance.id)
    )


def ticks_of(partnership: Partnership) -> sa.Select:
    """Every tick of the checklist, undone ones included, the oldest first."""
    return (
        sa.select(Tick)
        .where(Tick.partnership_id == partnership.id)
        .options(joinedload(Tick.ticked_by), joinedload(Tick.unticked_by))
        .order_by(Tick.id)
    )


def documents_of(partnership: Partnership) -> sa.Select:
    """The documents of a partnership without their content, deleted ones included, the latest first."""
    return (
        sa.select(Document)
        .where(Document.partnership_id == partnership.id)
        .options(joinedload(Document.uploaded_by), joinedload(Document.deleted_by))
        .order_by(Document.id.desc())
    )


def document_of(partnership: Partnership, document_id: str) -> sa.Select:
    """A document of this very partnership that was not deleted."""
    return sa.select(Document).where(
        Document.partnership_id == partnership.id, Document.public_id == document_id, Document.deleted_at.is_(None)
    )
