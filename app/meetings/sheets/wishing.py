"""« En faire des intérêts »: what a table has said becomes interests between its Cités and its other structures.

The rules are those of interests: a library declares for itself, a Cité wishes, whoever follows the region suggests. One
makes therefore only what one could have said by hand; and what was said already is never said twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.permissions import Actor
from app.directory.models import NETWORK_KINDS, Institution
from app.errors import Refusal
from app.matchmaking.interests.actions import PARTNER_KINDS, Wording, say
from app.matchmaking.interests.drafting import intermediary_of
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.permissions import can_declare_for, can_suggest, can_want_for
from app.meetings.sheets import actions, queries
from app.meetings.sheets.contents import Said, is_short, summary
from app.meetings.sheets.models import SheetOutcome, TableSheet

BLANK = "Cette fiche est encore vide : remplissez-la d’abord, elle en donnera les mots."
NOTHING = (
    "Vous ne pouvez rien dire au nom d’une structure de cette table. Une bibliothèque manifeste un intérêt pour elle-même, une"
    " Cité dit ses souhaits, l’agence de la région suggère des pistes."
)


@dataclass(frozen=True)
class Wanted:
    """An interest that this person may make of a sheet; `existing` when it was said already."""

    act: Act
    subject: Institution
    target: Institution
    existing: Interest | None = None


def wanted_by(session: Session, actor: Actor, sheet: TableSheet) -> list[Wanted]:
    """What this person may make of a sheet, pair by pair, and what of it exists already."""
    at_table = session.scalars(queries.institutions_at(sheet.table, sheet.round)).all()
    pairs = [
        (partner, place)
        for partner in at_table
        for place in at_table
        if partner.kind in PARTNER_KINDS and place.kind in NETWORK_KINDS
    ]
    said = _said(session, sheet, at_table)
    return [
        Wanted(act, subject, target, said.get((act, subject.id, target.id)))
        for partner, place in pairs
        for act, subject, target in _of_pair(actor, partner, place, said)
    ]


def make(session: Session, actor: Actor, sheet: TableSheet, by: User) -> tuple[list[Interest], int]:
    """Make what is wanted and not said yet; give what was made, and how many existed already. Pressed twice, it makes nothing.

    Refuses a blank sheet, and whom may say nothing there.
    """
    sheet = actions.locked(session, sheet.table, sheet.round)
    if Said.of(sheet).is_blank:
        raise Refusal(BLANK)
    wanted = wanted_by(session, actor, sheet)
    if not wanted:
        raise Refusal(NOTHING)
    wording = wording_of(sheet)
    made: list[Interest] = []
    new = sorted((one for one in wanted if one.existing is None), key=_who_says)
    for _, group in groupby(new, key=_who_says):
        made += _say(session, actor, list(group), wording, by)
    session.add_all(SheetOutcome(sheet_id=sheet.id, interest_id=one.id) for one in made)
    session.flush()
    return made, len(wanted) - len(new)


def wording_of(sheet: TableSheet) -> Wording:
    """The words of a sheet as those of an interest; its author does not show itself unless it says so afterwards."""
    said = Said.of(sheet)
    calendar = said.calendar if is_short(said.calendar) else ""
    return Wording(formats=said.formats, themes=said.themes, calendar=calendar, words=summary(sheet))


def _of_pair(
    actor: Actor, partner: Institution, place: Institution, said: dict[tuple[Act, int, int], Interest]
) -> list[tuple[Act, Institution, Institution]]:
    found = []
    if can_declare_for(actor, partner):
        found.append((Act.DECLARED, partner, place))
    elif can_suggest(actor, partner) and not actor.speaks_for(place) and (Act.DECLARED, partner.id, place.id) not in said:
        found.append((Act.SUGGESTED, partner, place))
    if can_want_for(actor, place):
        found.append((Act.WANTED, place, partner))
    elif can_declare_for(actor, place):
        found.append((Act.DECLARED, place, partner))
    return found


def _said(session: Session, sheet: TableSheet, at_table: Sequence[Institution]) -> dict[tuple[Act, int, int], Interest]:
    """What was said between those of the table: what is open, and what this sheet has made, be it closed since."""
    ids = [one.id for one in at_table]
    own = sa.select(SheetOutcome.interest_id).where(SheetOutcome.sheet_id == sheet.id)
    rows = session.scalars(
        sa.select(Interest)
        .where(Interest.toward_institution_id.in_(ids), sa.or_(Interest.closed_at.is_(None), Interest.id.in_(own)))
        .order_by(Interest.closed_at.is_(None), Interest.id)
    )
    found = {}
    for one in rows:
        subject_id = one.about_id if one.act is Act.SUGGESTED else one.author_id
        if subject_id is not None and one.toward_institution_id is not None:
            found[one.act, subject_id, one.toward_institution_id] = one
    return found


def _who_says(wanted: Wanted) -> tuple[str, int]:
    return wanted.act.value, wanted.subject.id


def _say(session: Session, actor: Actor, group: list[Wanted], wording: Wording, by: User) -> list[Interest]:
    act, subject = group[0].act, group[0].subject
    targets = [one.target for one in group]
    if act is Act.SUGGESTED:
        author = intermediary_of(session, actor, subject)
        return say(session, act, author, targets, wording, by, about=subject)
    return say(session, act, subject, targets, wording, by)
