"""What changes an interest: it is said, changed, renewed, withdrawn, declined, reopened."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.memberships import queries as memberships
from app.directory.models import LIBRARY_KINDS, NETWORK_KINDS, Institution, Kind
from app.errors import Refusal
from app.mail.outbox import post
from app.matchmaking.interests import mails
from app.matchmaking.interests.models import Act, Closing, Interest
from app.matchmaking.interests.targets import Target
from app.matchmaking.interests.telling import regions
from app.public_ids import random_public_id

#: Who may work with a Cité des métiers: libraries, their networks, and other hosts.
PARTNER_KINDS = (*LIBRARY_KINDS, Kind.NETWORK, Kind.OTHER)
#: Of whom an agency may say that they could be interested: « Brive et Guéret pourraient également être intéressés ».
SUGGESTIBLE_KINDS = (*PARTNER_KINDS, Kind.CENTRE, Kind.RELAY)
ALREADY = "Vous l’avez déjà manifesté : ce qui est ouvert ne se dit pas deux fois. Vous pouvez le modifier ou le renouveler."


@dataclass(frozen=True)
class Wording:
    """What may be changed of an interest: all but who says it, of whom and toward whom."""

    formats: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    calendar: str = ""
    words: str = ""
    shows_author: bool = False


def counterparts(kind: Kind) -> tuple[Kind, ...]:
    """The kinds with which an institution of this kind may work."""
    return PARTNER_KINDS if kind in NETWORK_KINDS else NETWORK_KINDS


def say(
    session: Session,
    act: Act,
    author: Institution | None,
    targets: Sequence[Target | None],
    wording: Wording,
    by: User | None,
    about: Institution | None = None,
    untold: User | None = None,
) -> list[Interest]:
    """Say one interest toward each target (None: toward anyone), and give those that were not already open.

    Refuses when all of them were, and a target with which the author cannot work. Who says it is not written to, nor is
    `untold`, who acts in the place of its author.
    """
    for target in targets:
        _check(act, author, about, target)
    rows = [_row(act, author, about, target, wording, by) for target in targets]
    made = list(session.scalars(insert(Interest).values(rows).on_conflict_do_nothing().returning(Interest)))
    if not made:
        raise Refusal(ALREADY)
    _announce(session, act, made, {one.id for one in (by, untold) if one})
    return made


def _check(act: Act, author: Institution | None, about: Institution | None, target: Target | None) -> None:
    if not isinstance(target, Institution):
        if act is Act.WANTED and target is None:
            raise Refusal("Un souhait vise une ville, un territoire ou une structure : dites lequel.")
        return
    subject = about or author
    if subject is not None and target.id == subject.id:
        raise Refusal("Un intérêt relie deux structures différentes.")
    allowed = NETWORK_KINDS if act is Act.SUGGESTED else counterparts(author.kind) if author else ()
    if target.kind not in allowed:
        raise Refusal(
            "Un intérêt relie une Cité des métiers, ou l’un de ses centres, et une bibliothèque ou une autre structure"
            " d’accueil : celles-ci ne peuvent pas être reliées."
        )


def _row(
    act: Act,
    author: Institution | None,
    about: Institution | None,
    target: Target | None,
    wording: Wording,
    by: User | None,
) -> dict[str, object]:
    institution = target if isinstance(target, Institution) else None
    return {
        "public_id": random_public_id(),
        "act": act,
        "author_id": author.id if author else None,
        "about_id": about.id if about else None,
        "toward_institution_id": institution.id if institution else None,
        "toward_territory_id": None if institution or target is None else target.id,
        "declared_by_id": by.id if by else None,
        "declared_at": now(),
        "renewed_at": now(),
        **_columns(act, wording),
    }


def _columns(act: Act, wording: Wording) -> dict[str, object]:
    return {
        "formats": list(wording.formats),
        "themes": list(wording.themes),
        "calendar": wording.calendar or None,
        "words": wording.words or None,
        "shows_author": wording.shows_author and act is not Act.SUGGESTED,
    }


def _announce(session: Session, act: Act, made: Sequence[Interest], own: set[int]) -> None:
    """Tell those who are named, then those who follow the region, once for all that was said at once; but for `own`."""
    region_ids: set[str] = set()
    for interest in made:
        for named in (interest.about, interest.toward_institution):
            if named is not None:
                told = [one for one in session.scalars(memberships.people_of(named)) if one.id not in own]
                post(session, mails.named(interest, named), told)
        region_ids |= set(regions(interest))
    if act is Act.SUGGESTED:
        return
    followers = {
        one.id: one for region_id in sorted(region_ids) for one in session.scalars(memberships.followers_of(region_id))
    }
    post(session, mails.for_agency(made), [one for key, one in followers.items() if key not in own])


def change(session: Session, interest: Interest, wording: Wording) -> None:
    """Change what it says; whoever changes it says that it holds. Refuses one that is closed."""
    _lock(session, interest)
    _only_open(interest)
    for name, value in _columns(interest.act, wording).items():
        setattr(interest, name, value)
    _renew(interest)


def renew(session: Session, interest: Interest) -> None:
    """« Toujours d’actualité » : six months begin again. Refuses one that is closed, which is reopened instead."""
    _lock(session, interest)
    _only_open(interest)
    _renew(interest)


def withdraw(session: Session, interest: Interest) -> None:
    """Its author takes it back."""
    _close(session, interest, Closing.WITHDRAWN)


def fulfil(session: Session, interest: Interest) -> None:
    """It has led to an exchange: nothing more is asked of its author."""
    _close(session, interest, Closing.FULFILLED)


def follow(session: Session, lead: Interest) -> None:
    """The institution that a lead is about has said its own interest: the lead has come about, unless it closed meanwhile."""
    _lock(session, lead)
    if lead.is_open:
        lead.closed_at, lead.closing = now(), Closing.FULFILLED


def decline(session: Session, interest: Interest, by: User | None) -> None:
    """The institution that a lead is about, or that an interest names, does not follow; the author is told."""
    _close(session, interest, Closing.DECLINED)
    own = by.id if by else None
    post(session, mails.declined(interest), [one for one in authors_of(session, interest) if one.id != own])


def reopen(session: Session, interest: Interest) -> None:
    """Open it again as if it were said today. Refuses what was declined or came about, and what was said again since."""
    _lock(session, interest)
    if interest.is_open:
        raise Refusal("C’est déjà ouvert : rien n’est à rouvrir.")
    if interest.closing not in (Closing.UNANSWERED, Closing.WITHDRAWN):
        raise Refusal(f"Cela ne peut pas être rouvert : {_ended(interest)}.")
    try:
        with session.begin_nested():
            interest.closed_at = interest.closing = None
            _renew(interest)
    except IntegrityError:
        raise Refusal("La même chose a été dite de nouveau depuis, et elle est ouverte : ceci reste fermé.") from None


def authors_of(session: Session, interest: Interest) -> Sequence[User]:
    """Whom to write to about an interest: those who speak for its author, else those who play the agency's part there."""
    people = session.scalars(memberships.people_of(interest.author)).all() if interest.author else []
    for region_id in regions(interest):
        people = people or session.scalars(memberships.followers_of(region_id)).all()
    return people or session.scalars(memberships.administrators()).all()


def _close(session: Session, interest: Interest, closing: Closing) -> None:
    _lock(session, interest)
    _only_open(interest)
    interest.closed_at, interest.closing = now(), closing


def _renew(interest: Interest) -> None:
    interest.renewed_at, interest.reminded_at = now(), None


def _only_open(interest: Interest) -> None:
    if not interest.is_open:
        raise Refusal(
            f"Il est {interest.closing.label if interest.closing else 'fermé'} depuis que vous avez ouvert cette page."
        )


def _ended(interest: Interest) -> str:
    return interest.closing.label if interest.closing else "rien n’est fermé"


def _lock(session: Session, interest: Interest) -> None:
    """Take the row as it is now: two people act at once, the second sees what the first did."""
    asked = sa.select(Interest).where(Interest.id == interest.id).with_for_update().execution_options(populate_existing=True)
    session.scalars(asked).one()
