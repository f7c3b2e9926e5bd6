"""Lands by shared borders, shores by bridges."""

import pytest
import shapely

from seeds.build import shores

SQUARES = {
    "a": shapely.box(0, 0, 1, 1),
    "b": shapely.box(1, 0, 2, 1),
    "c": shapely.box(2, 1, 3, 2),
    "d": shapely.box(9, 9, 10, 10),
}
NAMES = {"a": "Aubigny", "b": "Bois", "c": "L'Île-d'Œuvre", "d": "Désirade"}


def test_communes_that_share_a_border_are_on_one_land_and_a_corner_is_no_border() -> None:
    assert shores.lands(SQUARES) == [{"a", "b"}, {"c"}, {"d"}]


def test_a_bridge_joins_two_lands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shores, "BRIDGES", [("b", "c", "the bridge")])
    monkeypatch.setattr(shores, "NAMES", {"a": "continent"})
    assert shores.shores(SQUARES, NAMES) == {"a": "continent", "b": "continent", "c": "continent", "d": "desirade"}


def test_a_bridge_on_one_land_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shores, "BRIDGES", [("a", "b", "a bridge over a river")])
    with pytest.raises(SystemExit, match="a bridge over a river"):
        shores.joined(shores.lands(SQUARES))


def test_a_shore_of_several_communes_must_have_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shores, "BRIDGES", [])
    monkeypatch.setattr(shores, "NAMES", {})
    with pytest.raises(SystemExit, match="2 communes has names"):
        shores.shores(SQUARES, NAMES)


def test_an_island_of_one_commune_bears_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shores, "BRIDGES", [])
    monkeypatch.setattr(shores, "NAMES", {"a": "continent"})
    assert shores.shores(SQUARES, NAMES)["c"] == "l-ile-d-oeuvre"
