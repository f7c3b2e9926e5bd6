"""The regional book agencies, one a region: the list of the Ministry of Culture, as `seeds/data/network/` keeps it.

An agency stands in its region, without a point: its town is not established. Nothing in the list says since when, so that no
observation is made of it.
"""

from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.models import Kind
from geo.territories import Level, Territory
from seeds import institutions
from seeds.fact_files import Fact, content_of, facts, refuse_twice
from seeds.service_territories import serve
from seeds.staging import require_territories, stage
from seeds.sync import Report, Source, digest, record

NAME = "agences"
FILE = Path(__file__).parent / "data" / "network" / "agencies.csv"
HEADER = "key,name,short_name,aliases,region,country,citation,note"
#: The Ministry's page bears no date: the day of the survey is the only one known.
SURVEYED_ON = date(2026, 11, 22)
COLUMNS = ("kind", "name", "short_name", "aliases", "country", "territory_id", "citation", "note")


def load(session: Session, source: str | None = None, *, write: bool) -> Report:
    """Load the file of agencies (by default the project's own); without `write`, only tell what would change."""
    require_territories(session)
    path = Path(source) if source else FILE
    content = content_of(path)
    rows = facts(path, content, HEADER)
    refuse_twice(rows, "key")
    report = Report(NAME, read=len(rows))
    regions = _regions(session, rows)
    stage(session, ["line", "source_key", "public_id", *COLUMNS], (_staged(fact) for fact in rows))
    institutions.match_by_key(session, NAME)
    institutions.refuse_taken_identifiers(session, report)
    institutions.compare(session, COLUMNS, report)
    institutions.tell_gone(session, NAME, report)
    if write:
        described = _source(digest(content))
        record(session, described, len(rows))
        institutions.apply(session, described, COLUMNS, SURVEYED_ON)
    serve(session, NAME, regions, report, write=write)
    report.applied = write
    report.check()
    return report


def _staged(fact: Fact) -> tuple[object, ...]:
    key = fact.key("key")
    return (
        *(fact.line, key, key, Kind.AGENCY.value, fact.required("name"), fact.text("short_name")),
        *(fact.list("aliases", " ; "), fact.required("country"), fact.text("region"), fact.text("citation"), fact.text("note")),
    )


def _regions(session: Session, rows: list[Fact]) -> dict[str, list[str]]:
    """Give the regions of each agency; refuse one that is not a region."""
    known = set(session.scalars(sa.select(Territory.id).where(Territory.level == Level.REGION)))
    for fact in rows:
        region = fact.text("region")
        if region and region not in known:
            raise fact.error(f"« {region} » n’est pas une région connue")
    return {fact.key("key"): [region] if (region := fact.text("region")) else [] for fact in rows}


def _source(content_digest: str) -> Source:
    return Source(
        name=NAME,
        title="Structures régionales pour le livre",
        producer="Ministère de la Culture",
        licence="faits relevés par le projet, avec leur source",
        url=None,
        vintage=SURVEYED_ON,
        vintage_note="jour du relevé : la page du ministère n’est pas datée",
        digest=content_digest,
    )
