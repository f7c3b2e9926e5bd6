"""Which institution, commune or territories a person means by the names that they typed, or else a question back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.directory.models import Institution, Kind
from app.directory.places import label, resolve
from app.matchmaking.interests.targets import lines_of, read, said
from geo.territories import Level, Territory

MOST_TERRITORIES = 30


@dataclass(frozen=True)
class Found:
    """What a name means: one thing, or the choices (code, words) among which to choose; neither: nothing is known of it."""

    one: Institution | Territory | None = None
    choices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def institution(self) -> Institution | None:
        return self.one if isinstance(self.one, Institution) else None

    @property
    def territory(self) -> Territory | None:
        return self.one if isinstance(self.one, Territory) else None


def institution_named(session: Session, typed: str, meant: str) -> Found:
    """The institution of the directory that was typed; `meant` is the public id chosen in answer to an earlier question."""
    chosen = read(session, "", [meant] if meant else [], tuple(Kind), with_territories=False).targets
    if chosen and isinstance(chosen[0], Institution) and chosen[0].name == typed:
        return Found(chosen[0])
    named = read(session, typed, [], tuple(Kind), with_territories=False)
    suggested = [one for unclear in named.unclear for one in unclear.suggestions]
    possible = [one for one in (*named.targets, *suggested, *chosen) if isinstance(one, Institution)]
    if len(named.targets) == 1 and not named.unclear:
        return Found(possible[0])
    answer = next((one for one in possible if one.public_id == meant), None)
    return Found(answer, [] if answer else [(one.public_id, said(one)) for one in dict.fromkeys(possible)])


def territory_named(session: Session, typed: str, meant: str, levels: Sequence[Level] = tuple(Level)) -> Found:
    """The territory that was typed, or the one chosen among those that the name may be."""
    answer = resolve(session, typed, levels)
    chosen = answer.territory or next((one for one in answer.choices if one.id == meant), None)
    return Found(chosen, [] if chosen else [(one.id, label(one)) for one in answer.choices])


@dataclass(frozen=True)
class Several:
    """The territories of a list of names, the names that nothing answers, and the choices of those that several do.

    `resembling`: of the unknown names, those that are spelled nearly so, which are proposed and never assumed.
    """

    territories: list[Territory]
    unknown: list[str]
    unclear: list[str]
    choices: list[tuple[str, str]]
    resembling: dict[str, list[str]]


def territories_named(session: Session, typed: str, ticked: Sequence[str]) -> Several:
    """The territories typed one a line, each of any level; `ticked` answer those that had several meanings."""
    found: dict[str, Territory] = {}
    unknown, unclear = [], []
    choices: dict[str, str] = {}
    resembling: dict[str, list[str]] = {}
    for line in lines_of(typed)[:MOST_TERRITORIES]:
        answer = resolve(session, line)
        if answer.resembling:
            resembling[line] = [label(one) for one in answer.choices]
        if answer.resembling or not (answer.territory or answer.choices):
            unknown.append(line)
            continue
        meant = [answer.territory] if answer.territory else [one for one in answer.choices if one.id in ticked]
        found |= {one.id: one for one in meant}
        choices |= {one.id: label(one) for one in answer.choices}
        unclear += [] if meant else [line]
    return Several(list(found.values()), unknown, unclear, list(choices.items()), resembling)


def territories_typed(session: Session, typed: str) -> tuple[list[Territory], str]:
    """The territories of one field, and what to write instead where they are not all understood.

    The whole text is one name when it names a territory, else names parted by semicolons, commas or « et ».
    """
    whole = territories_named(session, typed, [])
    if whole.territories and not (whole.unknown or whole.unclear):
        return whole.territories, ""
    names = typed.split(";") if ";" in typed else re.split(r",|\bet\b", typed)
    names = [name.strip() for name in names if name.strip()]
    several = territories_named(session, "\n".join(names), [])
    return several.territories, _misread(names, several)


def _misread(names: list[str], several: Several) -> str:
    if len(names) > MOST_TERRITORIES:
        return f"C’est trop à la fois : {MOST_TERRITORIES} territoires au plus."
    if several.unknown:
        unknown = ", ".join(f"« {one[:40]} »" for one in several.unknown)
        return f"Aucun territoire ne s’appelle {unknown}. Écrivez par exemple : 04, 06, Nice."
    if several.unclear:
        meanings = ", ".join(said for _, said in several.choices[:6])
        return f"« {several.unclear[0][:40]} » peut désigner : {meanings}. Écrivez lequel, ainsi."
    return ""
