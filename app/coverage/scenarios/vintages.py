"""Of which data the figures of a scenario are: what is remembered when it is kept, and what has changed since."""

import hashlib
from typing import Any

from sqlalchemy.orm import Session

from app.coverage.queries import sources
from app.coverage.scenarios.comparing import Comparison, Side
from app.directory.models import LIBRARY_KINDS
from app.formats import french_date
from geo.sources import DataSource

#: What every scenario draws on: who lives where, and what is open.
COMMON_SOURCES = ("territoires", "reseau")


def sources_of(session: Session, comparison: Comparison) -> list[DataSource]:
    """The data sets that a comparison draws on."""
    used = set(COMMON_SOURCES)
    if any(spot.kind in LIBRARY_KINDS for side in (comparison.reference, comparison.scenario) for spot in side.opened):
        used.add("bibliotheques")
    return [one for one in session.scalars(sources()) if one.name in used]


def remembered(session: Session, comparison: Comparison) -> dict[str, Any]:
    """What is stored beside the figures: each data set with its digest, and the places open on each side."""
    return {
        "sources": {
            one.name: {
                "title": one.title,
                "producer": one.producer,
                "licence": one.licence,
                "vintage": one.vintage_note or french_date(one.vintage),
                "digest": one.digest,
            }
            for one in sources_of(session, comparison)
        },
        "reference": _of_side(comparison.reference),
        "scenario": _of_side(comparison.scenario),
        "states": {spot.key: [spot.name, spot.state.label] for spot in comparison.scenario.opened if spot.state},
    }


def changes(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What has changed between two memories of the same scenario, in French; nothing: the figures hold."""
    said = []
    for name, source in now["sources"].items():
        before = then["sources"].get(name)
        if before is not None and before["digest"] != source["digest"]:
            same = before["vintage"] == source["vintage"]
            words = "« {} » alors, « {} » maintenant".format(before["vintage"], source["vintage"])
            said.append(f"{source['title']} : {'même millésime, contenu corrigé' if same else words}")
    for side, words in (("reference", "les structures ouvertes de la référence"), ("scenario", "les lieux du scénario")):
        before, after = then[side], now[side]
        if before["digest"] != after["digest"]:
            count = f"{before['count']} alors, {after['count']} maintenant"
            said.append(f"{words} ({count if before['count'] != after['count'] else 'même nombre, mais pas les mêmes'})")
    for key, (name, state) in now["states"].items():
        _, known = then.get("states", {}).get(key, (name, state))
        if known != state:
            said.append(f"« {name} » : {known} alors, {state} maintenant")
    return said


def as_read(source: DataSource) -> str:
    """A data set in a sentence, with its producer, its vintage and its licence."""
    return f"{source.title} ({source.producer}), {source.vintage_note or french_date(source.vintage)}, {source.licence}"


def _of_side(side: Side) -> dict[str, Any]:
    """The places of a side; the digest changes with what is open, and with where it stands."""
    of_day = [side.situation.placed[index].institution.public_id for index in side.kept.tolist()]
    names = [*of_day, *(spot.key for spot in side.opened)]
    points = zip(names, side.places.longitude.tolist(), side.places.latitude.tolist(), side.places.shores, strict=True)
    told = "\n".join(sorted(repr((name, round(x, 6), round(y, 6), shore)) for name, x, y, shore in points))
    return {"count": len(names), "digest": hashlib.sha256(told.encode()).hexdigest()}
