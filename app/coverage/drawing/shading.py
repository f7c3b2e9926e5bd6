"""How the ground of a map is shaded: by commune, or by department where communes are too many to be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.drawing import outlines
from app.coverage.drawing.merging import merged
from app.coverage.drawing.outlines import MOST_COMMUNES, Box, Outline
from app.coverage.drawing.parts import CandidateMark, Shade, Zone
from app.coverage.situation import Situation, kilometres_in_words
from app.formats import people, plural, typography
from geo.demand import NOWHERE, in_degrees
from geo.territories import Level

#: Beyond so many communes, those that are shaded alike are drawn as one, on a grid so many times coarser.
MOST_APART, COARSER = 900, 2
#: A department is « en partie » within reach between these shares of its inhabitants.
NEARLY_NONE, NEARLY_ALL = 0.05, 0.95


@dataclass(frozen=True)
class Shading:
    """The communes of an area, by their positions, and whether each commune of the `Demand` is `near` a place."""

    situation: Situation
    communes: NDArray[np.intp]
    near: NDArray[np.bool_]

    @property
    def ids(self) -> list[str]:
        return [self.situation.demand.ids[position] for position in self.communes.tolist()]

    def zones(self, session: Session, box: Box, departments: Sequence[Outline]) -> list[Zone]:
        """What is shaded on the map of a box, where these departments show."""
        if len(self.communes) > MOST_COMMUNES:
            return self._by_department(departments)
        if len(self.communes) <= MOST_APART:
            return self._by_commune(outlines.read(session, outlines.shapes(self.ids, box.cell)))
        found = self._by_commune(outlines.read(session, outlines.shapes(self.ids, box.cell * COARSER)))
        alike = {shade: [zone.outline for zone in found if zone.shade is shade] for shade in Shade}
        return [Zone(merged(each), shade) for shade, each in alike.items() if each]

    def in_words(self, candidates: Sequence[CandidateMark], called: tuple[str, str]) -> str:
        """What one sees."""
        inhabited = self.communes[self.situation.demand.population[self.communes] > 0]
        beyond = int((~self.near[inhabited]).sum())
        words = (
            f"Carte des communes à {kilometres_in_words(self.situation.reach_km)} au plus d’une structure et de celles qui en"
            f" sont plus loin : {beyond} sur {len(inhabited)}."
        )
        return typography(f"{words} On y voit {plural(len(candidates), *called)}." if candidates else words)

    def away_from(self, box: Box) -> str:
        """Who lives in the area beyond the sheet, in a sentence; nothing where everybody is on it."""
        demand = self.situation.demand
        east, north = in_degrees(demand.xyz[self.communes]).T
        sheet = box.widened()
        away = (east < sheet.west) | (east > sheet.east) | (north < sheet.south) | (north > sheet.north)
        number = int(demand.population[self.communes[away]].sum())
        return typography(f"L’outre-mer n’est pas sur cette carte : {people(number)} y vivent.") if number else ""

    def _by_commune(self, found: Sequence[Outline]) -> list[Zone]:
        position = {commune: index for index, commune in enumerate(self.situation.demand.ids)}
        zones = []
        for outline in found:
            index = position[outline.id]
            inhabited = self.situation.demand.population[index] > 0
            shade = (Shade.WITHIN if self.near[index] else Shade.BEYOND) if inhabited else Shade.EMPTY
            zones.append(Zone(outline, shade))
        return zones

    def _by_department(self, found: Sequence[Outline]) -> list[Zone]:
        departments, population = self.situation.demand.groups[Level.DEPARTMENT], self.situation.demand.population
        group = departments.of_commune[self.communes]
        kept = self.communes[group != NOWHERE]
        group = group[group != NOWHERE]
        total = np.bincount(group, population[kept], len(departments.ids))
        within = np.bincount(group, population[kept] * self.near[kept], len(departments.ids))
        zones = []
        for outline in found:
            number = departments.index(outline.id)
            if number == NOWHERE or not total[number]:
                continue
            share = within[number] / total[number]
            shade = Shade.HARDLY if share < NEARLY_NONE else Shade.MOSTLY if share >= NEARLY_ALL else Shade.PARTLY
            zones.append(Zone(outline, shade))
        return zones
