"""The territories of `seeds/data/territories/` into the tables: regions, departments, EPCI, communes, former communes.

The digest of the files says whether anything is to do. When there is, all goes by COPY to temporary tables and from
there in a few statements, so that a new vintage is applied whole or not at all. A commune that is no more leaves what
stood in it to the commune that its code leads to.
"""

import csv
import io
import lzma
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geography, Geometry
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from geo.demand import TERRITORIES_SOURCE
from geo.orm import Base
from geo.territories import FormerCommune, Territory
from seeds.staging import copy
from seeds.sync import Report, Source, SourceError, digest, loaded, record

DATA = Path(__file__).parent / "data" / "territories"
FILES = ("regions", "departements", "epci", "communes", "former_communes", "former_names")

#: What is loaded, as SOURCES.md tells it.
TITLE = "Code officiel géographique, populations et contours administratifs"
PRODUCER = "INSEE, DGCL, IGN, La Poste, DILA"
LICENCE = "Licence Ouverte 2.0"
VINTAGE = date(2026, 1, 1)
VINTAGE_NOTE = (
    "code officiel géographique au 1er janvier 2026 ; population légale en vigueur en 2026, recensement de 2017 pour Mayotte ;"
    " contours IGN de 2024 mis à jour des fusions de communes"
)

territory: Any = Territory.__table__
former: Any = FormerCommune.__table__
_metadata = sa.MetaData()
#: The rows of the files; `lon`, `lat` and `twkb` are what they say of the point and the shape.
staged = sa.Table(
    "staged_territory",
    _metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("level", "code", "name")),
    sa.Column("population", sa.Integer),
    sa.Column("postcodes", sa.ARRAY(sa.Text)),
    *(sa.Column(name, sa.Text) for name in ("region_id", "department_id", "epci_id", "seat_id", "shore")),
    *(sa.Column(name, sa.Double) for name in ("lon", "lat")),
    sa.Column("twkb", sa.Text),
    sa.Column("point", Geography("POINT", srid=4326, spatial_index=False)),
    sa.Column("shape", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
staged_former = sa.Table(
    "staged_former_commune",
    _metadata,
    sa.Column("code", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("name", "kind", "commune_id")),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
#: The columns that the files fill, less those of the key.
COLUMNS = [column.name for column in staged.c if column.name not in ("id", "level", "code", "lon", "lat", "twkb")]
FORMER_COLUMNS = ["name", "kind", "commune_id"]

Row = dict[str, str]
Tables = dict[str, list[Row]]


def load(session: Session, *, write: bool = False) -> Report:
    """Compare the files with the tables and, when told to write, make the tables say what the files say."""
    contents = {name: (DATA / f"{name}.csv.xz").read_bytes() for name in FILES}
    source = Source(
        name=TERRITORIES_SOURCE,
        title=TITLE,
        producer=PRODUCER,
        licence=LICENCE,
        url=None,
        vintage=VINTAGE,
        vintage_note=VINTAGE_NOTE,
        digest=digest(*contents.values()),
    )
    report = Report(TERRITORIES_SOURCE)
    known = loaded(session, source.name)
    if known is not None and known.digest == source.digest:
        report.read = report.unchanged = known.row_count
        report.notes.append("Les fichiers sont ceux qui ont déjà été chargés : rien à faire.")
        return report
    _stage(session, {name: _rows(content) for name, content in contents.items()})
    _compare(session, report, staged, territory, COLUMNS)
    _compare(session, report, staged_former, former, FORMER_COLUMNS)
    if write:
        _apply(session)
        record(session, source, report.read)
        session.expire_all()
        report.applied = True
    report.check()
    return report


def _rows(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(lzma.decompress(content).decode())))


def _stage(session: Session, tables: Tables) -> None:
    """Send the rows of the files to two temporary tables, and read points and outlines there."""
    for table, columns, rows in (
        (staged, [column.name for column in staged.c][:-2], _territories(tables)),
        (staged_former, ["code", *FORMER_COLUMNS], _formers(tables)),
    ):
        session.execute(sa.schema.DropTable(table, if_exists=True))
        session.execute(sa.schema.CreateTable(table))
        copy(session, table.name, columns, rows)
    point = sa.cast(sa.func.ST_SetSRID(sa.func.ST_MakePoint(staged.c.lon, staged.c.lat), 4326), Geography)
    shape = sa.func.ST_SetSRID(sa.func.ST_GeomFromTWKB(sa.func.decode(staged.c.twkb, "base64")), 4326)
    session.execute(sa.update(staged).values(point=point, shape=shape))
    session.execute(sa.text("ANALYZE staged_territory, staged_former_commune"))


def _territories(tables: Tables) -> Iterator[tuple[object, ...]]:
    """Give every territory, in the order of the columns staged; those above the commune have the sum of their communes."""
    communes = tables["communes"]
    place = {row["code"]: (row["lon"], row["lat"]) for row in communes}
    for row in communes:
        parents = (f"region-{row['region']}", f"departement-{row['department']}", _id("epci", row["epci"]))
        yield (
            *("commune-" + row["code"], "commune", row["code"], row["name"], int(row["population"])),
            *(row["postcodes"].split(), *parents, None, row["shore"], row["lon"], row["lat"], row["shape"]),
        )
    for level, table, column in (("region", "regions", "region"), ("departement", "departements", "department")):
        population = _population(communes, column)
        for row in tables[table]:
            region = f"region-{row.get('region', row['code'])}"
            department = f"departement-{row['code']}" if level == "departement" else None
            yield (
                *(f"{level}-{row['code']}", level, row["code"], row["name"], population[row["code"]], []),
                *(region, department, None, f"commune-{row['seat']}", None, *place[row["seat"]], row["shape"]),
            )
    yield from _epcis(tables["epci"], communes)


def _epcis(epcis: list[Row], communes: list[Row]) -> Iterator[tuple[object, ...]]:
    """Give the EPCI: in a department or region when wholly there, at the point of the commune with most inhabitants."""
    population = _population(communes, "epci")
    members: dict[str, list[Row]] = {}
    for commune in communes:
        members.setdefault(commune["epci"], []).append(commune)
    for row in epcis:
        towns = members[row["code"]]
        largest = max(towns, key=lambda town: (int(town["population"]), town["code"]))
        yield (
            *(f"epci-{row['code']}", "epci", row["code"], row["name"], population[row["code"]], []),
            *(_id("region", _only(towns, "region")), _id("departement", _only(towns, "department")), f"epci-{row['code']}"),
            *(None, None, largest["lon"], largest["lat"], None),
        )


def _only(rows: list[Row], column: str) -> str:
    """Give the one value of a column, empty text when there are several."""
    values = {row[column] for row in rows}
    return values.pop() if len(values) == 1 else ""


def _id(level: str, code: str) -> str | None:
    return f"{level}-{code}" if code else None


def _population(communes: list[Row], column: str) -> dict[str, int]:
    population: dict[str, int] = {}
    for row in communes:
        population[row[column]] = population.get(row[column], 0) + int(row["population"])
    return population


def _formers(tables: Tables) -> Iterator[tuple[object, ...]]:
    for row in tables["former_communes"] + tables["former_names"]:
        yield row["code"], row["name"] or None, row["kind"], f"commune-{row['commune']}"


def _compare(session: Session, report: Report, rows: sa.Table, table: sa.Table, columns: Sequence[str]) -> None:
    """Count in the report what the staged rows would add, change, leave and take away."""
    key, known = _key(rows), _key(table)
    both = known.is_not(None)
    read, changed, kept = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(both, _differs(table, rows, columns)),
            sa.func.count().filter(both),
        ).select_from(rows.join(table, key == known, isouter=True))
    ).one()
    report.read += read
    report.added += read - kept
    report.changed += changed
    report.unchanged += kept - changed
    report.gone += session.scalar(sa.select(sa.func.count()).select_from(table).where(_gone(table, rows))) or 0


def _apply(session: Session) -> None:
    """Write the staged rows and remove what they no longer name."""
    _upsert(session, staged, territory, COLUMNS, ["level", "code"])
    session.execute(sa.delete(former).where(_gone(former, staged_former)))
    _upsert(session, staged_former, former, FORMER_COLUMNS, [])
    gone = session.scalars(sa.select(territory.c.id).where(_gone(territory, staged)).order_by(territory.c.id)).all()
    if gone:
        _bequeath(session)
        _remove(session, gone)
    session.execute(sa.text("ANALYZE territory, former_commune"))


def _upsert(session: Session, rows: sa.Table, table: sa.Table, columns: list[str], fixed: list[str]) -> None:
    key = _key(table).name
    names = [key, *fixed, *columns]
    # The staged columns are texts where the table has enumerations: the database checks the values.
    chosen = sa.select(*(sa.type_coerce(rows.c[name], table.c[name].type) for name in names))
    insert = postgresql.insert(table).from_select(names, chosen, include_defaults=False)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[key],
            set_={name: insert.excluded[name] for name in columns},
            where=sa.or_(*(table.c[name].is_distinct_from(insert.excluded[name]) for name in columns)),
        )
    )


def _key(table: sa.Table) -> sa.Column[Any]:
    (column,) = table.primary_key.columns
    return column


def _differs(table: sa.Table, rows: sa.Table, columns: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(table.c[name].is_distinct_from(rows.c[name]) for name in columns))


def _gone(table: sa.Table, rows: sa.Table) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(_key(rows) == _key(table))


def _bequeath(session: Session) -> None:
    """What pointed to a commune that is no more points to the one its code leads to, in every table of the service."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if table not in (territory, former) and column.references(territory.c.id):
                session.execute(
                    sa.update(table)
                    .values({column.name: former.c.commune_id})
                    .where(column == sa.literal("commune-").concat(former.c.code), ~sa.exists().where(staged.c.id == column))
                )


def _remove(session: Session, gone: Sequence[str]) -> None:
    try:
        with session.begin_nested():
            session.execute(sa.delete(territory).where(territory.c.id.in_(gone)))
    except sa.exc.IntegrityError as error:
        names = ", ".join(gone[:5])
        raise SourceError(
            f"Des structures dépendent encore de territoires disparus, dont aucun code ne dit la suite : {names}."
        ) from error
