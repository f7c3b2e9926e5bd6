"""What is signed: the two sides write, the agency of the region of either reads, documents included."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.partnerships.agreements.models import Agreement, AgreementKind, Document
from app.partnerships.exchanges.models import Side
from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "agreements.index": "login no yes yes yes no yes",
    "agreements.new": "login no yes yes no no no",
    "agreements.record": "login no yes yes no no no",
    "agreements.remove": "login no yes yes no no no",
    "agreements.accept_charter": "login no yes yes no no no",
    "agreements.revoke_principle": "login no yes yes no no no",
    "agreements.tick": "login no yes yes no no no",
    "agreements.untick": "login no yes yes no no no",
    "agreements.upload": "login no yes yes no no no",
    "agreements.document": "login no yes yes yes no yes",
    "agreements.delete_document": "login no yes yes no no no",
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    """An agreement and a document of the partnership."""
    agreement = Agreement(
        partnership=scene.partnership,
        kind=AgreementKind.CONVENTION,
        signed_on=date(2026, 1, 5),
        purpose="Essai",
        side=Side.CITE,
    )
    content = b"%PDF-1.4 essai"
    document = Document(
        partnership=scene.partnership,
        side=Side.CITE,
        filename="convention.pdf",
        size=len(content),
        page_count=1,
        digest="0" * 64,
        content=content,
    )
    session.add_all([agreement, document])
    session.flush()
    return {"agreement_id": agreement.public_id, "document_id": document.public_id}
