"""What the exports of coverage hold, column by column. The day and the distance stand in every row: figures travel alone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from app.coverage.situation import Situation, kilometres_in_words
from app.exports import Column


def asked(situation: Situation) -> list[Column]:
    """The columns that say what was asked."""
    return [
        Column("Situation au", "as_of", lambda _: situation.day),
        Column("Distance demandée (km)", "reach_km", lambda _: situation.reach_km),
    ]


def of_lines(situation: Situation) -> list[Column]:
    """The columns of a `tables.Line`: one territory and its two coverages."""
    km = kilometres_in_words(situation.reach_km)
    return [
        Column("Identifiant", "territory_id", lambda row: row.territory.id),
        Column("Code", "code", lambda row: row.territory.code),
        Column("Territoire", "name", lambda row: row.territory.name),
        Column("Couverture administrative", "status", lambda row: row.status),
        Column("Structures ouvertes", "open_places", lambda row: row.places),
        Column("dont confirmées", "confirmed_places", lambda row: row.confirmed),
        Column("dont sans coordonnées", "places_without_coordinates", lambda row: row.unplaced),
        Column("Dernier constat", "last_observed_on", lambda row: row.last and row.last.observed_on),
        Column("Précision du constat", "precision", lambda row: row.last and row.last.precision),
        Column("Habitants", "population", lambda row: row.effective.population),
        Column(f"Habitants à plus de {km}", "population_beyond", lambda row: row.effective.beyond),
        Column("Part des habitants", "share_beyond", lambda row: row.effective.share_beyond, decimals=4),
        Column("dont sans structure sur la même rive", "population_unreachable", lambda row: row.effective.unreachable),
        Column("Distance médiane (m)", "median_metres", lambda row: row.effective.median, decimals=0),
        Column("95e centile des distances (m)", "percentile_95_metres", lambda row: row.effective.percentile_95, decimals=0),
        Column("Désaccord des deux mesures", "disagreement", lambda row: row.disagreement),
        *asked(situation),
    ]


def of_communes(situation: Situation) -> list[Column]:
    """The columns of a `tables.CommuneLine`; a commune without any place on its shore has no distance."""
    return [
        Column("Code INSEE", "insee_code", lambda row: row.code),
        Column("Commune", "name", lambda row: row.name),
        Column("Département", "department_code", lambda row: row.department_code),
        Column("Habitants", "population", lambda row: row.population),
        Column("Distance (m)", "metres", lambda row: row.metres, decimals=0),
        Column(
            f"À plus de {kilometres_in_words(situation.reach_km)}",
            "beyond",
            lambda row: row.metres is None or row.metres > situation.reach_km * 1000,
        ),
        Column("Structure la plus proche", "nearest_place", lambda row: row.place and row.place.institution.name),
        Column("Identifiant de la structure", "nearest_place_id", lambda row: row.place and row.place.institution.public_id),
        Column("Nature", "nearest_place_kind", lambda row: row.place and row.place.institution.kind),
        Column("À confirmer", "nearest_place_to_confirm", lambda row: row.place and row.place.to_confirm),
        *asked(situation),
    ]


def of_services(situation: Situation) -> list[Column]:
    """The columns of a `tables.Service`: a place that serves a territory."""
    return [
        Column("Identifiant", "public_id", lambda row: row.place.institution.public_id),
        Column("Nom", "name", lambda row: row.place.institution.name),
        Column("Nature", "kind", lambda row: row.place.institution.kind),
        Column("Ville", "city", lambda row: row.place.institution.city),
        Column("Pays", "country", lambda row: row.place.institution.country),
        Column("Dans le territoire", "inside", lambda row: row.inside),
        Column("Habitants servis", "population_served", lambda row: row.inhabitants),
        Column("Communes servies", "communes_served", lambda row: row.communes),
        Column("Dernier constat", "last_observed_on", lambda row: row.place.observed_on),
        Column("Précision du constat", "precision", lambda row: row.place.precision),
        Column("À confirmer", "to_confirm", lambda row: row.place.to_confirm),
        Column("Source", "source", lambda row: row.place.source),
        *asked(situation),
    ]


def of_gaps(situation: Situation) -> list[Column]:
    """The columns of a `tables.Gap`: those of its line, then where to begin."""
    return [
        *_within(of_lines(situation), lambda row: row.line),
        Column(
            "Communes les plus peuplées hors d’atteinte", "communes_out_of_reach", lambda row: [c.name for c in row.communes]
        ),
        Column("Cité des métiers la plus proche", "nearest_cite", lambda row: row.cite and row.cite.institution.name),
        Column("Distance de cette Cité (m)", "nearest_cite_metres", lambda row: row.cite_metres, decimals=0),
        Column("Agence régionale du livre", "agency", lambda row: row.agency and row.agency.name),
    ]


def of_libraries(situation: Situation) -> list[Column]:
    """The columns of a `tables.LibraryLine`: a library, then its commune."""
    return [
        Column("Identifiant", "public_id", lambda row: row.library.public_id),
        Column("Code du ministère", "code_bib", lambda row: row.library.code_bib),
        Column("Bibliothèque", "name", lambda row: row.library.name),
        Column("Adresse", "address", lambda row: row.library.address),
        Column("Code postal", "postcode", lambda row: row.library.postcode),
        Column("Ville", "city", lambda row: row.library.city),
        Column("Heures d’ouverture par semaine", "weekly_hours", lambda row: row.library.weekly_hours),
        Column("Surface (m²)", "surface_m2", lambda row: row.library.surface_m2),
        Column("Agents", "paid_staff", lambda row: row.library.paid_staff),
        Column("Bénévoles", "volunteers", lambda row: row.library.volunteers),
        *_within(of_communes(situation), lambda row: row.commune, "commune_"),
    ]


def _within(columns: Iterable[Column], part: Callable[[Any], Any], prefix: str = "") -> list[Column]:
    """The same columns read from a part of a larger row."""
    return [replace(column, name=prefix + column.name, value=_through(part, column)) for column in columns]


def _through(part: Callable[[Any], Any], column: Column) -> Callable[[Any], object]:
    return lambda row: column.value(part(row))
