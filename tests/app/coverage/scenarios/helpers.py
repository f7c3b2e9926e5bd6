"""What the tests of scenarios share: a query, its answer, a scenario that a team keeps."""

import html
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.coverage.scenarios.models import Scenario

TRY, FIGURES, KEEP = "/scenarios/essai", "/scenarios/essai/chiffres.json", "/scenarios/enregistrer"


def figures(client: FlaskClient, **query: str) -> dict[str, Any]:
    """The answer of a trial that is right."""
    answer = client.get(FIGURES, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def keep(
    client: FlaskClient, session: Session, name: str = "Deux centres dans le 04", query: str = "ouvrir=commune-04070"
) -> Scenario:
    """Keep a scenario through its form, and give it."""
    answer = client.post(KEEP, data={"nom": name, "note": "Pour mardi", "question": query})
    assert answer.status_code == 303, answer.text
    public_id = answer.location.rsplit("/", 1)[1]
    return session.query(Scenario).filter_by(public_id=public_id).one()


def plain(page: str) -> str:
    """The words of a page, without its marks, with plain spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
