"""Choosing whom to invite: a part of the directory, how each can be reached, and nobody silently left out."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.directory.edition.models import Profile
from app.directory.models import Institution, Kind, State
from app.directory.vocabulary import Format
from app.mail.models import Cadence, Category, MailPreference, OutgoingMessage
from app.mail.refusals import hash_of, refuse
from app.matchmaking.interests.models import Act, Interest
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import Place
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories

CRITERIA = "type=bibliotheque&territoires=04 et 06"


@pytest.fixture
def seminar(session: Session) -> Meeting:
    return meeting_factories.meeting(session, factories.cite(session, "Cité hôte"))


@pytest.fixture
def organiser(sign_in, session: Session, seminar: Meeting) -> FlaskClient:
    return sign_in(factories.member(session, seminar.host))


def page_of(meeting: Meeting, query: str = "") -> str:
    return f"/rencontres/{meeting.public_id}/invitations/choisir?{query}"


def names_in(page: str) -> set[str]:
    """The institutions of the list."""
    return set(re.findall(r'<li class="picks__item">.*?<(?:label for="[^"]+"|span)>([^<]+)</(?:label|span)>', page, re.DOTALL))


def ticked_in(page: str) -> set[str]:
    return set(re.findall(r'name="structure" value="([^"]+)" checked', page))


def figure(page: str, label: str) -> str:
    found = re.search(rf'key-figure__label">{label}</dt>\s*<dd class="key-figure__value">([^<]+)<', page)
    assert found, label
    return found[1]


def with_mailbox(session: Session, institution: Institution, address: str) -> Institution:
    session.add(Profile(institution_id=institution.id, contact_email=address))
    session.flush()
    return institution


def test_the_libraries_of_04_and_06_at_more_than_30_km_of_a_cite(organiser, session: Session, seminar: Meeting):
    centre = factories.place_in(session, factories.institution(session, "Centre de Sisteron", Kind.CENTRE), "commune-04209")
    for name, commune in (
        ("Bibliothèque de Château-Arnoux", "commune-04049"),
        ("Bibliothèque de Manosque", "commune-04112"),
        ("Bibliothèque de Castellane", "commune-04039"),
        ("Bibliothèque de Nice", "commune-06088"),
        ("Bibliothèque de Marseille", "commune-13055"),
    ):
        factories.library(session, name, commune)
    factories.institution(session, "Bibliothèque sans position", territory_id="commune-06029")
    page = organiser.get(page_of(seminar, f"{CRITERIA}&loin=30")).text
    assert names_in(page) == {"Bibliothèque de Manosque", "Bibliothèque de Castellane", "Bibliothèque de Nice"}
    assert "3\u00a0structures trouvées" in page
    assert "1\u00a0structure n’a pas de position connue" in page
    with_unplaced = organiser.get(page_of(seminar, f"{CRITERIA}&loin=30&sans-position=y")).text
    assert names_in(with_unplaced) == names_in(page) | {"Bibliothèque sans position"}
    assert "distance inconnue" in with_unplaced
    everything = organiser.get(page_of(seminar, CRITERIA)).text
    assert names_in(everything) == names_in(with_unplaced) | {"Bibliothèque de Château-Arnoux"}
    factories.observe(session, centre, date(2024, 6, 1), State.CLOSED)
    later = organiser.get(page_of(seminar, f"{CRITERIA}&loin=30")).text
    assert "Bibliothèque de Château-Arnoux" in names_in(later), "a centre that has closed is near to nobody"


def test_the_distance_is_in_metres_whatever_the_direction(organiser, session: Session, seminar: Meeting):
    factories.institution(session, "Centre seul", Kind.CENTRE, at=(2.0, 48.0), territory_id="departement-45")
    # 1° of longitude is 74.6 km at 48° N, 1° of latitude 111.2 km: 30 km are 0.402° eastward, 0.2698° northward.
    for name, at in {
        "est près": (2.398, 48.0),
        "est loin": (2.406, 48.0),
        "nord près": (2.0, 48.267),
        "nord loin": (2.0, 48.2725),
    }.items():
        factories.institution(session, name, at=at, territory_id="departement-45")
    page = organiser.get(page_of(seminar, "type=bibliotheque&territoires=45&loin=30")).text
    assert names_in(page) == {"est loin", "nord loin"}


def test_it_says_how_each_is_reached_and_ticks_those_that_can_be_written_to(organiser, session: Session, seminar: Meeting):
    members = factories.library(session, "À membres")
    factories.member(session, members)
    mailbox = with_mailbox(session, factories.library(session, "À boîte"), "bib@exemple.invalid")
    factories.library(session, "Sans adresse")
    refused = factories.library(session, "À membre qui refuse")
    silent = factories.member(session, refused)
    session.add(MailPreference(user_id=silent.id, category=Category.INVITATIONS, cadence=Cadence.NEVER))
    with_mailbox(session, factories.library(session, "À boîte qui refuse"), "non@exemple.invalid")
    invited, registered = factories.library(session, "Invitée"), factories.library(session, "Inscrite")
    session.add(Invitation(meeting_id=seminar.id, institution_id=invited.id))
    meeting_factories.registration(session, seminar, registered)
    with organiser.application.app_context():
        refuse(session, hash_of("Non@exemple.invalid"), [Category.INVITATIONS])
    page = organiser.get(page_of(seminar, "type=bibliotheque&territoires=04")).text
    assert "7\u00a0structures trouvées" in page
    assert figure(page, "à joindre par courriel") == "2"
    assert figure(page, "sans adresse connue") == "1"
    assert figure(page, "ne souhaitent pas d’invitations") == "2"
    assert figure(page, "déjà invitées ou inscrites") == "2"
    assert ticked_in(page) == {members.public_id, mailbox.public_id}
    for said in ("courriel à sa boîte de contact", "aucune adresse connue", "déjà invitée", "déjà inscrite"):
        assert said in page
    assert "non@exemple.invalid" not in page
    phone = organiser.get(page_of(seminar, "type=bibliotheque&territoires=04&joignables=non").replace("choisir", "choisir.csv"))
    assert "Sans adresse" in phone.text
    assert "À boîte" not in phone.text
    everyone = organiser.get(page_of(seminar, "type=bibliotheque&territoires=04").replace("choisir", "choisir.csv")).text
    assert everyone.count("\r\n") == 8


def test_a_centre_without_address_is_reached_through_its_cite(organiser, session: Session, seminar: Meeting):
    cite = factories.cite(session, "Cité mère")
    factories.member(session, cite)
    factories.place_in(session, factories.institution(session, "Centre fils", Kind.CENTRE, parent_id=cite.id), "commune-13055")
    page = organiser.get(page_of(seminar, "type=centre-associe&territoires=13")).text
    assert "courriel aux membres de sa Cité des métiers" in page


def test_what_is_closed_and_the_organisers_themselves_are_never_offered(organiser, session: Session, seminar: Meeting):
    closed = factories.library(session, "Fermée", "commune-13055")
    factories.observe(session, closed, date(2024, 6, 1), State.CLOSED)
    factories.library(session, "Ouverte", "commune-13055")
    page = organiser.get(page_of(seminar, "territoires=13")).text
    assert names_in(page) == {"Ouverte"}
    assert 'value="ferme"' not in page


def test_an_interest_that_hides_its_author_betrays_nobody(organiser, session: Session, seminar: Meeting):
    shown, hidden = factories.library(session, "Se montre"), factories.library(session, "Se cache")
    session.add(Interest(act=Act.DECLARED, author=shown, shows_author=True))
    session.add(Interest(act=Act.DECLARED, author=hidden, toward_territory_id="departement-13"))
    session.flush()
    assert names_in(organiser.get(page_of(seminar, "interet=y")).text) == {"Se montre"}


def test_those_who_already_work_with_the_organiser_may_be_left_out(organiser, session: Session, seminar: Meeting):
    partner, other = factories.library(session, "Partenaire"), factories.library(session, "Autre")
    exchange = factories.exchange(session, seminar.host, partner)
    session.add(Partnership(exchange=exchange, format=Format.RENDEZ_VOUS, step=Step.RUNNING))
    session.flush()
    assert names_in(organiser.get(page_of(seminar, "territoires=04&libres=y")).text) == {other.name}
    assert names_in(organiser.get(page_of(seminar, "territoires=04")).text) == {other.name, partner.name}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("territoires=Xyzzyville", "Aucun territoire ne s’appelle"),
        ("territoires=Saint-Denis", "peut désigner"),
        ("territoires=04&loin=-3", "n’est pas une distance possible"),
        ("territoires=04&type=chateau", "n’est pas un choix"),
        ("territoires=04&etat=ferme", "n’est pas un choix"),
        ("territoires=" + ", ".join(["Nice"] * 31), "C’est trop à la fois"),
    ],
)
def test_what_is_not_understood_is_said_at_its_field(organiser, seminar: Meeting, query: str, said: str):
    answer = organiser.get(page_of(seminar, query))
    assert answer.status_code == 400
    assert said in answer.text


def test_names_of_territories_are_read_with_commas_semicolons_or_et(organiser, session: Session, seminar: Meeting):
    factories.library(session, "À Manosque")
    factories.library(session, "À Nice", "commune-06088")
    for typed in ("04 et 06", "04, 06", "Nice ; Manosque", "Alpes-de-Haute-Provence et Alpes-Maritimes"):
        assert names_in(organiser.get(page_of(seminar, f"territoires={typed}")).text) == {"À Manosque", "À Nice"}, typed


def test_nothing_asked_finds_nobody(organiser, session: Session, seminar: Meeting):
    factories.library(session)
    page = organiser.get(page_of(seminar))
    assert page.status_code == 200
    assert "Qui voulez-vous inviter" in page.text
    assert not names_in(page.text)


def send(client: FlaskClient, meeting: Meeting, ids: list[str], query: str = CRITERIA, **data: str):
    return client.post(page_of(meeting, query), data={"structure": ids, **data})


def mails(session: Session) -> list[OutgoingMessage]:
    return list(session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id)))


def test_each_is_invited_once_by_a_mail_to_its_people_or_its_mailbox(organiser, session: Session, seminar: Meeting):
    members, mailbox = factories.library(session, "À membres"), factories.library(session, "À boîte")
    people = {factories.member(session, members).email, factories.member(session, members).email}
    with_mailbox(session, mailbox, "bib@exemple.invalid")
    alone = factories.library(session, "Sans adresse")
    ids = [members.public_id, mailbox.public_id, alone.public_id]
    answer = send(organiser, seminar, ids, message="Venez nombreux !\n<b>Merci</b>")
    assert answer.status_code == 303
    assert "2\u00a0structures invitées par courriel" in organiser.get(answer.location).text
    assert {one.address for one in mails(session)} == people | {"bib@exemple.invalid"}
    (letter,) = [one for one in mails(session) if one.user_id is None]
    assert (letter.category, letter.expires_at) == (Category.INVITATIONS, seminar.starts_at)
    assert letter.unsubscribe_url
    for said in ("Cité hôte invite À boîte", "Venez nombreux !", "Lieu : Cité hôte"):
        assert said in letter.text
    assert "<b>Merci</b>" not in letter.html
    written = {one.institution_id: one.written_at for one in session.scalars(sa.select(Invitation))}
    assert written.keys() == {members.id, mailbox.id, alone.id}
    assert written[alone.id] is None
    again = send(organiser, seminar, ids)
    assert "rien ne leur a été renvoyé" in organiser.get(again.location).text
    assert len(mails(session)) == 3


def test_who_registered_meanwhile_is_not_invited(organiser, session: Session, seminar: Meeting):
    library = factories.library(session)
    factories.member(session, library)
    meeting_factories.registration(session, seminar, library, place=Place.WAITING)
    send(organiser, seminar, [library.public_id])
    assert not mails(session)
    assert not session.scalars(sa.select(Invitation)).all()


@pytest.mark.parametrize("forged", ["inconnue", "'; DROP TABLE invitation", "hors-selection", "hote"])
def test_a_structure_that_is_not_of_the_selection_is_refused_and_nobody_invited(
    organiser, session: Session, seminar: Meeting, forged: str
):
    library = factories.library(session)
    factories.member(session, library)
    elsewhere = factories.library(session, "Ailleurs", "commune-35238")
    codes = {"hors-selection": elsewhere.public_id, "hote": seminar.host.public_id}
    answer = send(organiser, seminar, [library.public_id, codes.get(forged, forged)], message="Gardé")
    assert answer.status_code == 400
    assert "Personne n’a été invité" in answer.text
    assert "Gardé" in answer.text
    assert not mails(session)


def test_ticking_nobody_and_writing_too_much_are_said_and_nothing_is_lost(organiser, session: Session, seminar: Meeting):
    kept, unticked = factories.library(session, "Cochée"), factories.library(session, "Décochée")
    factories.member(session, kept)
    factories.member(session, unticked)
    nobody = send(organiser, seminar, [])
    assert nobody.status_code == 400
    assert "Cochez au moins une structure" in nobody.text
    long = send(organiser, seminar, [kept.public_id], message="mot " * 400)
    assert long.status_code == 400
    assert "trop long" in long.text
    assert ticked_in(long.text) == {kept.public_id}
    assert not mails(session)


def test_who_has_refused_cannot_be_ticked_by_force(organiser, session: Session, seminar: Meeting):
    library = factories.library(session)
    user = factories.member(session, library)
    session.add(MailPreference(user_id=user.id, category=Category.INVITATIONS, cadence=Cadence.NEVER))
    session.flush()
    assert send(organiser, seminar, [library.public_id]).status_code == 400
    assert not mails(session)


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.ANNOUNCED])
def test_nobody_is_invited_to_what_is_not_announced(sign_in, session: Session, status: Status):
    meeting = meeting_factories.meeting(session, status=status)
    client = sign_in(factories.member(session, meeting.host))
    library = factories.library(session)
    factories.member(session, library)
    assert send(client, meeting, [library.public_id]).status_code == 409
    assert "Envoyer les invitations" not in client.get(page_of(meeting, CRITERIA)).text
    assert not mails(session)


def test_too_many_at_once_are_counted_and_not_listed(organiser, session: Session, seminar: Meeting, monkeypatch):
    monkeypatch.setattr("app.meetings.invitations.choosing.MOST_AT_ONCE", 1)
    for _ in range(2):
        factories.library(session)
    page = organiser.get(page_of(seminar, CRITERIA)).text
    assert "2\u00a0structures trouvées" in page
    assert "trop large" in page
    assert not names_in(page)
    assert organiser.get(page_of(seminar, CRITERIA).replace("choisir", "choisir.csv")).text.count("\r\n") == 3
