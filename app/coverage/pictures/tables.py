"""What the page writes beside each picture: the sentence that it says, and the rows of its table."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup

from app.coverage.pictures import drawn
from app.coverage.pictures.distances import READ_AT_KM, Curve
from app.coverage.pictures.gains import APART, Candidate, Gains
from app.coverage.pictures.reading import Asked
from app.coverage.pictures.years import Years, range_in_words
from app.coverage.situation import kilometres_in_words
from app.formats import distance, french_date, number, people, percent

#: A table of all years would be too wide: one in so many, and the last.
YEARS_APART = 5
YEARS_REMARKS = (
    "L’image montre ce que les constats établissent, et non toutes les ouvertures : une structure dont l’ouverture n’a pas été "
    "constatée à temps n’y est pas, et les habitants sont ceux d’aujourd’hui à toutes les dates.",
)
GAINS_REMARKS = (
    "Les bibliothèques sont celles qui sont ouvertes aujourd’hui : leur liste n’a pas de passé. Les lieux en projet comptent "
    "comme s’ils étaient ouverts. La seconde ligne est une borne : aucun choix d’autant de bibliothèques ne fait mieux.",
)


@dataclass(frozen=True)
class Table:
    """A table; `row_header` is the column that names the row."""

    caption: str
    columns: list[tuple[str, str]]
    rows: list[list[Any]]
    note: str = ""
    row_header: int = 0


@dataclass(frozen=True)
class Shown:
    """A picture on the page, with its table as `data_table` takes it; `drawable`: there is something to draw."""

    name: str
    title: str
    sentence: str
    source: str
    table: Table
    drawable: bool
    remarks: tuple[str, ...] = ()


def shown(asked: Asked) -> list[Shown]:
    """The four pictures, in the order of the page; those that the area is too wide for have no table."""
    found = asked.gains

    def one(name: str, sentence: str, table: Table, drawable: object, *remarks: str) -> Shown:
        source = drawn.source_of(asked.session, name, asked.situation).line
        return Shown(name, drawn.PICTURES[name][0], sentence, source, table, bool(drawable), remarks)

    far = " ".join(curve.sentence for curve in asked.curves)
    parts = [
        one("annees", asked.years.sentence, _of_years(asked.years), asked.years.days, *YEARS_REMARKS),
        one("distances", far, _of_distances(asked.curves), asked.situation.placed),
    ]
    if found is not None:
        parts.append(one("gains", found.sentence, _of_gains(found), found.order, *GAINS_REMARKS))
        parts.append(one("carte", _of_circles(found), _of_candidates(found), found.order, *_how_to_read(found)))
    return parts


def _of_years(found: Years) -> Table:
    last = len(found.days) - 1
    kept = [index for index, day in enumerate(found.days) if index == last or (day.year % YEARS_APART == 0 and index < last)]
    columns = [("Territoire", "text"), *((_day(found.days[index]), "number") for index in kept)]
    rows = [[one.name, *(range_in_words(one, index) for index in kept)] for one in found.series]
    note = "Constats récents, puis en comptant les constats anciens, à confirmer. Toutes les années sont dans le fichier CSV."
    return Table("Part des habitants à portée d’une structure", columns, rows, note)


def _day(day: date) -> str:
    return f"Fin {day.year}" if (day.month, day.day) == (12, 31) else french_date(day)


def _of_distances(curves: list[Curve]) -> Table:
    columns = [("Habitants", "text"), *((one.name, "number") for one in curves)]
    rows: list[list[Any]] = [[f"à {km} km au plus", *(percent(one.share(km)) for one in curves)] for km in READ_AT_KM]
    rows.append(["la moitié, à moins de", *(distance(one.median) for one in curves)])
    rows.append(["95 %, à moins de", *(distance(one.percentile_95) for one in curves)])
    rows.append(["sans structure sur la même rive", *(number(one.unreachable) for one in curves)])
    rows.append(["en tout", *(number(one.population) for one in curves)])
    return Table("Habitants selon la distance à la structure la plus proche", columns, rows)


def _of_gains(found: Gains) -> Table:
    columns = [
        ("Rang", "number"),
        ("Bibliothèque", "wide"),
        ("Habitants ajoutés", "number"),
        ("En tout", "number"),
        ("Aucun choix ne dépasse", "number"),
    ]
    steps = zip(found.order, found.reached, found.bounds, strict=True)
    rows = [
        [rank, _link(one), number(one.added), number(together), number(bound)]
        for rank, (one, together, bound) in enumerate(steps, start=1)
    ]
    return Table("Bibliothèques dans l’ordre où chacune ajoute le plus", columns, rows, row_header=1)


def _of_candidates(found: Gains) -> Table:
    columns = [("Numéro", "number"), ("Bibliothèque", "wide"), ("Habitants si elle ouvrait seule", "number")]
    rows = [[rank, _link(one), number(one.alone)] for rank, one in enumerate(found.mapped, start=1)]
    note = "Les autres sont dans le fichier CSV." if len(found.order) + len(found.others) > len(rows) else ""
    return Table("Bibliothèques de la carte", columns, rows, note, row_header=1)


def _link(one: Candidate) -> Markup:
    address = url_for("directory.sheet", public_id=one.public_id)
    where = one.commune if one.exact else f"{one.commune}, placée au point de la commune"
    return Markup('<a href="{}">{}</a> ({})').format(address, one.name, where)


def _of_circles(found: Gains) -> str:
    if not found.order:
        return found.sentence
    first = max((*found.order, *found.others), key=lambda one: one.alone)
    return f"Seule, {first.name} ({first.commune}) rapprocherait {people(first.alone)} : c’est le plus grand cercle."


def _how_to_read(found: Gains) -> tuple[str, ...]:
    """What circles and numbers mean."""
    more = (
        f" Les numéros suivants sont d’autres bibliothèques, la meilleure de chaque voisinage de "
        f"{kilometres_in_words(found.reach_km * APART)}."
        if len(found.mapped) > len(found.order)
        else ""
    )
    ranks = (
        f"Les numéros 1 à {len(found.order)} suivent l’ordre dans lequel chacune ajoute le plus aux précédentes."
        if len(found.order) > 1
        else "Le numéro 1 est celle qui en rapprocherait le plus."
    )
    return (
        "L’aire d’un cercle dit combien d’habitants la bibliothèque rapprocherait si elle ouvrait seule : deux voisines se "
        f"valent donc souvent. {ranks}{more}",
    )
