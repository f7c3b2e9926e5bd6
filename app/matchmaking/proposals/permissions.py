"""Who may read a proposal, and who acts on it."""

from app.directory.memberships.permissions import Actor
from app.matchmaking.proposals.machine import Party
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.permissions import can_see_exchange, side_of


def party_of(actor: Actor, proposal: Proposal) -> Party | None:
    """The part that a person plays in the table of moves; None for those who only read."""
    side = side_of(actor, proposal.exchange)
    if side is None:
        return None
    return Party.AUTHOR if side is proposal.side else Party.OTHER


def can_see_proposal(actor: Actor, proposal: Proposal) -> bool:
    """A draft: its side alone. Once sent: the two sides, the agency of either, administrators."""
    if proposal.status is Status.DRAFT:
        return can_handle(actor, proposal)
    return can_see_exchange(actor, proposal.exchange)


def can_handle(actor: Actor, proposal: Proposal) -> bool:
    """Write, send, throw away, withdraw: any person of the side that proposes."""
    return party_of(actor, proposal) is Party.AUTHOR


def can_answer(actor: Actor, proposal: Proposal) -> bool:
    """Accept, decline, counter: any person of the side that it is proposed to, once it was sent."""
    return proposal.status is not Status.DRAFT and party_of(actor, proposal) is Party.OTHER
