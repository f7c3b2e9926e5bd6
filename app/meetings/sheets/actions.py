"""Writing the sheet of a table: of two people who write at once, the second is told, and nothing of either is lost."""

import re
import unicodedata

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.errors import Refusal
from app.meetings.locking import lock
from app.meetings.models import Meeting
from app.meetings.seating.models import ExchangeTable
from app.meetings.sheets import queries
from app.meetings.sheets.contents import LABELS, Said
from app.meetings.sheets.models import TableSheet
from app.meetings.sheets.permissions import LIVE
from app.partnerships.refusals import Mistake
from app.public_ids import random_public_id

#: The revision of a sheet that nobody has written yet.
UNWRITTEN = 0
ERASED = (
    "Ce que cette rencontre savait des personnes est effacé : qui suit le projet s’écrit dans une proposition, et non plus ici."
)
NAMED = "Écrivez la fonction de la personne plutôt que son nom : cette fiche est lue par toutes les structures inscrites."


def write(
    session: Session, table: ExchangeTable, number: int, said: Said, revision: int, by: User | None
) -> tuple[TableSheet, bool]:
    """Write a sheet, and give it with whether it was kept.

    It is not when someone else wrote since this revision was read: the sheet is then theirs, to be compared. The same words
    sent twice are kept once. Refuses the name of a person of the table, the sheet of a meeting that does not live, and people
    once they were erased; whoever writes is then not kept either.
    """
    meeting = lock(session, table.meeting)
    _refuse_dead(meeting)
    if meeting.erased_at and said.people:
        raise Mistake(ERASED, "people")
    _refuse_names(session, table, number, said)
    session.execute(
        insert(TableSheet)
        .values(public_id=random_public_id(), table_id=table.id, round=number, revision=UNWRITTEN)
        .on_conflict_do_nothing(index_elements=[TableSheet.table_id, TableSheet.round])
    )
    sheet = locked(session, table, number)
    if sheet.revision != revision:
        return sheet, Said.of(sheet) == said
    if Said.of(sheet) == said:
        return sheet, True
    said.write_into(sheet)
    sheet.revision += 1
    sheet.written_at, sheet.written_by_id = now(), by.id if by and not meeting.erased_at else None
    session.flush()
    return sheet, True


def locked(session: Session, table: ExchangeTable, number: int) -> TableSheet:
    """The sheet as it is now, which nobody else changes before this transaction ends."""
    held = queries.sheet_of(table, number).with_for_update(of=TableSheet)
    return session.scalars(held.execution_options(populate_existing=True)).one()


def _refuse_dead(meeting: Meeting) -> None:
    if meeting.status not in LIVE:
        raise Refusal("Cette rencontre n’a pas lieu : ses fiches ne s’écrivent plus.")


def _refuse_names(session: Session, table: ExchangeTable, number: int, said: Said) -> None:
    """A sheet is read by all who take part: it says functions. Only names of the table are looked for, which it knows."""
    for name in session.scalars(queries.names_at(table, number)):
        words = _words(name)
        for spelling in (words, words[::-1]):
            for field in LABELS:
                text = getattr(said, field)
                if len(words) > 1 and isinstance(text, str) and f" {' '.join(spelling)} " in f" {' '.join(_words(text))} ":
                    raise Mistake(NAMED, field)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
