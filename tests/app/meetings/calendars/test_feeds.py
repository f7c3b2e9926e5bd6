"""Who reads what in a feed: public meetings for all, one's own by a secret address, drafts for nobody."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.session import hashed
from app.clock import now
from app.directory.memberships.permissions import actor_of
from app.directory.models import Kind
from app.meetings.calendars import standing
from app.meetings.calendars.models import CalendarFeed
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, Openness, Status
from app.meetings.queries import visible
from app.meetings.registrations.models import Place
from tests import factories, meeting_factories
from tests.app.meetings.calendars.reading import address_on, calendar_in, titles_in

NAME = "Camille au nom secret"


def feed_address(client) -> str:
    """Make the secret address of whoever is signed in, and read it on their page."""
    assert client.post("/mon-calendrier").status_code == 303
    return address_on(client.get("/mon-calendrier").text)


def invite(session: Session, meeting: Meeting, institution, **columns) -> None:
    session.add(Invitation(meeting_id=meeting.id, institution_id=institution.id, **columns))
    session.flush()


def test_the_feeds_of_a_place_hold_public_meetings_alone(client, session: Session, sign_in):
    cite = factories.cite(session)
    member = sign_in(factories.member(session, cite))
    meeting_factories.meeting(session, cite, title="Publique")
    meeting_factories.meeting(session, cite, title="Annulation", status=Status.CANCELLED)
    meeting_factories.meeting(session, cite, title="Passée", starts_at=now() - timedelta(days=40))
    meeting_factories.meeting(session, cite, title="D’il y a longtemps", starts_at=now() - timedelta(days=400))
    meeting_factories.meeting(session, cite, title="Brouillon", status=Status.DRAFT)
    meeting_factories.meeting(session, cite, title="Réservée", openness=Openness.RESERVED)
    meeting_factories.meeting(session, cite, title="Sur invitation", openness=Openness.INVITED)
    meeting_factories.meeting(session, factories.library(session), title="Ailleurs")
    expected = {"Publique", "Annulée : Annulation", "Passée"}
    for address in (f"/annuaire/{cite.public_id}/rencontres.ics", "/territoires/commune-13055/rencontres.ics"):
        assert titles_in(client.get(address)) == expected
        assert titles_in(member.get(address)) == expected, "a public feed is the same for everybody"
    assert titles_in(client.get("/territoires/region-93/rencontres.ics")) == expected | {"Ailleurs"}
    assert titles_in(client.get("/territoires/commune-13201/rencontres.ics")) == expected, "an arrondissement is its commune"
    assert client.get("/annuaire/personne/rencontres.ics").status_code == 404
    assert client.get("/territoires/departement-00/rencontres.ics").status_code == 404
    assert client.get("/territoires/partout/rencontres.ics").status_code == 404


def test_a_feed_is_called_by_its_place_and_says_how_often_to_read_it(client, session: Session):
    cite = factories.cite(session, "Cité inventée")
    text = client.get(f"/annuaire/{cite.public_id}/rencontres.ics").text
    assert "X-WR-CALNAME:Rencontres : Cité inventée" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in text


def test_a_feed_that_has_not_changed_is_not_sent_again_and_one_that_lost_a_meeting_is(client, session: Session):
    cite = factories.cite(session)
    meeting_factories.meeting(session, cite, title="Reste", updated_at=now() + timedelta(hours=1))
    gone = meeting_factories.meeting(session, cite, title="Part")
    address = f"/annuaire/{cite.public_id}/rencontres.ics"
    first = client.get(address)
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get(address, headers=again).status_code == 304
    gone.openness = Openness.INVITED
    session.flush()
    assert titles_in(client.get(address, headers=again)) == {"Reste"}
    assert "Last-Modified" not in first.headers


def test_what_a_feed_says_of_a_meeting_changes_its_version_and_the_hour_does_not(client, session: Session):
    cite, place = factories.cite(session), factories.library(session)
    meeting = meeting_factories.meeting(session, cite, place=place)
    address = f"/annuaire/{cite.public_id}/rencontres.ics"
    with time_machine.travel(meeting.ends_at + timedelta(days=1), tick=False):
        over = client.get(address).headers["ETag"]
    assert client.get(address).headers["ETag"] == over
    known = {over}
    for thing, column in ((meeting, "title"), (cite, "name"), (place, "address")):
        setattr(thing, column, "Autre")
        session.flush()
        answer = client.get(address, headers={"If-None-Match": ", ".join(known)})
        assert answer.status_code == 200, column
        assert "Autre" in answer.text
        known.add(answer.headers["ETag"])
    assert len(known) == 4


def test_a_person_s_feed_changes_with_their_registrations(session: Session, sign_in):
    user = factories.person(session)
    registration = meeting_factories.registration(session, meeting_factories.meeting(session), user=user, place=Place.WAITING)
    mine = sign_in(user)
    address = feed_address(mine)

    def versions() -> str:
        return mine.get(address).headers["ETag"]

    first = versions()
    assert versions() == first
    registration.place, registration.confirmed_at = Place.CONFIRMED, now()
    session.flush()
    assert versions() != first


def test_a_feed_holds_so_many_meetings_those_nearest_in_time_and_says_so(client, session: Session, monkeypatch):
    cite = factories.cite(session)
    for days in (-40, -2, 3, 50):
        meeting_factories.meeting(session, cite, title=f"{days}", starts_at=now() + timedelta(days=days))
    address = f"/annuaire/{cite.public_id}/rencontres.ics"
    assert "X-WR-CALDESC" not in client.get(address).text
    monkeypatch.setattr(standing, "MOST", 2)
    answer = client.get(address)
    assert titles_in(answer) == {"-2", "3"}
    assert "X-WR-CALDESC:Les 2 rencontres les plus proches dans le temps." in answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=300"


#: Of a library: what is in the feed of its member, and how.
PERSONS = [
    ("organiser", "CONFIRMED"),
    ("confirmed", "CONFIRMED"),
    ("waiting", "TENTATIVE"),
    ("offered", "TENTATIVE"),
    ("to_approve", "TENTATIVE"),
    ("invited", "TENTATIVE"),
    ("invited_and_registered", "CONFIRMED"),
    ("cancelled", "CANCELLED"),
    ("declined_invitation", None),
    ("withdrawn", None),
    ("invited_then_withdrawn", None),
    ("public_only", None),
    ("reserved_for_others", None),
    ("draft_of_own", None),
    ("draft_of_others", None),
]


@pytest.fixture
def library_feed(session: Session, sign_in):
    """The feed of someone of a library, with a meeting of each case under its name."""
    library, cite = factories.library(session), factories.cite(session)
    user = factories.member(session, library)

    def meeting(title: str, host=cite, **columns) -> Meeting:
        return meeting_factories.meeting(session, host, title=title, **{"openness": Openness.INVITED, **columns})

    meeting("organiser", library)
    for title, place in (
        *(("confirmed", Place.CONFIRMED), ("waiting", Place.WAITING), ("offered", Place.OFFERED)),
        *(("to_approve", Place.TO_APPROVE), ("withdrawn", Place.WITHDRAWN)),
    ):
        meeting_factories.registration(session, meeting(title), library, [NAME], place)
    invite(session, meeting("invited"), library)
    both = meeting("invited_and_registered")
    invite(session, both, library)
    meeting_factories.registration(session, both, library, [NAME])
    cancelled = meeting("cancelled")
    meeting_factories.registration(session, cancelled, library, [NAME])
    cancelled.status, cancelled.cancelled_at, cancelled.cancel_reason = Status.CANCELLED, now(), "Essai"
    invite(session, meeting("declined_invitation"), library, declined_at=now())
    changed = meeting("invited_then_withdrawn")
    invite(session, changed, library)
    meeting_factories.registration(session, changed, library, [NAME], Place.WITHDRAWN)
    meeting("public_only", openness=Openness.PUBLIC)
    meeting("reserved_for_others", openness=Openness.RESERVED, for_kinds=[Kind.CITE.value])
    meeting("draft_of_own", library, status=Status.DRAFT)
    meeting("draft_of_others", status=Status.DRAFT)
    session.flush()
    return feed_address(sign_in(user))


def test_a_person_s_feed_holds_what_is_theirs_each_in_its_state(client, session: Session, library_feed: str):
    answer = client.get(library_feed)
    found = {str(one.summary).removeprefix("Annulée : "): one.status.value for one in calendar_in(answer).events}
    assert found == {title: state for title, state in PERSONS if state is not None}
    assert NAME not in answer.text
    titles = set(session.scalars(sa.select(Meeting.title)))
    assert titles == {title for title, _ in PERSONS}


def test_a_person_s_feed_shows_nothing_that_they_may_not_see(session: Session, sign_in):
    """Whoever one is: the feed is what `visible` allows of one's own."""
    cite, library = factories.cite(session), factories.library(session)
    agency = factories.agency(session, "region-93")
    one = meeting_factories.meeting(session, cite, title="Entre nous", openness=Openness.INVITED)
    hidden = meeting_factories.meeting(session, cite, title="Brouillon", status=Status.DRAFT)
    invite(session, one, library)
    meeting_factories.registration(session, hidden, library, [NAME])
    people = {
        "cite": (factories.member(session, cite), {"Entre nous"}),
        "library": (factories.member(session, library), {"Entre nous"}),
        "agency": (factories.member(session, agency), set()),
        "stranger": (factories.member(session, factories.library(session, "Ailleurs")), set()),
        "nobody": (factories.person(session), set()),
        "administrator": (factories.person(session, administrator=True), set()),
    }
    for role, (user, expected) in people.items():
        client = sign_in(user)
        shown = titles_in(client.get(feed_address(client)))
        assert shown == expected, role
        assert shown <= {meeting.title for meeting in session.scalars(visible(actor_of(session, user)))}, role


def test_the_secret_address_is_stored_as_a_hash_and_shown_to_its_person_alone(client, session: Session, sign_in):
    user = factories.person(session)
    mine, other = sign_in(user), sign_in(factories.person(session))
    address = feed_address(mine)
    token = address.removeprefix("/calendrier/").removesuffix(".ics")
    assert len(token) >= 40
    [feed] = session.scalars(sa.select(CalendarFeed))
    assert feed.token_hash == hashed(token)
    assert address_on(mine.get("/mon-calendrier").text) == address
    assert token not in other.get("/mon-calendrier").text
    assert client.get(address).status_code == 200
    assert client.get("/mon-calendrier").location.startswith("/connexion")


def test_a_new_address_makes_the_former_useless(client, session: Session, sign_in):
    mine = sign_in(factories.person(session))
    former = feed_address(mine)
    new = feed_address(mine)
    assert new != former
    assert client.get(former).status_code == 404
    assert client.get(new).status_code == 200
    assert client.get("/calendrier/nimporte-quoi.ics").status_code == 404


def test_an_address_made_under_another_secret_still_opens_and_is_said_not_to_be_shown(client, session: Session, sign_in):
    user = factories.person(session)
    session.add(CalendarFeed(user_id=user.id, token_hash=hashed("ancien-jeton")))
    session.flush()
    page = sign_in(user).get("/mon-calendrier").text
    assert "Cette adresse ne peut plus être montrée" in page
    assert client.get("/calendrier/ancien-jeton.ics").status_code == 200


def test_the_feed_goes_with_its_person(client, session: Session, sign_in):
    user = factories.person(session)
    address = feed_address(sign_in(user))
    session.execute(sa.text("DELETE FROM app_user WHERE id = :id"), {"id": user.id})
    assert client.get(address).status_code == 404


def test_the_database_refuses_an_address_in_clear(session: Session):
    with pytest.raises(IntegrityError, match="token_is_hashed"), session.begin_nested():
        session.execute(sa.insert(CalendarFeed).values(user_id=factories.person(session).id, token_hash="en-clair"))


def test_a_feed_reads_the_database_as_often_for_ten_meetings_as_for_two(client, session: Session, sign_in, count_queries):
    library = factories.library(session)
    mine = sign_in(factories.member(session, library))
    address = feed_address(mine)

    def costs(path: str) -> int:
        before = count_queries()
        assert client.get(path).status_code == 200
        return count_queries() - before

    def add(number: int) -> None:
        for _ in range(number):
            one = meeting_factories.meeting(session, factories.cite(session), place=factories.library(session))
            meeting_factories.registration(session, one, library)

    add(2)
    few = costs(address), costs("/territoires/region-93/rencontres.ics")
    add(8)
    session.expire_all()
    assert (costs(address), costs("/territoires/region-93/rencontres.ics")) == few
