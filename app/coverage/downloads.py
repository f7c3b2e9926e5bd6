"""The tables that can be downloaded: each gives the rows that its page shows, whole, and their columns."""

from collections.abc import Callable
from typing import Any

import numpy as np
from flask import url_for
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage import columns, queries, tables
from app.coverage.forms import Question
from app.coverage.models import Status
from app.coverage.situation import Situation, kilometres_in_words
from app.exports import Column
from app.formats import french_date
from geo.sources import DataSource
from geo.territories import Level, Territory

Table = tuple[list[Any], list[Column]]


def _lines(level: Level) -> Callable[[Session, Situation, Territory | None], Table]:
    def of_level(session: Session, situation: Situation, territory: Territory | None) -> Table:
        return tables.children(session, situation, level, territory), columns.of_lines(situation)

    return of_level


def _communes(_: Session, situation: Situation, territory: Territory | None) -> Table:
    return tables.commune_lines(situation, _members(situation, territory)), columns.of_communes(situation)


def _out_of_reach(_: Session, situation: Situation, territory: Territory | None) -> Table:
    found = situation.out_of_reach(_members(situation, territory))
    return tables.commune_lines(situation, found), columns.of_communes(situation)


def _services(_: Session, situation: Situation, territory: Territory | None) -> Table:
    return tables.services(situation, territory, _members(situation, territory)), columns.of_services(situation)


def _gaps(session: Session, situation: Situation, territory: Territory | None) -> Table:
    found = tables.gaps(session, situation)
    if territory is not None:
        found = [gap for gap in found if territory.id in (gap.line.territory.id, gap.line.territory.region_id)]
    return sorted(found, key=lambda gap: gap.line.status is not Status.UNCOVERED), columns.of_gaps(situation)


def _libraries(session: Session, situation: Situation, territory: Territory | None) -> Table:
    communes = tables.commune_lines(situation, situation.out_of_reach(_members(situation, territory)))
    return tables.library_lines(session, communes), columns.of_libraries(situation)


def _members(situation: Situation, territory: Territory | None) -> NDArray[np.intp]:
    return np.arange(len(situation.demand)) if territory is None else situation.demand.members(territory)


#: By the name that stands in the URL.
TABLES: dict[str, Callable[[Session, Situation, Territory | None], Table]] = {
    "regions": _lines(Level.REGION),
    "departements": _lines(Level.DEPARTMENT),
    "epci": _lines(Level.EPCI),
    "communes": _communes,
    "hors-d-atteinte": _out_of_reach,
    "structures": _services,
    "lacunes": _gaps,
    "bibliotheques": _libraries,
}


#: The data sets that every table draws on, and those that a table adds.
COMMON_SOURCES = ("territoires", "reseau")
MORE_SOURCES = {"bibliotheques": ("bibliotheques",), "lacunes": ("agences",)}


def read(name: str, session: Session, situation: Situation, territory: Territory | None) -> Table:
    """The rows and the columns of the table of this name, with the sources of its rows as a last column."""
    rows, shown = TABLES[name](session, situation, territory)
    sources = " ; ".join(f"{one.title} ({one.producer}), {french_date(one.vintage)}" for one in _sources(name, session))
    return rows, [*shown, Column("Source de la ligne", "source", lambda _: sources)]


def about(
    name: str, session: Session, situation: Situation, territory: Territory | None, question: Question, line_count: int
) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » of a workbook says: the question, how to read the figures, where they come from."""
    return [
        ("Territoire", territory.name if territory else "France"),
        ("Page", _page(name, territory, question)),
        ("Situation au", situation.day),
        ("Exporté le", today()),
        ("Nombre de lignes", line_count),
        ("Distance", f"{kilometres_in_words(situation.reach_km)}, à vol d’oiseau, du point de la commune à la structure"),
        ("Non couvert", "Aucune structure connue : la liste des structures est connue pour être incomplète."),
        ("À confirmer", f"Le dernier constat a plus de {situation.stale_after_months} mois."),
        *(
            (f"Source : {one.title}", f"{one.producer}, {french_date(one.vintage)}, {one.licence}")
            for one in _sources(name, session)
        ),
    ]


def _sources(name: str, session: Session) -> list[DataSource]:
    used = (*COMMON_SOURCES, *MORE_SOURCES.get(name, ()))
    return [source for source in session.scalars(queries.sources()) if source.name in used]


def _page(name: str, territory: Territory | None, question: Question) -> str:
    """The whole address of the page that shows these rows, at the same day and distance."""
    if territory is not None:
        endpoint = "coverage.gap" if name in ("bibliotheques", "lacunes") else "coverage.territory"
        return url_for(endpoint, territory_id=territory.id, **question.permanent_args, _external=True)
    endpoint = "coverage.gaps" if name in ("bibliotheques", "lacunes") else "coverage.country"
    return url_for(endpoint, **question.permanent_args, _external=True)
