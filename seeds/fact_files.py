"""Our own files of facts, CSV with commas: read with every word checked, so that a slip of the pen is said with its line."""

import csv
import enum
import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from seeds.sync import SourceError

Code = TypeVar("Code", bound=enum.Enum)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Fact:
    """One row of a file; an empty cell is None, « not established »."""

    path: Path
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str | None:
        """Give a cell, None when it is empty."""
        return self.cells[column].strip() or None

    def required(self, column: str) -> str:
        """Give a cell that may not be empty."""
        text = self.text(column)
        if text is None:
            raise self.error(f"« {column} » est vide")
        return text

    def key(self, column: str) -> str:
        """Give a cell that holds a public identifier."""
        text = self.required(column)
        if not SLUG.fullmatch(text):
            raise self.error(f"« {text} » n’est pas un identifiant (minuscules, chiffres et tirets)")
        return text

    def code(self, column: str, codes: type[Code]) -> Code:
        """Give a cell that holds one of our stored codes."""
        text = self.required(column)
        try:
            return codes(text)
        except ValueError:
            raise self.error(f"« {text} » n’est pas un code connu de « {column} »") from None

    def number(self, column: str) -> float | None:
        """Give a cell that holds a number."""
        text = self.text(column)
        try:
            return None if text is None else float(text)
        except ValueError:
            raise self.error(f"« {text} » n’est pas un nombre") from None

    def day(self, column: str) -> date | None:
        """Give a cell that holds a day, as 2017-07-11."""
        text = self.text(column)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            raise self.error(f"« {text} » n’est pas une date (AAAA-MM-JJ)") from None

    def list(self, column: str, separator: str) -> list[str]:
        """Give a cell that holds several texts."""
        return [part.strip() for part in self.cells[column].split(separator) if part.strip()]

    def error(self, reason: str) -> SourceError:
        """Give the refusal of this row."""
        return SourceError(f"{self.path.name}, ligne {self.line} : {reason}.")


def content_of(path: Path) -> bytes:
    """Give the bytes of a file of facts."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"Le fichier « {path} » ne peut pas être lu ({error.strerror}).") from None


def facts(path: Path, content: bytes, columns: str) -> list[Fact]:
    """Give the rows of a file that has just these columns, comma-separated; refuse any other header and a ragged row."""
    try:
        text = content.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(reader, [])
        if header != columns.split(","):
            raise SourceError(f"« {path} » n’a pas les colonnes attendues : {columns}.")
        return [Fact(path, reader.line_num, dict(zip(header, cells, strict=True))) for cells in reader if cells]
    except UnicodeDecodeError:
        raise SourceError(f"« {path} » n’est pas en UTF-8.") from None
    except (csv.Error, ValueError):
        raise SourceError(f"« {path} » est tronqué ou mal formé à la ligne {reader.line_num}.") from None


def refuse_twice(rows: list[Fact], column: str) -> None:
    """Refuse a key that two rows have."""
    seen: set[str] = set()
    for fact in rows:
        if fact.key(column) in seen:
            raise fact.error(f"« {fact.key(column)} » est déjà plus haut")
        seen.add(fact.key(column))
