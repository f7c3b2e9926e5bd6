"""Writing a meeting: a draft through its form, what the form refuses in a sentence, what it never loses."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.meetings.fields import moment
from app.meetings.models import Meeting, MeetingKind, Openness, Status
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories
from tests.app.meetings.writing import form, only

NEW = "/rencontres/nouvelle?type=seminaire"


@pytest.fixture
def cite(session: Session) -> Institution:
    return factories.cite(session)


@pytest.fixture
def client(sign_in, session: Session, cite: Institution) -> FlaskClient:
    return sign_in(factories.member(session, cite))


def edited(meeting: Meeting, **changes: Any) -> tuple[str, dict[str, Any]]:
    return f"/rencontres/{meeting.public_id}/modifier", form(version=str(meeting.revision), **changes)


def test_a_draft_keeps_all_that_was_typed(client: FlaskClient, session: Session, cite: Institution):
    library = factories.library(session, "Bibliothèque Séraphine")
    factories.member(session, library)
    sent = form(
        **{
            "co-organisateur": "Bibliothèque Séraphine",
            "deroule-heure": ["10:00", "", "14 h"],
            "deroule-titre": ["Formules", "", "Tables"],
            "deroule-detail": ["", "", "Par territoire"],
            "places": "40",
            "places-volee": "5",
            "cloture-jour": form()["jour"],
            "approbation": "y",
        }
    )
    answer = client.post(NEW, data=sent)
    made = only(session)
    assert answer.status_code == 303
    assert answer.location.endswith(made.public_id)
    assert (made.status, made.kind, made.host_id, made.co_host_id) == (Status.DRAFT, MeetingKind.SEMINAR, cite.id, library.id)
    assert (made.place_id, made.territory_id, made.places) == (cite.id, cite.territory_id, 35)
    assert made.starts_at == moment(date.fromisoformat(sent["jour"]), time(9, 30))
    assert made.registration_closes_at == made.starts_at
    assert [(one.rank, one.title, one.detail) for one in made.agenda] == [
        (1, "Formules", None),
        (2, "Tables", "Par territoire"),
    ]
    assert made.agenda[1].starts_at == moment(date.fromisoformat(sent["jour"]), time(14))


def test_a_form_sent_twice_makes_one_draft(client: FlaskClient, session: Session):
    sent = form(cle="abcdefghjkmnpq")
    first, second = client.post(NEW, data=sent), client.post(NEW, data=sent)
    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    assert only(session).public_id == "abcdefghjkmnpq"


def test_a_form_never_takes_the_place_of_a_meeting_of_somebody_else(client: FlaskClient, session: Session):
    theirs = meeting_factories.meeting(session)
    assert client.post(NEW, data=form(cle=theirs.public_id)).status_code == 409
    assert only(session).title == theirs.title


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"titre": " "}, "Donnez un titre"),
        ({"debut": "25:00"}, "n’est pas une heure"),
        ({"fin": "09:00"}, "La fin est avant le début"),
        ({"jour": "2027-03-28", "debut": "02:30"}, "n’existe pas ce jour-là"),
        ({"lieu": "adresse", "commune": "Manosque"}, "Écrivez l’adresse."),
        ({"lieu": "adresse", "adresse": "1 rue", "commune": "Nullepart"}, "Aucune commune ne s’appelle ainsi"),
        ({"lieu": "adresse", "adresse": "1 rue", "commune": "Saint-Martin"}, "peut en désigner plusieurs"),
        ({"lieu": "adresse", "adresse": "1 rue", "commune": "Manosque", "position": "ici"}, "Écrivez la latitude"),
        ({"lieu": "adresse", "adresse": "1 rue", "commune": "Manosque", "position": "95, 200"}, "n’est nulle part"),
        ({"lieu": "structure", "structure-accueil": "Inconnue xyz"}, "L’annuaire ne connaît pas cette structure"),
        ({"lieu": "en-ligne"}, "Écrivez le lien de connexion."),
        ({"lien": "javascript:alert(1)"}, "commence par « https:// »"),
        ({"lien": "https:///\\evil"}, "ne mène à aucun site"),
        ({"lien": 'https://x"onmouseover=alert(1)'}, "ne mène à aucun site"),
        ({"lien": "https://localhost/salle"}, "ne mène à aucun site"),
        ({"lien": "https://visio.fr\\@autre.fr"}, "ne mène à aucun site"),
        ({"places": "beaucoup"}, "Écrivez un nombre entier"),
        ({"places": "3", "places-volee": "4"}, "plus de places « à la volée »"),
        ({"places-volee": "4"}, "Donnez aussi le nombre de places"),
        ({"ouverture": "reservee", "territoires": "Xyzwq"}, "Aucun territoire ne s’appelle « Xyzwq » ; ni région"),
        ({"deroule-heure": "10:00", "deroule-titre": ""}, "Dites en quelques mots"),
        ({"deroule-heure": "20:00", "deroule-titre": "Dîner"}, "pas pendant la rencontre"),
        ({"cloture-jour": "2031-01-01"}, "ne peuvent pas fermer après la fin"),
        ({"co-organisateur": "Inconnue xyz"}, "L’annuaire ne connaît pas cette structure"),
        ({"contact": "personne"}, "Cette adresse n’est pas complète"),
        ({"axes": "inconnu"}, "n’est pas un choix de cette liste"),
        ({"ouverture": "entre-partenaires"}, "ouverture"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_typed_is_lost(
    client: FlaskClient, session: Session, changes: dict[str, str], said: str
):
    answer = client.post(NEW, data=form(presentation="Un long texte à garder", **changes))
    assert answer.status_code == 400
    assert said in answer.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Un long texte à garder" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 0


def test_a_name_that_only_resembles_is_proposed_and_never_said_to_be_several(client: FlaskClient):
    answer = client.post(NEW, data=form(ouverture="reservee", territoires="Manosqe"))
    assert answer.status_code == 400
    page = answer.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Aucun territoire ne s’appelle « Manosqe » ; vouliez-vous dire Manosque (04)" in page
    assert "peut désigner plusieurs" not in page


def test_all_that_is_wrong_is_said_at_once_once_both_hours_are_known(client: FlaskClient):
    sent = form(titre=" ", **{"cloture-jour": "2031-01-01", "deroule-heure": "20:00", "deroule-titre": "Dîner"})
    page = client.post(NEW, data=sent).text
    for said in ("Donnez un titre", "ne peuvent pas fermer après la fin", "pas pendant la rencontre"):
        assert said in page, said


def test_asking_for_a_line_saves_nothing_and_loses_nothing(client: FlaskClient, session: Session):
    sent = form(
        **{"deroule-heure": ["9 h"] * 5, "deroule-titre": [f"Moment {n}" for n in range(5)], "deroule-detail": [""] * 5}
    )
    answer = client.post(NEW, data=sent | {"ajouter-ligne": "1", "titre": ""})
    assert answer.status_code == 200
    assert answer.text.count('name="deroule-titre"') == 6
    assert 'value="Moment 4"' in answer.text
    assert "Donnez un titre" not in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 0


def test_the_hour_that_comes_twice_is_the_first_and_it_is_said(client: FlaskClient, session: Session):
    answer = client.post(NEW, data=form(jour="2027-10-31", debut="02:30"), follow_redirects=True)
    assert "C’est la première qui est retenue" in answer.text
    assert only(session).starts_at.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_meeting_of_two_days_has_lines_on_both(client: FlaskClient, session: Session):
    first = date.fromisoformat(form()["jour"])
    last = (first + timedelta(days=1)).isoformat()
    hours = {"deroule-heure": ["10:00", "16:00", "09:00"], "deroule-titre": ["Un", "Deux", "Trois"], "deroule-detail": [""] * 3}
    client.post(NEW, data=form(**{"dernier-jour": last, **hours}))
    assert [one.starts_at for one in only(session).agenda] == [
        moment(first, time(10)),
        moment(first, time(16)),
        moment(first + timedelta(days=1), time(9)),
    ]


def test_a_place_of_the_directory_and_an_address_are_both_places(client: FlaskClient, session: Session):
    library = factories.library(session, "Médiathèque Ozanne")
    client.post(NEW, data=form(lieu="structure", **{"structure-accueil": "Médiathèque Ozanne"}))
    made = only(session)
    assert (made.place_id, made.territory_id) == (library.id, "commune-04112")
    address = {"lieu": "adresse", "adresse": "Salle des fêtes", "commune": "04100", "position": "43.83, 5.78"}
    path, sent = edited(made, **address, **{"commune-choix": "commune-04112"})
    assert client.post(path, data=sent).status_code == 303
    made = only(session)
    assert (made.place_id, made.address, made.territory_id) == (None, "Salle des fêtes", "commune-04112")
    assert 'value="43.830000, 5.780000"' in client.get(path).text


def test_a_reserved_meeting_says_for_whom(client: FlaskClient, session: Session):
    reserved = {"ouverture": "reservee", "types": ["bibliotheque"], "territoires": "04\nManosque"}
    client.post(NEW, data=form(**reserved))
    made = only(session)
    assert made.openness is Openness.RESERVED
    assert made.for_kinds == ["bibliotheque"]
    assert sorted(made.for_territories) == ["commune-04112", "departement-04"]
    page = client.get(f"/rencontres/{made.public_id}/modifier").text
    assert "Manosque (04)" in page
    assert "département 04" in page


@pytest.mark.parametrize("kind", ["atelier", "journee-de-sensibilisation", "reunion-bilan"])
def test_what_a_partnership_holds_is_written_from_it_alone(
    sign_in, client: FlaskClient, session: Session, cite: Institution, kind: str
):
    library = factories.library(session)
    partnership = Partnership(exchange=factories.exchange(session, cite, library), format=Format.RENDEZ_VOUS, step=Step.CONTACT)
    session.add(partnership)
    session.flush()
    address = f"/rencontres/nouvelle?type={kind}&partenariat={partnership.public_id}"
    assert client.post(f"/rencontres/nouvelle?type={kind}", data=form()).status_code == 400
    page = client.get(address).text
    proposed = "entre-partenaires" if kind != "atelier" else "ouverte-a-tous"
    assert re.search(r'<input checked[^>]*name="ouverture"[^>]*value="([^"]*)"', page)[1] == proposed  # type: ignore[index]
    stranger = sign_in(factories.member(session, factories.library(session, "Autre", "commune-35238")))
    assert stranger.post(address, data=form()).status_code == 400
    assert client.post(address, data=form(ouverture="entre-partenaires")).status_code == 303
    assert (only(session).partnership_id, only(session).host_id) == (partnership.id, cite.id)


def test_nobody_writes_for_an_institution_of_others(sign_in, session: Session, cite: Institution):
    library = factories.library(session)
    client = sign_in(factories.member(session, library))
    assert client.post(f"{NEW}&structure={cite.public_id}", data=form(hote=cite.public_id)).status_code == 400
    assert client.post(f"{NEW}&structure={cite.public_id}", data=form()).status_code == 303
    assert only(session).host_id == library.id


def test_an_administrator_writes_for_any_institution_that_is_named(sign_in, session: Session, cite: Institution):
    client = sign_in(factories.person(session, administrator=True))
    assert client.post(NEW, data=form()).status_code == 403
    assert client.post(f"{NEW}&structure={cite.public_id}", data=form()).status_code == 303


def test_a_regional_meeting_that_was_asked_for_begins_with_its_region(client: FlaskClient):
    page = client.get("/rencontres/nouvelle?type=rencontre-regionale&region=region-93").text
    assert "Rencontre régionale" in page
    assert "Provence-Alpes-Côte d’Azur (région)" in page


def test_of_two_organisers_the_second_is_told_what_the_first_wrote_and_loses_nothing(
    sign_in, client: FlaskClient, session: Session, cite: Institution
):
    meeting = meeting_factories.meeting(session, cite, status=Status.DRAFT)
    path, mine = edited(meeting, titre="Mon titre", presentation="Ma présentation")
    other = sign_in(factories.member(session, cite))
    assert other.post(path, data=mine | {"titre": "Leur titre"}).status_code == 303
    answer = client.post(path, data=mine)
    assert answer.status_code == 409
    assert "Leur titre" in answer.text
    assert 'value="Mon titre"' in answer.text
    assert only(session).title == "Leur titre"
    assert client.post(path, data=mine | {"version": str(only(session).revision)}).status_code == 303
    assert only(session).title == "Mon titre"


def test_once_announced_the_day_stays_and_the_rest_changes(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite)
    before = meeting.starts_at
    path, sent = edited(meeting, titre="Autre titre", jour="2031-01-01")
    assert client.post(path, data=sent).status_code == 303
    assert (only(session).title, only(session).starts_at, only(session).sequence) == ("Autre titre", before, 0)


def test_fewer_places_than_are_held_are_refused_in_a_sentence(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite, capacity=10)
    meeting_factories.registration(session, meeting, factories.library(session), ["A", "B", "C"])
    path, sent = edited(meeting, places="4", **{"places-volee": "2"})
    answer = client.post(path, data=sent)
    assert answer.status_code == 400
    assert "3 places sont déjà prises" in answer.text.replace("\u00a0", " ")
    assert client.post(path, data=sent | {"places": "5"}).status_code == 303


def test_more_places_are_offered_to_those_who_wait(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite, capacity=1)
    meeting_factories.registration(session, meeting, factories.library(session), ["A"])
    place = meeting_factories.Place
    waiting = meeting_factories.registration(session, meeting, factories.library(session, "Autre"), ["B"], place.WAITING)
    path, sent = edited(meeting, places="2")
    assert client.post(path, data=sent).status_code == 303
    session.expire_all()
    assert waiting.place is place.OFFERED


def test_a_meeting_with_registrations_does_not_stop_taking_any(client: FlaskClient, session: Session, cite: Institution):
    meeting = meeting_factories.meeting(session, cite)
    meeting_factories.registration(session, meeting, factories.library(session))
    path, sent = edited(meeting)
    del sent["inscriptions"]
    answer = client.post(path, data=sent)
    assert answer.status_code == 400
    assert "fermez plutôt les inscriptions" in answer.text


@pytest.mark.parametrize("status", [Status.HELD, Status.CANCELLED])
def test_what_is_over_changes_no_more(client: FlaskClient, session: Session, cite: Institution, status: Status):
    path, sent = edited(meeting_factories.meeting(session, cite, status=status))
    assert client.post(path, data=sent).status_code == 409


def test_a_draft_is_erased_and_an_announced_meeting_is_not(client: FlaskClient, session: Session, cite: Institution):
    draft = meeting_factories.meeting(session, cite, status=Status.DRAFT, title="Brouillon")
    announced = meeting_factories.meeting(session, cite)
    assert client.post(f"/rencontres/{draft.public_id}/effacer").status_code == 303
    assert client.post(f"/rencontres/{announced.public_id}/effacer").status_code == 409
    assert only(session).id == announced.id
