"""Security headers, on pages and on errors alike."""

import re

from flask.testing import FlaskClient

from app import create_app
from app.extensions import db


def test_scripts_come_from_ourselves_or_carry_the_nonce_of_the_page(client: FlaskClient):
    first, second = (client.get("/a-propos").headers["Content-Security-Policy"] for _ in range(2))
    scripts = re.search(r"script-src ([^;]+)", first)
    assert scripts
    assert "unsafe" not in scripts.group(1)
    assert re.fullmatch(r"'self' 'nonce-[\w-]{20,}'", scripts.group(1))
    assert first != second, "a nonce serves once"


def test_no_third_party_may_be_asked_for_anything_by_default(client: FlaskClient):
    assert "http" not in client.get("/a-propos").headers["Content-Security-Policy"]


def test_only_the_images_of_the_chosen_base_map_are_let_in(app):
    other = create_app(
        {"DATABASE_URL": app.config["DATABASE_URL"], "BASE_MAP_URL": "https://{s}.tuiles.example/{z}/{x}/{y}.png"}
    )
    policy = other.test_client().get("/sante").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://*.tuiles.example;" in policy
    assert policy.count("https:") == 1
    with other.app_context():
        db.engine.dispose()


def test_an_error_page_has_the_headers_too(client: FlaskClient):
    answer = client.get("/cette-page-n-existe-pas")
    assert answer.status_code == 404
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in answer.headers
