"""The mails of this machine: all there, readable, shut in, and absent from production."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.clock import now
from app.mail.models import Category, OutgoingMessage
from app.mail.outbox import Mail
from tests.app.mail.conftest import Posted


def test_an_empty_mailbox_says_how_to_fill_it(client: FlaskClient):
    page = client.get("/courrier")
    assert page.status_code == 200
    assert "Aucun courriel pour l’instant" in page.text
    assert "Aucun serveur d’envoi n’est réglé" in page.text


def test_the_newest_mail_stands_first_with_its_state(posted: Posted, session: Session, client: FlaskClient):
    fates = ("sent_at", "dropped_at", "abandoned_at")
    for number, fate in enumerate(fates):
        mail = Mail(f"Lisez le courriel {number}", ["Voici."], Category.REQUESTS)
        posted(mail, created_at=now() - timedelta(minutes=number + 5), **{fate: now()})
    last = posted(Mail("Répondez : c’est urgent", ["Voici."], Category.REQUESTS))
    address, number = last.address, last.id
    posted(Mail("Lisez l’ancien", ["Voici."], Category.REQUESTS), digest_id=number, created_at=now() - timedelta(days=3))
    page = client.get("/courrier").text
    said = [
        "Répondez\u202f: c’est urgent",
        "Lisez le courriel 0",
        "Lisez le courriel 1",
        "Lisez le courriel 2",
        "Lisez l’ancien",
    ]
    assert sorted(map(page.index, said)) == [page.index(one) for one in said]
    for state in ("en attente", "envoyé", "écarté", "abandonné", "dans un récapitulatif"):
        assert state in page
    assert address in page
    assert f'href="/courrier/{number}"' in page


def test_many_mails_stand_on_several_pages(posted: Posted, session: Session, client: FlaskClient):
    row = posted()
    columns = [column.name for column in OutgoingMessage.__table__.columns if column.name not in ("id", "message_id")]
    rows = sa.select(sa.literal("m-").concat(sa.func.generate_series(1, 59).cast(sa.Text)), *map(sa.column, columns))
    copies = sa.insert(OutgoingMessage).from_select(
        ["message_id", *columns], rows.select_from(OutgoingMessage).where(OutgoingMessage.id == row.id)
    )
    session.execute(copies)
    session.commit()
    numbers = [client.get(f"/courrier?page={page}").text.count('class="mailbox__item"') for page in (1, 2, 3)]
    assert numbers == [25, 25, 10]
    for odd in ("0", "-1", "99", "deux", "²", "9" * 30):
        assert client.get("/courrier", query_string={"page": odd}).status_code == 200


def test_a_mail_is_read_with_links_that_can_be_followed(posted: Posted, client: FlaskClient):
    row = posted(
        Mail("Connectez-vous", ["Voici."], Category.ESSENTIAL, ("Se connecter", "http://127.0.0.1:8000/connexion/abc"))
    )
    number, address = row.id, row.address
    page = client.get(f"/courrier/{number}").text
    assert '<a href="http://127.0.0.1:8000/connexion/abc"' in page
    assert address in page
    assert f'href="/courrier/{number}/mise-en-page"' in page


def test_the_html_of_a_mail_is_shut_in(posted: Posted, client: FlaskClient):
    row = posted(Mail("<b>Lisez</b>", ["<script>alert(1)</script>"], Category.REQUESTS))
    number = row.id
    answer = client.get(f"/courrier/{number}/mise-en-page")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "<script" not in answer.text
    page = client.get(f"/courrier/{number}").text
    assert "<script>alert" not in page
    assert "<b>Lisez" not in page


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 30, "abc", "-1", "1.5"])
@pytest.mark.parametrize("end", ["", "/mise-en-page"])
def test_a_mail_that_does_not_exist_is_not_found(client: FlaskClient, number: str, end: str):
    assert client.get(f"/courrier/{number}{end}").status_code == 404


def test_production_has_no_such_page(app: Flask, worker_database: str):
    production = create_app(
        {
            "ENVIRONMENT": "production",
            "DATABASE_URL": worker_database,
            "SECRET_KEY": "s" * 40,
            "PUBLISHER": "Essai",
            "CONTACT_EMAIL": "contact@exemple.invalid",
            "TRUSTED_HOSTS": "localhost",
            "SITE_URL": "https://localhost",
            "MAIL_FROM": "maillage@exemple.invalid",
            "SMTP_HOST": "smtp.exemple.invalid",
            "PROXY_COUNT": "0",
        }
    )
    assert not [rule for rule in production.url_map.iter_rules() if "/courrier" in rule.rule]
    assert production.test_client().get("/courrier").status_code == 404
    assert [rule for rule in app.url_map.iter_rules() if rule.rule == "/courrier"]
