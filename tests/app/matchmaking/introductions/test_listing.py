"""The page of introductions when there are many: bounded, read to the end by pages, at the same cost."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.matchmaking.introductions.models import Answer, Introduction, Outcome
from app.partnerships.exchanges.models import Side
from tests import factories
from tests.app.matchmaking.introductions.scenes import Scene, build

SignIn = Callable[[User | None], FlaskClient]
PLACES = ("commune-04112", "commune-13055", "commune-35238", "commune-29019", "commune-49007", "commune-04070")


@pytest.fixture
def scene(session: Session) -> Scene:
    return build(session)


def add(session: Session, scene: Scene, number: int, **columns: object) -> None:
    """Add introductions of the Cité to as many libraries, of several departments."""
    for one in range(number):
        library = factories.library(session, f"Bibliothèque {one:03}", PLACES[one % len(PLACES)])
        row = Introduction(
            cite=scene.cite,
            partner=library,
            introducer=scene.agency,
            introduced_by=scene.agency_person,
            **{"message": "Parlez-vous.", "expires_at": now() + timedelta(days=30), **columns},
        )
        session.add(row)
    session.flush()


def of_each_state(session: Session, scene: Scene, number: int) -> None:
    """Add introductions that wait for the Cité, that it has accepted, and that are over."""
    add(session, scene, number)
    for row in session.query(Introduction).filter(Introduction.outcome.is_(None)).all():
        if not row.answers:
            row.answers.append(Answer(side=Side.CITE, accepted=True, answered_by=scene.cite_person))
    add(session, scene, number)
    add(session, scene, number, outcome=Outcome.EXPIRED, settled_at=now())


def linked(page: str) -> list[str]:
    return re.findall(r'href="/mises-en-relation/([bcdfghjkmnpqrstvwxyz0-9]{10,})"', page)


def read(session: Session, client: FlaskClient, address: str = "/mises-en-relation") -> str:
    session.expire_all()
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["cite", "agency", "administrator"])
def test_the_number_of_queries_does_not_grow_with_the_rows(session: Session, sign_in: SignIn, scene, count_queries, who: str):
    people = {"cite": scene.cite_person, "agency": scene.agency_person}
    client = sign_in(people.get(who) or factories.person(session, administrator=True))
    of_each_state(session, scene, 1)
    before = count_queries()
    few = linked(read(session, client))
    for_few = count_queries() - before
    of_each_state(session, scene, 11)
    before = count_queries()
    many = linked(read(session, client))
    assert len(many) > len(few) == 3
    assert count_queries() - before <= for_few


def test_each_list_is_bounded_tells_its_total_and_is_read_to_its_end(session: Session, sign_in: SignIn, scene: Scene):
    add(session, scene, 53)
    add(session, scene, 2, outcome=Outcome.EXPIRED, settled_at=now())
    client = sign_in(scene.cite_person)
    page = read(session, client)
    assert len(linked(page)) == 25 + 2
    assert "25 sur 53." in page
    assert 'href="/mises-en-relation?liste=a-repondre"' in page
    assert "liste=terminees" not in page
    pages = [read(session, client, f"/mises-en-relation?liste=a-repondre&page={one}") for one in (1, 2, 3)]
    assert [len(linked(one)) for one in pages] == [25, 25, 3]
    assert len({found for one in pages for found in linked(one)}) == 53
    assert "Toutes les mises en relation" in pages[0]
    assert "Terminées" not in pages[0]


def test_an_administrator_reads_many_by_pages(session: Session, sign_in: SignIn, scene: Scene):
    add(session, scene, 30)
    client = sign_in(factories.person(session, administrator=True))
    page = read(session, client)
    assert len(linked(page)) == 25
    assert "liste=suivies&amp;page=2" in page
    assert len(linked(read(session, client, "/mises-en-relation?page=2"))) == 5


@pytest.mark.parametrize("asked", ["liste=nulle-part", "liste=suivies", "page=-1", "page=x", "page=999999", "liste=&page=٣"])
def test_an_address_that_asks_for_nothing_known_gives_the_lists(session: Session, sign_in: SignIn, scene: Scene, asked: str):
    add(session, scene, 2)
    add(session, scene, 1, outcome=Outcome.EXPIRED, settled_at=now())
    page = read(session, sign_in(scene.cite_person), f"/mises-en-relation?{asked}")
    assert len(linked(page)) == 3
