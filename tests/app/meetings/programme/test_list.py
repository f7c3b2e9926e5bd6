"""The programme shows each what they may see, filtered by its URL, and its files say exactly the same."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.clock import PARIS, now
from app.directory.edition.models import Theme, ThemeKind
from app.directory.models import Kind
from app.meetings.invitations.models import Invitation
from app.meetings.models import MeetingKind, Openness, Status
from tests import factories, meeting_factories
from tests.app.meetings.programme.reading import in_days, titles

NAME = "Camille au nom secret"


@pytest.fixture
def some(session: Session):
    """Meetings here and there, past and to come."""
    cite, library = factories.cite(session), factories.library(session, "Médiathèque de l’essai")
    session.add(Theme(code="axe-essai", kind=ThemeKind.AXIS, label="Axe de l’essai", source="Essai"))
    session.flush()
    meeting_factories.meeting(session, cite, title="Demain", starts_at=in_days(1))
    meeting_factories.meeting(session, cite, title="En cours", starts_at=now() - timedelta(hours=1))
    meeting_factories.meeting(session, library, title="Visite de juin", starts_at=in_days(60), kind=MeetingKind.VISIT)
    meeting_factories.meeting(session, library, title="Axée", starts_at=in_days(61), themes=["axe-essai"], place=cite)
    meeting_factories.meeting(session, cite, title="Tenue", starts_at=in_days(-10), status=Status.HELD)
    meeting_factories.meeting(session, cite, title="Tenue avant", starts_at=in_days(-20), status=Status.HELD)
    meeting_factories.meeting(session, cite, title="Brouillon", status=Status.DRAFT)
    return cite, library


def test_what_is_to_come_is_told_in_order_and_by_month(client, some):
    page = client.get("/rencontres").text
    assert titles(page) == ["En cours", "Demain", "Visite de juin", "Axée"]
    assert "4\u00a0rencontres" in page
    assert len(re.findall(r'<h3 class="programme__month"', page)) >= 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("passees=oui", ["Tenue", "Tenue avant"]),
        ("type=visite", ["Visite de juin"]),
        ("type=visite&type=atelier&territoire=04", ["Visite de juin"]),
        ("territoire=commune-13055", ["En cours", "Demain"]),
        ("territoire=region-93&axe=axe-essai", ["Axée"]),
        ("structure=essai", ["Visite de juin", "Axée"]),
        ("structure=m%C3%A9diath%C3%A8que+de+l%E2%80%99essai", ["Visite de juin", "Axée"]),
        ("du=J-15&au=J+2", ["Tenue", "En cours", "Demain"]),
        ("au=J+2", ["En cours", "Demain"]),
        ("du=J+50", ["Visite de juin", "Axée"]),
        ("passees=oui&du=J-15", ["Tenue"]),
    ],
)
def test_filters_keep_what_they_say(client, session: Session, some, query: str, expected: list[str]):
    query = re.sub(r"J([+-]\d+)", lambda found: f"{in_days(int(found[1])).astimezone(PARIS):%Y-%m-%d}", query)
    page = client.get(f"/rencontres?{query}").text
    assert titles(page) == expected
    rows = list(csv.DictReader(io.StringIO(client.get(f"/rencontres.csv?{query}&pour=machines").text)))
    assert [row["titre"] for row in rows] == expected, "the file is what the page shows"


def test_the_institution_of_a_meeting_is_its_host_its_co_host_or_its_place(client, some):
    cite, _library = some
    assert titles(client.get(f"/rencontres?structure={cite.public_id}").text) == ["En cours", "Demain", "Axée"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("territoire=zzzzzz", "Aucun territoire ne s’appelle"),
        ("structure=zzzzzz", "Aucune structure de l’annuaire ne s’appelle"),
        ("type=bal", "n’est pas un choix de cette liste"),
        ("axe=axe-inconnu", "Ce pôle ou cet axe n’existe pas"),
        ("du=demain", "n’est pas une date"),
        ("du=2026-12-02&au=2026-12-01", "Cette fin vient avant le début"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_typed_is_lost(client, some, query: str, said: str):
    answer = client.get(f"/rencontres?{query}&passees=oui")
    assert answer.status_code == 400
    assert said in answer.text
    assert re.search(r'name="passees"[^>]*checked|checked[^>]*name="passees"', answer.text)
    assert client.get(f"/rencontres.csv?{query}").status_code == 400


def test_a_name_of_several_asks_which_one(client, session: Session, some):
    for commune in ("commune-04112", "commune-13055"):
        factories.library(session, "Bibliothèque homonyme", commune)
    page = client.get("/rencontres?structure=homonyme&type=visite").text
    assert "Quelle structure" in page
    assert page.count("Bibliothèque homonyme") == 2
    assert "type=visite" in page
    assert "Quel territoire" in client.get("/rencontres?territoire=saint-denis").text


def test_each_sees_what_they_may_and_the_file_too(client, session: Session, sign_in):
    cite, library = factories.cite(session), factories.library(session)
    meeting_factories.meeting(session, cite, title="Publique")
    invited = meeting_factories.meeting(session, cite, title="Sur invitation", openness=Openness.INVITED)
    meeting_factories.meeting(session, cite, title="Bibliothèques", openness=Openness.RESERVED, for_kinds=[Kind.LIBRARY.value])
    meeting_factories.meeting(session, cite, title="Brouillon", status=Status.DRAFT)
    session.add(Invitation(meeting_id=invited.id, institution_id=library.id))
    session.flush()
    other = factories.library(session, "Autre", "commune-35238")
    expected = {
        None: {"Publique"},
        factories.person(session): {"Publique"},
        factories.member(session, other): {"Publique", "Bibliothèques"},
        factories.member(session, library): {"Publique", "Bibliothèques", "Sur invitation"},
        factories.member(session, cite): {"Publique", "Bibliothèques", "Sur invitation"},
        factories.person(session, administrator=True): {"Publique", "Bibliothèques", "Sur invitation"},
    }
    for user, seen in expected.items():
        reader = sign_in(user)
        assert set(titles(reader.get("/rencontres").text)) == seen
        rows = csv.DictReader(io.StringIO(reader.get("/rencontres.csv?pour=machines").text))
        assert {row["titre"] for row in rows} == seen


def test_the_workbook_says_its_filters_and_nobody_s_name(client, session: Session, some, sign_in):
    cite, library = some
    one = meeting_factories.meeting(session, cite, title="=1+1", starts_at=in_days(3), contact_email="a@exemple.invalid")
    meeting_factories.registration(session, one, library, [NAME], expects="attente secrète")
    reader = sign_in(factories.member(session, cite))
    with reader.get("/rencontres.xlsx?territoire=commune-13055") as answer:
        book = zipfile.ZipFile(io.BytesIO(answer.data))
    data, about = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
    shown = [title for title in ("En cours", "Demain", "=1+1", "Visite de juin") if f">{title}</t>" in data]
    assert shown == ["En cours", "Demain", "=1+1"]
    assert "<f>" not in data, "no title is run as a formula"
    assert "Marseille (13)" in about
    everything = data + about + reader.get("/rencontres.csv").text
    assert "secret" not in everything
    assert "exemple.invalid" not in everything


def test_nothing_to_show_says_what_to_do(client, session: Session):
    page = client.get("/rencontres").text
    assert "Aucune rencontre n’est annoncée pour l’instant" in page
    assert 'href="/demandes-de-rencontre/nouvelle"' in page


def test_a_long_programme_is_parted_in_pages(client, session: Session):
    cite = factories.cite(session)
    for number in range(27):
        meeting_factories.meeting(session, cite, title=f"N° {number:02}", starts_at=in_days(1 + number))
    assert titles(client.get("/rencontres?page=2").text) == ["N° 25", "N° 26"]
    assert titles(client.get("/rencontres?page=99").text) == ["N° 25", "N° 26"]
    assert len(titles(client.get("/rencontres").text)) == 25


def test_a_page_reads_the_database_as_often_for_ten_meetings_as_for_two(client, session: Session, count_queries):
    def costs(path: str) -> int:
        session.expire_all()
        before = count_queries()
        assert client.get(path).status_code == 200
        return count_queries() - before

    paths = ("/rencontres", "/rencontres.csv", f"/rencontres/mois/{in_days(5).astimezone(PARIS):%Y-%m}", "/")

    def add(number: int) -> None:
        for _ in range(number):
            meeting_factories.meeting(session, factories.cite(session), place=factories.library(session), starts_at=in_days(5))

    add(3)
    few = [costs(path) for path in paths]
    add(7)
    assert [costs(path) for path in paths] == few
