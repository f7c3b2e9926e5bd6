"""The page of a meeting, and that of a person's meetings: what each reader is told, and what is for nobody else."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import now
from app.directory.models import Institution
from app.meetings.invitations.models import Invitation
from app.meetings.models import AgendaItem, Meeting, MeetingKind, Openness, Status
from app.meetings.registrations.models import Place
from tests import factories, meeting_factories

SEMINAR = datetime(2027, 11, 8, 8, 30, tzinfo=UTC)
LINK = "https://visio.exemple.fr/salle"


@pytest.fixture
def cite(session: Session) -> Institution:
    return factories.cite(session)


def linked_data(page: str) -> dict[str, Any] | None:
    found = re.search(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1]) if found else None


def seen(client: FlaskClient, meeting: Meeting) -> str:
    return client.get(f"/rencontres/{meeting.public_id}").text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        (MeetingKind.SEMINAR, Status.CANCELLED, "annulé"),
        (MeetingKind.SEMINAR, Status.HELD, "tenu"),
        (MeetingKind.REGIONAL, Status.HELD, "tenue"),
        (MeetingKind.VISIT, Status.CANCELLED, "annulée"),
    ],
)
def test_the_state_of_a_meeting_agrees_with_its_kind(
    client: FlaskClient, session: Session, cite: Institution, kind: MeetingKind, status: Status, said: str
):
    meeting = meeting_factories.meeting(session, cite, kind=kind, status=status)
    assert re.search(r'class="badge stage [^"]+">.*?<span>([^<]+)</span>', seen(client, meeting), re.DOTALL)[1] == said


def test_the_page_says_what_when_where_and_for_whom(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(
        session,
        cite,
        title="Un séminaire",
        starts_at=SEMINAR,
        ends_at=SEMINAR + timedelta(hours=7, minutes=30),
        capacity=40,
        walk_in_places=5,
        themes=["illettrisme"],
        contact_email="contact@exemple.fr",
    )
    meeting.agenda = [AgendaItem(rank=1, starts_at=SEMINAR, title="Formules de partenariat", detail="Par la Bpi")]
    session.flush()
    page = seen(client, meeting)
    for said in (
        "Un séminaire",
        "lundi 8 novembre 2027, de 9 h 30 à 17 h",
        cite.name,
        "Formules de partenariat",
        "ouverte à tous",
    ):
        assert said in page
    assert "35 places libres sur 35" in page
    assert "contact@exemple.fr" in page
    assert "Vous organisez cette rencontre" not in page


def test_search_engines_read_a_public_meeting(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite, starts_at=SEMINAR, online_url=LINK, place=cite)
    told = linked_data(seen(client, meeting))
    assert told is not None
    assert told["startDate"] == "2027-11-08T09:30:00+01:00"
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert told["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert told["location"][0]["name"] == cite.name
    assert LINK not in json.dumps(told)


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({"status": Status.CANCELLED}, "EventCancelled"),
        ({"previous_starts_at": SEMINAR}, "EventRescheduled"),
    ],
)
def test_search_engines_read_that_it_has_changed(
    client: FlaskClient, session: Session, cite: Institution, columns: dict[str, Any], status: str
):
    told = linked_data(seen(client, meeting_factories.meeting(session, cite, **columns)))
    assert told is not None
    assert told["eventStatus"].endswith(status)


@pytest.mark.parametrize("columns", [{"openness": Openness.INVITED}, {"status": Status.DRAFT}])
def test_search_engines_read_nothing_of_what_is_not_public(
    sign_in, session: Session, cite: Institution, columns: dict[str, Any]
):
    page = seen(sign_in(factories.member(session, cite)), meeting_factories.meeting(session, cite, **columns))
    assert linked_data(page) is None
    assert '<meta name="robots" content="noindex">' in page


def test_the_online_link_is_shown_to_those_who_come_alone(sign_in, client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite, online_url=LINK)
    readers = {}
    for place in (Place.CONFIRMED, Place.WAITING, Place.WITHDRAWN):
        library = factories.library(session, place.value)
        meeting_factories.registration(session, meeting, library, place=place)
        readers[place.value] = sign_in(factories.member(session, library))
    readers |= {"visitor": client, "organiser": sign_in(factories.member(session, cite))}
    assert {name for name, reader in readers.items() if LINK in seen(reader, meeting)} == {"confirmee", "organiser"}
    meeting.takes_registrations = False
    session.flush()
    assert LINK in seen(client, meeting)


def test_a_script_in_a_text_is_only_text(client: FlaskClient, session: Session, cite: Institution):
    script = "<script>alert(1)</script>"
    meeting = meeting_factories.meeting(session, cite, title=script, summary=script, access=script)
    meeting.agenda = [AgendaItem(rank=1, title=script, detail=script)]
    session.flush()
    assert script not in client.get(f"/rencontres/{meeting.public_id}").text


def test_the_page_asks_as_much_of_the_database_for_one_line_as_for_many(
    client: FlaskClient, session: Session, cite: Institution, count_queries: Callable[[], int]
):
    meeting = meeting_factories.meeting(session, cite)
    counts = []
    for number in range(2):
        meeting.agenda = [AgendaItem(rank=100 * number + rank, title="Ligne") for rank in range(1 + 15 * number)]
        session.flush()
        before = count_queries()
        seen(client, meeting)
        counts.append(count_queries() - before)
    assert counts[0] == counts[1] <= 14


def test_my_meetings_are_those_that_i_organise_come_to_and_am_invited_to(sign_in, session: Session, cite: Institution):
    library = factories.library(session)
    client = sign_in(factories.member(session, library))
    assert "Aucune rencontre pour l’instant" in client.get("/mes-rencontres").text
    came = meeting_factories.meeting(session, cite, title="Je viens")
    meeting_factories.registration(session, came, library)
    invited = meeting_factories.meeting(session, cite, title="On m’invite", openness=Openness.INVITED)
    refused = meeting_factories.meeting(session, cite, title="J’ai dit non")
    session.add(Invitation(meeting_id=invited.id, institution_id=library.id))
    session.add(Invitation(meeting_id=refused.id, institution_id=library.id, declined_at=now()))
    meeting_factories.meeting(session, library, title="Mon brouillon", status=Status.DRAFT)
    meeting_factories.meeting(session, library, title="À clore", starts_at=now() - timedelta(days=2))
    meeting_factories.meeting(session, cite, title="Celle des autres")
    page = client.get("/mes-rencontres").text
    assert all(title in page for title in ("Je viens", "On m’invite", "Mon brouillon", "À clore"))
    assert "Celle des autres" not in page
    assert "J’ai dit non" not in page
    assert page.index("Je viens") < page.index("On m’invite") < page.index("À clore") < page.index("Mon brouillon")


def test_my_meetings_ask_as_much_of_the_database_for_one_as_for_many(
    sign_in, session: Session, cite: Institution, count_queries: Callable[[], int]
):
    client = sign_in(factories.member(session, cite))
    counts = []
    for _ in range(2):
        for number in range(6):
            meeting = meeting_factories.meeting(
                session, cite, title=f"Rencontre {number}", status=Status(list(Status)[number % 4].value)
            )
            if meeting.status is Status.ANNOUNCED:
                meeting_factories.registration(session, meeting, cite)
        before = count_queries()
        client.get("/mes-rencontres")
        counts.append(count_queries() - before)
    assert counts[0] == counts[1]


def test_a_draft_says_to_its_organisers_what_was_chosen_of_registrations(sign_in, session: Session, cite: Institution):
    chosen = {"capacity": 205, "walk_in_places": 10, "needs_approval": True, "asks_lunch": True}
    draft = meeting_factories.meeting(session, cite, status=Status.DRAFT, **chosen)
    page = sign_in(factories.member(session, cite)).get(f"/rencontres/{draft.public_id}").text
    for said in (
        "205\N{NO-BREAK SPACE}places",
        "dont 10",
        "Vous approuvez chaque inscription",
        "déjeune sur place",
        "dès l’annonce",
    ):
        assert said in page
