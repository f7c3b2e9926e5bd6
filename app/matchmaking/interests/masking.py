"""An institution without its name: its kind, and a place where several of that kind stand.

A department often has one Cité, one centre, one departmental library: of those the region alone is told. Interests and
introductions say it with the same words.
"""

from app.directory.facts import COUNTRIES
from app.directory.models import Institution, Kind
from app.formats import apostrophes

INDEFINITE = {
    Kind.CITE: "une Cité des métiers",
    Kind.CENTRE: "un centre associé",
    Kind.RELAY: "un point relais",
    Kind.LIBRARY: "une bibliothèque",
    Kind.NETWORK: "un réseau de lecture publique",
    Kind.DEPARTMENTAL: "une bibliothèque départementale",
    Kind.BOOKMOBILE: "un bibliobus",
    Kind.LIBRARY_PREMISES: "un site de bibliothèque",
    Kind.AGENCY: "une agence régionale du livre",
    Kind.OTHER: "une structure d’un autre type",
}
#: Kinds of which a department seldom has two.
RARE_KINDS = (Kind.CITE, Kind.CENTRE, Kind.RELAY, Kind.DEPARTMENTAL, Kind.BOOKMOBILE, Kind.AGENCY, Kind.OTHER)


def large_place(institution: Institution) -> str:
    """Where it is, no more precisely than its department: « Alpes-de-Haute-Provence », « Provence-Alpes-Côte d’Azur »."""
    territory = institution.territory
    if territory is None:
        return "" if institution.country == "FR" else COUNTRIES.get(institution.country, institution.country)
    large = territory.region if institution.kind in RARE_KINDS or not territory.department_id else territory.department
    return apostrophes(large.name) if large else ""


def masked(institution: Institution) -> str:
    """« une bibliothèque (Alpes-de-Haute-Provence) »."""
    place = large_place(institution)
    return f"{INDEFINITE[institution.kind]} ({place})" if place else INDEFINITE[institution.kind]
