"""The pictures of an answer: its sites on the map, numbered and sized by what they bring, and the curve of their gains.

They are drawn once, with the answer: the data of the day it is read may be others.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.drawing.charts import Line, LinesPicture, lines_chart
from app.coverage.drawing.maps import area_map
from app.coverage.drawing.outlines import MOST_COMMUNES
from app.coverage.drawing.parts import CandidateMark
from app.coverage.drawing.scene import picture_of
from app.coverage.queries import sources
from app.coverage.sites.studying import USED, Study
from app.formats import french_date, people, plural

PICTURES = {"carte": "map_svg", "courbe": "curve_svg"}


def drawn(study: Study, document: dict[str, Any]) -> dict[str, Any]:
    """How the map is drawn: by department where the communes are too many, and whether what lies overseas is left out."""
    wide = len(study.counted) > MOST_COMMUNES
    overseas = any(one["code"].startswith("97") for one in document["departments"])
    return {"by_department": wide, "without_overseas": wide and overseas}


def draw(session: Session, study: Study, document: dict[str, Any], reached: NDArray[np.bool_]) -> dict[str, str]:
    """The columns of the pictures; `reached`: the communes within reach once the sites are open."""
    used = [one for one in session.scalars(sources()) if one.name in USED]
    source = "Sources : " + " ; ".join(f"{one.title} ({one.producer}), {french_date(one.vintage)}" for one in used)
    count = plural(len(document["sites"]), "lieu choisi", "lieux choisis")
    zones = "la part des habitants de chaque département" if document["drawn"]["by_department"] else "les communes"
    marks = [
        CandidateMark(number, one["name"], one["longitude"], one["latitude"], one["gain"])
        for number, one in enumerate(document["sites"], start=1)
    ]
    picture = picture_of(
        session,
        study.situation,
        study.counted,
        f"{study.question.area.name} : {count}, et {zones} à portée une fois ces lieux ouverts",
        source,
        marks,
        reached=reached,
        called=("lieu choisi", "lieux choisis"),
    )
    return {"map_svg": area_map(picture), "curve_svg": _curve(document, source)}


def _curve(document: dict[str, Any], source: str) -> str:
    """Inhabitants within reach against the number of sites, beside the greedy choice where it differs."""
    sites, greedy = document["sites"], document["greedy"]
    lines = [Line("ce choix", _points(document, sites))]
    if {one["id"] for one in sites} != {one["id"] for one in greedy}:
        lines.append(Line("choix pas à pas", _points(document, greedy)))
    within = sites[-1]["within"] if sites else document["already"]
    return lines_chart(
        LinesPicture(
            title="Habitants à portée selon le nombre de lieux ouverts",
            description=(
                f"De {people(document['already'])} à portée sans nouveau lieu à {people(within)}"
                f" avec {plural(len(sites), 'lieu', 'lieux')} : chaque lieu en apporte moins que le précédent, ou autant."
            ),
            across="nombre de lieux ouverts en plus",
            up="habitants à portée",
            source=source,
            lines=lines,
            most_up=float(max(document["total"], 1)),
        )
    )


def _points(document: dict[str, Any], sites: list[dict[str, Any]]) -> list[tuple[float, float]]:
    return [(0.0, float(document["already"])), *((float(n), float(one["within"])) for n, one in enumerate(sites, start=1))]
