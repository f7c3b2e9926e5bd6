"""An institution in the vocabulary of schema.org, for search engines; only what is established, and only while it is open."""

from typing import Any

from app.directory.edition.hours import schema_org
from app.directory.models import LIBRARY_KINDS, NETWORK_KINDS, Institution, Kind
from app.directory.sheet import Sheet


def describe(sheet: Sheet, url: str) -> dict[str, Any] | None:
    """Give the JSON-LD of a sheet whose address is `url`; None for a lead, or for what is not known to be open."""
    if sheet.is_lead or not (sheet.is_open or sheet.institution.kind == Kind.AGENCY):
        return None
    institution = sheet.institution
    described = {
        "@context": "https://schema.org",
        "@type": _type(institution.kind),
        "@id": url,
        "name": institution.name,
        "url": institution.website,
        "telephone": institution.phone,
        "email": sheet.told.contact_email,
        "openingHours": schema_org(sheet.told.opening_hours),
        "address": _address(institution),
        "geo": sheet.position
        and {"@type": "GeoCoordinates", "latitude": sheet.position.latitude, "longitude": sheet.position.longitude},
        "parentOrganization": institution.parent and {"@type": _type(institution.parent.kind), "name": institution.parent.name},
        "areaServed": [
            {"@type": "AdministrativeArea", "name": served.territory.name} for served in institution.service_territories
        ],
        "mainEntityOfPage": url,
    }
    return {name: value for name, value in described.items() if value}


def _type(kind: Kind) -> str:
    if kind in NETWORK_KINDS:
        return "EducationalOrganization"
    if kind in LIBRARY_KINDS:
        return "Library"
    return "GovernmentOrganization" if kind == Kind.AGENCY else "Organization"


def _address(institution: Institution) -> dict[str, str]:
    parts = {
        "streetAddress": institution.address,
        "postalCode": institution.postcode,
        "addressLocality": institution.city,
        "addressCountry": institution.country,
    }
    return {"@type": "PostalAddress"} | {name: value for name, value in parts.items() if value}
