"""What the service knows of a person, read from the tables themselves, so that no table can be forgotten.

Every foreign key to `app_user.id` is followed, and every column that holds an address is searched for theirs. A subject whose
rows tell of a person without either says which, with `also_traces` and `also_erases`.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias

import sqlalchemy as sa
from geoalchemy2 import WKBElement
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.mail.models import OutgoingMessage
from geo.orm import Base

PEOPLE = Base.metadata.tables["app_user"]
#: Proofs of identity, which would serve whoever reads the file, and numbers that mean nothing outside.
WITHHELD = ("token_hash", "who_hash", "id")
SOMEBODY_ELSE = "une autre personne"
Trace: TypeAlias = tuple[sa.Column[Any], sa.ColumnElement[bool]]
_MORE_TRACES: list[Callable[[User], Iterator[Trace]]] = []
_MORE_ERASURES: list[Callable[[User], Iterator[sa.Executable]]] = []


def also_traces(of: Callable[[User], Iterator[Trace]]) -> Callable[[User], Iterator[Trace]]:
    """Add rows to what is known of a person: each a column of a table, and the condition that a row is theirs."""
    _MORE_TRACES.append(of)
    return of


def also_erases(of: Callable[[User], Iterator[sa.Executable]]) -> Callable[[User], Iterator[sa.Executable]]:
    """Add what takes a person out of such rows; it is done first, while their references and their address still lead there."""
    _MORE_ERASURES.append(of)
    return of


def further_erasures(user: User) -> Iterator[sa.Executable]:
    """What the subjects said with `also_erases`."""
    for of in _MORE_ERASURES:
        yield from of(user)


def everything_about(session: Session, user: User) -> dict[str, Any]:
    """All that the tables hold of a person, ready to be written as JSON: one entry a table and a part they have in it."""
    return {
        "service": "Maillage",
        "exporte_le": now().isoformat(timespec="seconds"),
        "lisez_moi": (
            "Chaque rubrique est une table du service ; « lien » dit à quel titre ses lignes vous concernent. Les autres"
            " personnes n’y sont pas nommées. Les empreintes de vos liens et de vos sessions n’y sont pas : elles ne"
            " servent qu’à vous reconnaître."
        ),
        "vous": _rows(session, PEOPLE, PEOPLE.c.id == user.id, user)[0],
        "rubriques": [
            {"table": column.table.name, "lien": column.name, "lignes": rows}
            for column, condition in _traces(user)
            if (rows := _rows(session, column.table, condition, user))
        ],
    }


def references() -> list[sa.Column[Any]]:
    """Every column that refers to a person."""
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda one: str(one.parent.name))
        if key.column is PEOPLE.c.id
    ]


def address_columns() -> list[sa.Column[Any]]:
    """Every column outside the table of people that may hold an address."""
    return [
        column
        for table in Base.metadata.sorted_tables
        if table is not PEOPLE
        for column in table.columns
        if isinstance(column.type, sa.Text) and (column.name in ("email", "address") or column.name.endswith("_email"))
    ]


def address_erasures(user: User) -> Iterator[tuple[sa.Update | sa.Delete, sa.Delete]]:
    """What takes the person's address out of each column that may hold it, and what to do where the row needs one."""
    for column in address_columns():
        theirs = sa.func.lower(column) == user.email
        away = sa.delete(column.table).where(theirs)
        yield (sa.update(column.table).where(theirs).values({column: None}) if column.nullable else away), away


def erasures(user: User) -> Iterator[sa.Delete | sa.Update]:
    """What takes the person out of JSON and of mails to others, then their row, from which the rest cascades."""
    # Two addresses erased in turn stay two: what tells « from this to that » goes on telling that something changed.
    instead = f"(adresse effacée {secrets.token_hex(3)})"
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSONB):
                written = sa.cast(column, sa.Text)
                without = sa.cast(written.regexp_replace(address_pattern(user.email), instead, flags="gi"), JSONB)
                yield (
                    sa.update(table)
                    .where(written.regexp_match(address_pattern(user.email), flags="i"))
                    .values({column: without})
                )
    yield _out_of_letters(address_pattern(user.email), "gi", instead)
    if user.name:
        yield _out_of_letters(name_pattern(user.name), "g", "Une personne")
    yield sa.delete(PEOPLE).where(PEOPLE.c.id == user.id)


def address_pattern(email: str) -> str:
    r"""What finds an address in a text for PostgreSQL, and not a longer one that ends or begins like it.

    In JSON an end of line is written « \n »: that n is no letter of the address.
    """
    before = r"(?:(?<![\w.+%-])(?<!\w')|(?<=\\[bfnrt]))"
    return rf"{before}{re.escape(email)}(?![\w-]|\.\w)"


def name_pattern(name: str) -> str:
    """What finds a name in a letter for PostgreSQL: across its ends of line, and as HTML and French typography write it."""
    written = {" ": r"[\s\u00a0\u202f]+", "'": "(?:['’]|&#39;)", "’": "(?:['’]|&#39;)", "&": "(?:&|&amp;)"}
    return rf"(?<![\w@./-]){''.join(written.get(letter) or re.escape(letter) for letter in name)}(?![\w@/-])"


def _out_of_letters(pattern: str, flags: str, instead: str) -> sa.Update:
    """What takes a word out of the mails written to others."""
    letter = OutgoingMessage
    parted = sa.func.array_to_string(letter.paragraphs, "\x1f").regexp_replace(pattern, instead, flags=flags)
    return (
        sa.update(letter)
        .where(sa.or_(*(one.regexp_match(pattern, flags=flags.strip("g") or None) for one in (letter.subject, letter.text))))
        .values(
            paragraphs=sa.func.string_to_array(parted, "\x1f"),
            **{
                column.key: column.regexp_replace(pattern, instead, flags=flags)
                for column in (letter.subject, letter.text, letter.html)
            },
        )
        .execution_options(synchronize_session=False)
    )


def _traces(user: User) -> Iterator[Trace]:
    for column in references():
        yield column, column == user.id
    for column in address_columns():
        # What is theirs by its address alone: the rest was already given under its reference.
        others = [own.is_(None) for own in references() if own.table is column.table]
        yield column, sa.and_(sa.func.lower(column) == user.email, *others)
    for of in _MORE_TRACES:
        yield from of(user)


def _rows(session: Session, table: sa.Table, condition: sa.ColumnElement[bool], user: User) -> list[dict[str, Any]]:
    shown = [column for column in table.columns if column.name not in WITHHELD]
    rows = session.execute(sa.select(*shown).where(condition).order_by(*table.primary_key.columns)).all()
    return [
        {column.name: _readable(session, column, value, user) for column, value in zip(shown, row, strict=True)} for row in rows
    ]


def _readable(session: Session, column: sa.Column[Any], value: Any, user: User) -> Any:
    """A value as a person reads it; of what it refers to, the name; of other people, nothing."""
    if value is None or isinstance(value, bool):
        return value
    for key in column.foreign_keys:
        return _referred(session, key.column, value, user)
    if any(column is one for one in address_columns()) and str(value).lower() != user.email:
        return SOMEBODY_ELSE
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes | memoryview):
        return f"fichier de {len(value)} octets"
    return str(value) if isinstance(value, WKBElement) else value


def _referred(session: Session, column: sa.Column[Any], value: Any, user: User) -> Any:
    table = column.table
    if table is PEOPLE:
        return "vous" if value == user.id else SOMEBODY_ELSE
    named = [table.c[name] for name in ("name", "label", "public_id") if name in table.c]
    if not named:
        return value if isinstance(value, str) else None
    return " – ".join(str(part) for part in session.execute(sa.select(*named).where(column == value)).one() if part is not None)
