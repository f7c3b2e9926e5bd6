"""The map of an area out of a situation: its communes by their distance, its departments, the places and the largest towns."""

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from geoalchemy2 import Geometry
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.drawing import outlines
from app.coverage.drawing.maps import FRANCE, AreaPicture
from app.coverage.drawing.outlines import Box
from app.coverage.drawing.parts import CandidateMark, PlaceMark, Town
from app.coverage.drawing.shading import Shading
from app.coverage.situation import OpenPlace, Situation, kilometres_in_words
from app.formats import apostrophes
from geo.demand import NOWHERE
from geo.territories import Level, Territory

#: How many names of towns at most, among how many, and how far apart, as a share of the map.
TOWNS, MOST_CONSIDERED, APART = 9, 400, 0.1


def picture_of(
    session: Session,
    situation: Situation,
    communes: NDArray[np.intp],
    title: str,
    source: str,
    candidates: Sequence[CandidateMark] = (),
    description: str = "",
    reached: NDArray[np.bool_] | None = None,
    called: tuple[str, str] = ("candidate", "candidates"),
) -> AreaPicture:
    """Draw an area, given by the positions of its communes, on the day and at the distance of a situation.

    `candidates` are drawn as circles, `called` so, one and several; `reached`, one entry a commune of the `Demand`, replaces
    what the situation says is within reach (a what-if). What the sheet has no room for, beyond the seas, is said.
    """
    near = situation.reach.metres <= situation.reach_km * 1000 if reached is None else reached
    shading = Shading(situation, communes, near)
    box = _box(session, shading.ids, len(communes) == len(situation.demand))
    around = outlines.read(session, outlines.departments_near(box.widened(0.3), box.cell))
    own = set(_departments(situation, communes))
    away = shading.away_from(box)
    return AreaPicture(
        title=title,
        description=" ".join(filter(None, (description or shading.in_words(candidates, called), away))),
        zones=shading.zones(session, box, around),
        borders=[one for one in around if one.id in own],
        around=around,
        places=[_mark(place, len(own)) for place in situation.placed if _shown(place, box)],
        candidates=candidates,
        called=called[0],
        towns=_towns(session, situation, communes, box),
        source=f"{source} {away}".rstrip() if source else "",
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
