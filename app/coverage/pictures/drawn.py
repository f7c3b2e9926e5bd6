"""From figures to pictures: what each draws is what its table says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.drawing.charts import Line, LinesPicture, Panel, PanelsPicture, kilometres, share, year
from app.coverage.drawing.maps import AreaPicture
from app.coverage.drawing.parts import CandidateMark
from app.coverage.drawing.scene import picture_of
from app.coverage.pictures.distances import Curve, widest_km
from app.coverage.pictures.gains import Gains
from app.coverage.pictures.years import Years, range_in_words
from app.coverage.queries import sources
from app.coverage.situation import Situation
from app.formats import distance, french_date
from geo.sources import DataSource

#: By the name that stands in the URL: the title, and the data sets that the picture draws on.
PICTURES = {
    "annees": ("La couverture au fil des années", ("territoires", "reseau")),
    "distances": ("À quelle distance vivent les habitants", ("territoires", "reseau")),
    "gains": ("Ce qu’apporterait chaque bibliothèque de plus", ("territoires", "reseau", "bibliotheques")),
    "carte": ("Où sont les bibliothèques qui rapprocheraient le plus d’habitants", ("territoires", "reseau", "bibliotheques")),
}


@dataclass(frozen=True)
class Source:
    """What stands at the foot of a picture: its data sets with their dates and licences, the day, how distances are taken."""

    used: tuple[DataSource, ...]
    day: date

    @property
    def line(self) -> str:
        said = " ; ".join(f"{one.title} ({one.producer}), {french_date(one.vintage)}, {one.licence}" for one in self.used)
        how = f"Situation au {french_date(self.day)} ; distances à vol d’oiseau."
        return f"Sources : {said}. {how}" if said else how


def source_of(session: Session, name: str, situation: Situation) -> Source:
    """The source line of the picture of this name."""
    used = PICTURES[name][1]
    return Source(tuple(one for one in session.scalars(sources()) if one.name in used), situation.day)


def of_years(found: Years, title: str, source: str, heading: bool = False) -> PanelsPicture:
    """A panel for the area and one for each of its regions or departments."""
    days = [day.year + day.timetuple().tm_yday / 367 for day in found.days]
    return PanelsPicture(
        title=title,
        heading=heading,
        description=found.sentence,
        write_across=lambda moment: year(int(moment)),
        write_up=share,
        source=source,
        panels=[
            Panel(
                one.name,
                sure=list(zip(days, one.sure, strict=True)),
                possible=list(zip(days, one.possible, strict=True)),
                last=f"{found.days[-1].year} : {range_in_words(one, -1)}",
            )
            for one in (found.series if found.days else ())
        ],
    )


def of_distances(curves: Sequence[Curve], reach_km: float, title: str, source: str, heading: bool = False) -> LinesPicture:
    """A line for each area; where half of the inhabitants, and 95 % of them, live is marked, in words for the first."""
    widest = max(widest_km(list(curves)), int(min(reach_km, 200)))
    marks = []
    for curve in curves:
        for part, metres in ((0.5, curve.median), (0.95, curve.percentile_95)):
            if metres is not None and metres <= widest * 1000:
                words = f"{share(part)} à {distance(metres)} au plus" if curve is curves[0] else ""
                marks.append((metres / 1000, part, words))
    return LinesPicture(
        title=title,
        heading=heading,
        description=" ".join(one.sentence for one in curves),
        across="distance à la structure la plus proche",
        up="part des habitants qui vivent à cette distance au plus",
        write_across=kilometres,
        write_up=share,
        source=source,
        lines=[Line(one.name, [(float(km), one.share(km)) for km in range(widest + 1)]) for one in curves],
        marks=marks,
        signs=False,
        most_up=1.0,
        most_across=float(widest),
        reading=reach_km if reach_km <= widest else None,
    )


def of_gains(found: Gains, title: str, source: str, heading: bool = False) -> LinesPicture:
    """What 1, 2, 3… libraries bring together, and what no choice of so many exceeds."""
    lines = [Line("dans l’ordre du tableau", _counted(found.reached))]
    if found.bounds != found.reached:
        lines.append(Line("aucun choix ne dépasse", _counted(found.bounds), bound=True))
    return LinesPicture(
        title=title,
        heading=heading,
        description=found.sentence,
        across="nombre de bibliothèques",
        up="habitants nouvellement à portée",
        source=source,
        lines=lines,
    )


def of_map(
    session: Session,
    situation: Situation,
    communes: NDArray[np.intp],
    found: Gains,
    title: str,
    source: str,
    heading: bool = False,
) -> AreaPicture:
    """The libraries of the table with their numbers, by what each would bring alone."""
    marks = [
        CandidateMark(number, one.name, one.longitude, one.latitude, one.alone)
        for number, one in enumerate(found.mapped, start=1)
    ]
    return replace(picture_of(session, situation, communes, title, source, marks), heading=heading)


def _counted(values: Sequence[int]) -> list[tuple[float, float]]:
    return [(float(count), float(value)) for count, value in enumerate([0, *values])]
