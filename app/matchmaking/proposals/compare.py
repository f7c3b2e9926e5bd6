"""Two versions of a proposal side by side, with their differences: word by word in a text, item by item in a list.

Versions come from either side in turn, and each says « nous apportons » of its own: here every line is named after an
institution, so that what one brings is compared with what the other had asked of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.directory.vocabulary import Activity
from app.matchmaking.proposals.models import Proposal
from app.partnerships.exchanges.models import Exchange, Side

#: A line break, a word or a run of marks with the spaces that follow it.
TOKEN = re.compile(r"\n|\w+(?:[’'-]\w+)*[^\S\n]*|[^\w\s]+[^\S\n]*|[^\S\n]+")


@dataclass(frozen=True)
class Piece:
    """A run of words of one version; `changed`: the other version does not have it."""

    text: str
    changed: bool = False

    @property
    def parts(self) -> tuple[str, str, str]:
        """The spaces before, the words, the spaces after: a mark is drawn on words."""
        words = self.text.strip()
        before = self.text[: len(self.text) - len(self.text.lstrip())] if words else self.text
        return before, words, self.text[len(before) + len(words) :]


@dataclass(frozen=True)
class Line:
    """One subject in two versions. Each side is a text in pieces or, when `is_list`, one piece an item."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    is_list: bool = False

    @property
    def differs(self) -> bool:
        return any(piece.changed for piece in (*self.before, *self.after))


def words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Compare two texts word by word; joined again, the pieces of each give its text."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    # A word at the end of a text, or before a line break, is the same as in the middle, where a space follows it.
    matcher = SequenceMatcher(None, [one.strip(" ") for one in old], [one.strip(" ") for one in new], autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        changed = kind != "equal"
        _add(left, "".join(old[i:j]), changed)
        _add(right, "".join(new[k:m]), changed)
    return tuple(left), tuple(right)


def items(before: Sequence[str], after: Sequence[str]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Compare two lists: what was taken away, what was added."""
    return tuple(Piece(one, one not in after) for one in before), tuple(Piece(one, one not in before) for one in after)


def lines(thread: Sequence[Proposal], before: Proposal, after: Proposal, themes: Mapping[str, str]) -> list[Line]:
    """Compare two versions of a thread, subject by subject; what neither says is left out."""
    exchange = after.exchange
    found = [
        Line("Formule", *items([before.format.label], [after.format.label]), is_list=True),
        Line("Activités", *items(activities(before), activities(after)), is_list=True),
        Line("Description", *words(before.description or "", after.description or "")),
        *(
            Line(f"Ce qu’apporterait : {_name(exchange, side)}", *words(brought_by(before, side), brought_by(after, side)))
            for side in Side
        ),
        Line("Pôles et axes", *items(labels(before, themes), labels(after, themes)), is_list=True),
        Line("Calendrier", *words(before.calendar or "", after.calendar or "")),
        *(
            Line(f"Personnes, côté {_name(exchange, side)}", *words(*(people(thread, one, side) for one in (before, after))))
            for side in Side
        ),
    ]
    return [line for line in found if line.before or line.after]


def brought_by(proposal: Proposal, side: Side) -> str:
    """What this side would bring according to a version: its own promise, or what the other asks of it."""
    return (proposal.brings if proposal.side is side else proposal.asks) or ""


def people(thread: Sequence[Proposal], proposal: Proposal, side: Side) -> str:
    """The people of a side at a version: each side writes its own, and those said before hold until it says others."""
    known = [one.people for one in thread if one.id <= proposal.id and one.side is side and one.people]
    return known[-1] if known else ""


def activities(proposal: Proposal) -> list[str]:
    """The activities of a « rendez-vous de la Cité », in words."""
    return [activity.label for activity in Activity if activity.value in proposal.activities]


def labels(proposal: Proposal, themes: Mapping[str, str]) -> list[str]:
    """The poles and axes in words; one that is not in the list any more by its code."""
    return [themes.get(code, code) for code in proposal.themes]


def _name(exchange: Exchange, side: Side) -> str:
    return exchange.institution(side).name


def _add(pieces: list[Piece], text: str, changed: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].changed == changed:
        text, changed = pieces.pop().text + text, changed
    pieces.append(Piece(text, changed))
