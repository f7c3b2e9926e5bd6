"""The legal notice says the delays of the code, and the forms lead to it."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts import rate_limits
from app.accounts.session import IDLE_LIMIT
from app.directory.edition import forgetting as reports
from app.mail.commands import KEEP_DAYS
from app.matchmaking.interests.declarations import actions as declarations
from app.matchmaking.interests.declarations import forgetting as answered
from app.matchmaking.introductions import actions as introductions
from app.matchmaking.proposals import actions as proposals
from app.partnerships import forgetting as partnerships
from tests.factories import library

A_DAY, A_YEAR = timedelta(days=1), timedelta(days=365)


def notice(client: FlaskClient) -> str:
    return " ".join(client.get("/mentions-legales").text.replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize(
    ("delay", "of_the_code", "words"),
    [
        (2 * A_YEAR, accounts.UNUSED_LIMIT, "sans connexion pendant deux ans"),
        (30 * A_DAY, accounts.LAST_CALL, "effacé 30 jours après un courriel"),
        (timedelta(minutes=15), accounts.LINK_LIFE, "Utilisables 15 minutes"),
        (A_DAY, accounts.LINK_MEMORY, "effacés un à deux jours après"),
        (A_DAY, rate_limits.KEPT, "Un à deux jours"),
        (30 * A_DAY, IDLE_LIMIT, "30 jours après le dernier usage"),
        (30 * A_DAY, timedelta(days=KEEP_DAYS), "30 jours après leur départ"),
        (3 * A_DAY, declarations.CONFIRM_WITHIN, "trois jours sans confirmation"),
        (180 * A_DAY, declarations.KEPT, "six mois sans réponse"),
        (A_YEAR, answered.A_YEAR, "le reste : un an après la réponse"),
        (A_YEAR, reports.A_YEAR, "le texte : un an après la réponse"),
        (30 * A_DAY, introductions.WAITS, "30 jours pour répondre"),
        (60 * A_DAY, proposals.SILENCE, "60 jours pour répondre"),
        (5 * A_YEAR + A_DAY, partnerships.KEPT, "Cinq ans après le dernier"),
    ],
)
def test_a_delay_is_that_of_the_code(client: FlaskClient, delay: timedelta, of_the_code: timedelta, words: str):
    assert of_the_code == delay, f"change the notice too: « {words} »"
    assert words in notice(client)


def test_the_notice_says_what_is_kept_why_and_the_rights(client: FlaskClient):
    text = notice(client)
    assert "il ne publie le nom ni l’adresse d’aucune personne" not in text
    for words in ("à confirmer par l’organisme qui publie ce site", "CNIL", "strictement nécessaire", "Vos droits", "plainte"):
        assert words in text
    for kept in ("Compte", "Sessions", "Messages", "Propositions", "Partenariats", "Documents", "Signalements", "Limites"):
        assert kept in text


def test_the_forms_that_ask_for_something_lead_to_the_notice(client: FlaskClient, session: Session):
    sheet = library(session)
    for address in ("/connexion", "/declarer-un-interet", f"/annuaire/{sheet.public_id}/signaler"):
        assert "/mentions-legales#donnees" in client.get(address).text, address


def test_the_title_of_a_form_that_is_refused_says_so(client: FlaskClient):
    refused = client.post("/connexion", data={"email": "incomplète"})
    title = re.search(r"<title>(.*)</title>", refused.text)[1]
    assert title == "Erreur\u202f: Se connecter – Maillage"
    assert "<title>Se connecter – Maillage</title>" in client.get("/connexion").text
