"""What the page of a proposal shows to the person who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.directory.edition.words import theme_labels
from app.directory.memberships.permissions import Actor
from app.matchmaking.proposals import compare, permissions, queries
from app.matchmaking.proposals.compare import Line
from app.matchmaking.proposals.machine import Action, Party, may
from app.matchmaking.proposals.models import Proposal
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.exchanges.permissions import can_see_exchange, side_of
from app.partnerships.models import Partnership


@dataclass(frozen=True)
class Told:
    """A proposal, its thread, its differences with the version that it answers, and what its reader may do."""

    proposal: Proposal
    thread: list[Proposal]
    lines: list[Line]
    party: Party | None
    living: Partnership | None
    own_draft: Proposal | None
    themes: Mapping[str, str]

    def may(self, action: Action) -> bool:
        """Whether the reader's side may do it now."""
        return self.party is not None and may(action, self.proposal.status, self.party)

    @property
    def activities(self) -> list[str]:
        """The activities of a « rendez-vous de la Cité », in words."""
        return compare.activities(self.proposal)

    @property
    def theme_labels(self) -> list[str]:
        """The poles and axes, in words."""
        return compare.labels(self.proposal, self.themes)

    @property
    def next_version(self) -> Proposal | None:
        """The version that answers this one, if it was sent."""
        return next((one for one in self.thread if one.answers_id == self.proposal.id and one.sent_at), None)

    @property
    def answers_something_settled(self) -> bool:
        """Whether this counter-proposal was prepared for a proposal that does not wait any more."""
        answered = self.proposal.answers
        return answered is not None and not may(Action.COUNTER, answered.status, Party.OTHER)


@dataclass(frozen=True)
class InExchange:
    """The proposals of an exchange, for the person who reads its page."""

    threads: list[list[Proposal]]
    side: Side | None


def gather(session: Session, actor: Actor, proposal: Proposal) -> Told:
    """Read what the page of a proposal shows."""
    exchange, side = proposal.exchange, side_of(actor, proposal.exchange)
    seen = session.scalars(queries.of_exchange(exchange, side)).all()
    thread, themes = queries.thread_of(proposal, seen), theme_labels(session)
    party = permissions.party_of(actor, proposal)
    return Told(
        proposal,
        thread,
        compare.lines(thread, proposal.answers, proposal, themes) if proposal.answers else [],
        party,
        session.scalar(queries.living_partnership(exchange, proposal.format)),
        session.scalar(queries.draft_answering(proposal)) if party is Party.OTHER else None,
        themes,
    )


def in_exchange(session: Session, actor: Actor, exchange: Exchange) -> InExchange:
    """Read what the page of an exchange shows of its proposals: nothing to those who may not see it."""
    if not can_see_exchange(actor, exchange):
        return InExchange([], None)
    side = side_of(actor, exchange)
    return InExchange(queries.threads(session.scalars(queries.of_exchange(exchange, side))), side)
