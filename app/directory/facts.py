"""What is known of an institution, field by field, in French; what is not known is said once, together."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from app.directory.models import LIBRARY_KINDS, NETWORK_KINDS, HostKind, Institution, Kind
from app.formats import NO_BREAK, apostrophes, number

HOST_LABELS = {
    HostKind.LIBRARY: "bibliothèque",
    HostKind.MISSION_LOCALE: "mission locale",
    HostKind.INFO_JEUNESSE: "service info jeunesse",
    HostKind.MAISON_DE_L_EMPLOI: "maison de l’emploi",
    HostKind.OTHER: "autre structure",
}


#: The countries of the network, by their code.
COUNTRIES = {
    "BE": "Belgique",
    "BR": "Brésil",
    "CA": "Canada",
    "CH": "Suisse",
    "CL": "Chili",
    "DE": "Allemagne",
    "ES": "Espagne",
    "FR": "France",
    "IT": "Italie",
    "MU": "Maurice",
    "PT": "Portugal",
}


@dataclass(frozen=True)
class Field:
    """A column of `Institution` with its French name, and how its value is written; "" when it is not known."""

    column: str
    label: str
    write: Callable[[Institution], str]


@dataclass(frozen=True)
class Fact:
    """A known field: its French name, its value, and what else there is to say of it."""

    label: str
    value: str
    note: str = ""


def website(institution: Institution) -> str:
    """The site as a link, or as text when it is not an address of the Web."""
    address = institution.website or ""
    if not address.startswith(("http://", "https://")):
        return address
    shown = address.split("://", 1)[1].rstrip("/")
    return Markup('<a href="{}">{}</a>').format(address, shown)


def address(institution: Institution) -> str:
    """« 7 rue Colonel Payan, 04000 Digne-les-Bains », or what is known of it."""
    town = " ".join(part for part in (institution.postcode, institution.city) if part)
    return ", ".join(part for part in (institution.address, town) if part)


def _measure(column: str, unit: str = "") -> Callable[[Institution], str]:
    def write(institution: Institution) -> str:
        value = getattr(institution, column)
        text = "" if value is None else number(value, 0 if float(value).is_integer() else 1)
        return f"{text}{NO_BREAK}{unit}" if text and unit else text

    return write


def _column(column: str) -> Callable[[Institution], str]:
    return lambda institution: getattr(institution, column) or ""


def _host(institution: Institution) -> str:
    kind = HOST_LABELS[institution.host_kind] if institution.host_kind else ""
    return f"{institution.host_name} ({kind})" if institution.host_name and kind else institution.host_name or kind


#: The columns that are shown together as the address.
ADDRESS_COLUMNS = ("address", "postcode", "city")
CONTACT_FIELDS = (
    Field("address", "Adresse", address),
    Field("phone", "Téléphone", _column("phone")),
    Field("website", "Site internet", website),
)
LIBRARY_FIELDS = (
    Field("statute", "Statut", _column("statute")),
    Field("weekly_hours", "Ouverture", _measure("weekly_hours", "heures par semaine")),
    Field("surface_m2", "Surface", _measure("surface_m2", "m²")),
    Field("paid_staff", "Salariés", _measure("paid_staff")),
    Field("volunteers", "Bénévoles", _measure("volunteers")),
    Field("code_bib", "Code du ministère", _column("code_bib")),
)
CENTRE_FIELDS = (Field("host_name", "Hébergé par", _host),)
#: How a field is called where a source disagrees with the institution.
COLUMN_LABELS = {field.column: field.label for field in (*CONTACT_FIELDS, *LIBRARY_FIELDS, *CENTRE_FIELDS)} | {
    "name": "Nom",
    "short_name": "Nom court",
    "postcode": "Code postal",
    "city": "Ville",
    "kind": "Type",
    "point": "Position",
    "territory_id": "Commune",
}


def place(institution: Institution) -> str:
    """Where it is, in a few words: « Digne-les-Bains (04) », « Bas-Rhin (67) », « Genève (Suisse) »."""
    territory = institution.territory
    if territory is not None and territory.department_id:
        return f"{apostrophes(territory.name)} ({territory.department_id.removeprefix('departement-')})"
    if territory is not None:
        return apostrophes(territory.name)
    country = COUNTRIES.get(institution.country, institution.country)
    if institution.country == "FR":
        return institution.city or ""
    return f"{institution.city} ({country})" if institution.city else country


def facts(
    institution: Institution, notes: Mapping[str, str] | None = None, elsewhere: Collection[str] = ()
) -> tuple[list[Fact], list[str]]:
    """The known fields, and the names of those that no source gives.

    `notes` say of a column who wrote it and when; the columns `elsewhere` are told in another place of the page.
    """
    known, unknown = [], []
    for field in (one for one in _fields(institution.kind) if one.column not in elsewhere):
        value = field.write(institution)
        if value:
            known.append(Fact(field.label, value, _who_wrote(institution, field, notes or {})))
        else:
            unknown.append(field.label.lower())
    return known, unknown


def _who_wrote(institution: Institution, field: Field, notes: Mapping[str, str]) -> str:
    """« Renseigné par la structure elle-même le 3 mars 2026. », nothing for what comes from a source."""
    columns = ADDRESS_COLUMNS if field.column == "address" else (field.column,)
    own = [column for column in columns if column in institution.own_fields]
    return next((notes[column] for column in own if column in notes), "Renseigné par la structure elle-même.") if own else ""


def _fields(kind: Kind) -> tuple[Field, ...]:
    if kind in (*LIBRARY_KINDS, Kind.NETWORK):
        return (*CONTACT_FIELDS, *LIBRARY_FIELDS)
    return (*CENTRE_FIELDS, *CONTACT_FIELDS) if kind in NETWORK_KINDS and kind != Kind.CITE else CONTACT_FIELDS
