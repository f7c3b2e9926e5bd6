"""Which two institutions a form is about, as far as is known, and who of them may be named to the person who fills it.

They come from the address (`?cite=…&structure=…`, public ids read in the directory), from an interest whose author may stay
unnamed (`&interet=…`), or are the person's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.memberships.permissions import Actor, region_of
from app.directory.models import Institution, Kind
from app.directory.queries import Criteria, by_public_id, search_page
from app.matchmaking.interests.models import Interest
from app.matchmaking.interests.permissions import can_introduce_from, can_name_about, can_name_author
from app.matchmaking.interests.queries import by_public_id as interest_by_public_id
from app.matchmaking.introductions.actions import Wish
from app.matchmaking.introductions.queries import PARTNER_KINDS, playing_the_agency
from app.matchmaking.introductions.sight import Party, party
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.permissions import side_of
from geo.territories import Territory

NAMES = {Side.CITE: "cite", Side.PARTNER: "structure"}
MOST_FOUND = 8


@dataclass
class Choice:
    """The institutions chosen so far, by side; those of `unnamed` sides are known from an interest alone."""

    sides: dict[Side, Institution] = field(default_factory=dict)
    unnamed: set[Side] = field(default_factory=set)
    interest: Interest | None = None
    #: Why one of the institutions of the address has no place here, in French.
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        return len(self.sides) == len(Side)

    @property
    def parties(self) -> dict[Side, Party]:
        """Each side chosen, as the person may read it."""
        return {side: party(one, side not in self.unnamed) for side, one in self.sides.items()}

    @property
    def args(self) -> dict[str, Any]:
        """What a link or a form carries to come back to this choice: no id of a side that is not named."""
        ids = {NAMES[side]: one.public_id for side, one in self.sides.items() if side not in self.unnamed}
        return ids | ({"interet": self.interest.public_id} if self.interest else {})

    def args_without(self, side: Side) -> dict[str, Any]:
        """The same, to choose this side again."""
        return {name: value for name, value in self.args.items() if name not in (NAMES[side], "interet")}

    def args_with(self, institution: Institution) -> dict[str, Any]:
        """The same with one more institution."""
        return self.args | {NAMES[_slot(institution)]: institution.public_id}


@dataclass(frozen=True)
class Chosen:
    """A pair, as permissions ask for it."""

    cite: Institution
    partner: Institution


def read(session: Session, actor: Actor, values: Mapping[str, str]) -> Choice:
    """Understand the parameters; stop with the 404 page on an id that is nobody's, or that this person may not use."""
    choice = Choice()
    for name in NAMES.values():
        if public_id := values.get(name, "").strip():
            institution = session.scalar(by_public_id(public_id)) or abort(404)
            if institution.kind is Kind.AGENCY:
                choice.problem = "Une agence met d’autres structures en relation : choisissez-en deux autres qu’elle."
            elif choice.sides.setdefault(_slot(institution), institution) is not institution:
                choice.problem = "Une mise en relation réunit une Cité des métiers et une structure qui n’en est pas une."
    if public_id := values.get("interet", "").strip():
        _read_interest(session, actor, choice, public_id)
    return _completed(actor, choice)


def own_choices(actor: Actor, side: Side) -> list[Institution]:
    """The institutions of this person that could be on this side."""
    return [one for one in actor.institutions if one.kind is not Kind.AGENCY and _slot(one) is side]


def find(session: Session, side: Side, words: str, territory: Territory | None = None) -> list[Institution]:
    """The first institutions of the directory that answer these words, or lie there, and could be on this side."""
    kinds = (Kind.CITE,) if side is Side.CITE else PARTNER_KINDS
    if not words and territory is None:
        return []
    wanted = Criteria(today(), words=words, kinds=kinds, territory=None if words else territory)
    return [row.Institution for row in session.execute(search_page(wanted, 1, MOST_FOUND))]


def wished(choice: Choice, side: Side) -> Territory | None:
    """Where the interest looks for the institution of a side that is still to be chosen."""
    return choice.interest.toward_territory if choice.interest and side not in choice.sides else None


def pair(choice: Choice) -> Chosen:
    """The two institutions of a complete choice."""
    return Chosen(choice.sides[Side.CITE], choice.sides[Side.PARTNER])


def wish(session: Session, actor: Actor, choice: Choice, message: str) -> Wish:
    """What a complete choice asks for, in the name of the side for which the person speaks, or of the agency."""
    two = pair(choice)
    asked_by = side_of(actor, two)
    regions = {region for region in (region_of(two.cite), region_of(two.partner)) if region}
    introducers = playing_the_agency(actor.institution_ids - {two.cite.id, two.partner.id}, regions)
    return Wish(
        cite=two.cite,
        partner=two.partner,
        message=message,
        asked_by=asked_by,
        picked=asked_by is not None and asked_by.other not in choice.unnamed,
        introducer=None if asked_by else session.scalars(introducers.limit(1)).first(),
        interest=choice.interest,
    )


def _slot(institution: Institution) -> Side:
    return Side.CITE if institution.kind is Kind.CITE else Side.PARTNER


def _read_interest(session: Session, actor: Actor, choice: Choice, public_id: str) -> None:
    """Add the institutions that an interest speaks of; its author stays unnamed to those who may not read its name."""
    interest: Interest = session.scalar(interest_by_public_id(public_id)) or abort(404)
    subject = interest.subject
    if subject is None or not can_introduce_from(actor, interest):
        abort(404)
    named = can_name_about(actor, interest) if interest.about is subject else can_name_author(actor, interest)
    if _slot(subject) in choice.sides and not (named and choice.sides[_slot(subject)] is subject):
        # Whoever is named in the address takes the place, and nothing tells whether it was the author.
        return
    choice.interest = interest
    choice.sides[_slot(subject)] = subject
    if not named:
        choice.unnamed.add(_slot(subject))
    toward = interest.toward_institution
    if toward is not None and _slot(toward) is not _slot(subject) and toward.kind is not Kind.AGENCY:
        choice.sides[_slot(toward)] = toward


def _completed(actor: Actor, choice: Choice) -> Choice:
    """Add the person's own institution where it is the only one that can be meant."""
    if actor.is_intermediary or any(actor.speaks_for(one) for one in choice.sides.values()):
        return choice
    for side in Side:
        own = own_choices(actor, side)
        others = own_choices(actor, side.other)
        if side not in choice.sides and len(own) == 1 and (side.other in choice.sides or not others):
            choice.sides[side] = own[0]
    return choice
