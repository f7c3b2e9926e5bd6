"""Reads of partnerships and of their steps."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership, StepTaken

#: What a page says of a partnership, loaded at once.
WHOLE = (
    joinedload(Partnership.exchange).options(joinedload(Exchange.cite), joinedload(Exchange.partner)),
    joinedload(Partnership.centre),
    selectinload(Partnership.steps).options(joinedload(StepTaken.by), joinedload(StepTaken.answered_by)),
)
#: The condition that a step waits for the answer of the other side.
IS_WAITING = sa.and_(
    StepTaken.needs_confirmation,
    StepTaken.confirmed_at.is_(None),
    StepTaken.refused_at.is_(None),
    StepTaken.withdrawn_at.is_(None),
)


def by_public_id(public_id: str) -> sa.Select:
    """The partnership of this public id with its two sides and its steps, if any."""
    return sa.select(Partnership).where(Partnership.public_id == public_id).options(*WHOLE)


def step_of(partnership: Partnership, step_id: str) -> sa.Select:
    """A step of this very partnership."""
    return sa.select(StepTaken).where(StepTaken.partnership_id == partnership.id, StepTaken.public_id == step_id)


def of_exchange(exchange: Exchange) -> sa.Select:
    """The partnerships of an exchange, the latest first."""
    return (
        sa.select(Partnership)
        .where(Partnership.exchange_id == exchange.id)
        .options(*WHOLE)
        .order_by(Partnership.step_since.desc(), Partnership.id.desc())
    )


def speaks_as_partner(actor: Actor, cite: Any, partner: Any) -> sa.ColumnElement[bool]:
    """The condition that a person stands on the side of the partner: the rule of `exchanges.permissions.side_of`."""
    own = sorted(actor.institution_ids)
    return sa.or_(partner.id.in_(own), sa.and_(partner.parent_id.in_(own), ~cite.id.in_(own)))


def waiting_for(actor: Actor) -> sa.Select:
    """The steps that this person may confirm or refuse, the oldest first: taken by the other side, by someone else.

    The sides are those of `exchanges.permissions.side_of`: membership of the partner comes before that of the Cité.
    """
    own = sorted(actor.institution_ids)
    cite, partner = aliased(Institution), aliased(Institution)
    as_cite, as_partner = sa.and_(cite.id.in_(own), ~partner.id.in_(own)), speaks_as_partner(actor, cite, partner)
    exchange = contains_eager(StepTaken.partnership).contains_eager(Partnership.exchange)
    return (
        sa.select(StepTaken)
        .join(StepTaken.partnership)
        .join(Partnership.exchange)
        .join(cite, cite.id == Exchange.cite_id)
        .join(partner, partner.id == Exchange.partner_id)
        .where(IS_WAITING, sa.or_(StepTaken.by_id.is_(None), StepTaken.by_id != (actor.user.id if actor.user else None)))
        .where(sa.or_(sa.and_(StepTaken.side == Side.PARTNER, as_cite), sa.and_(StepTaken.side == Side.CITE, as_partner)))
        .options(
            exchange.contains_eager(Exchange.cite.of_type(cite)), exchange.contains_eager(Exchange.partner.of_type(partner))
        )
        .order_by(StepTaken.recorded_at, StepTaken.id)
    )
