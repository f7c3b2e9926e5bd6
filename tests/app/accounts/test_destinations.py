"""Where one goes after signing in: never to another site, in whatever writing."""

import pytest
from flask import Flask

from app.accounts.destinations import own_path

OURS = ["/", "/annuaire", "/annuaire?q=digne&type=bibliotheque", "/annuaire?q=m%C3%A9diath%C3%A8que", "/territoires/region-93"]
ATTACKS = [
    *("https://pirate.example", "http://pirate.example/annuaire", "HTTPS://pirate.example", "ftp://pirate.example"),
    *("//pirate.example", "///pirate.example", "////pirate.example", "//pirate.example/annuaire", "//localhost/annuaire"),
    *("/\\pirate.example", "\\\\pirate.example", "\\/pirate.example", "/\\/pirate.example", "/%5Cpirate.example"),
    *(
        "/%2F/pirate.example",
        "/%2Fpirate.example",
        "/%2f%2fpirate.example",
        "%2F%2Fpirate.example",
        "/annuaire//pirate.example",
    ),
    *("/\t/pirate.example", "/\n/pirate.example", "/\r\n/pirate.example", "\t//pirate.example", " //pirate.example"),
    *("/%09/pirate.example", "/%0D%0ALocation:%20https://pirate.example", "/annuaire%0d%0aSet-Cookie:a=b", "/annuaire\r\nX: y"),
    *("/annuaire\x00", "/annuaire%00", "/annuaire\u2028", "/annuaire\u202e", "/annuaire\u200b", "/annuaire\u00a0"),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "mailto:a@b.fr"),
    *(
        "pirate.example",
        "annuaire",
        "./annuaire",
        "../annuaire",
        "/annuaire/../..//pirate.example",
        "/%2e%2e/annuaire",
        "@pirate.example",
    ),
    *("/@pirate.example", "/:80", "/pirate.example", "/;@pirate.example", "?suite=/", "#x", "", None, "/" + "a" * 600),
    *(
        "http:/annuaire",
        "http:annuaire",
        "https:///pirate.example",
        "/annuaire\\..\\x",
        "／／pirate.example",
        "/／pirate.example",
    ),
    *("/connexion", "/connexion?suite=//pirate.example", "/connexion/unjeton", "/mon-compte/adresse/unjeton", "/deconnexion"),
    *("/static/css/maillage.css", "/cette-page-n-existe-pas", "/annuaire/%ff", "/annuaire%EF%BF%BD"),
]


@pytest.mark.parametrize("text", OURS)
def test_a_page_of_ours_is_a_destination(app: Flask, text: str):
    with app.app_context():
        assert own_path(text) == text


@pytest.mark.parametrize("text", ATTACKS, ids=repr)
def test_anything_else_is_none(app: Flask, text: str | None):
    with app.app_context():
        assert own_path(text) is None


@pytest.mark.parametrize("text", [text for text in ATTACKS if text and "\x00" not in text], ids=repr)
def test_no_page_leads_elsewhere(app: Flask, connection, text: str):
    client = app.test_client()
    page = client.get("/connexion", query_string={"suite": text})
    assert 'name="suite" type="hidden" value=""' in page.text
    sent = client.post("/connexion", data={"email": "camille@exemple.org", "suite": text})
    assert sent.status_code == 200
    assert 'href="/connexion">Demander un autre lien' in sent.text
