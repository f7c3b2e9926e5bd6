"""What is said of a step that cannot be taken, where it was typed; and who is told when one is taken back."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.directory.vocabulary import Format
from app.mail.models import OutgoingMessage
from app.matchmaking.proposals.models import Status
from app.partnerships.models import Step
from tests import factories
from tests.app.partnerships.scene import BEGINNING, scene


def plain(answer) -> str:
    return re.sub("[\u00a0\u202f]", " ", answer.text)


@pytest.mark.parametrize(
    ("signed", "ends", "day", "said"),
    [
        (date(2017, 7, 5), None, "05/07/2016", "l’accord enregistré est du 5 juillet 2017"),
        (date(2015, 1, 1), date(2015, 12, 31), "05/07/2016", "l’accord enregistré a pris fin le 31 décembre 2015"),
    ],
)
def test_an_agreement_of_another_day_is_not_said_to_be_missing(
    app: Flask, session: Session, sign_in, signed: date, ends: date | None, day: str, said: str
):
    one = scene(session, Format.RENDEZ_VOUS, app=app)
    one.sign(signed, ends_on=ends)
    data = {"step": "signature", "day": day, "note": "La signature a eu lieu à la mairie"}
    answer = sign_in(one.of_partner).post(f"{one.url}/etapes", data=data)
    assert answer.status_code == 400
    assert said in plain(answer)
    assert "à la date donnée" in plain(answer)
    assert "demande encore : un accord enregistré." not in plain(answer)
    assert 'href="#day"' in answer.text
    assert "<title>Erreur" in answer.text
    assert "La signature a eu lieu à la mairie" in answer.text


def test_the_second_of_two_who_close_is_told_on_the_page_and_keeps_the_note(app: Flask, session: Session, sign_in):
    one = scene(session, Format.RENDEZ_VOUS, app=app)
    first, second = sign_in(one.of_cite), sign_in(one.of_partner)
    data = {"step": "clos", "day": "05/02/2026", "note": "Le fonds a fermé, et personne ne le reprend"}
    assert first.post(f"{one.url}/etapes", data=data | {"note": "Plus de conseiller"}).status_code == 303
    answer = second.post(f"{one.url}/etapes", data=data)
    assert answer.status_code == 409
    assert "vient d’être clos par l’autre côté" in answer.text
    assert "Histoire du partenariat" in answer.text
    assert "Plus de conseiller" in answer.text
    assert "Le fonds a fermé, et personne ne le reprend" in answer.text
    session.expire_all()
    assert [taken.step for taken in one.partnership.steps] == [Step.CONTACT, Step.CLOSED]


def test_a_note_is_kept_where_the_form_is_there_no_more(app: Flask, session: Session, sign_in):
    one = scene(session, Format.RENDEZ_VOUS, app=app)
    one.take(Step.FRAMING)
    data = {"step": "visites", "day": "05/02/2026", "note": "Deux visites"}
    answer = sign_in(one.of_cite).post(f"{one.url}/etapes", data=data)
    assert answer.status_code == 409
    assert "attend une réponse" in answer.text
    assert "Deux visites" in answer.text


def test_those_who_were_asked_learn_that_there_is_nothing_to_answer_any_more(app: Flask, session: Session, sign_in):
    one = scene(session, app=app)
    one.exchange.cite.name = "Cité d'ailleurs"
    taken = one.take(Step.FRAMING)
    assert sign_in(one.of_partner).post(f"{one.url}/etapes/{taken.public_id}/retirer").status_code == 303
    last = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id.desc())).first()
    assert last.user_id == one.of_cite.id
    assert "a été retirée" in last.subject
    assert "il n’y a plus rien à répondre" in re.sub(r"\s+", " ", last.text)
    one.reach(Step.VISITS, BEGINNING)
    body = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id.desc())).first().text
    assert "Cité d’ailleurs" in body


def test_what_was_agreed_is_a_link_away_and_the_way_back_is_the_same_everywhere(app: Flask, session: Session, sign_in):
    one = scene(session, Format.RENDEZ_VOUS, app=app)
    client = sign_in(one.of_partner)
    assert "Lire la proposition acceptée" not in client.get(one.url).text
    agreed = factories.proposal(
        session, one.exchange, status=Status.ACCEPTED, settled_at=sa.func.now(), partnership_id=one.partnership.id
    )
    page = client.get(one.url).text
    assert "Lire la proposition acceptée" in page
    assert f"/propositions/{agreed.public_id}" in page
    for end in (
        "",
        "/accords",
        "/accords/nouveau",
        "/chiffres",
        "/chiffres/nouveaux",
        "/bilans/nouveau",
        "/sensibilisation/nouvelle",
    ):
        trail = re.search(r'<nav class="breadcrumb".*?</nav>', client.get(one.url + end).text, re.DOTALL)[0]
        links = re.findall(r'href="([^"]+)"', trail)
        assert links[:2] == ["/mon-espace", "/partenariats"], end
        assert not end or links[2] == one.url
