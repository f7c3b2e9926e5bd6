"""The map of an area out of a situation: its communes by their distance, its departments, the places and the largest towns."""

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from geoalchemy2 import Geometry
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.drawing import outlines
from app.coverage.drawing.maps import FRANCE, AreaPicture
from app.coverage.drawing.outlines import MOST_COMMUNES, Box, Outline
from app.coverage.drawing.parts import CandidateMark, PlaceMark, Shade, Town, Zone
from app.coverage.situation import OpenPlace, Situation, kilometres_in_words
from app.formats import apostrophes, typography
from geo.demand import NOWHERE
from geo.territories import Level, Territory

#: How many names of towns at most, among how many, and how far apart, as a share of the map.
TOWNS, MOST_CONSIDERED, APART = 9, 400, 0.1
#: A department is « en partie » within reach between these shares of its inhabitants.
NEARLY_NONE, NEARLY_ALL = 0.05, 0.95


def picture_of(
    session: Session,
    situation: Situation,
    communes: NDArray[np.intp],
    title: str,
    source: str,
    candidates: Sequence[CandidateMark] = (),
    description: str = "",
    reached: NDArray[np.bool_] | None = None,
) -> AreaPicture:
    """Draw an area, given by the positions of its communes, on the day and at the distance of a situation.

    `candidates` are drawn as circles; `reached`, one entry a commune of the `Demand`, replaces what the situation says is
    within reach (a what-if). Beyond `MOST_COMMUNES` the departments are shaded, by the share of their inhabitants.
    """
    demand = situation.demand
    near = situation.reach.metres <= situation.reach_km * 1000 if reached is None else reached
    ids = [demand.ids[position] for position in communes.tolist()]
    box = _box(session, ids, len(communes) == len(demand))
    wide = len(ids) > MOST_COMMUNES
    around = outlines.read(session, outlines.departments_near(box.widened(0.3), box.cell))
    own = set(_departments(situation, communes))
    return AreaPicture(
        title=title,
        description=description or _described(situation, communes, near, candidates),
        zones=_by_department(situation, communes, near, around)
        if wide
        else _by_commune(situation, near, outlines.read(session, outlines.shapes(ids, box.cell))),
        borders=[one for one in around if one.id in own],
        around=around,
        places=[_mark(place, len(own)) for place in situation.placed if _shown(place, box)],
        candidates=candidates,
        towns=_towns(session, situation, communes, box),
        source=source,
        reach=kilometres_in_words(situation.reach_km),
        box=box,
    )


def _box(session: Session, ids: list[str], everything: bool) -> Box:
    if everything:
        return FRANCE
    found = outlines.box_around(session, ids)
    # The mainland and an island beyond the seas do not go on one sheet: the mainland is shown.
    return FRANCE if found is None or found.east - found.west > 25 or found.north - found.south > 15 else found


def _departments(situation: Situation, communes: NDArray[np.intp]) -> list[str]:
    departments = situation.demand.groups[Level.DEPARTMENT]
    numbers = np.unique(departments.of_commune[communes])
    return [departments.ids[number] for number in numbers.tolist() if number != NOWHERE]


def _by_commune(situation: Situation, near: NDArray[np.bool_], found: Sequence[Outline]) -> list[Zone]:
    position = {commune: index for index, commune in enumerate(situation.demand.ids)}
    zones = []
    for outline in found:
        index = position[outline.id]
        inhabited = situation.demand.population[index] > 0
        shade = (Shade.WITHIN if near[index] else Shade.BEYOND) if inhabited else Shade.EMPTY
        zones.append(Zone(outline, shade))
    return zones


def _by_department(
    situation: Situation, communes: NDArray[np.intp], near: NDArray[np.bool_], found: Sequence[Outline]
) -> list[Zone]:
    departments, people = situation.demand.groups[Level.DEPARTMENT], situation.demand.population
    group = departments.of_commune[communes]
    kept = communes[group != NOWHERE]
    group = group[group != NOWHERE]
    total = np.bincount(group, people[kept], len(departments.ids))
    within = np.bincount(group, people[kept] * near[kept], len(departments.ids))
    zones = []
    for outline in found:
        number = departments.index(outline.id)
        if number == NOWHERE or not total[number]:
            continue
        share = within[number] / total[number]
        shade = Shade.HARDLY if share < NEARLY_NONE else Shade.MOSTLY if share >= NEARLY_ALL else Shade.PARTLY
        zones.append(Zone(outline, shade))
    return zones


def _shown(place: OpenPlace, box: Box) -> bool:
    assert place.longitude is not None
    assert place.latitude is not None
    return box.widened(0.05).holds(place.longitude, place.latitude)


def _mark(place: OpenPlace, departments: int) -> PlaceMark:
    assert place.longitude is not None
    assert place.latitude is not None
    return PlaceMark(
        kind=place.institution.kind,
        name=apostrophes(place.institution.city or place.institution.name),
        longitude=place.longitude,
        latitude=place.latitude,
        to_confirm=place.to_confirm,
        # Where there are many places, the towns alone say where one is.
        named=departments <= 8 or place.institution.country != "FR",
    )


def _towns(session: Session, situation: Situation, communes: NDArray[np.intp], box: Box) -> list[Town]:
    """The largest communes, each far enough from those that are larger for its name to help."""
    demand = situation.demand
    apart = max(box.east - box.west, box.north - box.south) * 111_000 * APART
    kept: list[int] = []
    for position in communes[np.argsort(-demand.population[communes], kind="stable")][:MOST_CONSIDERED].tolist():
        if all(np.linalg.norm(demand.xyz[position] - demand.xyz[other]) > apart for other in kept):
            kept.append(position)
        if len(kept) == TOWNS:
            break
    rows = {row.id: row for row in session.execute(_points([demand.ids[position] for position in kept]))}
    found = [rows[demand.ids[position]] for position in kept]
    return [Town(apostrophes(row.name), row.longitude, row.latitude) for row in found]


def _points(ids: list[str]) -> sa.Select:
    point = sa.cast(Territory.point, Geometry)
    return sa.select(
        Territory.id, Territory.name, sa.func.ST_X(point).label("longitude"), sa.func.ST_Y(point).label("latitude")
    ).where(Territory.id.in_(ids))


def _described(
    situation: Situation, communes: NDArray[np.intp], near: NDArray[np.bool_], candidates: Sequence[CandidateMark]
) -> str:
    inhabited = communes[situation.demand.population[communes] > 0]
    beyond = int((~near[inhabited]).sum())
    words = (
        f"Carte des communes à {kilometres_in_words(situation.reach_km)} au plus d’une structure et de celles qui en sont plus "
        f"loin : {beyond} sur {len(inhabited)}."
    )
    return typography(f"{words} {len(candidates)} candidates y sont placées." if candidates else words)
