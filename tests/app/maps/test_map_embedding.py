"""A folium map in a page of ours: nothing from a third party, nothing that the policy would refuse."""

import re

import folium
import pytest
from branca.element import CssLink, JavascriptLink
from flask import Flask
from folium.plugins import MarkerCluster

from app import create_app
from app.clock import today
from app.extensions import db
from app.maps import page
from app.maps.embedding import UnknownAsset, embed
from app.maps.forms import Question


@pytest.fixture
def in_request(app: Flask, connection):
    with app.test_request_context("/carte"):
        yield


def bare_map() -> folium.Map:
    return folium.Map(location=(46, 2), tiles=None)


def national(app: Flask) -> page.Embedded:
    return page.national_map(page.load(db.session, Question(today())))


def test_a_link_that_nobody_has_decided_about_is_an_error(in_request):
    figure = bare_map().get_root()
    figure.header.add_child(JavascriptLink("https://exemple.test/nouveau.js"), name="nouveau")
    with pytest.raises(UnknownAsset, match="nouveau"):
        embed(figure, "n")


def test_a_style_that_nobody_has_decided_about_is_an_error(in_request):
    figure = bare_map().get_root()
    figure.header.add_child(CssLink("https://exemple.test/nouveau.css"), name="nouveau_css")
    with pytest.raises(UnknownAsset, match="nouveau_css"):
        embed(figure, "n")


def test_a_plugin_brings_no_server_of_others_silently(in_request):
    drawn = bare_map()
    MarkerCluster().add_to(drawn)
    with pytest.raises(UnknownAsset, match="markercluster"):
        embed(drawn.get_root(), "n")


def test_what_a_plugin_adds_to_the_header_is_looked_at_too(in_request):
    drawn = bare_map()
    figure = drawn.get_root()
    figure.header.add_child(folium.Element("<link rel='preconnect' href='//exemple.test'>"), name="bricolage")
    with pytest.raises(UnknownAsset, match="bricolage"):
        embed(figure, "n")


def test_the_stock_map_of_folium_calls_no_server_of_others(in_request):
    pieces = embed(bare_map().get_root(), "n")
    assert "//" not in re.sub(r"<!--.*?-->", "", f"{pieces.head}{pieces.html}")
    assert re.findall(r'src="([^"]*)"', pieces.script) == ["/actifs/leaflet-1.9.4/leaflet.js"]
    assert re.findall(r'href="([^"]*)"', pieces.head) == ["/actifs/leaflet-1.9.4/leaflet.css"]


def test_the_national_map_calls_no_server_of_others(app, in_request):
    pieces = national(app)
    everything = f"{pieces.head}{pieces.html}{pieces.script}"
    assert re.findall(r"""(?:https?:)?//[a-z]""", everything) == []


def test_every_script_and_style_of_the_page_has_the_nonce_or_an_address(app, in_request):
    pieces = national(app)
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", f"{pieces.head}{pieces.script}"):
        assert 'nonce="' in tag or 'src="/' in tag


def test_the_page_may_be_enlarged_and_keeps_its_own_frame(in_request):
    pieces = embed(bare_map().get_root(), "n")
    everything = f"{pieces.head}{pieces.html}{pieces.script}"
    assert "user-scalable" not in everything
    assert "viewport" not in everything
    assert "html, body" not in everything
    assert "#map_" in pieces.head


def test_the_map_needs_no_library_but_leaflet(app, in_request):
    """folium's own windows call jQuery, which is not sent."""
    assert not re.search(r"\$\(|jQuery|bootstrap", national(app).script)


def test_no_frame_is_used(app, in_request):
    assert "<iframe" not in f"{national(app).html}{national(app).script}"


def test_a_base_map_comes_only_when_the_administrator_has_chosen_one(worker_database):
    chosen = create_app(
        {
            "DATABASE_URL": worker_database,
            "BASE_MAP_URL": "https://tuiles.exemple.test/{z}/{x}/{y}.png",
            "BASE_MAP_ATTRIBUTION": "Fond d’essai",
        }
    )
    with chosen.test_request_context("/carte"):
        pieces = national(chosen)
    answer = chosen.test_client().get("/carte")
    with chosen.app_context():
        db.engine.dispose()
    assert "https://tuiles.exemple.test/{z}/{x}/{y}.png" in pieces.script
    assert "Fond d\\u2019essai" in pieces.script or "Fond d’essai" in pieces.script
    assert '"overBase": true' in pieces.script
    assert "img-src 'self' data: https://tuiles.exemple.test" in answer.headers["Content-Security-Policy"]
