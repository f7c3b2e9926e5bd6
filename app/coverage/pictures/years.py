"""Coverage over the years: the share of inhabitants within reach, at the end of each year since the first observation.

It is what the observations establish, and no more: a place that nobody observed in time is not there, and one whose
observation is old is counted apart. The inhabitants are those of today, at every date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.pictures.queries import first_observed, open_by_day, placed
from app.coverage.situation import Situation, kilometres_in_words, shore_of
from app.formats import french_date, percent
from geo.demand import NOWHERE, earth_centred
from geo.reach import chord_of
from geo.territories import Level, Territory, by_code


@dataclass(frozen=True)
class Series:
    """One territory: at each day, the share within reach of what was observed lately, then of all that was observed."""

    name: str
    population: int
    sure: tuple[float, ...]
    possible: tuple[float, ...]


@dataclass(frozen=True)
class Years:
    """The days, the whole area first among the `series`, then its regions or departments; no day: nothing was observed."""

    name: str
    days: tuple[date, ...]
    series: tuple[Series, ...]
    reach_km: float

    @property
    def sentence(self) -> str:
        """What the picture says, in one sentence."""
        if not self.days:
            return "Aucune ouverture n’a été constatée à cette date : il n’y a rien à dessiner."
        whole, day = self.series[0], french_date(self.days[-1])
        asked = kilometres_in_words(self.reach_km)
        if not whole.possible[-1]:
            return f"Au {day}, aucun constat n’établit de structure à {asked} au plus des habitants de {self.name}."
        more = (
            f", et {percent(whole.possible[-1])} en comptant les constats anciens, à confirmer"
            if whole.possible[-1] > whole.sure[-1]
            else ""
        )
        return f"{self.name}, au {day} : {percent(whole.sure[-1])} des habitants à {asked} au plus d’une structure{more}."


def range_in_words(one: Series, index: int) -> str:
    """« 12,3 % », or « 12,3 % à 61,0 % » when old observations would add to it."""
    if not one.population:
        return "personne n’y habite"
    sure, possible = percent(one.sure[index]), percent(one.possible[index])
    return sure if sure == possible else f"{sure} à {possible}"


def over_the_years(session: Session, situation: Situation, communes: NDArray[np.intp], name: str, level: Level) -> Years:
    """Read what was open at the end of each year up to the day of `situation`: for an area, and for its parts of `level`."""
    days = _days(session.scalar(first_observed()), situation.day)
    open_at = session.execute(open_by_day(days, situation.stale_after_months)).all()
    places = session.execute(placed({row.institution_id for row in open_at})).all()
    within = _within(situation, places)
    row = {place.Institution.id: index for index, place in enumerate(places)}
    covered = []
    for day in days:
        here = [one for one in open_at if one.day == day and one.institution_id in row]
        recent = [one for one in here if not one.to_confirm]
        covered += [within[[row[one.institution_id] for one in kept]].any(axis=0) for kept in (recent, here)]
    return Years(name, tuple(days), tuple(_series(session, situation, communes, name, level, covered)), situation.reach_km)


def _days(first: date | None, last: date) -> list[date]:
    """The ends of the years from the first observation on, and the day itself; nothing before there is an observation."""
    if first is None or first > last:
        return []
    return [date(year, 12, 31) for year in range(first.year, last.year)] + [last]


def _within(situation: Situation, places: Sequence[sa.Row]) -> NDArray[np.bool_]:
    """Places × communes: within reach, by the rule of `geo.reach`; the same as asking for the nearest each time."""
    demand, longest = situation.demand, chord_of(situation.reach_km * 1000)
    found = np.zeros((len(places), len(demand)), dtype=bool)
    for index, place in enumerate(places):
        shore = demand.shores.index(shore_of(place.Institution, place.longitude, place.latitude, demand))
        if shore != NOWHERE:
            on_shore = np.flatnonzero(demand.shores.of_commune == shore)
            here = earth_centred([place.longitude], [place.latitude])
            found[index, on_shore] = np.linalg.norm(demand.xyz[on_shore] - here, axis=1) <= longest
    return found


def _series(
    session: Session,
    situation: Situation,
    communes: NDArray[np.intp],
    name: str,
    level: Level,
    covered: Sequence[Any],
) -> list[Series]:
    demand = situation.demand
    grouping = demand.groups[level]
    numbers = np.unique(grouping.of_commune[communes])
    ids = [grouping.ids[number] for number in numbers.tolist() if number != NOWHERE]
    whole = name if len(ids) == 1 or len(communes) == len(demand) else "Ensemble"
    found = [_one(whole, demand.population, communes, covered)]
    if len(ids) > 1:
        for territory in session.scalars(sa.select(Territory).where(Territory.id.in_(ids)).order_by(by_code())):
            members = communes[grouping.of_commune[communes] == grouping.index(territory.id)]
            found.append(_one(territory.name, demand.population, members, covered))
    return found


def _one(name: str, population: NDArray[np.int64], members: NDArray[np.intp], covered: Sequence[Any]) -> Series:
    people = population[members]
    total = int(people.sum())
    shares = [float((people * one[members]).sum() / total) if total else 0.0 for one in covered]
    return Series(name, total, tuple(shares[::2]), tuple(shares[1::2]))
