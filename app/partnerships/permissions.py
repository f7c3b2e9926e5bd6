"""Who sees a partnership, who acts in it. That the other side confirms, and another person, is a rule of the action."""

from app.directory.memberships.permissions import Actor
from app.partnerships.exchanges.models import Exchange
from app.partnerships.exchanges.permissions import can_see_exchange, follows_exchange, side_of
from app.partnerships.models import Partnership


def can_see_partnership(actor: Actor, partnership: Partnership) -> bool:
    """The two sides, the agency of the region of either, administrators. For others it does not exist."""
    return can_see_exchange(actor, partnership.exchange)


def can_record(actor: Actor, exchange: Exchange) -> bool:
    """The two sides; the agency that brought them together notes that they are in contact, as do administrators."""
    return side_of(actor, exchange) is not None or follows_exchange(actor, exchange)


def can_act(actor: Actor, partnership: Partnership) -> bool:
    """The two sides alone: the agency sees, and signs nothing."""
    return side_of(actor, partnership.exchange) is not None
