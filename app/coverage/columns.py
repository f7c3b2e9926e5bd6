"""What the exports of coverage hold, column by column; what the directory also exports has the same name here.

The day, the distance and the sources stand in every row, because figures travel alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from app.coverage.situation import Situation, kilometres_in_words
from app.directory.columns import PRECISIONS
from app.exports import Column


def asked(situation: Situation) -> list[Column]:
    """The columns that say what was asked."""
    return [
        Column("Situation au", "situation_au", lambda _: situation.day),
        Column("Distance demandée (km)", "distance_demandee_km", lambda _: situation.reach_km),
    ]


def of_lines(situation: Situation) -> list[Column]:
    """The columns of a `tables.Line`: one territory and its two coverages."""
    km = kilometres_in_words(situation.reach_km)
    return [
        Column("Identifiant", "identifiant", lambda row: row.territory.id),
        Column("Code", "code", lambda row: row.territory.code),
        Column("Territoire", "nom", lambda row: row.territory.name),
        Column("Couverture administrative", "couverture_administrative", lambda row: row.status),
        Column("Structures ouvertes", "structures_ouvertes", lambda row: row.places),
        Column("dont confirmées", "structures_confirmees", lambda row: row.confirmed),
        Column("dont sans coordonnées", "structures_sans_coordonnees", lambda row: row.unplaced),
        Column("Dernier constat", "dernier_constat_le", lambda row: row.last and row.last.observed_on),
        Column(
            "Précision de la date",
            "precision_date",
            lambda row: row.last and row.last.precision,
            shown=lambda row: row.last and PRECISIONS.get(row.last.precision),
        ),
        Column("Habitants", "habitants", lambda row: row.effective.population),
        Column(f"Habitants à plus de {km}", "habitants_au_dela", lambda row: row.effective.beyond),
        Column("Part des habitants", "part_au_dela", lambda row: row.effective.share_beyond, decimals=4),
        Column(
            "dont sans structure sur la même rive",
            "habitants_sans_structure_sur_la_rive",
            lambda row: row.effective.unreachable,
        ),
        Column("Distance médiane (m)", "distance_mediane_m", lambda row: row.effective.median, decimals=0),
        Column("95e centile des distances (m)", "distance_95e_centile_m", lambda row: row.effective.percentile_95, decimals=0),
        Column("Désaccord des deux mesures", "desaccord", lambda row: row.disagreement),
        *asked(situation),
    ]


def of_communes(situation: Situation) -> list[Column]:
    """The columns of a `tables.CommuneLine`; a commune without any place on its shore has no distance."""
    return [
        Column("Code Insee", "code_insee", lambda row: row.code),
        Column("Commune", "commune", lambda row: row.name),
        Column("Code du département", "code_departement", lambda row: row.department_code),
        Column("Habitants", "habitants", lambda row: row.population),
        Column("Distance (m)", "distance_m", lambda row: row.metres, decimals=0),
        Column(
            f"À plus de {kilometres_in_words(situation.reach_km)}",
            "au_dela",
            lambda row: row.metres is None or row.metres > situation.reach_km * 1000,
        ),
        Column("Structure la plus proche", "structure_proche", lambda row: row.place and row.place.institution.name),
        Column(
            "Identifiant de la structure",
            "identifiant_structure_proche",
            lambda row: row.place and row.place.institution.public_id,
        ),
        Column("Type", "type_structure_proche", lambda row: row.place and row.place.institution.kind),
        Column("À confirmer", "structure_proche_a_confirmer", lambda row: row.place and row.place.to_confirm),
        *asked(situation),
    ]


def of_services(situation: Situation) -> list[Column]:
    """The columns of a `tables.Service`: a place that serves a territory."""
    return [
        Column("Identifiant", "identifiant", lambda row: row.place.institution.public_id),
        Column("Nom", "nom", lambda row: row.place.institution.name),
        Column("Type", "type", lambda row: row.place.institution.kind),
        Column("Ville (selon la source)", "ville_source", lambda row: row.place.institution.city),
        Column("Pays", "pays", lambda row: row.place.institution.country),
        Column("Dans le territoire", "dans_le_territoire", lambda row: row.inside),
        Column("Habitants servis", "habitants_servis", lambda row: row.inhabitants),
        Column("Communes servies", "communes_servies", lambda row: row.communes),
        Column("Constaté le", "constate_le", lambda row: row.place.observed_on),
        Column(
            "Précision de la date",
            "precision_date",
            lambda row: row.place.precision,
            shown=lambda row: PRECISIONS.get(row.place.precision),
        ),
        Column("À confirmer", "a_confirmer", lambda row: row.place.to_confirm),
        Column("Source du constat", "source_constat", lambda row: row.place.source),
        Column("Lien vers le constat", "lien_constat", lambda row: row.place.source_url),
        *asked(situation),
    ]


def of_gaps(situation: Situation) -> list[Column]:
    """The columns of a `tables.Gap`: those of its line, then where to begin."""
    return [
        *_within(of_lines(situation), lambda row: row.line),
        Column(
            "Communes les plus peuplées hors d’atteinte", "communes_hors_d_atteinte", lambda row: [c.name for c in row.communes]
        ),
        Column("Cité des métiers la plus proche", "cite_proche", lambda row: row.cite and row.cite.institution.name),
        Column("Distance de cette Cité (m)", "distance_cite_proche_m", lambda row: row.cite_metres, decimals=0),
        Column("Agence régionale du livre", "agence", lambda row: row.agency and row.agency.name),
    ]


def of_libraries(situation: Situation) -> list[Column]:
    """The columns of a `tables.LibraryLine`: a library, then its commune."""
    return [
        Column("Identifiant", "identifiant", lambda row: row.library.public_id),
        Column("Code du ministère", "code_bib", lambda row: row.library.code_bib),
        Column("Bibliothèque", "nom", lambda row: row.library.name),
        Column("Adresse", "adresse", lambda row: row.library.address),
        Column("Code postal", "code_postal", lambda row: row.library.postcode),
        Column("Ville (selon la source)", "ville_source", lambda row: row.library.city),
        Column("Heures d’ouverture par semaine", "heures_hebdomadaires", lambda row: row.library.weekly_hours),
        Column("Surface (m²)", "surface_m2", lambda row: row.library.surface_m2),
        Column("Salariés", "salaries", lambda row: row.library.paid_staff),
        Column("Bénévoles", "benevoles", lambda row: row.library.volunteers),
        *_within(of_communes(situation), lambda row: row.commune),
    ]


def _within(columns: Iterable[Column], part: Callable[[Any], Any]) -> list[Column]:
    """The same columns read from a part of a larger row."""
    return [
        replace(column, value=_through(part, column.value), shown=column.shown and _through(part, column.shown))
        for column in columns
    ]


def _through(part: Callable[[Any], Any], read: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda row: read(part(row))
