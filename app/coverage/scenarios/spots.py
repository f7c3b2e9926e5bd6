"""Where a place opened in thought would stand: at an institution, at a commune, or at a point of the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.coverage.scenarios import queries
from app.coverage.scenarios.trials import COMMUNE, POINT, quoted
from app.coverage.situation import shore_of
from app.directory.facts import place
from app.directory.models import Institution, Kind, Precision, State
from app.directory.places import label
from app.formats import NO_BREAK
from geo.demand import NOWHERE, Demand, earth_centred
from geo.reach import Places

#: A point farther than this from every commune is in the sea, or in another country, and serves nobody in France.
FARTHEST_POINT_METRES = 100_000


@dataclass(frozen=True)
class Spot:
    """A place opened in thought; `key` is how the URL names it, `exact` whether its point is its own.

    `state` is what the directory says of the institution today, since `observed_on`.
    """

    key: str
    name: str
    where: str
    longitude: float
    latitude: float
    shore: str | None
    institution: Institution | None = None
    exact: bool = True
    state: State | None = None
    observed_on: date | None = None
    precision: Precision = Precision.UNDATED

    @property
    def kind(self) -> Kind | None:
        return self.institution.kind if self.institution else None


def spots_of(session: Session, keys: Sequence[str], demand: Demand) -> tuple[list[Spot], list[str]]:
    """The places of these keys, in their order, and what is wrong with the others, in French."""
    points = [key for key in keys if POINT.fullmatch(key)]
    communes = [key for key in keys if COMMUNE.fullmatch(key)]
    others = [key for key in keys if key not in points and key not in communes]
    found = {key: spot for key in points if (spot := _of_point(key, demand))}
    if communes:
        found |= {spot.key: spot for row in session.execute(queries.communes(communes)) for spot in _of_commune(row)}
    if others:
        rows = session.execute(queries.institutions(others)).all()
        found |= {spot.key: spot for row in rows for spot in _of_institution(row, demand)}
        unplaced = [row.Institution.public_id for row in rows if row.Institution.public_id not in found]
    else:
        unplaced = []
    unknown = [key for key in keys if key not in found and key not in unplaced]
    problems = []
    if unknown:
        problems.append(
            f"{quoted(unknown)} : aucune structure de l’annuaire, aucune commune, aucun point proche d’une commune ne répond à"
            " ce nom. Le reste est gardé."
        )
    if unplaced:
        problems.append(
            f"{quoted(unplaced)} : on ne sait pas où cela se trouve, ni point ni commune. Ouvrez plutôt dans une commune."
        )
    return [found[key] for key in keys if key in found], problems


def places_of(spots: Sequence[Spot]) -> Places:
    """The places, as arrays in their order."""
    return Places(
        np.array([spot.longitude for spot in spots], dtype=float),
        np.array([spot.latitude for spot in spots], dtype=float),
        tuple(spot.shore for spot in spots),
    )


def _of_point(key: str, demand: Demand) -> Spot | None:
    longitude, latitude = map(float, key.split(","))
    if abs(longitude) > 180 or abs(latitude) > 90 or not len(demand):
        return None
    away = np.sum((demand.xyz - earth_centred([longitude], [latitude])) ** 2, axis=1)
    nearest = int(np.argmin(away))
    if away[nearest] > FARTHEST_POINT_METRES**2:
        return None
    number = demand.shores.of_commune[nearest]
    shore = None if number == NOWHERE else demand.shores.ids[number]
    name = f"Point {latitude:.4f}° N, {longitude:.4f}° E".replace(".", ",")
    return Spot(key, name, f"près de {demand.names[nearest]}", longitude, latitude, shore)


def _of_commune(row: sa.Row) -> list[Spot]:
    territory = row.Territory
    if row.longitude is None:
        return []
    name = label(territory).replace(" (", f"{NO_BREAK}(")
    return [Spot(territory.id, name, "au point de la commune", row.longitude, row.latitude, territory.shore)]


def _of_institution(row: sa.Row, demand: Demand) -> list[Spot]:
    """At its own point, else at that of its commune."""
    one: Institution = row.Institution
    if row.longitude is None:
        return []
    shore = shore_of(one, row.longitude, row.latitude, demand)
    observed = (row.state, row.observed_on, row.precision or Precision.UNDATED)
    return [Spot(one.public_id, one.name, place(one) or "", row.longitude, row.latitude, shore, one, row.exact, *observed)]
