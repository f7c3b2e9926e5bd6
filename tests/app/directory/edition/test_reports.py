"""Anyone reports an error; those who follow the region handle it; the address of who reported it is erased then."""

import pytest
import sqlalchemy as sa

from app.directory.edition.models import Change, ErrorReport, Outcome, Voice
from app.mail.models import OutgoingMessage
from tests import factories as make
from tests.app.directory.pages import text_of


@pytest.fixture
def library(session):
    return make.library(session, "Médiathèque de l’Essai")


@pytest.fixture
def agency_client(session, sign_in):
    return sign_in(make.member(session, make.agency(session), email="aude@agence.invalid"))


def reported(session) -> list[ErrorReport]:
    session.expire_all()
    return list(session.scalars(sa.select(ErrorReport).order_by(ErrorReport.id)))


def mails(session) -> list[OutgoingMessage]:
    return list(session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id)))


def test_a_visitor_reports_an_error_and_the_agency_of_the_region_is_told(session, library, client, agency_client):
    address = f"/annuaire/{library.public_id}/signaler"
    assert address in client.get(f"/annuaire/{library.public_id}").text
    assert client.get(address).status_code == 200
    assert (
        client.post(address, data={"message": "L’adresse\n\na changé.", "courriel": "Visiteur@Exemple.fr"}).status_code == 303
    )
    (report,) = reported(session)
    assert (report.message, report.email) == ("L’adresse\n\na changé.", "visiteur@exemple.fr")
    (mail,) = mails(session)
    assert (mail.address, mail.subject) == (
        "aude@agence.invalid",
        "Vérifiez la fiche « Médiathèque de l’Essai » : une erreur est signalée",
    )
    assert "visiteur@exemple.fr" not in mail.text + mail.html
    queue = agency_client.get("/a-verifier")
    assert "a changé." in text_of(queue)
    assert "visiteur@exemple.fr" not in queue.text


def test_where_nobody_follows_the_region_the_administrators_are_told(session, client):
    make.person(session, "admin@reseau.invalid", administrator=True)
    library = make.library(session, commune="commune-75056")
    client.post(f"/annuaire/{library.public_id}/signaler", data={"message": "Fermée"})
    assert [mail.address for mail in mails(session)] == ["admin@reseau.invalid"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"message": "  "}, "Écrivez ce qui est inexact."),
        ({"message": "x" * 2001}, "Ce texte est trop long"),
        ({"message": "À garder", "courriel": "visiteur"}, "Cette adresse n’est pas complète"),
        ({"message": "À garder", "site_web": "http://robot.test"}, "comme le font les robots"),
    ],
)
def test_a_report_that_says_nothing_and_a_robot_are_refused(session, library, client, data, sentence):
    answer = client.post(f"/annuaire/{library.public_id}/signaler", data=data)
    assert (answer.status_code, sentence in text_of(answer)) == (400, True)
    assert data["message"].strip() in answer.text
    assert (reported(session), mails(session)) == ([], [])


def test_too_many_reports_from_one_address_are_refused_for_a_while_and_the_text_stays(session, library, client):
    address = f"/annuaire/{library.public_id}/signaler"
    for _ in range(5):
        assert client.post(address, data={"message": "Encore"}).status_code == 303
    answer = client.post(address, data={"message": "La sixième"})
    assert (answer.status_code, "dans une heure" in text_of(answer), "La sixième" in answer.text) == (429, True, True)
    assert len(reported(session)) == 5


def test_the_trap_is_hidden_from_those_who_listen_and_from_the_keyboard(library, client):
    page = client.get(f"/annuaire/{library.public_id}/signaler").text
    assert '<div class="visually-hidden" aria-hidden="true">' in page
    assert 'tabindex="-1"' in page[page.index("site_web") - 200 :]


@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [
        ("corrige", Outcome.CORRECTED, "a été corrigée"),
        ("pas-une-erreur", Outcome.NOT_AN_ERROR, "est juste"),
    ],
)
def test_who_left_an_address_is_answered_once_and_the_address_is_erased(
    session, library, client, agency_client, code, outcome, words
):
    client.post(f"/annuaire/{library.public_id}/signaler", data={"message": "Erreur", "courriel": "v@exemple.fr"})
    (report,) = reported(session)
    data = {f"{report.public_id}-conclusion": code, f"{report.public_id}-reponse": "Merci à vous."}
    assert agency_client.post(f"/a-verifier/{report.public_id}", data=data).status_code == 303
    (report,) = reported(session)
    assert (report.outcome, report.email, report.answer) == (outcome, None, "Merci à vous.")
    answer = mails(session)[-1]
    assert (answer.address, words in answer.text, "Merci à vous." in answer.text) == ("v@exemple.fr", True, True)
    number = len(mails(session))
    again = agency_client.post(f"/a-verifier/{report.public_id}", data=data)
    assert (again.status_code, "vient de traiter" in text_of(again)) == (409, True)
    assert len(mails(session)) == number
    assert "Aucune erreur n’attend votre réponse" in text_of(agency_client.get("/a-verifier"))


def test_a_conclusion_is_needed_and_what_was_written_stays(session, library, client, agency_client):
    client.post(f"/annuaire/{library.public_id}/signaler", data={"message": "Erreur", "courriel": "v@exemple.fr"})
    (report,) = reported(session)
    answer = agency_client.post(f"/a-verifier/{report.public_id}", data={f"{report.public_id}-reponse": "À garder"})
    assert (answer.status_code, "Choisissez une conclusion." in text_of(answer), "À garder" in answer.text) == (400, True, True)


def test_each_follows_its_own_region_and_an_unknown_report_is_not_found(session, library, client, agency_client, sign_in):
    client.post(f"/annuaire/{library.public_id}/signaler", data={"message": "Erreur d’ici"})
    (report,) = reported(session)
    elsewhere = sign_in(make.member(session, make.agency(session, "region-75")))
    assert "Erreur d’ici" not in elsewhere.get("/a-verifier").text
    assert elsewhere.post(f"/a-verifier/{report.public_id}", data={}).status_code == 403
    assert agency_client.post("/a-verifier/inconnu", data={}).status_code == 404
    assert sign_in(make.member(session, library)).get("/a-verifier").status_code == 403


def test_the_agency_looks_once_at_what_institutions_have_changed(session, library, agency_client, sign_in):
    address = f"/annuaire/{library.public_id}/modifier/coordonnees"
    member = sign_in(make.member(session, library, name="Marie Payet"))
    member.post(address, data={"ville": "Manosque"})
    elsewhere = sign_in(make.member(session, make.agency(session, "region-75")))
    page = text_of(agency_client.get("/a-verifier/modifications"))
    assert "Ville : « Manosque » (rien auparavant), par Marie Payet" in page
    assert "Manosque" not in text_of(elsewhere.get("/a-verifier/modifications"))
    seen = session.scalar(sa.select(sa.func.max(Change.id)))
    member.post(address, data={"ville": "Digne"})
    assert agency_client.post(f"/annuaire/{library.public_id}/modifications-vues", data={"jusqu-a": seen}).status_code == 303
    page = text_of(agency_client.get("/a-verifier/modifications"))
    assert "de « Manosque » à « Digne »" in page
    assert "rien auparavant" not in page
    assert agency_client.post(f"/annuaire/{library.public_id}/modifications-vues", data={"jusqu-a": "x"}).status_code == 400


def test_what_the_agency_changes_itself_is_not_for_it_to_look_at(session, library, agency_client):
    agency_client.post(f"/annuaire/{library.public_id}/modifier/coordonnees", data={"ville": "Manosque"})
    assert "Vous avez tout vu" in text_of(agency_client.get("/a-verifier/modifications"))


def test_a_long_queue_is_paginated(session, library, agency_client):
    session.add_all(ErrorReport(institution=library, message=f"Erreur {number}.") for number in range(31))
    session.flush()
    first, second = (text_of(agency_client.get(f"/a-verifier?page={page}")) for page in (1, 2))
    assert ("Erreur 0." in first, "Erreur 30." in first, "Erreur 30." in second) == (True, False, True)
    assert "Erreur 30." in text_of(agency_client.get("/a-verifier?page=99"))


@pytest.mark.parametrize("page", ["/a-verifier", "/a-verifier/modifications"])
def test_thirty_rows_make_no_query_a_row(session, agency_client, count_queries, page):
    def fill(number):
        for one in range(number):
            institution = make.library(session, f"Médiathèque {number}-{one}")
            session.add(ErrorReport(institution=institution, message="Essai", email="v@exemple.fr"))
            by = make.person(session)
            change = {"field": "themes", "before": None, "after": ["axe-x"], "voice": Voice.SELF, "changed_by_id": by.id}
            session.add(Change(institution=institution, **change))
        session.flush()

    def queries():
        session.expire_all()
        before = count_queries()
        assert agency_client.get(page).status_code == 200
        return count_queries() - before

    fill(2)
    few = queries()
    fill(28)
    assert queries() == few <= 16
