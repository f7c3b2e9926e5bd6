"""What each person may read of an introduction: the only place where the name of a side is given to the other.

Before both have accepted, a side is a kind, a large territory, and what it offers and seeks in the words that all share. Its
own words (details of offers, presentation, themes that it added) may name it: they wait too. A department often has one
Cité, one centre, one departmental library: of those the region alone is told.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.edition.models import Direction, Offering, Profile, Theme
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, Kind
from app.directory.vocabulary import Audience
from app.matchmaking.interests.masking import INDEFINITE, large_place
from app.matchmaking.introductions.models import Answer, Introduction, Outcome
from app.matchmaking.introductions.permissions import answering_side, can_withdraw, is_intermediary
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.permissions import side_of


@dataclass(frozen=True)
class Party:
    """An institution as someone may read it: `name` and `public_id` are None while they are not theirs to know."""

    kind: Kind
    place: str
    name: str | None
    public_id: str | None

    @property
    def title(self) -> str:
        """Its name, or « une bibliothèque (Alpes-de-Haute-Provence) »."""
        if self.name:
            return self.name
        return f"{INDEFINITE[self.kind]} ({self.place})" if self.place else INDEFINITE[self.kind]


@dataclass(frozen=True)
class Seen:
    """An introduction as one person may read it; a template is given this, and never the row."""

    public_id: str
    cite: Party
    partner: Party
    side: Side | None
    introducer: str
    message: str
    introduced_at: datetime
    expires_at: datetime
    settled_at: datetime | None
    outcome: Outcome | None
    is_waiting: bool
    answering: Side | None
    own_answer: Answer | None
    answers: dict[Side, Answer]
    may_withdraw: bool
    exchange_id: str | None

    @property
    def parties(self) -> dict[Side, Party]:
        return {Side.CITE: self.cite, Side.PARTNER: self.partner}

    @property
    def title(self) -> str:
        """« La médiathèque d’ici et une Cité des métiers (région) », the side of the reader first."""
        if self.side is None:
            return f"{self.cite.title} et {self.partner.title}"
        return f"{self.parties[self.side].title} et {self.parties[self.side.other].title}"


@dataclass(frozen=True)
class Brings:
    """What a side offers, seeks and works on, in the words that all share."""

    offers: list[str]
    needs: list[str]
    themes: list[str]
    audiences: list[str]

    def __bool__(self) -> bool:
        return bool(self.offers or self.needs or self.themes or self.audiences)


def party(institution: Institution, named: bool) -> Party:
    """The institution with its name or without."""
    name, public_id = (institution.name, institution.public_id) if named else (None, None)
    return Party(institution.kind, large_place(institution), name, public_id)


def knows(actor: Actor, introduction: Introduction, side: Side) -> bool:
    """Whether a person may read the name of this side: it is theirs, both have accepted, they picked it or stand between."""
    own = side_of(actor, introduction)
    if own is None:
        return is_intermediary(actor, introduction)
    return (
        own is side
        or introduction.outcome is Outcome.ACCEPTED
        or (introduction.picked and introduction.asked_by is own)
        or actor.speaks_for(introduction.institution(side))
    )


def seen_by(actor: Actor, introduction: Introduction) -> Seen:
    """What this person may read of the introduction."""
    own = side_of(actor, introduction)
    between = is_intermediary(actor, introduction)
    return Seen(
        public_id=introduction.public_id,
        cite=party(introduction.cite, knows(actor, introduction, Side.CITE)),
        partner=party(introduction.partner, knows(actor, introduction, Side.PARTNER)),
        side=own,
        introducer=_introducer(introduction, own),
        message=introduction.message,
        introduced_at=introduction.introduced_at,
        expires_at=introduction.expires_at,
        settled_at=introduction.settled_at,
        outcome=introduction.outcome,
        is_waiting=introduction.is_waiting,
        answering=answering_side(actor, introduction) if introduction.is_waiting else None,
        own_answer=introduction.answer_of(own) if own else None,
        answers={answer.side: answer for answer in introduction.answers} if between else {},
        may_withdraw=introduction.is_waiting and can_withdraw(actor, introduction),
        exchange_id=introduction.exchange.public_id if introduction.exchange else None,
    )


def brings(session: Session, institution: Institution) -> Brings:
    """What the institution offers and seeks, without a word of its own."""
    offerings = session.scalars(sa.select(Offering).where(Offering.institution_id == institution.id)).all()
    said = {one: [row.resource.label for row in offerings if row.direction is one] for one in Direction}
    profile = session.get(Profile, institution.id)
    codes = profile.themes if profile else []
    shared = sa.select(Theme.label).where(Theme.code.in_(codes), Theme.source.is_not(None)).order_by(Theme.rank, Theme.label)
    audiences = {one.value: one.label for one in Audience}
    told = [audiences[code] for code in (profile.audiences if profile else []) if code in audiences]
    return Brings(said[Direction.OFFERED], said[Direction.SOUGHT], list(session.scalars(shared)), told)


def _introducer(introduction: Introduction, own: Side | None) -> str:
    """Who brings the two together, in words that name no side."""
    if introduction.asked_by is None:
        return introduction.introducer.name if introduction.introducer else "l’équipe de Maillage"
    if own is introduction.asked_by:
        return "vous"
    if own is None:
        return introduction.institution(introduction.asked_by).name
    return INDEFINITE[introduction.institution(introduction.asked_by).kind]
