"""The figures of each picture as the columns of a file."""

from collections.abc import Callable
from typing import Any, NamedTuple

from app.coverage.pictures.distances import READ_AT_KM, widest_km
from app.coverage.pictures.gains import Candidate
from app.coverage.pictures.reading import Asked
from app.exports import Column
from app.formats import percent

Table = tuple[list[Any], list[Column]]


class Point(NamedTuple):
    """A value of a line."""

    name: str
    across: Any
    first: Any
    second: Any = None


def _share(header: str, name: str, read: Callable[[Any], float]) -> Column:
    return Column(header, name, read, decimals=4, shown=lambda row: percent(read(row)))


def years(asked: Asked) -> Table:
    """A line for each territory and day."""
    found = asked.years
    rows = [
        Point(series.name, day, series.sure[index], series.possible[index])
        for series in found.series
        for index, day in enumerate(found.days)
    ]
    return rows, [
        Column("Territoire", "territoire", lambda row: row.name),
        Column("Date", "date", lambda row: row.across),
        _share("Part des habitants à portée, constats récents", "part_sure", lambda row: row.first),
        _share("Part des habitants à portée, constats anciens compris", "part_possible", lambda row: row.second),
    ]


def distances(asked: Asked) -> Table:
    """A line for each area and kilometre."""
    widest = max(widest_km(asked.curves), *READ_AT_KM)
    rows = [Point(curve.name, km, curve.share(km)) for curve in asked.curves for km in range(widest + 1)]
    return rows, [
        Column("Territoire", "territoire", lambda row: row.name),
        Column("Distance en km", "distance_km", lambda row: row.across),
        _share("Part des habitants à cette distance au plus", "part", lambda row: row.first),
    ]


def gains(asked: Asked) -> Table:
    """A line for each library of the order."""
    found = asked.gains
    reached, bounds = (found.reached, found.bounds) if found else ((), ())
    rows = [
        (number, one, together, bound)
        for number, (one, together, bound) in enumerate(
            zip(found.order if found else (), reached, bounds, strict=True), start=1
        )
    ]
    return rows, [
        Column("Rang", "rang", lambda row: row[0]),
        *_of_candidate(lambda row: row[1]),
        Column("Habitants ajoutés à ce rang", "habitants_ajoutes", lambda row: row[1].added),
        Column("Habitants ajoutés en tout", "habitants_en_tout", lambda row: row[2]),
        Column("Aucun choix ne dépasse", "borne", lambda row: row[3]),
    ]


def candidates(asked: Asked) -> Table:
    """A line for each library that would bring anyone."""
    found = asked.gains
    ranked: list[tuple[int | None, Candidate]] = list(enumerate(found.order, start=1)) if found else []
    rows = [*ranked, *((None, one) for one in (found.others if found else ()))]
    return rows, [
        Column("Numéro sur la carte", "numero", lambda row: row[0]),
        *_of_candidate(lambda row: row[1]),
        Column("Longitude", "longitude", lambda row: row[1].longitude, decimals=5),
        Column("Latitude", "latitude", lambda row: row[1].latitude, decimals=5),
    ]


def _of_candidate(read: Callable[[Any], Candidate]) -> list[Column]:
    return [
        Column("Identifiant", "id", lambda row: read(row).public_id),
        Column("Bibliothèque", "nom", lambda row: read(row).name),
        Column("Commune", "commune", lambda row: read(row).commune),
        Column("Habitants si elle ouvrait seule", "habitants_seule", lambda row: read(row).alone),
    ]


#: By the name that stands in the URL.
TABLES: dict[str, Callable[[Asked], Table]] = {
    "annees": years,
    "distances": distances,
    "gains": gains,
    "carte": candidates,
}
