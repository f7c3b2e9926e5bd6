"""Invented libraries of the Alpes-de-Haute-Provence, and how a test asks for the next sites and reads the answer."""

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.coverage.sites import worker
from app.coverage.sites.models import SiteSearch
from app.directory.models import Institution
from tests import factories

MANOSQUE, DIGNE, SISTERON, BARCELONNETTE = "commune-04112", "commune-04070", "commune-04209", "commune-04019"
QUESTION = {"but": "habitants", "nombre": "1", "rayon": "10", "territoires": "departement-04", "type": "bibliotheque"}


def libraries(session: Session) -> dict[str, Institution]:
    """One library in each of four towns, at the point of the town."""
    towns = {"Manosque": MANOSQUE, "Digne": DIGNE, "Sisteron": SISTERON, "Barcelonnette": BARCELONNETTE}
    return {name: factories.library(session, f"Médiathèque de {name}", commune) for name, commune in towns.items()}


def within(session: Session, commune: str, km: float, department: str = "departement-04") -> int:
    """The inhabitants of a department whose commune is near another, as PostGIS counts them."""
    counted = sa.text(
        "SELECT sum(t.population) FROM territory t"
        " JOIN territory c ON c.id = :commune AND ST_DWithin(t.point, c.point, :metres)"
        " WHERE t.level = 'commune' AND t.department_id = :department"
    )
    return int(session.scalar(counted, {"commune": commune, "metres": km * 1000, "department": department}) or 0)


def launch(client: FlaskClient, **fields: Any) -> TestResponse:
    return client.post("/prochains-lieux", data=QUESTION | fields)


def work(app: Flask) -> int:
    with app.app_context():
        return worker.work()


def answered(app: Flask, session: Session, client: FlaskClient, **fields: Any) -> tuple[SiteSearch, str]:
    """Ask, compute, and open the page: the search and what its page says."""
    sent = launch(client, **fields)
    assert sent.status_code == 303, sent.text
    work(app)
    session.expire_all()
    page = client.get(sent.location)
    assert page.status_code == 200
    found = session.scalar(sa.select(SiteSearch).where(SiteSearch.public_id == sent.location.rpartition("/")[2]))
    assert found is not None
    return found, " ".join(page.text.replace("\u202f", " ").replace("\xa0", " ").split())


def names(search: SiteSearch) -> list[str]:
    """The towns of the sites of an answer, in their order."""
    assert search.result is not None
    return [one["name"].removeprefix("Médiathèque de ") for one in search.result["sites"]]
