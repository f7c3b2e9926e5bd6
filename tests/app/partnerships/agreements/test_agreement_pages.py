"""Agreements, charter, checklist and documents through their forms."""

import io
import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.memberships.permissions import actor_of
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.mail.models import OutgoingMessage
from app.partnerships.agreements import actions
from app.partnerships.agreements.models import (
    LARGEST_DOCUMENT,
    MOST_DOCUMENTS,
    Agreement,
    CharterAcceptance,
    Document,
    Item,
    Principle,
    Tick,
)
from app.partnerships.agreements.pdf import read
from app.partnerships.agreements.queries import charter_waiting_for, ending_soon
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Step
from tests import factories
from tests.app.partnerships.agreements.files import HOSTILE, pdf
from tests.app.partnerships.scene import BEGINNING, scene

PAPER = {
    "kind": "protocole-d-accord",
    "day": "05/07/2016",
    "purpose": "Développer un centre associé",
    "of_cite": "Jeanne Essai, présidente de l’organisme\nPaul Essai, directeur",
    "of_partner": "Luc Essai, maire",
    "legal_carrier": "Organisme inventé",
    "third_party": "Région inventée",
    "of_third_party": "Léa Essai, présidente du conseil régional",
    "ends_on": "2030-07-04",
}


def test_an_agreement_is_recorded_with_its_signatories_and_shown(session: Session, sign_in):
    one = scene(session)
    client = sign_in(one.of_partner)
    assert client.get(f"{one.url}/accords/nouveau").status_code == 200
    assert client.post(f"{one.url}/accords", data=PAPER).status_code == 303
    made = session.scalar(sa.select(Agreement))
    assert [(who.side, who.name, who.function) for who in made.signatories] == [
        (Side.CITE, "Jeanne Essai", "présidente de l’organisme"),
        (Side.CITE, "Paul Essai", "directeur"),
        (Side.PARTNER, "Luc Essai", "maire"),
        (None, "Léa Essai", "présidente du conseil régional"),
    ]
    page = sign_in(one.of_cite).get(f"{one.url}/accords")
    for said in ("Léa Essai, présidente du conseil régional", "Région inventée", "Organisme inventé", "4\u00a0juillet 2030"):
        assert said in page.text
    twice = client.post(f"{one.url}/accords", data=PAPER)
    assert twice.status_code == 400
    assert "déjà enregistré" in twice.text
    assert "<title>Erreur" in twice.text
    assert "Léa Essai, présidente du conseil régional" in twice.text, "nothing typed is lost"
    assert sign_in(one.of_cite).post(f"{one.url}/accords/{made.public_id}/retirer").status_code == 409, "the other side's"
    assert client.post(f"{one.url}/accords/{made.public_id}/retirer").status_code == 303
    assert "Accords retirés" in client.get(f"{one.url}/accords").text
    told = session.execute(sa.select(OutgoingMessage.user_id, OutgoingMessage.subject).order_by(OutgoingMessage.id)).all()
    assert told == [
        (one.of_cite.id, "Relisez l’accord qui vient d’être enregistré"),
        (one.of_cite.id, "Un accord a été retiré, car enregistré par erreur"),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"of_cite": ""}, "un signataire par ligne"),
        ({"of_partner": "Luc Essai"}, "un signataire par ligne"),
        ({"purpose": ""}, "Dites en une phrase"),
        ({"purpose": "<b>" * 1000}, "trop long"),
        ({"ends_on": "2016-07-04"}, "ne peut pas finir avant"),
        ({"third_party": ""}, "Nommez aussi le tiers"),
        ({"day": "32/13/2016"}, "n’est pas une date"),
        ({"kind": "bail"}, "choix"),
        ({"of_cite": "\n".join(["Jeanne Essai, présidente"] * 11)}, "10 signataires au plus"),
    ],
)
def test_an_agreement_badly_typed_is_said_and_kept(session: Session, sign_in, typed: dict[str, str], said: str):
    one = scene(session)
    answer = sign_in(one.of_partner).post(f"{one.url}/accords", data=PAPER | typed)
    assert answer.status_code == 400
    assert said in answer.text
    assert "Léa Essai, présidente du conseil régional" in answer.text
    assert "<b><b>" not in answer.text
    assert session.scalar(sa.select(Agreement)) is None


def test_the_end_of_an_agreement_is_told_once_three_months_before(app: Flask, session: Session):
    with app.app_context():
        one = scene(session)
        one.sign(ends_on=date(2026, 12, 31))
        [found] = session.scalars(ending_soon(date(2026, 9, 30)))
        assert list(session.scalars(ending_soon(date(2026, 9, 29)))) == []
        assert list(session.scalars(ending_soon(date(2027, 1, 1)))) == []
        actions.remind(session, found)
        session.flush()
        told = session.scalars(sa.select(OutgoingMessage.user_id).where(OutgoingMessage.subject.contains("prend fin"))).all()
        assert sorted(told) == sorted([one.of_cite.id, one.of_partner.id])
        assert list(session.scalars(ending_soon(date(2026, 9, 30)))) == []


def test_what_is_prolonged_closed_or_without_term_needs_no_reminder(app: Flask, session: Session):
    with app.app_context():
        prolonged, closed, endless = scene(session), scene(session), scene(session)
        for one in (prolonged, closed):
            one.sign(ends_on=date(2026, 12, 31))
        endless.sign()
        assert len(session.scalars(ending_soon(date(2026, 11, 1))).all()) == 2
        prolonged.sign(BEGINNING + timedelta(days=1), ends_on=date(2029, 12, 31))
        closed.reach(Step.CLOSED)
        assert session.scalars(ending_soon(date(2026, 11, 1))).all() == []


def test_the_charter_is_accepted_one_by_one_by_a_named_person_of_the_partner(session: Session, sign_in):
    one = scene(session)
    client = sign_in(one.of_partner)
    assert client.post(f"{one.url}/charte", data={}).status_code == 400
    assert client.post(f"{one.url}/charte", data={"principles": ["inventé"]}).status_code == 400
    assert client.post(f"{one.url}/charte", data={"principles": ["accueil", "ecoute"]}).status_code == 303
    accepted = session.scalars(sa.select(CharterAcceptance)).all()
    assert {(row.principle, row.name, row.function) for row in accepted} == {
        (Principle.WELCOME, "Luc Biblio", "responsable du partenariat"),
        (Principle.LISTENING, "Luc Biblio", "responsable du partenariat"),
    }
    one.of_partner.name = "Un autre nom"
    session.flush()
    assert "Luc Biblio, responsable du partenariat" in client.get(f"{one.url}/accords").text, "as signed that day"
    assert sign_in(one.of_cite).post(f"{one.url}/charte", data={"principles": ["besoin"]}).status_code == 409


def test_who_has_no_function_is_asked_for_it_before_the_charter(session: Session, sign_in):
    one = scene(session)
    one.of_partner.function = None
    session.flush()
    client = sign_in(one.of_partner)
    assert "complétez d’abord votre nom et votre fonction" in client.get(f"{one.url}/accords").text
    assert client.post(f"{one.url}/charte", data={"principles": ["accueil"]}).status_code == 409


def test_a_principle_taken_back_is_kept_in_the_history_and_told_to_the_cite(session: Session, sign_in, app: Flask):
    with app.app_context():
        one = scene(session)
        one.prepare_centre()
        one.open(BEGINNING)
    client = sign_in(one.of_partner)
    assert client.post(f"{one.url}/charte/retirer", data={"principle": "ecoute"}).status_code == 303
    page = client.get(f"{one.url}/accords")
    assert "Acceptations retirées" in page.text
    assert "il lui manque désormais une condition" in client.get(one.url).text
    told = sa.select(OutgoingMessage.user_id).where(OutgoingMessage.subject.startswith("Parlez de la charte"))
    assert session.scalars(told).all() == [one.of_cite.id]
    assert client.post(f"{one.url}/charte/retirer", data={"principle": "ecoute"}).status_code == 409
    assert client.post(f"{one.url}/charte", data={"principles": ["ecoute"]}).status_code == 303
    assert session.scalar(sa.select(sa.func.count(CharterAcceptance.id))) == 6


def test_the_checklist_is_ticked_and_undone_with_its_trace(session: Session, sign_in):
    one = scene(session)
    client = sign_in(one.of_cite)
    assert client.post(f"{one.url}/verification", data={"item": "signaletique"}).status_code == 303
    assert client.post(f"{one.url}/verification", data={"item": "signaletique"}).status_code == 409
    assert client.post(f"{one.url}/verification", data={"item": "inventé"}).status_code == 400
    assert sign_in(one.of_partner).post(f"{one.url}/verification/retirer", data={"item": "signaletique"}).status_code == 303
    [row] = session.scalars(sa.select(Tick)).all()
    session.refresh(row)
    assert (row.item, row.ticked_by_id, row.unticked_by_id) == (Item.SIGNAGE, one.of_cite.id, one.of_partner.id)
    assert "Points décochés" in client.get(f"{one.url}/accords").text


def test_a_lighter_format_has_no_charter(session: Session, sign_in):
    one = scene(session, Format.RENDEZ_VOUS)
    client = sign_in(one.of_partner)
    assert "Charte" not in client.get(f"{one.url}/accords").text
    assert client.post(f"{one.url}/charte", data={"principles": ["accueil"]}).status_code == 409
    assert client.post(f"{one.url}/verification", data={"item": "accueil"}).status_code == 409


def sent(content: bytes, name: str = "convention.pdf") -> dict[str, object]:
    return {"file": (io.BytesIO(content), name)}


def test_a_document_is_kept_and_served_to_the_two_sides_and_the_agency_alone(session: Session, sign_in):
    one = scene(session)
    client = sign_in(one.of_partner)
    content = pdf(2)
    assert client.post(f"{one.url}/documents", data=sent(content, "../Protocole signé.pdf")).status_code == 303
    row = session.scalar(sa.select(Document))
    assert (row.filename, row.page_count, row.size) == ("Protocole signé.pdf", 2, len(content))
    address = f"{one.url}/documents/{row.public_id}"
    agent = factories.member(session, factories.agency(session))
    for user in (one.of_partner, one.of_cite, agent):
        answer = sign_in(user).get(address)
        assert (answer.status_code, answer.data, answer.mimetype) == (200, content, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    assert sign_in(factories.member(session, factories.library(session))).get(address).status_code == 404
    assert sign_in(None).get(address).status_code == 302
    twice = client.post(f"{one.url}/documents", data=sent(content))
    assert twice.status_code == 400
    assert "déjà déposé ici" in twice.text
    assert 'href="#file"' in twice.text, "the summary leads to the field"


def test_a_document_is_deleted_by_its_side_and_leaves_its_trace(session: Session, sign_in):
    one = scene(session)
    client = sign_in(one.of_partner)
    client.post(f"{one.url}/documents", data=sent(pdf()))
    row = session.scalar(sa.select(Document))
    address = f"{one.url}/documents/{row.public_id}"
    assert sign_in(one.of_cite).post(f"{address}/supprimer").status_code == 409
    assert client.post(f"{address}/supprimer").status_code == 303
    session.expire_all()
    assert row.content is None
    assert client.get(address).status_code == 404
    assert "Documents supprimés" in client.get(f"{one.url}/accords").text
    assert client.post(f"{one.url}/documents", data=sent(pdf())).status_code == 303, "it may come back"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\x89PNG\r\n", "pas un PDF"),
        (pdf(change=HOSTILE["script"]), "script"),
        (pdf(password="secret"), "mot de passe"),
        (b"%PDF-1.4" + b"0" * LARGEST_DOCUMENT, "10 Mo"),
    ],
    ids=["vide", "image", "script", "chiffré", "lourd"],
)
def test_a_file_that_is_not_taken_says_why(session: Session, sign_in, content: bytes, said: str):
    one = scene(session)
    answer = sign_in(one.of_partner).post(f"{one.url}/documents", data=sent(content))
    answer.request.input_stream.close()
    assert answer.status_code == 400
    assert said in re.sub("[\u00a0\u202f]", " ", answer.text)
    assert session.scalar(sa.select(Document)) is None


def test_no_file_or_one_beyond_all_measure_is_said_in_french(session: Session, sign_in):
    one = scene(session)
    client = sign_in(one.of_partner)
    none = client.post(f"{one.url}/documents", data={})
    assert none.status_code == 400
    assert "Choisissez un fichier PDF" in none.text
    huge = client.post(f"{one.url}/documents", data=sent(b"%PDF-" + b"0" * (13 * 1024 * 1024)))
    huge.request.input_stream.close()
    assert huge.status_code == 413
    assert "trop volumineux" in huge.text


def test_a_partnership_keeps_a_bounded_number_of_documents(session: Session):
    one = scene(session)
    for pages in range(1, MOST_DOCUMENTS + 1):
        actions.add_document(session, one.partnership, read(pdf(pages)), "essai.pdf", one.of_cite, Side.CITE)
    with pytest.raises(Refusal, match="20 documents au plus"):
        actions.add_document(session, one.partnership, read(pdf(30)), "essai.pdf", one.of_cite, Side.CITE)


def test_things_of_another_partnership_are_not_found(app: Flask, session: Session, sign_in):
    one, other = scene(session), scene(session, app=app)
    other.sign()
    actions.add_document(session, other.partnership, read(pdf()), "essai.pdf", other.of_cite, Side.CITE)
    agreement, document = session.scalar(sa.select(Agreement)), session.scalar(sa.select(Document))
    client = sign_in(one.of_cite)
    assert client.post(f"{one.url}/accords/{agreement.public_id}/retirer").status_code == 404
    assert client.get(f"{one.url}/documents/{document.public_id}").status_code == 404
    assert client.post(f"{one.url}/documents/{document.public_id}/supprimer").status_code == 404


def charters_of(session: Session, user) -> list[int]:
    found = session.scalars(charter_waiting_for(actor_of(session, user), today()))
    return [one.id for one in found.unique()]


def test_the_charter_waits_for_the_partner_when_it_alone_is_missing(app: Flask, session: Session, sign_in):
    with app.app_context():
        one = scene(session)
        one.sign()
        one.reach(Step.SIGNED)
        assert charters_of(session, one.of_partner) == [], "the checklist is not done yet"
        one.tick_all()
        assert charters_of(session, one.of_partner) == [one.partnership.id]
        assert charters_of(session, one.of_cite) == []
    client = sign_in(one.of_partner)
    assert "Il ne manque que la charte" in client.get("/mon-espace").text
    client.post(f"{one.url}/charte", data={"principles": [principle.value for principle in Principle]})
    assert charters_of(session, one.of_partner) == []
    assert "Il ne manque que la charte" not in client.get("/mon-espace").text


def test_what_erases_is_unfolded_before_it_is_pressed(app: Flask, session: Session, sign_in):
    one = scene(session, app=app)
    one.sign()
    client = sign_in(one.of_partner)
    one.accept_charter()
    client.post(f"{one.url}/documents", data=sent(pdf()))
    page = client.get(f"{one.url}/accords").text
    for address in ("accords/[^/]+/retirer", "charte/retirer", "supprimer"):
        form = re.search(rf'<details class="sure">(?:(?!</details>).)*/{address}"', page, re.DOTALL)
        assert form, address


def test_a_principle_revoked_twice_is_said_on_the_page_of_the_charter(session: Session, sign_in):
    one = scene(session)
    answer = sign_in(one.of_partner).post(f"{one.url}/charte/retirer", data={"principle": "ecoute"})
    assert answer.status_code == 409
    assert "vient d’être retiré" in answer.text
    assert "Liste de vérification" in answer.text
