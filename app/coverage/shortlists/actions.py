"""What changes a list: it is made, filled, renamed, emptied, deleted; its lines change status and note.

A line that somebody else changed meanwhile is not overwritten: `Overtaken` says so, and the page shows both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.coverage.shortlists import queries
from app.coverage.shortlists.models import Entry, Shortlist, Status
from app.directory.models import Institution
from app.errors import Refusal
from app.formats import plural
from app.partnerships.refusals import Mistake
from app.public_ids import random_public_id

#: A list is read through by people, and a team has as many as it can remember.
MOST_ENTRIES, MOST_LISTS = 200, 100
NAME_TAKEN = "Votre équipe a déjà une liste de ce nom : choisissez-la, ou donnez un autre nom à celle-ci."


class Overtaken(Refusal):
    """A colleague changed the same thing since the page was opened."""


@dataclass(frozen=True)
class Added:
    """What became of libraries to add: how many are new in the list, and how many stood there already."""

    new: int
    already: int


def create(session: Session, team: Institution, name: str, note: str, asked: str, by: User) -> Shortlist:
    """Make an empty list, or give the one that this person has just made of this name by the first of two clicks."""
    session.execute(sa.select(Institution.id).where(Institution.id == team.id).with_for_update(key_share=True))
    if (twin := session.scalar(queries.just_made(team, name, note, by))) is not None:
        return twin
    known = session.scalar(sa.select(sa.func.count()).where(Shortlist.institution_id == team.id)) or 0
    if known >= MOST_LISTS:
        raise Refusal(f"Votre équipe a déjà {MOST_LISTS} listes : supprimez celles qui ne servent plus.")
    row = {
        "public_id": random_public_id(),
        "institution_id": team.id,
        "name": name,
        "note": note or None,
        "asked": asked,
        "created_by_id": by.id,
        "created_at": now(),
    }
    made = session.scalar(insert(Shortlist).values(row).on_conflict_do_nothing().returning(Shortlist))
    if made is None:
        raise Mistake(NAME_TAKEN, "label")
    return made


def add(session: Session, shortlist: Shortlist, libraries: Sequence[Institution], by: User) -> Added:
    """Add those that do not stand in the list yet; refuses what would make it too long to be read."""
    _lock(session, shortlist)
    standing = set(session.scalars(sa.select(Entry.institution_id).where(Entry.shortlist_id == shortlist.id)))
    new = [one for one in libraries if one.id not in standing]
    if len(standing) + len(new) > MOST_ENTRIES:
        raise Refusal(
            f"Une liste compte {MOST_ENTRIES} bibliothèques au plus : celle-ci en a {len(standing)}, et vous en ajoutez"
            f" {plural(len(new), 'autre')}. Rien n’a été ajouté."
        )
    if new:
        moment = now()
        rows = [
            {
                "public_id": random_public_id(),
                "shortlist_id": shortlist.id,
                "institution_id": one.id,
                "added_by_id": by.id,
                "added_at": moment,
            }
            for one in new
        ]
        session.execute(insert(Entry).values(rows))
    return Added(len(new), len(libraries) - len(new))


def change(session: Session, shortlist: Shortlist, name: str, note: str, revision: int) -> None:
    """Rename a list or change its note."""
    _lock(session, shortlist)
    _only_fresh(shortlist, revision)
    try:
        with session.begin_nested():
            shortlist.name, shortlist.note = name, note or None
            shortlist.revision += 1
    except IntegrityError:
        raise Mistake(NAME_TAKEN, "label") from None


def delete(session: Session, shortlist: Shortlist) -> None:
    """Delete a list with its lines; nothing is said to the libraries, which never knew."""
    session.execute(sa.delete(Shortlist).where(Shortlist.id == shortlist.id))


def change_entry(session: Session, entry: Entry, status: Status, note: str, revision: int, by: User) -> None:
    """Say how far the team is with a library, and what it says of it."""
    _lock(session, entry)
    if (entry.status, entry.note or "") == (status, note):
        return
    _only_fresh(entry, revision)
    entry.status, entry.note = status, note or None
    entry.changed_by, entry.changed_at = by, now()
    entry.revision += 1


def remove(session: Session, entry: Entry, revision: int) -> None:
    """Take a library out of a list, with the note that was read and no other."""
    _lock(session, entry)
    _only_fresh(entry, revision)
    session.execute(sa.delete(Entry).where(Entry.id == entry.id))


def _only_fresh(row: Shortlist | Entry, revision: int) -> None:
    if row.revision != revision:
        raise Overtaken("Un collègue a modifié ceci depuis que vous avez ouvert la page : rien n’a été enregistré.")


def _lock(session: Session, row: Shortlist | Entry) -> None:
    """Take the row as it is now: two people act at once, the second sees what the first did."""
    table = type(row)
    asked = sa.select(table).where(table.id == row.id).with_for_update(of=table).execution_options(populate_existing=True)
    if session.scalars(asked).one_or_none() is None:
        raise Refusal("Un collègue vient de supprimer ceci : rien n’a été enregistré.")
