"""The small maps of sheets and territories: data in attributes, which a script draws."""

import json
from datetime import date
from html.parser import HTMLParser

import pytest
from flask import Flask, get_template_attribute


class Attributes(HTMLParser):
    """Reads the attributes of the box of the map."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str | None] = {}

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the signature is that of HTMLParser
        if "data-small-map" in dict(attrs):
            self.found = dict(attrs)


@pytest.fixture
def draw(app: Flask, connection):
    """Give a function: the attributes of the box that the macro writes."""

    def of(*arguments: object, **options: object) -> dict[str, str | None]:
        with app.test_request_context():
            html = get_template_attribute("maps/small.html", "small_map")(*arguments, **options)
        reader = Attributes()
        reader.feed(str(html))
        return reader.found

    return of


MARK = {
    "name": 'L’« Essai » <b>d\'art</b> & "co"',
    "kind": "bibliotheque",
    "label": "Bibliothèque",
    "longitude": 5.8,
    "latitude": 44.0,
    "href": "/annuaire/essai",
    "detail": "à 12 km",
    "main": True,
}


def test_the_marks_are_data_whatever_their_names(draw):
    box = draw("Carte : essai", [MARK])
    assert json.loads(box["data-marks"]) == [MARK]
    assert json.loads(box["data-shapes"])["bibliotheque"] == "bibliotheque"
    assert box["data-label"] == "Carte : essai"


def test_a_map_without_options_fetches_only_its_ground(draw):
    box = draw("Carte : essai", [MARK])
    assert box["data-departments"].startswith("/carte/departements-")
    assert box["data-communes"].endswith("/1/2.geojson")
    assert not {"data-coverage", "data-outline", "data-libraries"} & set(box)


def test_outline_libraries_and_colours_come_from_our_own_addresses(draw):
    libraries = {"territoire": "departement-04", "date": "2017-07-11"}
    box = draw("Carte : essai", [], outline="departement-04", libraries=libraries, day=date(2017, 7, 11))
    assert box["data-outline"] == "/carte/territoires/departement-04.geojson"
    assert box["data-libraries"] == "/carte/bibliotheques/0/1/2.json?territoire=departement-04&date=2017-07-11"
    assert box["data-coverage"] == "/carte/couverture.json?date=2017-07-11"


def test_head_and_scripts_name_files_of_ours(app: Flask, connection):
    with app.test_request_context():
        head = get_template_attribute("maps/small.html", "small_map_head")()
        scripts = get_template_attribute("maps/small.html", "small_map_scripts")()
    assert 'href="/actifs/leaflet-1.9.4/leaflet.css"' in head
    assert scripts.count("<script src=") == 5
    assert "//" not in head + scripts
