"""Toward whom: a list of names typed one a line, each a territory or an institution, or else a question back.

Names parted by commas on one line are read one by one, unless the line as a whole names something: « Herbès, Manosque ».

A name that is exactly that of a territory, or the beginning of that of one commune, is this territory. What names one
institution is this institution. Anything else gets what the search suggests, never a guess: « Sophia Antipolis » is no
commune, and the one who types it chooses among the intercommunality, its communes and the structures of that name.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import today
from app.directory import places
from app.directory.approaching import approach
from app.directory.facts import place
from app.directory.models import Institution, Kind, State
from app.directory.queries import Criteria, established, search, state_at
from app.forms import tidy
from geo.territories import TERRITORY_ID, Level, Territory, within

Target: TypeAlias = Institution | Territory
MOST_SUGGESTED = 6
#: How many names may be typed at once, and how long one may be.
MOST_NAMES, LONGEST_NAME = 30, 100
#: What resembles a name is costly to find: sought for the first unclear ones alone, of so many words at most.
MOST_APPROACHED, MOST_WORDS_APPROACHED = 5, 8
#: The states of those toward whom one may turn: what is closed or gone is no partner.
POSSIBLE = (State.OPEN, State.PLANNED, State.UNSETTLED)


@dataclass(frozen=True)
class Unclear:
    """A line that names nothing for sure, and what it may mean."""

    line: str
    suggestions: list[Target]

    @property
    def is_too_long(self) -> bool:
        return len(self.line) > LONGEST_NAME


@dataclass(frozen=True)
class Named:
    """What a list of names means: the targets found, once each, and the lines that are not clear."""

    targets: list[Target] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)


def code_of(target: Target) -> str:
    """What stands for a target in a form: the public id of either."""
    return target.id if isinstance(target, Territory) else target.public_id


def said(target: Target) -> str:
    """A target as one reads it in a list: « Manosque (04), commune », « Médiathèque Colette, bibliothèque, Valbonne (06) »."""
    if isinstance(target, Territory):
        if target.level is Level.COMMUNE:
            return f"{places.label(target)}, commune"
        return places.label(target)
    where = place(target)
    return f"{target.name}, {target.kind.label.lower() if target.kind != Kind.CITE else target.kind.label}" + (
        f", {where}" if where else ""
    )


def read(session: Session, lines: str, ticked: Iterable[str], kinds: Sequence[Kind], with_territories: bool = True) -> Named:
    """Read a list of names, and the suggestions ticked in answer to an earlier question.

    Institutions are sought among `kinds`. A line is answered by the ticked suggestions that it gives.
    """
    chosen = _of_codes(session, ticked, kinds, with_territories)
    found: dict[str, Target] = {code_of(one): one for one in chosen}
    unclear = []
    reader = _Reader(session, kinds, with_territories)
    for answer in (one for line in lines_of(lines)[:MOST_NAMES] for one in reader.read(line)):
        if not isinstance(answer, Unclear):
            found.setdefault(code_of(answer), answer)
        elif not any(code_of(one) in found for one in answer.suggestions):
            unclear.append(answer)
    return Named(list(found.values()), unclear)


def lines_of(text: str) -> list[str]:
    """The lines of a list of names, once each."""
    return list(dict.fromkeys(tidy(line) for line in text.splitlines() if tidy(line)))


def names_of(line: str) -> list[str]:
    """The names of a line, parted by commas and semicolons."""
    return [name for name in (tidy(part) for part in re.split("[,;]", line)) if name]


@dataclass
class _Reader:
    """Reads names one after the other, and gets tired: only the first that are not clear are searched at length."""

    session: Session
    kinds: Sequence[Kind]
    with_territories: bool
    names_left: int = MOST_NAMES
    approached_left: int = MOST_APPROACHED

    def read(self, line: str) -> list[Target | Unclear]:
        """What a line names: one thing, or what each of its names does."""
        names = names_of(line)
        if len(names) < 2:
            return [self._name(line)]
        territories = [self._territory(name) for name in names[: self.names_left] if len(name) <= LONGEST_NAME]
        if not all(territories) and len(line) <= LONGEST_NAME:
            whole = self._look(line, nearly=False)
            if not isinstance(whole, Unclear):
                return [whole]
        return [self._name(name) for name in names[: self.names_left]]

    def _name(self, name: str) -> Target | Unclear:
        self.names_left -= 1
        if len(name) > LONGEST_NAME:
            return Unclear(name, [])
        nearly = self.approached_left > 0 and len(name.split()) <= MOST_WORDS_APPROACHED
        answer = self._look(name, nearly)
        if nearly and isinstance(answer, Unclear):
            self.approached_left -= 1
        return answer

    def _territory(self, name: str) -> Territory | None:
        """The territory that a name is for sure."""
        found = places.resolve(self.session, name).territory if self.with_territories else None
        return found if found is not None and _is_meant(self.session, name, found) else None

    def _look(self, line: str, nearly: bool) -> Target | Unclear:
        """What a line names as a whole; `nearly`: what resembles it may be suggested."""
        if exact := _of_codes(self.session, [line], self.kinds, self.with_territories):
            return exact[0]
        answer = places.resolve(self.session, line) if self.with_territories else places.Answer()
        if answer.territory is not None and _is_meant(self.session, line, answer.territory):
            return answer.territory
        rows = _institutions(self.session, line, self.kinds, nearly)
        if len(rows) == 1 and answer.territory is None and (not answer.choices or answer.resembling):
            return rows[0]
        around: list[Target] = _with_communes(self.session, answer.territory) if answer.territory else []
        around += answer.choices[:MOST_SUGGESTED]
        return Unclear(line, [*around, *rows[:MOST_SUGGESTED]])


def _of_codes(session: Session, codes: Iterable[str], kinds: Sequence[Kind], with_territories: bool) -> list[Target]:
    """The targets of these codes that may be turned to; a forged one is nobody's."""
    asked = list(dict.fromkeys(codes))
    territories = [code for code in asked if with_territories and TERRITORY_ID.fullmatch(code)]
    state = state_at(today())
    institutions = (
        sa.select(Institution)
        .outerjoin(state, state.c.institution_id == Institution.id)
        .where(Institution.public_id.in_(asked), Institution.kind.in_(kinds), established())
        .where(sa.or_(state.c.state.is_(None), state.c.state.in_(POSSIBLE)))
    )
    found: list[Target] = [*session.scalars(sa.select(Territory).where(Territory.id.in_(territories)))]
    found += session.scalars(institutions)
    return sorted(found, key=lambda one: asked.index(code_of(one)))


def _is_meant(session: Session, line: str, territory: Territory) -> bool:
    """Whether the line names this territory for sure: by a code, by its whole name, or as a commune."""
    if territory.level is Level.COMMUNE or line in (territory.id, territory.code, places.label(territory)):
        return True
    same = sa.select(Territory.search_key == sa.func.fold(line)).where(Territory.id == territory.id)
    return bool(session.scalar(same)) or line.lower() in places.SHORT_NAMES


def _with_communes(session: Session, territory: Territory) -> list[Target]:
    """A territory that a line only begins to name, and its most populous communes."""
    communes = (
        sa.select(Territory)
        .where(Territory.level == Level.COMMUNE, within(territory))
        .order_by(Territory.population.desc().nulls_last())
        .limit(MOST_SUGGESTED)
    )
    return [territory, *session.scalars(communes)]


def _institutions(session: Session, line: str, kinds: Sequence[Kind], nearly: bool) -> list[Institution]:
    """What the search of the directory finds, to the letter or (`nearly`) by resemblance, and may be turned to."""
    criteria = Criteria(on=today(), words=line, kinds=tuple(kinds), states=POSSIBLE)
    select = search(approach(session, criteria) if nearly else criteria).limit(MOST_SUGGESTED + 1)
    return [row.Institution for row in session.execute(select)]
