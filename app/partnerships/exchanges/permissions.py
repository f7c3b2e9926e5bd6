"""Who is on which side of an exchange, and who may see that it exists."""

from typing import Protocol

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.partnerships.exchanges.models import Exchange, Side


class Pair(Protocol):
    """A Cité and a partner: an exchange, or what comes before one."""

    @property
    def cite(self) -> Institution: ...

    @property
    def partner(self) -> Institution: ...


def side_of(actor: Actor, pair: Pair) -> Side | None:
    """The side for which a person speaks, or None. Membership of the partner itself comes before that of a Cité above it."""
    if actor.is_member_of(pair.partner):
        return Side.PARTNER
    if actor.speaks_for(pair.cite):
        return Side.CITE
    return Side.PARTNER if actor.speaks_for(pair.partner) else None


def silent_side(actor: Actor, pair: Pair) -> Side | None:
    """The other side, where a person speaks for it too: they act for one, and someone else acts for this one."""
    side = side_of(actor, pair)
    if side is None:
        return None
    other = pair.cite if side is Side.PARTNER else pair.partner
    return side.other if actor.speaks_for(other) else None


def follows_exchange(actor: Actor, exchange: Exchange) -> bool:
    """Plays the agency's part for one of the two sides, or is an administrator."""
    return actor.follows(exchange.cite) or actor.follows(exchange.partner)


def can_see_exchange(actor: Actor, exchange: Exchange) -> bool:
    """The two sides, the agency of the region of either, administrators. Its messages are for the two sides alone."""
    return side_of(actor, exchange) is not None or follows_exchange(actor, exchange)


def can_read_messages(actor: Actor, exchange: Exchange) -> bool:
    """The two sides alone: neither the agency nor an administrator reads what they write to each other."""
    return side_of(actor, exchange) is not None


def can_write(actor: Actor, exchange: Exchange) -> bool:
    """The two sides alone."""
    return side_of(actor, exchange) is not None
