"""Short ways to say interests in the tests of this folder."""

from sqlalchemy.orm import Session

from app.directory.models import Institution, ServiceTerritory
from app.matchmaking.interests.models import Act, Interest
from tests import factories


def cite_of(session: Session, region_id: str = "region-93", **columns: object) -> Institution:
    """A Cité in Marseille whose label covers a region."""
    row = factories.cite(session, **columns)  # type: ignore[arg-type]
    session.add(ServiceTerritory(institution_id=row.id, territory_id=region_id))
    session.flush()
    return row


def interest(session: Session, act: Act = Act.DECLARED, **columns: object) -> Interest:
    """Say an interest, a wish or a lead; by default a library's, toward anyone, without showing itself."""
    if "author" not in columns:
        columns["author"] = factories.library(session) if act is Act.DECLARED else factories.cite(session)
    row = Interest(act=act, **columns)
    session.add(row)
    session.flush()
    return row


def lead(session: Session, **columns: object) -> Interest:
    """An agency suggests a library."""
    columns.setdefault("about", factories.library(session, "Bibliothèque suggérée"))
    columns.setdefault("author", factories.agency(session))
    return interest(session, Act.SUGGESTED, **columns)
