"""The third-party files of the map: locked, installed by npm, and served by ourselves, those of the list alone."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.maps.assets import INSTALLED, SERVED, STATIC, VERSIONS, asset_url


def test_every_file_of_the_list_is_installed_and_served_for_a_year(client: FlaskClient):
    for path, file in SERVED.items():
        response = client.get(f"/actifs/{path}")
        assert response.status_code == 200, f"run `npm ci --ignore-scripts` in app/static: {file.name}"
        assert response.cache_control.immutable
        assert response.cache_control.max_age == 31_536_000
        response.close()


@pytest.mark.parametrize(
    "path", ["leaflet-1.9.4/leaflet-src.js", "package.json", "leaflet-1.9.4/../../package.json", "leaflet/dist/leaflet.js", "x"]
)
def test_a_file_that_is_not_of_the_list_is_not_served(client: FlaskClient, path: str):
    assert client.get(f"/actifs/{path}").status_code == 404


def test_scripts_and_styles_have_their_own_types(client: FlaskClient):
    for file, mimetype in (("leaflet.js", "text/javascript"), ("leaflet.css", "text/css"), ("images/layers.png", "image/png")):
        with client.get(f"/actifs/leaflet-{VERSIONS['leaflet']}/{file}") as response:
            assert response.mimetype == mimetype


def test_an_address_of_a_file_that_is_not_served_is_an_error(app: Flask):
    with app.test_request_context(), pytest.raises(KeyError, match="not among the assets"):
        asset_url("leaflet", "leaflet-src.js")


def test_versions_are_exact_and_those_that_are_installed():
    for package, version in VERSIONS.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"write the exact version of {package}"
        assert json.loads((INSTALLED / package / "package.json").read_text())["version"] == version


def test_the_lock_holds_the_digest_of_each_package_and_no_address():
    text = (STATIC / "package-lock.json").read_text()
    lock = json.loads(text)
    for path, package in lock["packages"].items():
        assert "resolved" not in package, "write the lock with omit-lockfile-registry-resolved"
        assert path == "" or package["integrity"].startswith("sha512-")
    assert "://" not in text


def test_the_style_of_leaflet_asks_for_no_file_that_is_not_served(client: FlaskClient):
    """But for the default marker, which our marks replace: its image is only named."""
    css = SERVED[f"leaflet-{VERSIONS['leaflet']}/leaflet.css"].read_text()
    asked = {name.strip("'\"") for name in re.findall(r"url\(([^)]+)\)", css)} - {"#default#VML", "images/marker-icon.png"}
    assert asked <= {path.split("/", 1)[1] for path in SERVED}
