"""The rows of the tables: what a page shows and what an export holds are the same objects."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isinf, isnan

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage.models import Status
from app.coverage.queries import administrative, agencies, libraries_in
from app.coverage.situation import OpenPlace, Situation, kilometres_in_words
from app.directory.models import Institution
from app.formats import distance, percent, plural
from geo.demand import NOWHERE
from geo.reach import Figures
from geo.territories import Level, Territory

#: Both coverages disagree when one says yes and the other says no for at least this share of the inhabitants.
DISAGREEMENT = 0.5


@dataclass(frozen=True)
class Effective:
    """Inhabitants of a territory, those beyond the distance asked for, those without any place on their shore; metres."""

    population: int
    beyond: int
    unreachable: int
    median: float | None
    percentile_95: float | None

    @property
    def share_beyond(self) -> float | None:
        return self.beyond / self.population if self.population else None

    @property
    def one_in_twenty(self) -> str:
        """The 95th percentile of the distances, in words."""
        if self.percentile_95 is None:
            return "personne n’y habite"
        if self.unreachable == self.population:
            return "aucun habitant n’a de structure sur sa rive"
        if isinf(self.percentile_95):
            return "plus d’un habitant sur vingt est sans structure sur la même rive"
        return f"un habitant sur vingt vit à plus de {distance(self.percentile_95)}"


@dataclass(frozen=True)
class Line:
    """One territory with its two coverages side by side.

    `last` is the place there that was observed last; `unplaced` counts its places without coordinates, which the
    effective coverage cannot see.
    """

    territory: Territory
    places: int
    confirmed: int
    status: Status
    last: OpenPlace | None
    unplaced: int
    effective: Effective
    reach_km: float

    @property
    def disagreement(self) -> str:
        """Say in words that the two coverages disagree; empty where they agree."""
        return f"{self.status.label}, {self.but}" if self.but else ""

    @property
    def but(self) -> str:
        """What the effective coverage has against the administrative one: « mais 62 % des habitants… »; or nothing."""
        share = self.effective.share_beyond
        # All inhabitants of a commune stand at its point: a share of them says nothing that its distance does not.
        if share is None or self.territory.level is Level.COMMUNE:
            return ""
        asked = kilometres_in_words(self.reach_km)
        if self.status is Status.UNCOVERED and 1 - share >= DISAGREEMENT:
            return f"mais {percent(1 - share)} des habitants à moins de {asked} d’une structure voisine"
        if self.status is not Status.UNCOVERED and share >= DISAGREEMENT:
            unseen = f", sans compter {plural(self.unplaced, 'structure')} sans coordonnées" if self.unplaced else ""
            return f"mais {percent(share)} des habitants à plus de {asked}{unseen}"
        return ""


@dataclass(frozen=True)
class CommuneLine:
    """One commune: its inhabitants, the place nearest to it and the metres to it (None: nothing on its shore).

    `position` is that of the commune in the `Demand`.
    """

    position: int
    id: str
    name: str
    department_id: str
    population: int
    metres: float | None
    place: OpenPlace | None

    @property
    def code(self) -> str:
        return self.id.removeprefix("commune-")

    @property
    def department_code(self) -> str:
        return self.department_id.removeprefix("departement-")


@dataclass(frozen=True)
class LibraryLine:
    """A library in a commune out of reach."""

    library: Institution
    commune: CommuneLine


@dataclass(frozen=True)
class Service:
    """A place seen from a territory: for whom it is the nearest one within the distance, and how near it comes."""

    place: OpenPlace
    inside: bool
    inhabitants: int
    communes: int
    metres: float


@dataclass(frozen=True)
class Gap:
    """A department and where to begin: its most populated communes out of reach, the nearest Cité, whom to call."""

    line: Line
    communes: list[CommuneLine]
    nearest_to: str
    cite: OpenPlace | None
    cite_metres: float | None
    agency: Institution | None


def children(session: Session, situation: Situation, level: Level, parent: Territory | None = None) -> list[Line]:
    """The territories of a level with both coverages: those with a commune in the parent, or all.

    Departments come in the order of their codes, which people know; regions and EPCI by name.
    """
    select = administrative(level, situation.day, situation.stale_after_months)
    if level is not Level.DEPARTMENT:
        select = select.order_by(None).order_by(Territory.name, Territory.code)
    if parent is not None:
        groups = situation.demand.groups[level]
        numbers = np.unique(groups.of_commune[situation.demand.members(parent)])
        select = select.where(Territory.id.in_([groups.ids[number] for number in numbers if number != NOWHERE]))
    return _lines(session.execute(select), situation, level)


def own_line(session: Session, situation: Situation, territory: Territory) -> Line:
    """Both coverages of one territory."""
    select = administrative(territory.level, situation.day, situation.stale_after_months)
    return _lines(session.execute(select.where(Territory.id == territory.id)), situation, territory.level)[0]


def _lines(rows: Iterable[sa.Row], situation: Situation, level: Level) -> list[Line]:
    figures = situation.figures(level)
    position = {territory_id: index for index, territory_id in enumerate(figures.ids)}
    return [
        Line(
            territory=row.Territory,
            places=row.places,
            confirmed=row.confirmed,
            status=row.status,
            last=situation.last_observed(row.Territory) if row.places else None,
            unplaced=sum(place.is_in(row.Territory) for place in situation.unplaced),
            effective=effective(figures, position[row.Territory.id]),
            reach_km=situation.reach_km,
        )
        for row in rows
    ]


def effective(figures: Figures, index: int) -> Effective:
    """Give the figures of one territory as plain numbers."""
    return Effective(
        population=int(figures.population[index]),
        beyond=int(figures.beyond[index]),
        unreachable=int(figures.unreachable[index]),
        median=_known(figures.median[index]),
        percentile_95=_known(figures.percentile_95[index]),
    )


def _known(metres: float) -> float | None:
    """A distance, infinity included; None where nobody lives."""
    return None if isnan(metres) else float(metres)


def commune_lines(situation: Situation, communes: NDArray[np.intp]) -> list[CommuneLine]:
    """Describe communes, given by their positions, in the order given."""
    demand, departments = situation.demand, situation.demand.groups[Level.DEPARTMENT]
    found = []
    for position in communes.tolist():
        place, metres = situation.place_near(position) or (None, None)
        found.append(
            CommuneLine(
                position=position,
                id=demand.ids[position],
                name=demand.names[position],
                department_id=departments.ids[departments.of_commune[position]],
                population=int(demand.population[position]),
                metres=metres,
                place=place,
            )
        )
    return found


def library_lines(session: Session, communes: list[CommuneLine]) -> list[LibraryLine]:
    """The libraries open today in these communes, in the order of the communes, those open longest first.

    Today whatever the day asked for: whom to call is a question of now, and the Ministry's list has no past.
    """
    by_commune: dict[str | None, list[Institution]] = {}
    for library in session.scalars(libraries_in([commune.id for commune in communes], today())):
        by_commune.setdefault(library.territory_id, []).append(library)
    return [LibraryLine(library, commune) for commune in communes for library in by_commune.get(commune.id, [])]


def services(situation: Situation, territory: Territory | None, communes: NDArray[np.intp]) -> list[Service]:
    """The places that serve a territory (None: France), wherever they stand; first those nearest to most inhabitants.

    A place serves when it is the nearest one, within the distance asked for, of a commune where someone lives. A place
    that stands in the territory is listed even if it serves nobody by this measure.
    """
    reach, people = situation.reach, situation.demand.population
    near = communes[(reach.metres[communes] <= situation.reach_km * 1000) & (people[communes] > 0)]
    found = []
    for position, place in enumerate(situation.placed):
        served = near[reach.place[near] == position]
        inside = place.is_in(territory) if territory else place.institution.country == "FR"
        if len(served) or inside:
            of_it = communes[reach.place[communes] == position]
            metres = float(reach.metres[of_it].min()) if len(of_it) else float("nan")
            found.append(Service(place, inside, int(people[served].sum()), len(served), metres))
    return sorted(found, key=lambda service: (-service.inhabitants, service.place.institution.name))


def gaps(session: Session, situation: Situation, top: int = 3) -> list[Gap]:
    """The departments that are not covered, or to confirm: those with the most inhabitants out of reach first.

    `top` communes out of reach each; the Cité is the one nearest to the first of them, else to the largest commune.
    """
    agency_of_region = {row.territory_id: row.Institution for row in session.execute(agencies())}
    by_department = situation.demand.groups[Level.DEPARTMENT].of_commune
    everyone = np.argsort(-situation.demand.population, kind="stable")
    out_of_reach = situation.out_of_reach(everyone)
    found = []
    for line in children(session, situation, Level.DEPARTMENT):
        if line.status is Status.COVERED:
            continue
        number = situation.demand.groups[Level.DEPARTMENT].index(line.territory.id)
        worst = out_of_reach[by_department[out_of_reach] == number][:top]
        first = int(worst[0] if len(worst) else everyone[by_department[everyone] == number][0])
        cite, cite_metres = situation.cite_near(first) or (None, None)
        found.append(
            Gap(
                line=line,
                communes=commune_lines(situation, worst),
                nearest_to=situation.demand.names[first],
                cite=cite,
                cite_metres=cite_metres,
                agency=agency_of_region.get(line.territory.region_id or ""),
            )
        )
    return sorted(found, key=lambda gap: -gap.line.effective.beyond)
