"""The columns of an exported list of institutions, and the very select that the screen shows, read as plain columns."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.directory.models import Institution, PositionQuality, Precision
from app.directory.queries import LATITUDE, LONGITUDE, Criteria, search_columns
from app.exports import Column
from geo.sources import DataSource
from geo.territories import Level, Territory

home, department, region = aliased(Territory), aliased(Territory), aliased(Territory)
parent = aliased(Institution)

PRECISIONS = {
    Precision.DAY: "au jour près",
    Precision.MONTH: "au mois près",
    Precision.YEAR: "à l’année près",
    Precision.AFTER: "à cette date ou après",
    Precision.BEFORE: "à cette date ou avant",
}
QUALITIES = {PositionQuality.EXACT: "exacte", PositionQuality.APPROXIMATE: "approximative"}


def exported_rows(criteria: Criteria) -> sa.Select:
    """The rows of `search(criteria)`, in the same order, with the columns that `COLUMNS` read."""
    is_commune = home.level == Level.COMMUNE
    return (
        search_columns(
            criteria,
            [
                *(getattr(Institution, name) for name in _OWN),
                LONGITUDE,
                LATITUDE,
                sa.case((is_commune, home.code)).label("insee_code"),
                sa.case((is_commune, home.name)).label("commune"),
                department.code.label("department_code"),
                department.name.label("department"),
                region.name.label("region"),
                parent.public_id.label("parent_id"),
                parent.name.label("parent"),
                DataSource.title.label("source_title"),
                DataSource.vintage.label("source_vintage"),
            ],
            of_observation=("source", "source_url"),
        )
        .join(DataSource, DataSource.name == Institution.source_name)
        .outerjoin(parent, parent.id == Institution.parent_id)
        .outerjoin(home, home.id == Institution.territory_id)
        .outerjoin(department, department.id == home.department_id)
        .outerjoin(region, region.id == home.region_id)
    )


def position(row: Any) -> tuple[float, float] | None:
    """The (longitude, latitude) of a row, or None."""
    return None if row.longitude is None else (row.longitude, row.latitude)


def columns(criteria: Criteria) -> list[Column]:
    """The columns of a file; the distance only where the search has a place."""
    return COLUMNS if criteria.near is None else [*COLUMNS, DISTANCE]


_OWN = (
    *("public_id", "kind", "name", "address", "postcode", "city", "country", "position_quality", "website", "phone"),
    *("host_name", "code_bib", "statute", "surface_m2", "weekly_hours", "paid_staff", "volunteers"),
)
DISTANCE = Column("Distance (km)", "distance_km", lambda row: None if row.metres is None else row.metres / 1000, 3)
COLUMNS = [
    Column("Identifiant", "identifiant", lambda row: row.public_id),
    Column("Type", "type", lambda row: row.kind),
    Column("Nom", "nom", lambda row: row.name),
    Column("État", "etat", lambda row: row.state),
    Column("À confirmer", "a_confirmer", lambda row: row.to_confirm),
    Column("Constaté le", "constate_le", lambda row: row.observed_on),
    Column(
        "Précision de la date", "precision_date", lambda row: row.precision, shown=lambda row: PRECISIONS.get(row.precision)
    ),
    Column("Source du constat", "source_constat", lambda row: row.observation_source),
    Column("Lien vers le constat", "lien_constat", lambda row: row.observation_source_url),
    Column("Adresse", "adresse", lambda row: row.address),
    Column("Code postal", "code_postal", lambda row: row.postcode),
    Column("Ville (selon la source)", "ville_source", lambda row: row.city),
    Column("Commune", "commune", lambda row: row.commune),
    Column("Code Insee", "code_insee", lambda row: row.insee_code),
    Column("Département", "departement", lambda row: row.department),
    Column("Code du département", "code_departement", lambda row: row.department_code),
    Column("Région", "region", lambda row: row.region),
    Column("Pays", "pays", lambda row: row.country),
    Column("Latitude", "latitude", lambda row: row.latitude, 6),
    Column("Longitude", "longitude", lambda row: row.longitude, 6),
    Column("Position", "position", lambda row: row.position_quality and QUALITIES[row.position_quality]),
    Column("Téléphone", "telephone", lambda row: row.phone),
    Column("Site internet", "site_internet", lambda row: row.website),
    Column("Cité de rattachement", "cite_rattachement", lambda row: row.parent),
    Column("Identifiant de la Cité", "identifiant_cite", lambda row: row.parent_id),
    Column("Hébergé par", "hebergement", lambda row: row.host_name),
    Column("Statut", "statut", lambda row: row.statute),
    Column("Surface (m²)", "surface_m2", lambda row: row.surface_m2),
    Column("Heures d’ouverture par semaine", "heures_hebdomadaires", lambda row: row.weekly_hours),
    Column("Salariés", "salaries", lambda row: row.paid_staff),
    Column("Bénévoles", "benevoles", lambda row: row.volunteers),
    Column("Code du ministère", "code_bib", lambda row: row.code_bib),
    Column("Source de la ligne", "source", lambda row: row.source_title),
    Column("Millésime de la source", "millesime_source", lambda row: row.source_vintage),
]
