"""Rows of a source against rows of a table: what is added, changed, unchanged, gone, refused.

Every seed gives a `Report`; `python -m seeds` prints it. A dry run computes the very same report and writes nothing.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from geo.sources import DataSource


class SourceError(Exception):
    """A source that cannot be loaded; the message is one French sentence for the person who asked."""


@dataclass(frozen=True)
class Remark:
    """One row of the input that was refused, repaired or not matched, and why (a French sentence)."""

    line: int
    key: str
    reason: str


@dataclass
class Report:
    """What a seed did, or would do; `read == added + changed + unchanged + len(refused)` always holds."""

    name: str
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    refused: list[Remark] = field(default_factory=list)
    repaired: list[Remark] = field(default_factory=list)
    unmatched: list[Remark] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    applied: bool = False

    def check(self) -> None:
        """Stop on a row that would have disappeared: that would be a fault of ours, not of the source."""
        told = self.added + self.changed + self.unchanged + len(self.refused)
        if told != self.read:
            raise AssertionError(f"{self.name}: {self.read} rows read, {told} accounted for")


@dataclass(frozen=True)
class Source:
    """A data set as it was read, before it becomes the row of `data_source`."""

    name: str
    title: str
    producer: str
    licence: str
    url: str | None
    vintage: date
    vintage_note: str
    digest: str

    @property
    def words(self) -> str:
        """The words by which an observation or a difference names its source."""
        return f"{self.producer}, {self.title}"


def digest(*contents: bytes) -> str:
    """Give the SHA-256 of the contents one after the other, in hexadecimal."""
    whole = hashlib.sha256()
    for content in contents:
        whole.update(content)
    return whole.hexdigest()


def loaded(session: Session, name: str) -> DataSource | None:
    """Give the data set of this name as it was loaded last, or None."""
    return session.get(DataSource, name, populate_existing=True)


def record(session: Session, source: Source, row_count: int) -> None:
    """Write what was loaded; a row that already says so is left as it is, `loaded_at` included."""
    known = loaded(session, source.name)
    values = {**vars(source), "row_count": row_count}
    if known is None:
        session.add(DataSource(**values))
    elif any(getattr(known, column) != value for column, value in values.items()):
        for column, value in values.items():
            setattr(known, column, value)
        known.loaded_at = sa.func.now()
    session.flush()
