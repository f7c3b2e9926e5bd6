"""The territories that institutions declare to serve, as a source says: those of its institutions become just these."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.models import Institution, ServiceTerritory
from seeds.sync import Report


def serve(session: Session, source: str, wanted: dict[str, list[str]], report: Report, *, write: bool) -> None:
    """Compare with what is stored, by `source_key`, and tell how many would come and go; with `write`, make it so.

    An institution that edits its own territories (`service_territories` among its own fields) keeps them.
    """
    rows = session.execute(
        sa.select(Institution.source_key, Institution.id, Institution.own_fields).where(Institution.source_name == source)
    ).all()
    ids = {row.source_key: row.id for row in rows if "service_territories" not in row.own_fields}
    keys = {identifier: key for key, identifier in ids.items()}
    stored = session.scalars(sa.select(ServiceTerritory).where(ServiceTerritory.institution_id.in_(keys))).all()
    own = {row.source_key for row in rows} - ids.keys()
    have = {(keys[row.institution_id], row.territory_id): row for row in stored if keys[row.institution_id] in wanted}
    want = {(key, territory) for key, territories in wanted.items() if key not in own for territory in territories}
    added, removed = want - have.keys(), have.keys() - want
    if added or removed:
        report.notes.append(f"Territoires desservis : {len(added)} de plus, {len(removed)} de moins.")
    if write:
        # A refused row has no institution.
        for key, territory in sorted(added):
            if key in ids:
                session.add(ServiceTerritory(institution_id=ids[key], territory_id=territory))
        for pair in removed:
            session.delete(have[pair])
        session.flush()
