"""Reads of exchanges and their messages."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.directory.edition.models import Profile
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.partnerships.exchanges.models import Exchange, ExchangeSeen, Message, Side
from geo.territories import Territory


def by_public_id(public_id: str) -> sa.Select:
    """The exchange of this public id with its two sides, if any."""
    return (
        sa.select(Exchange)
        .where(Exchange.public_id == public_id)
        .options(joinedload(Exchange.cite), joinedload(Exchange.partner))
    )


def between(cite: Institution, partner: Institution) -> sa.Select:
    """The exchange of these two, if any."""
    return sa.select(Exchange).where(Exchange.cite_id == cite.id, Exchange.partner_id == partner.id)


def spoken_for(actor: Actor) -> sa.Select:
    """The ids of the institutions for which a person speaks: their own, and the centres of their Cités."""
    own = sorted(actor.institution_ids)
    return sa.select(Institution.id).where(sa.or_(Institution.id.in_(own), Institution.parent_id.in_(own)))


def of_sides(actor: Actor) -> sa.Select:
    """The exchanges of which this person is on a side; rows are (Exchange, day of the last message or None), latest first."""
    ids = spoken_for(actor)
    last = sa.select(sa.func.max(Message.sent_at)).where(Message.exchange_id == Exchange.id).scalar_subquery()
    return (
        sa.select(Exchange, last.label("last_message_at"))
        .where(sa.or_(Exchange.cite_id.in_(ids), Exchange.partner_id.in_(ids)))
        .options(joinedload(Exchange.cite), joinedload(Exchange.partner))
        .order_by(sa.func.coalesce(last, Exchange.opened_at).desc(), Exchange.id)
    )


def followed(actor: Actor) -> sa.Select:
    """The exchanges that an intermediary follows and is not a side of, the latest opened first."""
    ids = spoken_for(actor)
    cite_place, partner_place = aliased(Territory), aliased(Territory)
    cite, partner = aliased(Institution), aliased(Institution)
    regions = sorted(actor.region_ids)
    in_region = sa.or_(cite_place.region_id.in_(regions), partner_place.region_id.in_(regions))
    return (
        sa.select(Exchange)
        .join(cite, cite.id == Exchange.cite_id)
        .join(partner, partner.id == Exchange.partner_id)
        .outerjoin(cite_place, cite_place.id == cite.territory_id)
        .outerjoin(partner_place, partner_place.id == partner.territory_id)
        .where(Exchange.cite_id.not_in(ids), Exchange.partner_id.not_in(ids))
        .where(sa.true() if actor.is_administrator else in_region)
        .options(joinedload(Exchange.cite), joinedload(Exchange.partner))
        .order_by(Exchange.opened_at.desc(), Exchange.id)
    )


def side_for(actor: Actor, cite: type[Institution], partner: type[Institution]) -> sa.Case[str]:
    """The same rule as permissions.side_of, in a select: membership of the partner itself comes first."""
    ids = actor.institution_ids
    return sa.case(
        (partner.id.in_(ids), Side.PARTNER.value),
        (sa.or_(cite.id.in_(ids), cite.parent_id.in_(ids)), Side.CITE.value),
        (partner.parent_id.in_(ids), Side.PARTNER.value),
    )


def unread_for(actor: Actor) -> sa.Select:
    """The first message that this person has not been shown, of each exchange where the other side has written since."""
    cite, partner = aliased(Institution), aliased(Institution)
    reader = actor.user.id if actor.user else None
    seen = sa.and_(ExchangeSeen.exchange_id == Message.exchange_id, ExchangeSeen.user_id == reader)
    first = (
        sa.select(sa.func.min(Message.id))
        .join(Message.exchange)
        .join(cite, cite.id == Exchange.cite_id)
        .join(partner, partner.id == Exchange.partner_id)
        .outerjoin(ExchangeSeen, seen)
        .where(sa.cast(Message.side, sa.Text) != side_for(actor, cite, partner))
        .where(Message.author_id.is_distinct_from(reader))
        .where(sa.or_(ExchangeSeen.seen_at.is_(None), Message.sent_at > ExchangeSeen.seen_at))
        .group_by(Message.exchange_id)
    )
    sides = joinedload(Message.exchange)
    return (
        sa.select(Message)
        .where(Message.id.in_(first))
        .options(sides.joinedload(Exchange.cite), sides.joinedload(Exchange.partner))
        .order_by(Message.sent_at, Message.id)
    )


def messages_of(exchange: Exchange) -> sa.Select:
    """The messages of an exchange with their authors, the oldest first."""
    return sa.select(Message).where(Message.exchange_id == exchange.id).options(joinedload(Message.author)).order_by(Message.id)


def number_of_messages(exchange: Exchange) -> sa.Select:
    """How many messages an exchange holds."""
    return sa.select(sa.func.count(Message.id)).where(Message.exchange_id == exchange.id)


def shared_mailbox(institution: Institution) -> sa.Select:
    """The shared mailbox of an institution, if it has given one."""
    return sa.select(Profile.contact_email).where(Profile.institution_id == institution.id)
