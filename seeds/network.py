"""The Cités des métiers, their centres and points relais: the facts of `seeds/data/network/`, each with its source.

The files are ours, so that a correction there reaches the tables: an observation that they withdraw is removed, as long as it
came from them. An institution that they no longer name is kept, and told. What an institution says of itself stays.
"""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.models import HostKind, Institution, Kind, PositionQuality
from geo.territories import FormerCommune, Territory
from seeds import institutions, network_observations
from seeds.fact_files import Fact, content_of, facts, refuse_twice
from seeds.service_territories import serve
from seeds.staging import LINKS, require_territories, stage
from seeds.sync import Report, Source, SourceError, digest, record

NAME = "reseau"
FOLDER = Path(__file__).parent / "data" / "network"
HEADERS = {
    "institutions.csv": (
        "key,kind,name,parent_key,host_name,host_kind,host_key,city,country,department,insee_code,address,postcode,"
        "lat,lon,position_quality,website,label_territories,citation,source_as_of,note"
    ),
    "observations.csv": network_observations.HEADER,
    "territory_observations.csv": network_observations.TERRITORY_HEADER,
}
COLUMNS = (
    *(
        "kind",
        "name",
        "parent_id",
        "host_id",
        "host_name",
        "host_kind",
        "country",
        "territory_id",
        "address",
        "postcode",
        "city",
    ),
    *("point", "position_quality", "website", "citation", "note"),
)
STAGED = ("line", "source_key", "public_id", *(LINKS.get(name, name) for name in COLUMNS))


@dataclass(frozen=True)
class Files:
    """The three files, read."""

    institutions: list[Fact]
    observations: list[Fact]
    territory_observations: list[Fact]
    digest: str


def load(session: Session, source: str | None = None, *, write: bool) -> Report:
    """Load the files of a folder (by default the project's own); without `write`, only tell what would change."""
    require_territories(session)
    files = _read(Path(source) if source else FOLDER)
    places = _territories(session, files.institutions)
    _check_links(session, files.institutions)
    report = Report(NAME, read=len(files.institutions))
    stage(session, STAGED, (_staged(fact, places[fact.key("key")]) for fact in files.institutions))
    institutions.match_by_key(session, NAME)
    institutions.refuse_taken_identifiers(session, report)
    institutions.compare(session, COLUMNS, report)
    institutions.tell_gone(session, NAME, report)
    described = _source(files)
    if write:
        record(session, described, len(files.institutions))
        institutions.apply(session, described, COLUMNS, described.vintage)
    labels = {fact.key("key"): fact.list("label_territories", " ") for fact in files.institutions}
    serve(session, NAME, labels, report, write=write)
    network_observations.sync(session, NAME, files.observations, report, write=write)
    network_observations.sync_territories(session, files.territory_observations, report, write=write)
    report.applied = write
    report.check()
    return report


def files_digest(folder: Path = FOLDER) -> str:
    """Give the digest of the three files, by which a first run knows that they are loaded."""
    return digest(*(content_of(folder / name) for name in HEADERS))


def _read(folder: Path) -> Files:
    if not folder.is_dir():
        raise SourceError(f"« {folder} » n’est pas un dossier qui contient {', '.join(HEADERS)}.")
    contents = {name: content_of(folder / name) for name in HEADERS}
    named, observed, stated = (facts(folder / name, content, HEADERS[name]) for name, content in contents.items())
    refuse_twice(named, "key")
    return Files(named, observed, stated, digest(*contents.values()))


def _territories(session: Session, rows: list[Fact]) -> dict[str, str | None]:
    """Give the smallest territory known of each institution: its commune, else its department; none abroad."""
    codes = {code for fact in rows if (code := fact.text("insee_code"))}
    ids = [f"commune-{code}" for code in codes]
    ids += [f"departement-{code}" for fact in rows if (code := fact.text("department"))]
    ids += [identifier for fact in rows for identifier in fact.list("label_territories", " ")]
    known = set(session.scalars(sa.select(Territory.id).where(Territory.id.in_(ids))))
    former = dict(
        session.execute(sa.select(FormerCommune.code, FormerCommune.commune_id).where(FormerCommune.code.in_(codes))).all()
    )
    found: dict[str, str | None] = {}
    for fact in rows:
        commune, department = fact.text("insee_code"), fact.text("department")
        place = f"commune-{commune}" if commune else f"departement-{department}" if department else None
        if place not in known and commune in former:
            place = former[commune]
        elif place is not None and place not in known:
            raise fact.error(f"le territoire {place} est inconnu")
        for label in fact.list("label_territories", " "):
            if label not in known:
                raise fact.error(f"le territoire {label} est inconnu")
        found[fact.key("key")] = place
    return found


def _check_links(session: Session, rows: list[Fact]) -> None:
    """Refuse a parent or a host that is neither in the file nor in the directory."""
    keys = {fact.key("key") for fact in rows}
    named = {key for fact in rows for column in ("parent_key", "host_key") if (key := fact.text(column))} - keys
    known = keys | set(session.scalars(sa.select(Institution.public_id).where(Institution.public_id.in_(named))))
    for fact in rows:
        for column in ("parent_key", "host_key"):
            if (key := fact.text(column)) and key not in known:
                raise fact.error(f"aucune structure n’a l’identifiant « {key} »")


def _staged(fact: Fact, territory: str | None) -> tuple[object, ...]:
    key, latitude, longitude = fact.key("key"), fact.number("lat"), fact.number("lon")
    placed = latitude is not None and longitude is not None
    return (
        *(fact.line, key, key, fact.code("kind", Kind).value, fact.required("name"), fact.text("parent_key")),
        *(fact.text("host_key"), fact.text("host_name"), _value(fact, "host_kind"), fact.required("country"), territory),
        *(fact.text("address"), fact.text("postcode"), fact.text("city")),
        *(f"SRID=4326;POINT({longitude} {latitude})" if placed else None, _value(fact, "position_quality")),
        *(fact.text("website"), fact.text("citation"), fact.text("note")),
    )


def _value(fact: Fact, column: str) -> str | None:
    codes = {"host_kind": HostKind, "position_quality": PositionQuality}[column]
    return fact.code(column, codes).value if fact.text(column) else None


def _source(files: Files) -> Source:
    days = [day for fact in files.observations if (day := fact.day("observed_on")) and day <= today()]
    if not days:
        raise SourceError("Aucun constat n’est daté : la date du relevé n’est pas connue.")
    return Source(
        name=NAME,
        title="Réseau des Cités des métiers",
        producer="Relevé du projet",
        licence="faits relevés par le projet, avec leur source",
        url=None,
        vintage=max(days),
        vintage_note="jour du constat le plus récent ; la liste est connue pour être incomplète",
        digest=files.digest,
    )
