"""Reads of proposals: those of an exchange, what waits for someone, what is due."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.matchmaking.proposals.machine import WAITING
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.exchanges.queries import side_for
from app.partnerships.models import Partnership, Step

WITH_SIDES = (
    joinedload(Proposal.exchange).joinedload(Exchange.cite),
    joinedload(Proposal.exchange).joinedload(Exchange.partner),
)


def by_public_id(public_id: str) -> sa.Select:
    """The proposal of this public id, if any."""
    return sa.select(Proposal).where(Proposal.public_id == public_id).options(*WITH_SIDES)


def exchange_by_public_id(public_id: str) -> sa.Select:
    """The exchange of this public id, if any."""
    return (
        sa.select(Exchange)
        .where(Exchange.public_id == public_id)
        .options(joinedload(Exchange.cite), joinedload(Exchange.partner))
    )


def of_exchange(exchange: Exchange, side: Side | None) -> sa.Select:
    """The proposals of an exchange that a side may read (None: neither), the oldest first: drafts are of their side alone."""
    seen = [Proposal.status != Status.DRAFT]
    if side is not None:
        seen.append(Proposal.side == side)
    return (
        sa.select(Proposal).where(Proposal.exchange_id == exchange.id, sa.or_(*seen)).options(*WITH_SIDES).order_by(Proposal.id)
    )


def created_with(exchange: Exchange, side: Side, form_key: str) -> sa.Select:
    """The proposal that this very form has created, if it was sent before."""
    return sa.select(Proposal).where(Proposal.exchange_id == exchange.id, Proposal.side == side, Proposal.form_key == form_key)


def draft_answering(proposal: Proposal) -> sa.Select:
    """The counter-proposal that the other side prepares, if any."""
    return sa.select(Proposal).where(Proposal.answers_id == proposal.id, Proposal.status == Status.DRAFT)


def living_partnership(exchange: Exchange, wanted: Format) -> sa.Select:
    """The partnership of this format that goes on in the exchange, if any: there is one at most."""
    return sa.select(Partnership).where(
        Partnership.exchange_id == exchange.id, Partnership.format == wanted, Partnership.step != Step.CLOSED
    )


def accepted_in(partnership: Partnership) -> sa.Select:
    """The proposal that began a partnership, if any: its acceptance holds the partnership, and no other proposal does."""
    return sa.select(Proposal).where(Proposal.partnership_id == partnership.id)


def waiting_for(actor: Actor) -> sa.Select:
    """The proposals that wait for an answer of this person's side, the oldest first."""
    cite, partner = aliased(Institution), aliased(Institution)
    return (
        sa.select(Proposal)
        .join(Proposal.exchange)
        .join(cite, cite.id == Exchange.cite_id)
        .join(partner, partner.id == Exchange.partner_id)
        .where(Proposal.status.in_(WAITING), sa.cast(Proposal.side, sa.Text) != side_for(actor, cite, partner))
        .options(*WITH_SIDES)
        .order_by(Proposal.sent_at, Proposal.id)
    )


def expired_at(moment: datetime) -> sa.Select:
    """The ids of proposals whose time for an answer is over."""
    return sa.select(Proposal.id).where(Proposal.status.in_(WAITING), Proposal.expires_at <= moment).order_by(Proposal.id)


def silent_since(moment: datetime) -> sa.Select:
    """The ids of proposals sent before this moment that wait, and of which nobody was reminded."""
    return (
        sa.select(Proposal.id)
        .where(Proposal.status.in_(WAITING), Proposal.sent_at <= moment, Proposal.reminded_at.is_(None))
        .order_by(Proposal.id)
    )


def threads(proposals: Iterable[Proposal]) -> list[list[Proposal]]:
    """Put each answer after what it answers: one list a thread, from the first version to the last; the newest thread first."""
    found: dict[int, list[Proposal]] = {}
    for one in sorted(proposals, key=lambda proposal: proposal.id):
        thread = found.get(one.answers_id or 0, [])
        thread.append(one)
        found[one.id] = thread
    unique = {id(thread): thread for thread in found.values()}
    return sorted(unique.values(), key=lambda thread: thread[-1].id, reverse=True)


def thread_of(proposal: Proposal, proposals: Iterable[Proposal]) -> list[Proposal]:
    """The thread of one proposal, among those that the reader may see."""
    return next(thread for thread in threads(proposals) if proposal in thread)
