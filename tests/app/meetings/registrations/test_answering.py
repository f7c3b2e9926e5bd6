"""The page of a registration: edit, withdraw, answer an offer; the rule of the group of three when two places are free."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.mail.models import OutgoingMessage
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Place, Registration
from tests import factories, meeting_factories

TokenOf = Callable[[Registration], str]
THREE = ("Camille Une", "Camille Deux", "Camille Trois")


def crowded(session: Session, capacity: int = 4) -> tuple[Meeting, Registration]:
    """A meeting whose places are all held, two of them by one registration."""
    meeting = meeting_factories.meeting(session, capacity=capacity)
    if capacity > 2:
        meeting_factories.registration(session, meeting, email="plein@exemple.fr", names=["Camille"] * (capacity - 2))
    return meeting, meeting_factories.registration(session, meeting, email="part@exemple.fr", names=["Lou", "Sam"])


def waits(session: Session, meeting: Meeting, address: str, names: tuple[str, ...] = ("Alix Seule",)) -> Registration:
    return meeting_factories.registration(session, meeting, email=address, names=names, place=Place.WAITING)


def subjects_to(session: Session, address: str) -> list[str]:
    asked = sa.select(OutgoingMessage.subject).where(OutgoingMessage.address == address).order_by(OutgoingMessage.id)
    return list(session.scalars(asked))


def test_two_places_that_free_up_are_offered_to_the_group_of_three_that_comes_first(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting, leaver = crowded(session)
    three, one = waits(session, meeting, "trois@exemple.fr", THREE), waits(session, meeting, "seule@exemple.fr")
    assert client.post(f"/inscription/{token_of(leaver)}/annuler").status_code == 303
    session.expire_all()
    assert (leaver.place, three.place, three.offered_places, one.place) == (
        Place.WITHDRAWN,
        Place.OFFERED,
        2,
        Place.WAITING,
    )
    assert "2 places libres" in subjects_to(session, "trois@exemple.fr")[0]
    page = client.get(f"/inscription/{token_of(three)}").text
    assert "2\u00a0places se sont libérées pour votre groupe de 3" in page
    assert "garder notre rang" in page


def test_it_takes_the_two_and_chooses_who_comes(session: Session, client: FlaskClient, token_of: TokenOf):
    meeting, leaver = crowded(session)
    three = waits(session, meeting, "trois@exemple.fr", THREE)
    client.post(f"/inscription/{token_of(leaver)}/annuler")
    path = f"/inscription/{token_of(three)}/accepter"
    ids = [attendee.public_id for attendee in three.attendees]
    too_many = client.post(path, data={"vient": ids})
    assert too_many.status_code == 400
    assert "2\u00a0personnes au plus" in too_many.text
    assert client.post(path, data={}).status_code == 400
    assert client.post(path, data={"vient": ["inconnu"]}).status_code == 400
    assert client.post(path, data={"vient": ids[1:]}).status_code == 303
    session.expire_all()
    assert (three.place, three.people) == (Place.CONFIRMED, 2)
    assert [attendee.name for attendee in three.attendees] == ["Camille Deux", "Camille Trois"]


def test_or_lets_them_go_keeps_its_rank_and_is_passed_over_while_it_does_not_fit(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting, leaver = crowded(session)
    three, one = waits(session, meeting, "trois@exemple.fr", THREE), waits(session, meeting, "seule@exemple.fr")
    client.post(f"/inscription/{token_of(leaver)}/annuler")
    assert client.post(f"/inscription/{token_of(three)}/laisser").status_code == 303
    session.expire_all()
    assert (three.place, three.whole_only, one.place) == (Place.WAITING, True, Place.OFFERED)
    assert "au rang 1" in client.get(f"/inscription/{token_of(three)}").text
    late = waits(session, meeting, "tard@exemple.fr")
    client.post(f"/inscription/{token_of(one)}/laisser")
    session.expire_all()
    assert (one.place, late.place) == (Place.WITHDRAWN, Place.OFFERED)
    client.post(f"/inscription/{token_of(late)}/annuler")
    [full] = session.scalars(sa.select(Registration).where(Registration.email == "plein@exemple.fr"))
    client.post(f"/inscription/{token_of(full)}/annuler")
    session.expire_all()
    assert (three.place, three.offered_places) == (Place.OFFERED, 3), "three places are free at last"


def test_a_smaller_group_frees_places_for_those_who_wait(session: Session, client: FlaskClient, token_of: TokenOf):
    meeting, own = crowded(session, 2)
    one = waits(session, meeting, "seule@exemple.fr")
    kept = own.attendees[0]
    path = f"/inscription/{token_of(own)}/modifier"
    assert "Lou" in client.get(path).text
    typed = {"lecture": "1", "personne-1-connu": kept.public_id, "personne-1-nom": "Lou Renommée"}
    assert client.post(path, data=typed).status_code == 303
    session.expire_all()
    assert (own.people, own.attendees, kept.name, one.place) == (1, [kept], "Lou Renommée", Place.OFFERED)
    assert client.post(path, data=typed).status_code == 409, "the page was read before the last change"


def test_nobody_is_added_while_others_wait_or_where_it_does_not_fit(session: Session, client: FlaskClient, token_of: TokenOf):
    meeting, own = crowded(session, 2)
    path = f"/inscription/{token_of(own)}/modifier"
    more = {"lecture": "1"} | {f"personne-{n}-nom": f"Personne {n}" for n in (1, 2, 3)}
    refused = client.post(path, data=more)
    assert refused.status_code == 400
    assert "il ne reste pas de place" in refused.text
    assert "Personne 3" in refused.text
    one = waits(session, meeting, "seule@exemple.fr")
    refused = client.post(path, data=more)
    assert refused.status_code == 400
    assert "D’autres attendent" in refused.text
    assert client.post(path, data={**more, "personne-3-nom": ""}).status_code == 303, "one may replace another"
    client.post(f"/inscription/{token_of(one)}/annuler")
    session.refresh(meeting)
    meeting.capacity = 3
    session.flush()
    assert client.post(path, data={**more, "lecture": "2"}).status_code == 303
    session.expire_all()
    assert (own.people, meeting.places_held) == (3, 3)


def test_after_the_closing_date_one_takes_people_away_and_changes_nothing_else(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting, own = crowded(session)
    meeting.registration_closes_at = now() - timedelta(hours=1)
    session.flush()
    lou, sam = own.attendees
    path = f"/inscription/{token_of(own)}/modifier"
    page = client.get(path).text
    assert "vous pouvez encore retirer quelqu’un" in page
    assert 'name="ajouter"' not in page
    assert 'name="personne-1-besoins"' not in page
    both = {"lecture": "1", "retrait": "oui"}
    both |= {"personne-1-connu": lou.public_id, "personne-1-nom": "Lou", "personne-2-connu": sam.public_id}
    both |= {"personne-2-nom": "Sam"}
    assert "Sam" not in client.post(path, data=both | {"retirer": "2"}).text.partition("<form")[2]
    for wrong in (
        both | {"personne-1-nom": "Alix"},
        both | {"personne-3-nom": "Alix"},
        both | {"personne-2-connu": lou.public_id, "personne-2-nom": "Lou"},
        both | {"retrait": "", "personne-1-nom": "Alix", "attentes": "Alix"},
    ):
        refused = client.post(path, data=wrong)
        assert refused.status_code == 400
        assert "on peut encore retirer quelqu’un" in refused.text
        assert wrong["personne-2-nom"] in refused.text
    alone = {key: value for key, value in both.items() if "personne-2" not in key}
    assert client.post(path, data=alone).status_code == 303
    session.expire_all()
    assert (own.people, own.attendees, lou.role, meeting.places_held) == (1, [lou], "bibliothécaire", 3)
    again = client.get(path, follow_redirects=True)
    assert "elles ne se modifient plus" in again.text, "one person alone withdraws"
    assert "/modifier" not in again.text
    assert client.post(f"/inscription/{token_of(own)}/annuler").status_code == 303


def test_what_was_typed_is_kept_where_the_registration_has_moved_meanwhile(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting, own = crowded(session)
    path = f"/inscription/{token_of(own)}/modifier"
    typed = {"lecture": "7", "personne-1-nom": "Alix Nouvelle", "attentes": "Écouter"}
    refused = client.post(path, data=typed)
    assert refused.status_code == 409
    for said in (
        "vient d’être modifiée dans une autre page",
        "Alix Nouvelle",
        "Écouter",
        'name="lecture" type="hidden" value="1"',
    ):
        assert said in refused.text
    meeting.starts_at, meeting.ends_at = now() - timedelta(minutes=5), now() + timedelta(hours=1)
    session.flush()
    begun = client.post(path, data=typed | {"lecture": "1"})
    assert begun.status_code == 409
    assert "La rencontre a commencé" in begun.text
    assert "Alix Nouvelle" in begun.text
    assert client.get(path).status_code == 302


def test_once_the_meeting_has_begun_nothing_moves(session: Session, client: FlaskClient, token_of: TokenOf):
    meeting = meeting_factories.meeting(session, capacity=2, starts_at=now() - timedelta(minutes=5))
    own = meeting_factories.registration(session, meeting, email="a@exemple.fr")
    offered = meeting_factories.registration(session, meeting, email="b@exemple.fr", place=Place.OFFERED)
    assert client.post(f"/inscription/{token_of(own)}/annuler").status_code == 409
    data = {"vient": [offered.attendees[0].public_id]}
    assert client.post(f"/inscription/{token_of(offered)}/accepter", data=data).status_code == 409


def test_a_forged_link_is_unknown_and_reading_never_acts(session: Session, client: FlaskClient, token_of: TokenOf):
    meeting, own = crowded(session)
    for forged in ("inconnu", token_of(own)[:-1], own.public_id, f"%22{own.public_id}%22.faux"):
        assert client.get(f"/inscription/{forged}").status_code == 404
        assert client.post(f"/inscription/{forged}/annuler").status_code == 404
    for verb in ("annuler", "accepter", "laisser", "confirmer"):
        client.get(f"/inscription/{token_of(own)}/{verb}", follow_redirects=True)
    session.expire_all()
    assert own.place is Place.CONFIRMED
    assert meeting.places_held == 4


def test_an_online_address_is_shown_once_confirmed(session: Session, client: FlaskClient, token_of: TokenOf):
    meeting = meeting_factories.meeting(session, online_url="https://visio.exemple/salle", capacity=1)
    own = meeting_factories.registration(session, meeting, email="a@exemple.fr")
    other = waits(session, meeting, "b@exemple.fr")
    assert "https://visio.exemple/salle" in client.get(f"/inscription/{token_of(own)}").text
    assert "visio.exemple" not in client.get(f"/inscription/{token_of(other)}").text
    assert "visio.exemple" not in client.get(f"/rencontres/{meeting.public_id}/inscription").text


def test_the_link_is_found_again_without_telling_who_is_registered(
    session: Session, client: FlaskClient, token_of: TokenOf, sign_in: Callable[[User | None], FlaskClient]
):
    user = factories.person(session, "camille@exemple.fr")
    meeting = meeting_factories.meeting(session)
    own = meeting_factories.registration(session, meeting, user=user)
    without = meeting_factories.registration(session, meeting, email="a@exemple.fr")
    past = meeting_factories.meeting(session, starts_at=now() - timedelta(days=9))
    meeting_factories.registration(session, past, email="a@exemple.fr")
    asked = {
        one: client.post("/retrouver-mon-inscription", data={"adresse": one})
        for one in (user.email, "a@exemple.fr", "x@exemple.fr")
    }
    assert {(answer.status_code, answer.location) for answer in asked.values()} == {(303, "/retrouver-mon-inscription/envoye")}
    sent = {message.address: message.text for message in session.scalars(sa.select(OutgoingMessage))}
    assert sent.keys() == {user.email, "a@exemple.fr"}
    assert token_of(own) in sent[user.email]
    assert token_of(without) in sent["a@exemple.fr"]
    assert client.post("/retrouver-mon-inscription", data={"adresse": "rien"}).status_code == 400


def test_one_mail_lists_all_that_an_address_is_registered_for_and_the_two_forms_are_counted_apart(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    own = [
        meeting_factories.registration(
            session, meeting_factories.meeting(session, title=f"Rencontre {n}"), email="a@exemple.fr"
        )
        for n in range(12)
    ]
    other = meeting_factories.meeting(session)
    for _ in range(7):
        client.post("/retrouver-mon-inscription", data={"adresse": "b@exemple.fr"})
    assert session.scalar(sa.select(sa.func.count()).select_from(OutgoingMessage)) == 0
    for _ in range(6):
        assert client.post("/retrouver-mon-inscription", data={"adresse": "a@exemple.fr"}).status_code == 303
    sent = session.scalars(sa.select(OutgoingMessage)).all()
    assert [mail.address for mail in sent] == ["a@exemple.fr"] * 5
    assert all(token_of(one) in sent[0].text and one.meeting.title in sent[0].text for one in own)
    typed = {"organisation": "Essai", "commune": "Manosque", "personne-1-nom": "Alix"}
    for address in ("a@exemple.fr", "b@exemple.fr"):
        client.post(f"/rencontres/{other.public_id}/inscription", data=typed | {"adresse": address})
    assert len(subjects_to(session, "a@exemple.fr")) == 6
    assert len(subjects_to(session, "b@exemple.fr")) == 1


def test_an_attendee_of_another_registration_cannot_be_taken(session: Session, client: FlaskClient, token_of: TokenOf):
    _meeting, own = crowded(session)
    other = session.scalars(sa.select(Attendee).where(Attendee.registration_id != own.id)).first()
    assert other is not None
    typed = {"lecture": "1", "personne-1-connu": other.public_id, "personne-1-nom": "Voleuse"}
    client.post(f"/inscription/{token_of(own)}/modifier", data=typed)
    session.expire_all()
    assert other.name == "Camille"
    assert other.registration_id != own.id


def test_no_page_of_a_link_is_kept_by_a_shared_computer_nor_named_to_other_sites(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    _meeting, own = crowded(session)
    for path in ("", "/modifier", "/agenda.ics"):
        answer = client.get(f"/inscription/{token_of(own)}{path}")
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"] or path.endswith(".ics")
        assert answer.headers["Referrer-Policy"] == "same-origin"
