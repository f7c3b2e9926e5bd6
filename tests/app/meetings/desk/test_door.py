"""At the door: people are found by name, checked in once, taken back, let in from the waiting list."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.meetings.desk.queries import arrived
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import Attendee, Place
from tests import factories
from tests.app.meetings.desk.door import address, meeting_today, press
from tests.meeting_factories import meeting as new_meeting
from tests.meeting_factories import registration


@pytest.fixture
def seminar(session: Session) -> Meeting:
    return meeting_today(session, capacity=4, walk_in_places=1)


@pytest.fixture
def organiser(session: Session, seminar: Meeting) -> User:
    return factories.member(session, seminar.host, name="Dominique au bureau")


@pytest.fixture
def client(sign_in, organiser: User) -> FlaskClient:
    return sign_in(organiser)


def person(session: Session, of: Meeting, name: str = "Zoé Éluère", **columns) -> Attendee:
    library = factories.library(session, "Médiathèque d’Herbès")
    return registration(session, of, library, [name], **columns).attendees[0]


def there(session: Session, of: Meeting) -> int:
    return session.scalar(arrived(of)) or 0


def test_a_person_is_found_by_the_beginning_of_their_name_or_of_their_institution(client, session: Session, seminar: Meeting):
    found = person(session, seminar)
    other = registration(session, seminar, email="a@exemple.fr", names=["Abel Autre"], organisation="Mission locale").attendees[
        0
    ]
    for words in ("zoe", "ELUERE", "elu zo", "herbes", "médiathèque zoé"):
        page = client.get(address(seminar), query_string={"q": words}).text
        assert found.public_id in page, words
        assert other.public_id not in page, words
    assert other.public_id in client.get(address(seminar), query_string={"q": "mission"}).text
    assert "Personne de ce nom" in client.get(address(seminar), query_string={"q": "%"}).text
    assert client.get(address(seminar), query_string={"q": "x" * 101}).status_code == 400
    page = client.get(address(seminar)).text
    assert page.index("Abel Autre") < page.index("Zoé Éluère"), "in the order of names"
    assert "Médiathèque d’Herbès" in page
    assert "Manosque (04)" in page


def test_a_person_is_checked_in_once_and_taken_back(client, session: Session, seminar: Meeting, organiser: User):
    one = person(session, seminar)
    answer = press(client, seminar, one, "arrivee")
    assert (answer.status_code, answer.location) == (303, f"{address(seminar)}#p-{one.public_id}")
    session.refresh(one)
    first = one.checked_in_at
    assert first
    assert one.checked_in_by_id == organiser.id
    again = press(client, seminar, one, "arrivee", vue="attendus")
    assert again.location == f"{address(seminar)}?vue=attendus", "at the top, where the message is read"
    session.refresh(one)
    assert one.checked_in_at == first, "the second press changes nothing"
    assert there(session, seminar) == 1
    assert "arrivée déjà enregistrée" in client.get(address(seminar)).text
    for _ in range(2):
        assert press(client, seminar, one, "annuler-l-arrivee").status_code == 303
    session.refresh(one)
    assert (one.checked_in_at, one.checked_in_by_id, there(session, seminar)) == (None, None, 0)


def test_whoever_comes_second_reads_who_was_first_and_when(sign_in, client, session: Session, seminar: Meeting):
    one = person(session, seminar)
    press(client, seminar, one, "arrivee")
    colleague = sign_in(factories.member(session, seminar.host, name="Sacha en face"))
    press(colleague, seminar, one, "arrivee", retour="recherche")
    page = colleague.get(address(seminar)).text
    assert "arrivée déjà enregistrée à" in page
    assert "par Dominique au bureau" in page


def test_the_code_of_a_badge_opens_one_button_and_notes_nothing_by_itself(sign_in, client, session: Session, seminar: Meeting):
    one = person(session, seminar)
    page = client.get(address(seminar, one))
    assert "Zoé Éluère" in page.text
    assert f"{address(seminar, one)}/arrivee" in page.text
    session.refresh(one)
    assert one.checked_in_at is None
    assert press(client, seminar, one, "arrivee", retour="badge").location == address(seminar, one)
    assert "Arrivée enregistrée à" in client.get(address(seminar, one)).text
    stranger = sign_in(factories.member(session, factories.library(session)))
    refused = stranger.get(address(seminar, one))
    assert refused.status_code == 403
    assert "Éluère" not in refused.text
    visitor = sign_in(None).get(address(seminar, one))
    assert visitor.location.startswith("/connexion")


def test_the_person_of_another_meeting_is_not_found(sign_in, client, session: Session, seminar: Meeting):
    elsewhere = meeting_today(session, factories.cite(session, "Une autre Cité"))
    one = person(session, elsewhere)
    for verb in ("arrivee", "annuler-l-arrivee", "faire-entrer", "retirer"):
        assert press(client, seminar, one, verb).status_code == 404
    assert client.get(address(seminar, one)).status_code == 404
    assert client.get(address(seminar, one, "badge.pdf")).status_code == 404
    assert client.get(address(elsewhere, one)).status_code == 403, "the organiser of another meeting"
    own = sign_in(factories.member(session, elsewhere.host))
    assert press(own, elsewhere, one, "arrivee").status_code == 303
    assert there(session, seminar) == 0


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [("2017-11-05T23:30", False), ("2017-11-06T00:30", True), ("2017-11-08T23:30", True), ("2017-11-09T00:30", False)],
)
def test_the_desk_is_open_from_the_day_before_to_the_day_after_on_the_calendars_of_paris(
    sign_in, session: Session, moment: str, is_open: bool
):
    seminar = new_meeting(
        session, starts_at=datetime(2017, 11, 7, 8, tzinfo=UTC), ends_at=datetime(2017, 11, 7, 16, tzinfo=UTC)
    )
    one = person(session, seminar)
    user = factories.member(session, seminar.host)
    with time_machine.travel(datetime.fromisoformat(f"{moment}+01:00")):
        client = sign_in(user)
        page = client.get(address(seminar)).text
        answer = press(client, seminar, one, "arrivee")
    assert ("L’accueil n’est pas ouvert" not in page) is is_open
    assert answer.status_code == (303 if is_open else 409)


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.HELD, Status.DRAFT])
def test_nobody_is_welcomed_at_a_meeting_that_is_not_on(sign_in, session: Session, status: Status):
    seminar = meeting_today(session, status=status)
    one = person(session, seminar)
    client = sign_in(factories.member(session, seminar.host))
    assert "L’accueil n’est pas ouvert" in client.get(address(seminar)).text
    assert press(client, seminar, one, "arrivee").status_code == 409
    assert there(session, seminar) == 0


def test_the_numbers_tell_who_is_expected_there_and_what_is_left(client, session: Session, seminar: Meeting):
    people = [person(session, seminar, name) for name in ("Ana", "Bob", "Carla")]
    late = person(session, seminar, "Denis", is_walk_in=True)
    for one in [*people[:2], late]:
        press(client, seminar, one, "arrivee")
    page = client.get(address(seminar)).text
    assert [int(number) for number in numbers_of(page)] == [3, 2, 1, 0, 4]
    assert "Plus de personnes présentes" not in page
    for one in (people[2], person(session, seminar, "Eva", is_walk_in=True)):
        assert press(client, seminar, one, "arrivee").status_code == 303, "a caution is no refusal"
    assert "5 personnes sont là pour 4 places" in client.get(address(seminar)).text.replace("\xa0", " ")
    assert there(session, seminar) == 5


def numbers_of(page: str) -> list[str]:
    return [part.partition("</dd>")[0].partition("<small>")[0] for part in page.partition("desk-numbers")[2].split("<dd>")[1:6]]


def test_the_list_shows_those_who_are_there_or_those_to_come(client, session: Session, seminar: Meeting):
    here, late = person(session, seminar, "Ana"), person(session, seminar, "Bob")
    press(client, seminar, here, "arrivee")
    present = client.get(f"{address(seminar)}?vue=presents").text
    expected = client.get(f"{address(seminar)}?vue=attendus").text
    assert f"p-{here.public_id}" in present
    assert f"p-{here.public_id}" not in expected
    assert f"p-{late.public_id}" in expected
    assert f"p-{late.public_id}" not in present
    assert f"p-{late.public_id}" in client.get(f"{address(seminar)}?vue=forgee").text


def test_without_a_place_one_is_not_checked_in_but_may_be_let_in(client, session: Session, seminar: Meeting):
    one = person(session, seminar, place=Place.WAITING)
    page = client.get(address(seminar)).text
    assert "Sans place confirmée" in page
    assert "sur liste d’attente" in page
    assert press(client, seminar, one, "arrivee").status_code == 409
    for _ in range(2):
        assert press(client, seminar, one, "faire-entrer").status_code == 303
    session.refresh(one)
    registered = one.registration
    session.refresh(registered)
    assert (registered.place, registered.is_walk_in, one.checked_in_at is not None) == (Place.CONFIRMED, True, True)
    session.refresh(seminar)
    assert (seminar.places_held, there(session, seminar)) == (0, 1), "a walk-in takes none of the places of registrations"


def test_of_a_group_that_waits_one_may_come_in_and_the_others_keep_their_rank(client, session: Session, seminar: Meeting):
    group = registration(session, seminar, factories.library(session), ["Ana", "Bob", "Carla"], Place.WAITING)
    rank, (ana, bob, carla) = group.queue_number, group.attendees
    assert press(client, seminar, bob, "faire-entrer").status_code == 303
    session.expire_all()
    assert (group.people, group.queue_number) == (2, rank)
    assert {one.name for one in group.attendees} == {ana.name, carla.name}
    assert (bob.registration.is_walk_in, bob.registration.people) == (True, 1)
    assert bob.registration.institution_id == group.institution_id
    assert bob.checked_in_at is not None


def test_a_place_offered_to_somebody_who_comes_in_on_the_spot_goes_to_the_next(sign_in, session: Session):
    eve = new_meeting(session, starts_at=now() + timedelta(hours=20), capacity=1)
    client = sign_in(factories.member(session, eve.host))
    first = person(session, eve, "Ana", place=Place.OFFERED)
    second = registration(session, eve, email="b@exemple.fr", names=["Bob"], place=Place.WAITING)
    assert press(client, eve, first, "faire-entrer").status_code == 303
    session.expire_all()
    assert (first.registration.is_walk_in, second.place) == (True, Place.OFFERED)


def test_whoever_is_at_the_door_of_a_full_room_may_come_in_and_the_screen_warns(client, session: Session, seminar: Meeting):
    """From the waiting list or never registered: one rule, and the same figures on the desk, the list and the report."""
    for name in ("Ana", "Bob", "Carla"):
        press(client, seminar, person(session, seminar, name), "arrivee")
    press(client, seminar, person(session, seminar, "Denis", is_walk_in=True), "arrivee")
    assert "La capacité est atteinte" in client.get(address(seminar)).text
    assert press(client, seminar, person(session, seminar, "Eva", place=Place.WAITING), "faire-entrer").status_code == 303
    added = client.post(f"{address(seminar)}/sans-inscription", data={"formulaire": "a" * 14, "nom": "Fanny"})
    assert added.status_code == 303
    assert "6 personnes sont là pour 4 places" in client.get(address(seminar)).text.replace("\u00a0", " ")
    assert there(session, seminar) == 6
    figures = dict(re.findall(r"<dt[^>]*>([^<]+)</dt>\s*<dd[^>]*>(\d+)<", client.get(address(seminar)).text))
    assert (figures["Inscrites arrivées"], figures["Sans inscription"]) == ("3", "3")
    for end in ("inscriptions", "compte-rendu"):
        page = client.get(f"/rencontres/{seminar.public_id}/{end}").text
        figures = dict(re.findall(r"<dt[^>]*>([^<]+)</dt>\s*<dd[^>]*>(\d+)<", page))
        assert (figures["personnes inscrites"], figures["venues sans inscription"]) == ("3", "3"), end


def test_a_name_that_was_erased_is_neither_listed_nor_checked_in(client, session: Session, seminar: Meeting):
    one = person(session, seminar)
    one.name, one.role, one.erased_at = None, None, now()
    session.flush()
    assert one.public_id not in client.get(address(seminar)).text
    assert client.get(address(seminar, one)).status_code == 200
    assert press(client, seminar, one, "arrivee").status_code == 409


def test_the_database_refuses_an_arrival_noted_by_somebody_at_no_time(session: Session, seminar: Meeting, organiser: User):
    one = person(session, seminar)
    with pytest.raises(IntegrityError, match="who_checks_in_has_a_time"), session.begin_nested():
        session.execute(sa.update(Attendee).where(Attendee.id == one.id).values(checked_in_by_id=organiser.id))


def test_the_numbers_of_arrivals_stay_when_who_welcomed_them_leaves_the_service(
    client, session: Session, seminar: Meeting, organiser: User
):
    one = person(session, seminar)
    press(client, seminar, one, "arrivee")
    session.execute(sa.delete(User).where(User.id == organiser.id))
    session.refresh(one)
    assert one.checked_in_at is not None
    assert one.checked_in_by_id is None
