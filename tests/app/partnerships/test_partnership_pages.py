"""The page of a partnership: recorded, advanced, confirmed and refused through its forms."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.memberships.permissions import actor_of
from app.directory.models import Precision
from app.directory.vocabulary import Format
from app.mail.models import OutgoingMessage
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Partnership, Step, StepTaken
from app.partnerships.queries import waiting_for
from tests import factories
from tests.app.partnerships.scene import Scene, scene
from tests.bpi_case import bpi_case


@pytest.fixture
def begun(app: Flask, session: Session) -> Callable[..., Scene]:
    """Give a function that begins a partnership of a format, by default a centre."""
    return lambda formula=Format.CENTRE: scene(session, formula, app=app)


def posted(session: Session) -> list[tuple[int | None, str]]:
    return [(one.user_id, one.subject) for one in session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id))]


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace(" ,", ",")


def test_a_side_records_a_partnership_that_runs_already(session: Session, sign_in):
    exchange = factories.exchange(session)
    factories.member(session, exchange.cite)
    client = sign_in(factories.member(session, exchange.partner))
    address = f"/echanges/{exchange.public_id}/partenariats"
    assert "Enregistrer un partenariat" in client.get(f"/echanges/{exchange.public_id}").text
    assert client.get(f"{address}/nouveau").status_code == 200
    answer = client.post(address, data={"format": "rendez-vous-de-la-cite", "day": "septembre 2015", "note": "Au téléphone"})
    assert answer.status_code == 303
    made = session.scalar(sa.select(Partnership))
    assert (made.format, made.step, made.current.taken_on) == (Format.RENDEZ_VOUS, Step.CONTACT, date(2015, 9, 1))
    assert (made.current.precision, made.current.side) == (Precision.MONTH, Side.PARTNER)
    page = client.get(answer.location)
    assert "septembre 2015" in page.text
    assert "Au téléphone" in page.text
    assert "Rendez-vous de la Cité" in client.get(f"/echanges/{exchange.public_id}").text
    twice = client.post(address, data={"format": "rendez-vous-de-la-cite", "day": "2015", "note": "Une seconde fois"})
    assert twice.status_code == 400
    assert "Une seconde fois" in twice.text
    assert "existe déjà" in twice.text


def test_the_agency_that_introduced_them_notes_that_they_are_in_contact(session: Session, sign_in):
    exchange = factories.exchange(session)
    client = sign_in(factories.member(session, factories.agency(session)))
    address = f"/echanges/{exchange.public_id}/partenariats"
    assert client.post(address, data={"format": "centre-associe", "day": "05/01/2026"}).status_code == 303
    made = session.scalar(sa.select(Partnership))
    assert made.current.side is None
    page = client.get(f"/partenariats/{made.public_id}")
    assert "Noter une étape" not in page.text
    assert client.post(f"/partenariats/{made.public_id}/etapes", data={}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "hier"}, "n’est pas une date"),
        ({"day": ""}, "Donnez une date"),
        ({"day": "31/12/2999"}, "Cette date est à venir"),
        ({"day": "1850"}, "Cité des métiers a ouvert en 1993"),
        ({"format": "tout"}, "choix"),
        ({"format": "autre-formule", "description": " "}, "Décrivez la formule que vous inventez"),
        ({"note": "a" * 2001}, "trop long"),
    ],
)
def test_what_is_badly_typed_is_said_and_kept(session: Session, sign_in, typed: dict[str, str], said: str):
    exchange = factories.exchange(session)
    client = sign_in(factories.member(session, exchange.partner))
    data = {"format": "point-relais", "day": "05/01/2026", "note": "<script>alert(1)</script> & « mot »"} | typed
    answer = client.post(f"/echanges/{exchange.public_id}/partenariats", data=data)
    assert answer.status_code == 400
    assert said in answer.text.replace("\u202f", " ") or said in text_of(answer)
    assert "<script>alert" not in answer.text
    assert "note" in typed or "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert session.scalar(sa.select(Partnership)) is None


def test_a_step_that_needs_no_confirmation_counts_at_once_and_both_are_told(begun, session: Session, sign_in):
    one = begun()
    client = sign_in(one.of_partner)
    answer = client.post(f"{one.url}/etapes", data={"step": "experimentation", "day": "09/2015", "note": "Essai"})
    assert answer.status_code == 303
    session.expire_all()
    assert one.partnership.step is Step.TRIAL
    assert posted(session) == [(one.of_cite.id, "Étape notée : « Expérimentation »")]


def test_a_framing_waits_for_the_other_side_and_is_confirmed_by_another_person(begun, session: Session, sign_in):
    one = begun()
    taker, other = sign_in(one.of_partner), sign_in(one.of_cite)
    data = {"step": "cadrage", "day": "2026", "note": "Un atelier par mois"}
    assert taker.post(f"{one.url}/etapes", data=data).status_code == 303
    taken = session.scalar(sa.select(StepTaken).where(StepTaken.step == Step.FRAMING))
    assert one.partnership.step is Step.CONTACT
    assert posted(session) == [(one.of_cite.id, "Confirmez l’étape « Cadrage de la formule »")]
    assert list(session.scalars(waiting_for(actor_of(session, one.of_cite)))) == [taken]
    assert list(session.scalars(waiting_for(actor_of(session, one.of_partner)))) == []
    page = other.get(one.url)
    assert "Confirmer l’étape" in page.text
    assert "Retirer cette étape" in taker.get(one.url).text
    assert "Confirmer l’étape" not in taker.get(one.url).text
    address = f"{one.url}/etapes/{taken.public_id}"
    assert taker.post(f"{address}/confirmer").status_code == 409
    assert other.post(f"{address}/retirer").status_code == 409
    assert taker.post(f"{one.url}/etapes", data={"step": "visites", "day": "2026"}).status_code == 409
    assert other.post(f"{address}/confirmer").status_code == 303
    session.expire_all()
    assert one.partnership.step is Step.FRAMING
    assert posted(session)[1:] == [
        (
            one.of_partner.id,
            "Étape confirmée : « Cadrage de la formule »",
        )
    ]
    again = other.post(f"{address}/confirmer")
    assert again.status_code == 409
    assert "vient d’être confirmée" in again.text


def test_a_refusal_needs_its_reason_and_stays_in_the_history(begun, session: Session, sign_in):
    one = begun()
    taken = one.take(Step.FRAMING)
    client = sign_in(one.of_cite)
    address = f"{one.url}/etapes/{taken.public_id}/refuser"
    empty = client.post(address, data={"refus-note": "  "})
    assert empty.status_code == 400
    assert "Dites en quelques mots pourquoi" in empty.text
    assert client.post(address, data={"refus-note": "Le calendrier est trop court"}).status_code == 303
    session.expire_all()
    assert one.partnership.step is Step.CONTACT
    page = client.get(one.url)
    assert "non confirmée" in page.text
    assert "Le calendrier est trop court" in page.text
    assert (
        one.of_partner.id,
        "Reprenez l’étape « Cadrage de la formule » : elle n’est pas confirmée",
    ) in posted(session)


def test_a_person_of_both_sides_cannot_confirm_their_own_step(begun, session: Session, sign_in):
    one = begun()
    taken = one.take(Step.FRAMING, side=Side.CITE)
    factories.member(session, one.exchange.partner, one.of_cite)
    session.expire_all()
    client = sign_in(one.of_cite)
    page = client.get(one.url)
    assert "Confirmer l’étape" not in page.text
    assert "une autre personne" in page.text
    assert client.post(f"{one.url}/etapes/{taken.public_id}/confirmer").status_code == 409
    assert list(session.scalars(waiting_for(actor_of(session, one.of_cite)))) == []
    assert list(session.scalars(waiting_for(actor_of(session, one.of_partner)))) == [taken]


def test_the_cite_above_a_centre_does_not_confirm_for_it(begun, session: Session):
    one = begun(Format.RELAY)
    one.exchange.partner.kind = factories.Kind.CENTRE
    one.exchange.partner.parent_id = one.exchange.cite_id
    session.flush()
    taken = one.take(Step.FRAMING, side=Side.CITE)
    colleague = factories.member(session, one.exchange.cite)
    assert list(session.scalars(waiting_for(actor_of(session, colleague)))) == []
    assert list(session.scalars(waiting_for(actor_of(session, one.of_partner)))) == [taken]
    assert colleague.id not in [user_id for user_id, _ in posted(session)]


@pytest.mark.parametrize("step", ["cadrage", "suspendu", "clos"])
def test_what_must_be_told_is_asked_by_the_field(begun, session: Session, sign_in, step: str):
    one = begun()
    answer = sign_in(one.of_partner).post(f"{one.url}/etapes", data={"step": step, "day": "05/01/2026"})
    assert answer.status_code == 400
    assert "écrivez" in answer.text
    assert f'value="{step}" checked' in answer.text


def test_an_opening_says_all_that_is_missing(begun, session: Session, sign_in):
    one = begun()
    one.reach(Step.TRIAL)
    client = sign_in(one.of_partner)
    page = text_of(client.get(one.url))
    assert "Ce qui manque encore" in page
    answer = client.post(f"{one.url}/etapes", data={"step": "en-fonctionnement", "day": "05/01/2026", "note": "Tout est prêt"})
    assert answer.status_code == 400
    assert "Tout est prêt" in answer.text
    assert 'href="#step"' in answer.text
    for missing in ("une signature confirmée", "un accord enregistré", "la charte acceptée", "la liste de vérification"):
        assert missing in page
        assert missing in answer.text


def test_a_day_to_come_is_refused_and_today_is_not(begun, session: Session, sign_in):
    one = begun()
    client = sign_in(one.of_partner)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    assert client.post(f"{one.url}/etapes", data={"step": "visites", "day": tomorrow}).status_code == 400
    assert client.post(f"{one.url}/etapes", data={"step": "visites", "day": today().isoformat()}).status_code == 303


def test_a_step_of_another_partnership_is_not_found(begun, session: Session, sign_in):
    one, other = begun(), begun()
    taken = other.take(Step.FRAMING)
    client = sign_in(one.of_cite)
    assert client.post(f"{one.url}/etapes/{taken.public_id}/confirmer").status_code == 404
    assert client.get(other.url).status_code == 404
    for forged in ("1", "0" * 14, "../..", "%27"):
        assert client.get(f"/partenariats/{forged}").status_code == 404


def test_a_step_back_is_allowed_and_shown(begun, session: Session, sign_in):
    one = begun(Format.RENDEZ_VOUS)
    one.reach(Step.FRAMING)
    one.reach(Step.TRIAL)
    one.reach(Step.VISITS)
    page = sign_in(one.of_partner).get(one.url)
    assert page.text.count("retour en arrière") == 1
    assert one.partnership.step is Step.VISITS


def test_the_case_of_the_bpi_stands_on_its_page(app: Flask, session: Session, sign_in):
    with app.app_context():
        case = bpi_case(session)
    page = text_of(sign_in(case.of_bpi).get(f"/partenariats/{case.partnership.public_id}"))
    assert "En fonctionnement depuis le 5\u00a0juillet 2016".replace("\u00a0", " ") in page.replace("\u00a0", " ")
    assert "septembre 2015 Expérimentation" in page
    assert "Protocole d’accord, signé le 5 juillet 2016, sans terme" in page.replace("\u00a0", " ")
    assert "5 principes acceptés sur 5" in page
    assert page.index("Convention ou protocole signé Notée") < page.index("Expérimentation Ateliers"), "the last first"
    assert case.partnership.centre.observations[0].observed_on == date(2016, 7, 5)
