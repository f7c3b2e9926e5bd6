"""Which territory a person means by what they typed: a public id, a code, a postcode, or a name nearly right.

A text that names one territory is that territory. A text that names several is a question back, and so is a text that only
resembles: a resemblance is offered, never assumed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import Session

from app.formats import apostrophes
from app.forms import tidy
from geo.territories import FormerCommune, Level, Territory, begins_a_word, search_by_name

LONGEST_CHOICE = 24
#: How well a name answers what was typed.
EXACT, FORMER, BEGINS, RESEMBLES = range(4)
#: « Réunion » is La Réunion.
ARTICLES = ("la", "le", "les", "l")
LEVEL_WORDS = {
    "région": Level.REGION,
    "département": Level.DEPARTMENT,
    "intercommunalité": Level.EPCI,
    "commune": Level.COMMUNE,
}
SIZES = {level: rank for rank, level in enumerate(Level)}
#: What people call some regions.
SHORT_NAMES = {
    "aura": "region-84",
    "bfc": "region-27",
    "hdf": "region-32",
    "idf": "region-11",
    "paca": "region-93",
}


@dataclass(frozen=True)
class Answer:
    """The territory that a text names, or the several that it may name, or (`resembling`) those that it resembles; or none."""

    territory: Territory | None = None
    choices: list[Territory] = field(default_factory=list)
    former_names: dict[str, str] = field(default_factory=dict)
    resembling: bool = False


def label(territory: Territory) -> str:
    """How a territory is written in a field: `resolve` reads it back as the same one."""
    name = apostrophes(territory.name)
    if territory.level == Level.COMMUNE:
        return f"{name} ({str(territory.department_id).removeprefix('departement-')})"
    if territory.level == Level.DEPARTMENT:
        return f"{name} (département {territory.code})"
    return f"{name} ({'région' if territory.level == Level.REGION else 'intercommunalité'})"


def resolve(session: Session, text: str, levels: Sequence[Level] = tuple(Level)) -> Answer:
    """Say which territory of `levels` is named by `text`, or which ones may be."""
    text = tidy(text)
    if ids := _ids(text):
        return Answer(session.scalar(with_id(ids).where(Territory.level.in_(levels))))
    if not re.search(r"[^\W_]", text):
        return Answer()
    rows = session.execute(named(text, levels)).all()
    # A name of today comes before the same name of the past: Saint-Étienne (42) is not Saint-Étienne-les-Orgues (04).
    likeliest = min((row.rank for row in rows), default=RESEMBLES)
    found = _without_doubles([row.Territory for row in rows if row.rank == likeliest])
    if len(found) == 1 and likeliest < RESEMBLES:
        return Answer(found[0])
    former = {row.Territory.id: row.former_name for row in rows if row.former_name}
    choices = found if likeliest == RESEMBLES else sorted(found, key=lambda one: SIZES[one.level])
    return Answer(None, choices, former, resembling=bool(rows) and likeliest == RESEMBLES)


def with_id(ids: Sequence[str]) -> sa.Select:
    """The territory that has one of these public ids, or has taken the place of the commune that had it."""
    codes = [text.removeprefix("commune-") for text in ids if text.startswith("commune-")]
    present = sa.select(FormerCommune.commune_id).where(FormerCommune.code.in_(codes))
    is_present = Territory.id.in_(ids)
    return sa.select(Territory).where(is_present | Territory.id.in_(present)).order_by(is_present.desc()).limit(1)


def position_of(territory: Territory) -> sa.Select:
    """The (longitude, latitude) of a territory's point, in degrees."""
    point = sa.cast(Territory.point, Geometry)
    return sa.select(sa.func.ST_X(point), sa.func.ST_Y(point)).where(Territory.id == territory.id)


def named(text: str, levels: Sequence[Level] = tuple(Level)) -> sa.Select:
    """The territories that `text` may name, the likeliest first: (Territory, former_name, rank)."""
    name, qualifiers = _parts(text)
    found = search_by_name(name, levels).where(*qualifiers).limit(LONGEST_CHOICE)
    folded = sa.func.fold(name)
    former_key = sa.func.coalesce(sa.func.fold(found.selected_columns.former_name), "")
    spellings = [folded, *(sa.literal(f"{word} ").concat(folded) for word in ARTICLES)]
    words = [sa.func.fold(word) for word in re.findall(r"[^\W_]+", name)]
    begins = [sa.and_(*(begins_a_word(key, word) for word in words)) for key in (Territory.search_key, former_key)]
    has_code = sa.literal(bool(re.search(r"\d{4}", name.replace(" ", ""))))
    rank = sa.case(
        (Territory.search_key.in_(spellings), EXACT),
        (former_key == folded, FORMER),
        (sa.or_(*begins, has_code), BEGINS),
        else_=RESEMBLES,
    )
    return found.add_columns(rank.label("rank"))


def _parts(text: str) -> tuple[str, list[sa.ColumnElement[bool]]]:
    """The name, and the conditions said between parentheses: « (04) », « (département 04) », « (région) »."""
    found = re.fullmatch(r"(.+?) ?\(([^()]*)\)", text)
    if not found:
        return text, []
    name, inside = found[1], found[2].strip()
    words = inside.split()
    if words and (level := LEVEL_WORDS.get(words[0].lower())):
        return name, [Territory.level == level, *([Territory.code == words[1].upper()] if words[1:] else [])]
    if re.fullmatch(r"\d[\dAB]\d?", inside.upper()):
        return name, [Territory.department_id == f"departement-{inside.upper()}", Territory.level == Level.COMMUNE]
    return name, [Territory.department_id.in_(sa.select(Territory.id).where(Territory.search_key == sa.func.fold(inside)))]


def _ids(text: str) -> list[str]:
    """The public id that a text is, or that the code of a department or a short name stands for."""
    if found := re.fullmatch(r"(region|departement|epci|commune)-([0-9ab]{1,9})", text.lower()):
        return [f"{found[1]}-{found[2].upper()}"]
    if found := re.fullmatch(r"(\d[\dab]?|97\d)", text.lower()):
        return [f"departement-{found[1].upper().zfill(2)}"]
    return [SHORT_NAMES[text.lower()]] if text.lower() in SHORT_NAMES else []


def _without_doubles(found: list[Territory]) -> list[Territory]:
    """The same without a region or a commune that is the whole of a department found too: Mayotte, Paris."""
    departments = {territory.id: territory.name for territory in found if territory.level == Level.DEPARTMENT}
    same = [
        territory
        for territory in found
        if territory.level in (Level.REGION, Level.COMMUNE)
        and any(name == territory.name and _is_whole(territory, found, key) for key, name in departments.items())
    ]
    return [territory for territory in found if territory not in same]


def _is_whole(territory: Territory, found: list[Territory], department_id: str) -> bool:
    if territory.level == Level.COMMUNE:
        return territory.department_id == department_id
    return any(other.id == department_id and other.region_id == territory.id for other in found)
