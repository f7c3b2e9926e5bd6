"""Those who come without registering: by their name, or by a number at a workshop."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.directory.models import Institution
from app.meetings.desk.models import WalkInCount
from app.meetings.desk.queries import arrived
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Place, Registration
from app.public_ids import random_public_id
from tests import factories
from tests.app.meetings.desk.door import address, meeting_today, press, workshop_today
from tests.meeting_factories import registration


@pytest.fixture
def seminar(session: Session) -> Meeting:
    return meeting_today(session, capacity=4, walk_in_places=1)


@pytest.fixture
def client(sign_in, session: Session, seminar: Meeting) -> FlaskClient:
    return sign_in(factories.member(session, seminar.host))


@pytest.fixture
def workshop(session: Session, seminar: Meeting) -> Meeting:
    """A workshop of the same host."""
    return workshop_today(session, seminar.host)


def added(session: Session) -> list[Registration]:
    return list(session.scalars(sa.select(Registration).where(Registration.is_walk_in).order_by(Registration.id)))


def add(client: FlaskClient, meeting: Meeting, **typed: str):
    return client.post(address(meeting, verb="sans-inscription"), data={"nom": "Zoé Éluère", **typed})


def test_a_name_is_enough_and_the_person_is_there_at_once(client, session: Session, seminar: Meeting):
    assert "Ajouter une personne" in client.get(address(seminar, verb="sans-inscription")).text
    answer = add(client, seminar)
    (one,) = added(session)
    (attendee,) = one.attendees
    assert answer.location == address(seminar, attendee)
    assert (one.place, one.people, attendee.name, one.institution_id) == (Place.CONFIRMED, 1, "Zoé Éluère", None)
    assert attendee.checked_in_at is not None
    assert session.scalar(arrived(seminar)) == 1
    session.refresh(seminar)
    assert seminar.places_held == 0
    assert "badge.pdf" in client.get(address(seminar, attendee)).text


def test_a_double_click_adds_one_person(client, session: Session, seminar: Meeting):
    page = client.get(address(seminar, verb="sans-inscription")).text
    key = page.partition('name="formulaire" value="')[2].partition('"')[0]
    assert add(client, seminar, formulaire=key).status_code == 303
    assert add(client, seminar, formulaire=key).location == address(seminar)
    assert len(added(session)) == 1
    assert "avait déjà été envoyé" in client.get(address(seminar)).text
    assert add(client, seminar, formulaire="une clé forgée <script>").status_code == 303
    assert len(added(session)) == 2


def test_without_a_name_the_form_says_so_and_keeps_what_was_typed(client, session: Session, seminar: Meeting):
    refused = add(client, seminar, nom="  ", fonction="Directrice", structure="Association des amis")
    assert refused.status_code == 400
    assert "Écrivez le nom de la personne." in refused.text
    assert 'value="Directrice"' in refused.text
    assert 'value="Association des amis"' in refused.text
    assert not added(session)


@pytest.fixture
def library(session: Session) -> Institution:
    return factories.library(session, "Médiathèque d’Herbès")


def test_the_institution_is_found_by_its_very_name_and_gives_the_territory(
    client, session: Session, seminar: Meeting, library: Institution
):
    add(client, seminar, structure="mediatheque d'herbes")
    (one,) = added(session)
    assert (one.institution_id, one.territory_id, one.organisation) == (library.id, "commune-04112", None)


def test_a_near_name_is_asked_back_and_never_guessed(client, session: Session, seminar: Meeting, library: Institution):
    asked = add(client, seminar, structure="Herbès")
    assert asked.status_code == 400
    assert library.public_id in asked.text
    assert "garder « Herbès »" in asked.text.replace("\xa0", " ")
    assert not added(session)
    add(client, seminar, structure="Herbès", **{"structure-choix": library.public_id})
    add(client, seminar, structure="Herbès", **{"structure-choix": "tel-quel"})
    add(client, seminar, structure="Association que nul ne connaît")
    told = [(one.institution_id, one.organisation) for one in added(session)]
    assert told == [(library.id, None), (None, "Herbès"), (None, "Association que nul ne connaît")]


def test_the_commune_is_understood_or_asked_back(client, session: Session, seminar: Meeting):
    assert "Aucune commune ne s’appelle" in add(client, seminar, commune="Xanaduville").text
    asked = add(client, seminar, commune="Saint-Denis")
    assert asked.status_code == 400
    assert "peut désigner plusieurs communes" in asked.text
    assert not added(session)
    add(client, seminar, commune="Manosque", structure="Association")
    add(client, seminar, commune="Saint-Denis", **{"commune-choix": "commune-93066"})
    assert [one.territory_id for one in added(session)] == ["commune-04112", "commune-93066"]


def test_somebody_added_by_mistake_is_taken_off_once_their_arrival_is_undone(client, session: Session, seminar: Meeting):
    add(client, seminar)
    (one,) = added(session)
    attendee = one.attendees[0]
    assert press(client, seminar, attendee, "retirer").status_code == 409
    press(client, seminar, attendee, "annuler-l-arrivee")
    for _ in range(2):
        assert press(client, seminar, attendee, "retirer").status_code == 303
    session.refresh(one)
    assert one.place is Place.WITHDRAWN
    assert f"p-{attendee.public_id}" not in client.get(address(seminar)).text
    registered = registration(session, seminar, factories.library(session)).attendees[0]
    assert press(client, seminar, registered, "retirer").status_code == 409


def press_counter(client: FlaskClient, meeting: Meeting, change: str, key: str = "") -> int:
    data = {"combien": change, "formulaire": key or random_public_id()}
    return client.post(f"/rencontres/{meeting.public_id}/compteur", data=data).status_code


def test_the_public_of_a_workshop_is_counted_without_a_name(client, session: Session, workshop: Meeting):
    key = random_public_id()
    assert [press_counter(client, workshop, change) for change in ("+1", "+1", "8", "-1", "−1")] == [303] * 5
    assert [press_counter(client, workshop, "+1", key) for _ in range(2)] == [303, 303], "a double click counts one"
    assert session.scalar(arrived(workshop)) == 9
    page = client.get(address(workshop)).text
    assert "sans inscription : 9" in page.replace("\u202f", " ")
    assert "sans-inscription" not in page, "no form that takes a name"
    assert not added(session)


def test_the_counter_stops_at_zero_and_takes_numbers_alone(client, session: Session, workshop: Meeting):
    assert press_counter(client, workshop, "-1") == 409
    for change in ("", "beaucoup", "0", "101", "-2", "1e2"):
        assert press_counter(client, workshop, change) == 400, change
    assert session.scalar(arrived(workshop)) == 0


def test_a_workshop_writes_no_name_down(client, session: Session, workshop: Meeting):
    one = registration(session, workshop, factories.library(session), ["Zoé Éluère"]).attendees[0]
    assert press(client, workshop, one, "arrivee").status_code == 303
    assert add(client, workshop).status_code == 409
    refused = ["accueil/sans-inscription", "emargement", "emargement.csv", "emargement.xlsx", "badges.pdf"]
    for path in [*refused, f"accueil/{one.public_id}/badge.pdf"]:
        answer = client.get(f"/rencontres/{workshop.public_id}/{path}")
        assert answer.status_code == 409, path
        assert "Un atelier est anonyme" in answer.text
    press_counter(client, workshop, "3")
    assert session.scalar(arrived(workshop)) == 4


def test_where_people_have_names_nobody_is_counted_without(client, session: Session, seminar: Meeting):
    assert press_counter(client, seminar, "+1") == 409
    assert not session.scalars(sa.select(WalkInCount)).all()


def test_the_database_refuses_a_count_under_zero_and_the_same_press_twice(session: Session, workshop: Meeting):
    with pytest.raises(IntegrityError, match="people_are_sensible"), session.begin_nested():
        session.execute(sa.insert(WalkInCount).values(meeting_id=workshop.id, form_key="a", people=-1))
    press = sa.insert(WalkInCount).values(meeting_id=workshop.id, form_key="a", people=1)
    session.execute(press)
    with pytest.raises(IntegrityError, match="meeting_id_form_key"), session.begin_nested():
        session.execute(press)
    assert session.scalars(sa.select(Attendee)).all() == []
