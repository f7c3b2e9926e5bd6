"""What the pages of a registration say: the meeting, what each button does, and what is compulsory."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.meetings.models import AgendaItem, Meeting, Openness, Stage
from app.meetings.registrations.models import Place, Registration
from tests import factories, meeting_factories

SignIn = Callable[[User | None], FlaskClient]
TokenOf = Callable[[Registration], str]


def page_of(client: FlaskClient, token_of: TokenOf, registration: Registration) -> str:
    text = client.get(f"/inscription/{token_of(registration)}").text
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def detailed(session: Session, **columns: object) -> Meeting:
    return meeting_factories.meeting(
        session,
        access="Sonnez à la porte bleue.",
        contact_email="seminaire@exemple.fr",
        agenda=[AgendaItem(rank=1, title="Table des liseuses")],
        **columns,
    )


def test_a_registration_says_how_to_come_whom_to_ask_and_what_happens_and_leads_to_the_meeting(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting = detailed(session)
    page = page_of(client, token_of, meeting_factories.registration(session, meeting, email="a@exemple.fr"))
    for said in ("Sonnez à la porte bleue.", "seminaire@exemple.fr", "Table des liseuses"):
        assert said in page
    assert f'href="/rencontres/{meeting.public_id}"' in page


def test_it_leads_to_no_meeting_that_its_reader_may_not_see(session: Session, client: FlaskClient, token_of: TokenOf):
    meeting = detailed(session, openness=Openness.INVITED)
    page = page_of(client, token_of, meeting_factories.registration(session, meeting, email="a@exemple.fr"))
    assert "Table des liseuses" in page
    assert f'href="/rencontres/{meeting.public_id}"' not in page


@pytest.mark.parametrize("place", [Place.WITHDRAWN, Place.EXPIRED])
def test_one_registers_again_from_a_registration_that_is_over(
    session: Session, client: FlaskClient, token_of: TokenOf, place: Place
):
    meeting = meeting_factories.meeting(session)
    own = meeting_factories.registration(session, meeting, email="a@exemple.fr", place=place)
    assert f'href="/rencontres/{meeting.public_id}/inscription"' in page_of(client, token_of, own)
    meeting_factories.registration(session, meeting, email="a@exemple.fr")
    assert "de nouveau</a>" not in page_of(client, token_of, own), "there is one already"


def test_an_invited_institution_without_account_comes_back_by_its_pass(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting, library = meeting_factories.meeting(session, openness=Openness.INVITED), factories.library(session)
    own = meeting_factories.registration(session, meeting, library, email="a@exemple.fr", place=Place.WITHDRAWN)
    href = re.search(r'href="(/rencontres/[^"]+/inscription\?[^"]+)"', page_of(client, token_of, own))
    assert href
    assert client.get(href[1].replace("&amp;", "&")).status_code == 200


def test_nobody_registers_again_once_registration_has_closed_nor_after_a_refusal(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting = meeting_factories.meeting(session)
    refused = meeting_factories.registration(session, meeting, email="a@exemple.fr", place=Place.DECLINED)
    left = meeting_factories.registration(session, meeting, email="b@exemple.fr", place=Place.WITHDRAWN)
    assert "de nouveau</a>" not in page_of(client, token_of, refused)
    meeting.registration_closes_at = now() - timedelta(hours=1)
    session.flush()
    assert "de nouveau</a>" not in page_of(client, token_of, left)


@pytest.mark.parametrize(
    ("place", "names", "said"),
    [
        (Place.CONFIRMED, ["Lou"], "la place ira à qui l’attend"),
        (Place.CONFIRMED, ["Lou", "Sam"], "les 2 places iront à qui les attend"),
        (Place.WAITING, ["Lou", "Sam"], "vous perdrez votre rang"),
    ],
)
def test_leaving_is_said_by_what_one_holds(
    session: Session, client: FlaskClient, token_of: TokenOf, place: Place, names: list[str], said: str
):
    meeting = meeting_factories.meeting(session, capacity=2)
    page = page_of(
        client, token_of, meeting_factories.registration(session, meeting, email="a@exemple.fr", names=names, place=place)
    )
    assert said in page
    assert "Vos places" not in page


def test_an_offer_of_the_whole_has_one_way_out_and_one_of_a_part_says_how_its_two_differ(
    session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting = meeting_factories.meeting(session, capacity=9)
    whole = meeting_factories.registration(session, meeting, email="a@exemple.fr", place=Place.OFFERED)
    page = page_of(client, token_of, whole)
    assert "Laisser la place</button>" in page
    assert "/annuler" not in page
    part = meeting_factories.registration(
        session, meeting, email="b@exemple.fr", names="ABC", place=Place.OFFERED, offered_places=2
    )
    page = page_of(client, token_of, part)
    assert "Cochez les 2 personnes qui viennent" in page
    assert "garder notre rang</button>" in page
    assert "votre groupe quittera la liste d’attente" in page
    assert "Annuler mon inscription</button>" in page


def test_the_button_under_the_title_says_what_the_box_says(
    session: Session, client: FlaskClient, sign_in: SignIn, token_of: TokenOf
):
    meeting = meeting_factories.meeting(session, capacity=1)
    user = factories.person(session, "camille@exemple.fr")
    own = meeting_factories.registration(session, meeting, user=user)
    jump = re.compile(r'<p class="meeting-jump"><a class="[^"]+" href="([^"]+)">([^<]+)</a>')
    shown = jump.search(client.get(f"/rencontres/{meeting.public_id}").text)
    assert shown
    assert shown.groups() == ("#inscription", "Rejoindre la liste d’attente")
    shown = jump.search(sign_in(user).get(f"/rencontres/{meeting.public_id}").text)
    assert shown
    assert shown.groups() == (f"/inscription/{token_of(own)}", "Voir mon inscription")


def test_a_name_is_marked_compulsory_and_the_focus_follows_a_person_who_is_taken_away(session: Session, client: FlaskClient):
    meeting = meeting_factories.meeting(session)
    path = f"/rencontres/{meeting.public_id}/inscription"
    assert re.search(r'for="personne-1-nom">Nom\s*<span class="field__required">', client.get(path).text)
    typed = {f"personne-{number}-nom": f"Personne {number}" for number in (1, 2, 3)}
    for gone, focused in (("2", 2), ("3", 2)):
        page = client.post(path, data={**typed, "retirer": gone}).text
        assert re.findall(r"<input[^>]* autofocus[^>]*>", page) == re.findall(
            rf'<input[^>]* id="personne-{focused}-nom"[^>]*>', page
        )


def test_a_meeting_that_goes_on_says_so(session: Session, client: FlaskClient):
    meeting = meeting_factories.meeting(session, starts_at=now() - timedelta(minutes=30))
    assert meeting.stage is Stage.ONGOING
    assert "en cours</span>" in client.get(f"/rencontres/{meeting.public_id}").text
    assert "annoncée</span>" not in client.get(f"/rencontres/{meeting_factories.meeting(session).public_id}").text


def test_names_have_the_apostrophe_of_french_in_lists_to_choose_from_and_in_calendars(
    session: Session, client: FlaskClient, sign_in: SignIn
):
    host = factories.cite(session, "Cité des métiers d'Ici")
    meeting = meeting_factories.meeting(session, host)
    assert "d'Ici" not in client.get(f"/rencontres/{meeting.public_id}/agenda.ics").text
    member = factories.member(session, factories.library(session, "Médiathèque d'Ailleurs"))
    assert "d’Ailleurs</option>" in sign_in(member).get(f"/rencontres/{meeting.public_id}/inscription").text
