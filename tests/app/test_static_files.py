"""Our own files: kept by the browser until they change, and nothing else beside them is served."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.extensions import db


def test_a_style_sheet_carries_its_version_and_may_be_kept_a_year(client: FlaskClient):
    address = re.search(r'href="(/static/css/maillage\.css\?v=[0-9a-f]{10})"', client.get("/a-propos").text)
    assert address
    answer = client.get(address.group(1))
    assert answer.status_code == 200
    assert answer.cache_control.max_age == 365 * 24 * 3600
    answer.close()


@pytest.mark.parametrize(
    "name", [".npmrc", "package.json", "package-lock.json", "node_modules/leaflet/package.json", "css/../package.json"]
)
def test_what_npm_needs_is_not_served(client: FlaskClient, name: str):
    assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_pages_are_sent_compressed_to_who_can_read_it(client: FlaskClient, coding: str):
    plain = client.get("/a-propos")
    packed = client.get("/a-propos", headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_a_method_that_a_page_does_not_know_is_refused_in_french(client: FlaskClient):
    answer = client.put("/annuaire")
    assert answer.status_code == 405
    assert "Rien n’a été modifié" in answer.text
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("address", ["/robots.txt", "/favicon.ico", "/annuaire/"])
def test_usual_addresses_answer(client: FlaskClient, address: str):
    answer = client.get(address)
    assert answer.status_code == 200
    answer.close()


def test_a_forged_host_is_refused_where_the_names_are_known(app: Flask):
    app_known = create_app({"DATABASE_URL": app.config["DATABASE_URL"], "TRUSTED_HOSTS": "annuaire.example.org, 127.0.0.1"})
    client = app_known.test_client()
    assert client.get("/mentions-legales", headers={"Host": "annuaire.example.org"}).status_code == 200
    refused = client.get("/mentions-legales", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    assert "evil.example" not in refused.text
    with app_known.app_context():
        db.engine.dispose()
