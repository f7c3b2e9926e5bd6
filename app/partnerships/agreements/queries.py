"""Reads of agreements, charter, checklist and documents."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.partnerships.agreements.models import Agreement, AgreementKind, CharterAcceptance, Document, Item, Principle, Tick
from app.partnerships.exchanges.models import Exchange
from app.partnerships.models import Partnership, Step, StepTaken
from app.partnerships.queries import IS_WAITING, speaks_as_partner
from app.partnerships.steps import RULES

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


def in_force(partnership: Partnership | type[Partnership], first: date, last: date) -> sa.Select:
    """The agreements and amendments in force some day from `first` to `last`; an amendment alone is no agreement.

    Of one partnership or, given the class, of the partnership of the select around.
    """
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


def charter_waiting_for(actor: Actor, day: date) -> sa.Select:
    """The centres that only the charter keeps from opening, for the people of the partner, who accept it; the oldest first."""
    cite, partner, ended = aliased(Institution), aliased(Institution), aliased(StepTaken)
    counts = sa.or_(~StepTaken.needs_confirmation, StepTaken.confirmed_at.is_not(None))
    signed = (
        sa.exists()
        .where(StepTaken.partnership_id == Partnership.id, StepTaken.step == Step.SIGNED, counts)
        .where(~sa.exists().where(ended.partnership_id == Partnership.id, ended.step == Step.CLOSED, ended.id > StepTaken.id))
    )
    accepted = sa.select(sa.func.count()).where(
        CharterAcceptance.partnership_id == Partnership.id, CharterAcceptance.revoked_at.is_(None)
    )
    ticked = sa.select(sa.func.count()).where(Tick.partnership_id == Partnership.id, Tick.unticked_at.is_(None))
    exchange = contains_eager(Partnership.exchange)
    return (
        sa.select(Partnership)
        .join(Partnership.exchange)
        .join(cite, cite.id == Exchange.cite_id)
        .join(partner, partner.id == Exchange.partner_id)
        .where(Partnership.format == Format.CENTRE, Partnership.step.in_(RULES[Step.RUNNING].after))
        .where(speaks_as_partner(actor, cite, partner))
        .where(~sa.exists().where(StepTaken.partnership_id == Partnership.id, IS_WAITING))
        .where(signed, in_force(Partnership, day, day).correlate(Partnership).exists())
        .where(accepted.scalar_subquery() < len(Principle), ticked.scalar_subquery() == len(Item))
        .options(
            exchange.contains_eager(Exchange.cite.of_type(cite)), exchange.contains_eager(Exchange.partner.of_type(partner))
        )
        .order_by(Partnership.step_since, Partnership.id)
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
