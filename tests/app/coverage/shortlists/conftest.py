"""A Cité's team and a library: what most tests of lists need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.coverage.shortlists.models import Entry, Shortlist
from app.directory.models import Institution
from tests import factories


@dataclass
class Team:
    """A Cité with two colleagues, its list, a library in it, and the client of the first colleague."""

    cite: Institution
    one: User
    other: User
    client: FlaskClient
    shortlist: Shortlist
    entry: Entry

    @property
    def path(self) -> str:
        return f"/listes-de-candidates/{self.shortlist.public_id}"

    @property
    def line(self) -> str:
        return f"{self.path}/lignes/{self.entry.public_id}"


@pytest.fixture
def team(session: Session, sign_in: Callable[[User | None], FlaskClient]) -> Team:
    cite = factories.cite(session)
    one = factories.member(session, cite, name="Camille Inventée")
    other = factories.member(session, cite, name="Dominique Inventé")
    library = factories.library(session, "Bibliothèque de l’essai")
    shortlist = Shortlist(institution=cite, name="À appeler", created_by=one, created_at=now() - timedelta(days=1))
    entry = Entry(shortlist=shortlist, institution=library, added_by=one)
    session.add_all([shortlist, entry])
    session.flush()
    return Team(cite, one, other, sign_in(one), shortlist, entry)


def plain(text: str) -> str:
    """The same text with the spaces that one types."""
    return text.replace("\u202f", " ").replace("\xa0", " ")
