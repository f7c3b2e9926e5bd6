"""The rows of a source on their way to the institutions: sent by COPY to temporary tables of the session's connection."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geography
from sqlalchemy.orm import Session

from app.directory.models import Institution
from seeds.sync import SourceError

#: A column that points to another institution → the staged column that gives its public identifier.
LINKS = {"parent_id": "parent_key", "host_id": "host_key"}
#: What a source may give of an institution, and how it is called on screen.
LABELS = {
    "kind": "type",
    "name": "nom",
    "short_name": "sigle",
    "aliases": "autres noms",
    "parent_id": "structure de rattachement",
    "host_id": "structure d’accueil",
    "host_name": "nom de l’hôte",
    "host_kind": "type d’hôte",
    "country": "pays",
    "territory_id": "territoire",
    "address": "adresse",
    "postcode": "code postal",
    "city": "ville",
    "point": "position",
    "position_quality": "qualité de la position",
    "website": "site internet",
    "phone": "téléphone",
    "code_bib": "code du ministère",
    "statute": "statut",
    "surface_m2": "surface",
    "weekly_hours": "heures d’ouverture",
    "paid_staff": "salariés",
    "volunteers": "bénévoles",
    "citation": "sources",
    "note": "note",
}
institution: Any = Institution.__table__


def _staged_type(name: str) -> Any:
    """Give the type of a staged column: that of the institution's own, codes as plain text."""
    own = institution.c[name].type
    if isinstance(own, Geography):
        return Geography("POINT", 4326, spatial_index=False)
    return own if isinstance(own, sa.Float | sa.ARRAY) else sa.Text()


_metadata = sa.MetaData()
#: The rows of the source, one an institution; `institution_id` once it is known.
staged = sa.Table(
    "staged_institution",
    _metadata,
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("source_key", sa.Text, primary_key=True),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    sa.Column("institution_id", sa.BigInteger, index=True),
    *(sa.Column(key, sa.Text) for key in LINKS.values()),
    *(sa.Column(name, _staged_type(name)) for name in LABELS if name not in LINKS),
    prefixes=["TEMPORARY"],
)
#: What differs between a row and its institution, one line a column; `own` when the institution's own word stands.
change = sa.Table(
    "staged_change",
    _metadata,
    sa.Column("institution_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("own", sa.Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)


def prepare(session: Session) -> None:
    """Make the temporary tables anew."""
    for table in (staged, change):
        session.execute(sa.schema.DropTable(table, if_exists=True))
        session.execute(sa.schema.CreateTable(table))


def copy(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Send rows to a table by COPY, on the session's own connection."""
    raw = session.connection().connection.driver_connection
    assert raw is not None
    names = ", ".join(f'"{column}"' for column in columns)
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as pipe:
        for row in rows:
            pipe.write_row(row)


def stage(session: Session, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Make the temporary tables anew and send the rows of a source to them."""
    prepare(session)
    # A row refused in the middle of COPY would leave the transaction unusable: all are read first.
    copy(session, staged.name, columns, list(rows))


def require_territories(session: Session) -> None:
    """Refuse to go on without the territories, in which the institutions stand."""
    if not session.scalar(sa.text("SELECT EXISTS (SELECT FROM territory WHERE level = 'commune')")):
        raise SourceError("Les territoires ne sont pas chargés : lancez d’abord « python -m seeds territories --write ».")
