"""What the map fetches: libraries by tile, outlines, colours; small answers that a browser may keep."""

import gzip
import json
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.models import Kind, PositionQuality, State
from geo.tiles import Tile
from tests import factories as make

#: Forcalquier, and the tile that holds it at zoom 13.
FORCALQUIER = (5.7783, 43.9597)
NEAR = Tile(13, 4227, 2980)


@pytest.fixture
def fetch(client: FlaskClient):
    """Give a function: the JSON of a URL."""

    def of(url: str):
        response = client.get(url)
        assert response.status_code == 200, response.text[:1000]
        return json.loads(response.get_data())

    return of


def library(session: Session, name: str, at: tuple[float, float] = FORCALQUIER, **columns: object):
    return make.institution(session, name, at=at, territory_id="commune-04088", **columns)


def test_the_tile_of_the_examples_holds_forcalquier():
    assert NEAR.west < FORCALQUIER[0] < NEAR.east
    assert NEAR.south < FORCALQUIER[1] < NEAR.north


def test_near_libraries_are_one_group_with_their_number(fetch, session):
    for step in range(3):
        library(session, f"Bibliothèque {step}", (5.7 + step / 50, 43.9))
    (group,) = fetch("/carte/bibliotheques/6/33/23.json")
    assert group == {"count": 3, "at": [43.9, 5.72], "box": [[43.9, 5.7], [43.9, 5.74]]}


def test_a_library_alone_gives_its_window(fetch, session):
    found = library(session, "Médiathèque d’essai", open_since=today() - timedelta(days=10))
    (group,) = fetch("/carte/bibliotheques/6/33/23.json")
    assert group == {
        "count": 1,
        "at": [43.9597, 5.7783],
        "kind": "bibliotheque",
        "name": "Médiathèque d’essai",
        "href": f"/annuaire/{found.public_id}",
        "place": "Forcalquier",
        "state": "ouvert",
    }


def test_from_near_each_library_stands_alone_and_those_of_one_spot_are_listed(fetch, session):
    library(session, "B du même lieu")
    library(session, "A du même lieu")
    library(session, "Plus loin", (FORCALQUIER[0] + 0.01, FORCALQUIER[1]))
    groups = sorted(fetch(f"/carte/bibliotheques/{NEAR.z}/{NEAR.x}/{NEAR.y}.json"), key=lambda group: group["count"])
    assert [group["count"] for group in groups] == [1, 2]
    assert groups[0]["name"] == "Plus loin"
    assert [item["name"] for item in groups[1]["items"]] == ["A du même lieu", "B du même lieu"]


@pytest.mark.parametrize("zoom", [6, 13])
def test_every_zoom_tells_the_state_and_the_doubt_on_a_position(fetch, session, zoom):
    found = library(session, "Médiathèque placée à la commune", open_since=date(2018, 1, 1))
    found.position_quality = PositionQuality.APPROXIMATE
    session.flush()
    x, y = (33, 23) if zoom == 6 else (NEAR.x, NEAR.y)
    (mark,) = fetch(f"/carte/bibliotheques/{zoom}/{x}/{y}.json")
    assert (mark["state"], mark["look"], mark["remark"]) == ("ouvert, à confirmer", "a-confirmer", "position approximative")
    (before,) = fetch(f"/carte/bibliotheques/{zoom}/{x}/{y}.json?date=2017-07-11")
    assert before["state"] == "état non connu à cette date"


def test_a_library_gone_from_its_list_leaves_the_map_on_that_day(fetch, session):
    gone = library(session, "Médiathèque disparue", open_since=date(2020, 1, 1))
    make.observe(session, gone, date(2025, 6, 5), State.ABSENT)
    assert len(fetch("/carte/bibliotheques/6/33/23.json?date=2025-06-04")) == 1
    assert fetch("/carte/bibliotheques/6/33/23.json?date=2025-06-05") == []


def test_tiles_take_the_filters_of_the_page(fetch, session):
    library(session, "Médiathèque")
    library(session, "Bibliothèque départementale", kind=Kind.DEPARTMENTAL)
    url = "/carte/bibliotheques/13/4227/2980.json"
    assert [mark["name"] for mark in fetch(url)] == ["Médiathèque"]
    assert [mark["name"] for mark in fetch(f"{url}?type=bibliotheque-departementale")] == ["Bibliothèque départementale"]
    assert fetch(f"{url}?type=bibliotheque&type=bibliotheque-departementale")[0]["count"] == 2
    assert fetch(f"{url}?type=cite-des-metiers") == []
    assert fetch(f"{url}?territoire=departement-13") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("bibliotheques/2/4/0.json", 404),
        ("bibliotheques/19/0/0.json", 404),
        ("bibliotheques/-1/0/0.json", 404),
        ("bibliotheques/6/33/23.json?date=hier", 400),
        ("bibliotheques/6/33/23.json?type=inconnu", 400),
        ("bibliotheques/6/33/23.json?territoire=departement-99", 400),
        ("territoires/departement-99.geojson", 404),
        ("communes-x/1024/0.geojson", 404),
    ],
)
def test_what_is_off_the_map_or_cannot_be_meant_is_refused(client: FlaskClient, path: str, status: int):
    assert client.get(f"/carte/{path}").status_code == status


def test_the_outlines_of_departments_are_compressed_and_kept_for_ever(client: FlaskClient):
    response = client.get("/carte/departements-abc.geojson", headers={"Accept-Encoding": "gzip"})
    assert response.content_encoding == "gzip"
    assert len(response.get_data()) < 70_000
    assert len(json.loads(gzip.decompress(response.get_data()))["features"]) == 101
    assert response.cache_control.immutable
    assert response.mimetype == "application/geo+json"


def test_a_browser_that_does_not_read_gzip_gets_the_text_itself(client: FlaskClient):
    response = client.get("/carte/couverture.json", headers={"Accept-Encoding": "identity"})
    assert response.content_encoding is None
    assert "Accept-Encoding" in response.vary
    assert len(response.get_json()) == 101


def test_what_a_browser_has_already_is_not_sent_again(client: FlaskClient, session: Session):
    library(session, "Médiathèque")
    first = client.get("/carte/bibliotheques/6/33/23.json")
    again = client.get("/carte/bibliotheques/6/33/23.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    library(session, "Autre médiathèque", (5.9, 43.9))
    changed = client.get("/carte/bibliotheques/6/33/23.json", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert 0 < first.cache_control.max_age <= 600


def test_colours_are_those_of_the_day(fetch, session):
    cite = make.institution(session, "Cité", Kind.CITE, open_since=date(2020, 1, 1))
    make.place_in(session, cite, "commune-04088")
    assert fetch("/carte/couverture.json?date=2020-06-01")["departement-04"] == "couvert"
    assert fetch("/carte/couverture.json?date=2019-06-01")["departement-04"] == "non-couvert"


@pytest.mark.parametrize("territory", ["region-93", "departement-974", "commune-13055"])
def test_a_territory_has_its_outline(fetch, territory):
    (feature,) = fetch(f"/carte/territoires/{territory}.geojson")["features"]
    assert feature["id"] == territory
    assert feature["geometry"]["coordinates"]


def test_a_large_commune_is_in_every_tile_that_it_touches(fetch):
    """Maripasoula, in Guyane, is larger than a tile of zoom 10."""
    touched = [(x, y) for x in range(354, 360) for y in range(500, 508)]
    holding = [tile for tile in touched if "commune-97353" in _ids(fetch(f"/carte/communes-x/{tile[0]}/{tile[1]}.geojson"))]
    assert len(holding) > 6


def _ids(collection: dict) -> set[str]:
    return {feature["id"] for feature in collection["features"]}


def test_a_commune_says_its_department_its_people_and_where_its_name_stands(fetch):
    features = fetch("/carte/communes-x/528/373.geojson")["features"]
    properties = features[0]["properties"]
    assert set(properties) == {"name", "population", "department", "at"}
    assert {feature["properties"]["department"] for feature in features} <= {
        f"departement-{n}" for n in ("04", "13", "83", "84")
    }
