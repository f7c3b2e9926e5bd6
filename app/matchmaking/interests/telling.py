"""What a person reads of an interest: names where they may, else a kind and a department. Page, file and mail share it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.directory.edition.queries import themes
from app.directory.memberships.permissions import Actor, region_of
from app.directory.models import Institution
from app.directory.places import label
from app.directory.vocabulary import Format
from app.matchmaking.interests import permissions
from app.matchmaking.interests.masking import masked
from app.matchmaking.interests.models import Act, Interest
from geo.territories import Territory

ADMINISTRATORS = "L’administration du réseau"
ANYONE = "toute structure intéressée"


def regions(interest: Interest) -> list[str]:
    """The regions that an interest touches: of whom it is about, of its author, of its target."""
    named = (interest.about, interest.author, interest.toward_institution)
    territory = interest.toward_territory
    found = [region_of(one) for one in named if one is not None] + ([territory.region_id] if territory else [])
    return [region_id for region_id in dict.fromkeys(found) if region_id is not None]


@dataclass(frozen=True)
class ThemeLabels:
    """The poles and axes by code; `shared` are those that no institution has added, which name nobody."""

    labels: dict[str, str] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()


def theme_labels(session: Session) -> ThemeLabels:
    """The poles and axes of the day."""
    known = session.scalars(themes()).all()
    return ThemeLabels(
        {theme.code: theme.label for theme in known}, frozenset(theme.code for theme in known if theme.source is not None)
    )


@dataclass(frozen=True)
class Party:
    """One of those whom an interest names: its words, and the institution or territory if it may be named."""

    said: str
    named: Institution | Territory | None = None

    @property
    def institution(self) -> Institution | None:
        return self.named if isinstance(self.named, Institution) else None

    @property
    def territory(self) -> Territory | None:
        return self.named if isinstance(self.named, Territory) else None


@dataclass(frozen=True)
class Told:
    """An interest as one person reads it. What its author wrote is read by those who may know who it is."""

    interest: Interest
    author: Party
    about: Party | None
    toward: Party
    calendar: str | None
    words: str | None
    theme_codes: tuple[str, ...]
    themes: tuple[str, ...]
    actor: Actor

    @property
    def formats(self) -> list[str]:
        return [Format(code).label for code in self.interest.formats]

    @property
    def is_masked(self) -> bool:
        """Whether someone is not named to this person."""
        return any(party is not None and party.named is None for party in (self.author, self.about)) and (
            self.author.said != ADMINISTRATORS
        )

    @property
    def can_introduce(self) -> bool:
        return permissions.can_introduce_from(self.actor, self.interest)

    @property
    def is_mine(self) -> bool:
        return permissions.can_change(self.actor, self.interest)


def tell(actor: Actor, interest: Interest, known: ThemeLabels) -> Told:
    """An interest as this person reads it; whether they may at all is asked before."""
    names_author = permissions.can_name_author(actor, interest)
    about = _about(actor, interest)
    # The words of an agency may name the institution that it speaks of.
    reads = names_author if interest.act is not Act.SUGGESTED else permissions.can_name_about(actor, interest)
    codes = tuple(code for code in interest.themes if reads or code in known.shared)
    return Told(
        interest=interest,
        author=_party(interest.author, names_author) if interest.author else Party(ADMINISTRATORS),
        about=about,
        toward=_toward(interest),
        calendar=interest.calendar if reads else None,
        words=interest.words if reads else None,
        theme_codes=codes,
        themes=tuple(known.labels.get(code, code) for code in codes),
        actor=actor,
    )


def tell_all(actor: Actor, interests: Iterable[Interest], known: ThemeLabels) -> list[Told]:
    """Those of these interests that this person may see, as they read them."""
    return [tell(actor, one, known) for one in interests if permissions.can_see_interest(actor, one)]


def _about(actor: Actor, interest: Interest) -> Party | None:
    if interest.about is None:
        return None
    return _party(interest.about, permissions.can_name_about(actor, interest))


def _toward(interest: Interest) -> Party:
    if interest.toward_territory is not None:
        return Party(label(interest.toward_territory), interest.toward_territory)
    if interest.toward_institution is not None:
        return Party(interest.toward_institution.name, interest.toward_institution)
    return Party(ANYONE)


def _party(institution: Institution, is_named: bool) -> Party:
    if is_named:
        return Party(institution.name, institution)
    said = masked(institution)
    return Party(said[0].upper() + said[1:])
