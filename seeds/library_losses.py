"""What makes a file of libraries doubtful as a whole: it leaves too many out, or is older than the one already loaded.

A file cut between two rows is well formed: only what it no longer names can tell. Each refusal says how to insist.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from seeds.sync import Source, SourceError, loaded

#: A file that leaves out more than this share of the libraries loaded, when these are many, may have been cut short.
LARGEST_LOSS = 0.05
MANY = 100
#: A department of at least so many libraries does not lose them all from one export to the next.
MANY_IN_A_DEPARTMENT = 10
WHAT_TO_DO = "Si c’est un extrait, ajoutez --partial ; si ces bibliothèques n’y sont vraiment plus, --accept-losses."

EMPTIED = """
    WITH known AS (
        SELECT coalesce(t.department_id, t.id) AS department_id, count(*) AS libraries
        FROM institution i JOIN territory t ON t.id = i.territory_id
        WHERE i.source_name = :name GROUP BY 1
    ), missing AS (
        SELECT DISTINCT coalesce(t.department_id, t.id) AS department_id
        FROM institution i JOIN territory t ON t.id = i.territory_id WHERE i.id = ANY (:missing)
    ), named AS (
        SELECT DISTINCT coalesce(t.department_id, t.id) AS department_id
        FROM staged_institution s JOIN territory t ON t.id = s.territory_id
    )
    SELECT d.name FROM known JOIN missing USING (department_id) JOIN territory d ON d.id = known.department_id
    WHERE known.libraries >= :many AND known.department_id NOT IN (SELECT department_id FROM named)
    ORDER BY d.code
"""


def refuse_losses(session: Session, name: str, missing: Sequence[int]) -> None:
    """Refuse a file that leaves out these libraries, when they are too many or all those of a department."""
    known = session.scalar(sa.text("SELECT count(*) FROM institution WHERE source_name = :name"), {"name": name}) or 0
    if known >= MANY and len(missing) > LARGEST_LOSS * known:
        raise SourceError(
            f"Le fichier ne nomme que {known - len(missing)} des {known} bibliothèques déjà chargées, comme s’il était tronqué."
            f" {WHAT_TO_DO}"
        )
    values = {"name": name, "missing": list(missing), "many": MANY_IN_A_DEPARTMENT}
    emptied = session.scalars(sa.text(EMPTIED), values).all()
    if emptied:
        others = f" et {len(emptied) - 1} de plus" if len(emptied) > 1 else ""
        raise SourceError(f"Le fichier ne nomme plus aucune bibliothèque d’un département : {emptied[0]}{others}. {WHAT_TO_DO}")


def refuse_older(session: Session, source: Source) -> None:
    """Refuse a file whose day is before that of the file already loaded."""
    known = loaded(session, source.name)
    if known and source.vintage < known.vintage:
        raise SourceError(
            f"Ce fichier ({source.vintage:%d/%m/%Y}) est plus ancien que celui qui est déjà chargé ({known.vintage:%d/%m/%Y})."
            " Pour le charger quand même, ajoutez --older à « python -m seeds libraries »."
        )
