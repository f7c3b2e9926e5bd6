"""Organisers: the list, its numbers and files, their answers."""

import csv
import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.vocabulary import Format
from app.mail.models import OutgoingMessage
from app.meetings.models import Meeting, MeetingKind
from app.meetings.registrations.models import Attendee, Place, Registration
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories

SignIn = Callable[[User | None], FlaskClient]


def organised(session: Session, **columns: object) -> tuple[Meeting, User]:
    host = factories.cite(session)
    return meeting_factories.meeting(session, host, **columns), factories.member(session, host)


def test_organisers_read_who_comes_by_state_with_lunches_and_access_needs(session: Session, sign_in: SignIn):
    meeting, organiser = organised(session, capacity=3, asks_lunch=True)
    library = factories.library(session)
    coming = meeting_factories.registration(session, meeting, library, ["Camille Inventée", "Sam Inventé"])
    coming.attendees[0].lunch, coming.attendees[1].access_needs = True, "interprète"
    meeting_factories.registration(session, meeting, email="a@exemple.fr", names=["Alix", "Lou"], place=Place.WAITING)
    meeting_factories.registration(session, meeting, email="inconnu@exemple.fr", names=["Fantôme"], place=Place.UNCONFIRMED)
    page = sign_in(organiser).get(f"/rencontres/{meeting.public_id}/inscriptions").text
    for said in ("Camille Inventée, Sam Inventé", "interprète", "rang 1", "déjeuners", "n’a pas encore confirmé"):
        assert said in page
    assert "Fantôme" not in page, "an address that is not confirmed is nobody yet"
    found = sign_in(organiser).get(f"/rencontres/{meeting.public_id}/inscriptions?etat=liste-d-attente").text
    assert "Alix" in found
    assert "Camille Inventée, Sam" not in found
    found = sign_in(organiser).get(f"/rencontres/{meeting.public_id}/inscriptions?q=mediatheque").text
    assert "Camille Inventée, Sam" in found
    assert "Alix" not in found
    assert sign_in(organiser).get(f"/rencontres/{meeting.public_id}/inscriptions?etat=tous-les-etats").status_code == 400


def test_five_hundred_registrations_are_read_by_pages_with_as_many_queries_as_fifty(
    session: Session, sign_in: SignIn, count_queries: Callable[[], int]
):
    meeting, organiser = organised(session)
    client, path = sign_in(organiser), f"/rencontres/{meeting.public_id}/inscriptions"
    meeting_factories.registration(session, meeting, email="p0@exemple.fr")
    before = count_queries()
    client.get(path)
    few = count_queries() - before
    ids = session.scalars(
        sa.insert(Registration).returning(Registration.id),
        [
            {
                "meeting_id": meeting.id,
                "place": Place.WAITING,
                "people": 1,
                "queue_number": 10_000 + n,
                "email": f"p{n}@exemple.fr",
            }
            for n in range(1, 500)
        ],
    ).all()
    session.execute(sa.insert(Attendee), [{"registration_id": one, "name": f"Personne {one}"} for one in ids])
    before = count_queries()
    page = client.get(f"{path}?page=10").text
    assert count_queries() - before <= few + 2
    assert "500\u00a0inscriptions" in page
    assert page.count('scope="row"') == 50
    assert "rang 499" in page


def test_the_file_holds_what_the_filter_shows_one_line_a_person(session: Session, sign_in: SignIn):
    meeting, organiser = organised(session, asks_lunch=True)
    meeting_factories.registration(session, meeting, factories.library(session), ["Camille", "=1+1"])
    meeting_factories.registration(session, meeting, email="a@exemple.fr", names=["Alix"], place=Place.WAITING)
    client, path = sign_in(organiser), f"/rencontres/{meeting.public_id}/inscriptions"
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{path}.csv?etat=confirmee").get_data().decode("utf-8-sig")), delimiter=";")
    )
    assert [row["Nom"] for row in rows] == ["Camille", "'=1+1"]
    assert rows[0]["Structure"] == "Médiathèque inventée"
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv?pour=machines").text)))
    assert [(row["state"], row["waiting_rank"], row["email"]) for row in rows][-1] == ("liste-d-attente", "1", "a@exemple.fr")
    with client.get(f"{path}.xlsx") as workbook:
        assert workbook.status_code == 200
    assert client.get(f"{path}.csv?etat=rien").status_code == client.get(f"{path}.csv?pour=tous").status_code == 400
    stranger = factories.member(session, factories.library(session, "Ailleurs"))
    assert sign_in(stranger).get(f"{path}.csv").status_code == 403


def test_the_public_of_a_workshop_is_read_and_taken_away_in_no_file(session: Session, sign_in: SignIn):
    partnership = Partnership(exchange=factories.exchange(session), format=Format.RENDEZ_VOUS, step=Step.CONTACT)
    session.add(partnership)
    meeting, organiser = organised(session, kind=MeetingKind.WORKSHOP, partnership=partnership)
    own = meeting_factories.registration(session, meeting, email="a@exemple.fr", names=["Luciole"])
    client, path = sign_in(organiser), f"/rencontres/{meeting.public_id}/inscriptions"
    page = client.get(path).text
    assert "Luciole" in page
    assert f"{path}.csv" not in page
    assert f"{path}.xlsx" not in page
    assert "Luciole" in client.get(f"{path}/{own.public_id}").text
    for extension in ("csv", "xlsx"):
        refused = client.get(f"{path}.{extension}")
        assert refused.status_code == 409
        assert "anonyme" in refused.text


def test_an_approved_demand_takes_its_places_or_waits_at_its_own_rank(session: Session, sign_in: SignIn):
    meeting, organiser = organised(session, capacity=2, needs_approval=True)
    first = meeting_factories.registration(session, meeting, email="a@exemple.fr", place=Place.TO_APPROVE)
    second = meeting_factories.registration(
        session, meeting, email="b@exemple.fr", names=["Lou", "Sam"], place=Place.TO_APPROVE
    )
    third = meeting_factories.registration(session, meeting, email="c@exemple.fr", place=Place.TO_APPROVE)
    client = sign_in(organiser)
    for one in (third, first, second):
        path = f"/rencontres/{meeting.public_id}/inscriptions/{one.public_id}"
        assert "Approuver" in client.get(path).text
        assert client.post(f"{path}/approuver").status_code == 303
        assert client.post(f"{path}/approuver").status_code == 409, "a double click approves once"
    session.expire_all()
    assert (first.place, second.place, third.place) == (Place.CONFIRMED, Place.WAITING, Place.CONFIRMED)


def test_a_refusal_has_a_reason_that_the_person_is_told(session: Session, sign_in: SignIn):
    meeting, organiser = organised(session, needs_approval=True)
    asking = meeting_factories.registration(session, meeting, email="a@exemple.fr", place=Place.TO_APPROVE)
    client, path = sign_in(organiser), f"/rencontres/{meeting.public_id}/inscriptions/{asking.public_id}"
    empty = client.post(f"{path}/refuser", data={"motif": " "})
    assert empty.status_code == 400
    assert "Écrivez le motif" in empty.text
    assert client.post(f"{path}/refuser", data={"motif": "Réservé aux régions voisines"}).status_code == 303
    session.expire_all()
    assert asking.place is Place.DECLINED
    [mail] = session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.address == "a@exemple.fr"))
    assert "Réservé aux régions voisines" in mail.text
    assert client.post(f"{path}/refuser", data={"motif": "Encore"}).status_code == 409


def test_who_is_removed_leaves_the_place_to_who_waits(session: Session, sign_in: SignIn):
    meeting, organiser = organised(session, capacity=1)
    coming = meeting_factories.registration(session, meeting, email="a@exemple.fr")
    waiting = meeting_factories.registration(session, meeting, email="b@exemple.fr", place=Place.WAITING)
    path = f"/rencontres/{meeting.public_id}/inscriptions/{coming.public_id}/retirer"
    assert sign_in(organiser).post(path, data={"motif": "Doublon"}).status_code == 303
    session.expire_all()
    assert (coming.place, waiting.place) == (Place.DECLINED, Place.OFFERED)


@pytest.mark.parametrize("place", [Place.CONFIRMED, Place.OFFERED, Place.WAITING, Place.TO_APPROVE])
@pytest.mark.parametrize("email", ["a@exemple.fr", None])
def test_a_withdrawal_told_by_telephone_is_noted_as_one(session: Session, sign_in: SignIn, place: Place, email: str | None):
    meeting, organiser = organised(session, capacity=1)
    leaving = meeting_factories.registration(session, meeting, email=email, place=place)
    waiting = meeting_factories.registration(session, meeting, email="b@exemple.fr", place=Place.WAITING)
    client, path = sign_in(organiser), f"/rencontres/{meeting.public_id}/inscriptions/{leaving.public_id}"
    assert "Noter un désistement" in client.get(path).text
    assert client.post(f"{path}/desistement").status_code == 303
    session.expire_all()
    assert (leaving.place, leaving.reason, waiting.place) == (Place.WITHDRAWN, None, Place.OFFERED)
    page = client.get(path).text
    assert ("Un courriel le confirme" in page) is bool(email)
    assert ("n’a pas d’adresse" in page) is not bool(email)
    written = session.scalars(sa.select(OutgoingMessage.text).where(OutgoingMessage.address == "a@exemple.fr")).all()
    assert ["ont noté que vous ne viendrez pas" in text for text in written] == ([True] if email else [])
    assert client.post(f"{path}/desistement").status_code == 409


def test_who_is_there_does_not_withdraw_and_who_has_no_address_is_not_said_to_be_told(session: Session, sign_in: SignIn):
    meeting, organiser = organised(session)
    there = meeting_factories.registration(session, meeting)
    there.attendees[0].checked_in_at = meeting.starts_at
    session.flush()
    client, path = sign_in(organiser), f"/rencontres/{meeting.public_id}/inscriptions/{there.public_id}"
    refused = client.post(f"{path}/desistement")
    assert refused.status_code == 409
    assert "est arrivée" in refused.text
    assert "La personne recevra" not in client.get(path).text
    page = client.post(f"{path}/retirer", data={"motif": "Doublon"}, follow_redirects=True).text
    assert "n’a pas d’adresse" in page
    assert "courriel" not in page.split("Inscription retirée.")[1][:150]


def test_a_registration_of_another_meeting_is_not_found_here(session: Session, sign_in: SignIn):
    meeting, organiser = organised(session)
    other = meeting_factories.meeting(session)
    elsewhere = meeting_factories.registration(session, other, email="a@exemple.fr")
    unconfirmed = meeting_factories.registration(session, meeting, email="b@exemple.fr", place=Place.UNCONFIRMED)
    client = sign_in(organiser)
    for one in (elsewhere, unconfirmed):
        assert client.get(f"/rencontres/{meeting.public_id}/inscriptions/{one.public_id}").status_code == 404
