"""A document as a value: titled sections of paragraphs, figures, tables, lists and pictures, each with its source.

The page, the PDF and the ODT are three ways to write the same `Document`, so that they cannot disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    words: str


@dataclass(frozen=True)
class Figure:
    """A figure with what it counts; `note` says more, in a few words."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """Figures that are read together."""

    figures: tuple[Figure, ...]
    source: str


@dataclass(frozen=True)
class Cell:
    """The text of a cell, and where it leads, if anywhere."""

    words: str
    address: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under a head; the first column names its row. `numbers` are the positions of the columns aligned to the right.

    `widths` are those of the columns of a text on paper, in hundredths of its width.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int]
    widths: tuple[int, ...]
    source: str

    def __post_init__(self) -> None:
        if not len(self.head) == len(self.widths) or sum(self.widths) != 100:
            raise ValueError(f"the widths of « {self.caption} » do not fill its {len(self.head)} columns")


@dataclass(frozen=True)
class Items:
    """A list; each item may lead somewhere."""

    items: tuple[Cell, ...]
    source: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing: `svg` for the page and the PDF, `png()` for the ODT; `alternative` says in words what it shows."""

    svg: str
    png: Callable[[], bytes]
    width_over_height: float
    alternative: str
    caption: str
    source: str


Part = Paragraph | Figures | Table | Items | Picture


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    """A title, what it is about in one line each, and its sections."""

    title: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
