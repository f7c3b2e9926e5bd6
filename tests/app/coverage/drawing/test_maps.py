"""The map of an area: what it holds, how large its circles are, how true its distances are."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import numpy as np
import pytest

from app.coverage.areas import Area
from app.coverage.drawing import outlines
from app.coverage.drawing.frame import scale_km
from app.coverage.drawing.legend import round_below
from app.coverage.drawing.maps import FRANCE, AreaPicture, area_map
from app.coverage.drawing.merging import merged
from app.coverage.drawing.outlines import Box, Outline
from app.coverage.drawing.parts import CandidateMark, PlaceMark, Shade, Town, Zone, circle_area
from app.coverage.drawing.projection import Projection
from app.coverage.drawing.scene import picture_of
from app.coverage.drawing.style import MARKS
from app.coverage.situation import situation_at
from app.directory.models import Kind, State
from geo.demand import earth_centred
from geo.territories import Level, Territory
from tests import factories as make

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = Outline("commune-1", "Carré", (np.array([[6.0, 44.0], [6.0, 44.2], [6.2, 44.2], [6.2, 44.0], [6.0, 44.0]]),))
DAY = date(2024, 6, 30)


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()).strip() for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def picture(**parts: object) -> AreaPicture:
    return AreaPicture("Carte d’essai", "Un carré", zones=[Zone(SQUARE, Shade.BEYOND)], **parts)


def test_the_area_of_a_circle_is_proportional_to_the_gain():
    assert circle_area(5_000, 20_000) == pytest.approx(circle_area(20_000, 20_000) / 4)
    assert circle_area(0, 0) == 0


def test_circles_are_drawn_with_these_areas():
    marks = [CandidateMark(1, "A", 6.05, 44.05, 40_000), CandidateMark(2, "B", 6.15, 44.15, 10_000)]
    svg = area_map(picture(candidates=marks))
    root = ElementTree.fromstring(svg)
    shapes = {element.get("id"): element.get("d") for element in root.iter(f"{SVG}path")}
    drawn = [shapes[use.get("href")[1:]] for use in root.iter(f"{SVG}use") if use.get("fill-opacity") == "0.3"]
    large, small = [float(path.split()[2]) for path in drawn]
    assert large**2 / small**2 == pytest.approx(4, rel=0.03)
    assert {"1", "2"} <= set(texts(svg))


def test_the_legend_names_what_is_drawn_and_nothing_else():
    svg = area_map(
        picture(
            reach="30\u00a0km",
            places=[
                PlaceMark(Kind.CITE, "Ville", 6.1, 44.1),
                PlaceMark(Kind.CENTRE, "Bourg", 6.15, 44.15, planned=True),
            ],
        )
    )
    found = texts(svg)
    assert "à plus de 30\u00a0km de toute structure" in found
    assert {"Cité des métiers", "Centre associé, en projet"} <= set(found)
    assert not [text for text in found if "au plus d’une structure" in text or "Point relais" in text]
    assert "<pattern" in svg, "what is out of reach is dotted, not only coloured"


def test_names_that_would_touch_are_left_out_but_for_the_numbers():
    towns = [Town("Ville très peuplée", 6.1, 44.1), Town("Sa voisine", 6.1, 44.1), Town("La suivante", 6.1, 44.1)]
    many = [Town(f"Bourg {n}", 6.1, 44.1) for n in range(30)]
    found = texts(area_map(picture(towns=[*towns, *many], candidates=[CandidateMark(7, "A", 6.02, 44.02, 10)])))
    assert "7" in found
    assert "Ville très peuplée" in found
    assert len([text for text in found if text.startswith("Bourg")]) < 12


def test_a_town_and_its_place_have_one_name_and_the_caller_says_what_circles_are():
    centre = PlaceMark(Kind.CENTRE, "Saint-Pierre", 6.05, 44.05)
    found = texts(
        area_map(
            picture(
                places=[centre, replace(centre, latitude=44.15)],
                towns=[Town("Saint-Pierre", 6.15, 44.1), Town("Le Tampon", 6.1, 44.18)],
                candidates=[CandidateMark(1, "A", 6.02, 44.02, 30)],
                called="lieu choisi",
            )
        )
    )
    assert found.count("Saint-Pierre") == 1
    assert "Le Tampon" in found
    assert "lieu choisi\u202f: 10\u00a0habitants de plus" in found


def test_neighbours_shaded_alike_are_drawn_as_one():
    def square(east: int, north: int) -> Outline:
        corners = [(east, north), (east, north + 1), (east + 1, north + 1), (east + 1, north), (east, north)]
        return Outline("", "", (np.array(corners, dtype=float),))

    ring = [square(east, north) for east in range(3) for north in range(3) if (east, north) != (1, 1)]
    found = merged(ring)
    assert sorted(len(one) for one in found.rings) == [5, 13], "the hole, and the way around"
    assert sum(_area(one) for one in found.rings) == pytest.approx(-8), "clockwise, but for the hole"
    assert merged([square(0, 0), square(0, 0)]).rings, "an outline twice is still there"
    assert merged([]).rings == ()


def _area(ring: np.ndarray) -> float:
    east, north = ring.T
    return float((east[:-1] * north[1:] - east[1:] * north[:-1]).sum() / 2)


def test_a_title_is_written_only_on_a_map_that_leaves_its_page():
    assert "Carte d’essai" not in texts(area_map(picture()))
    assert "Carte d’essai" in texts(area_map(picture(heading=True)))


def test_a_hostile_name_is_text():
    svg = area_map(picture(towns=[Town("<script>alert(1)</script>", 6.1, 44.1)], source="<b>Source</b>"))
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "<script>alert(1)</script>" in texts(svg)


def test_an_empty_map_shows_france():
    assert "200\u00a0km" in texts(area_map(AreaPicture("Vide", "Rien"))), "the scale of the whole country"


@pytest.mark.parametrize("box", [Box(5.5, 43.6, 7.7, 44.7), FRANCE, Box(55.2, -21.4, 55.9, -20.8), Box(-54.6, 2.1, -51.6, 5.8)])
def test_distances_on_the_picture_are_those_of_the_ground(box):
    middle = np.array([(box.west + box.east) / 2, (box.south + box.north) / 2])
    for step in ([0.1, 0.0], [0.0, 0.1]):
        ends = np.array([middle, middle + step])
        true_km = float(np.linalg.norm(np.diff(earth_centred(ends[:, 0], ends[:, 1]), axis=0))) / 1000
        drawn = float(np.linalg.norm(np.diff(Projection(box)(ends), axis=0)))
        assert drawn == pytest.approx(true_km, rel=0.01)


def test_scales_and_legends_are_round():
    assert [scale_km(span) for span in (3.9, 41, 180, 1_100)] == [0.5, 10, 20, 200]
    assert [round_below(value) for value in (0, 1, 19, 49, 50, 1_999)] == [1, 1, 10, 20, 50, 1_000]


def test_every_kind_has_a_mark_and_those_of_the_network_differ_by_their_shape():
    assert set(MARKS) == set(Kind)
    assert [MARKS[kind].shape for kind in (Kind.CITE, Kind.CENTRE, Kind.RELAY)] == ["o", "s", "^"]


def test_outlines_share_their_borders(session):
    found = outlines.read(session, outlines.shapes(["commune-04070", "commune-04055"], 0.002))
    corners = [{tuple(corner) for ring in one.rings for corner in ring} for one in found]
    assert len(found) == 2
    assert all(len(corner) > 3 for corner in corners)
    steps = np.concatenate([ring for one in found for ring in one.rings]) / 0.002
    assert np.abs(steps - np.round(steps)).max() < 0.02, "corners stand on the nodes of the grid"


def scene(session, *ids: str, reach_km: float = 30.0, **more: object) -> AreaPicture:
    states = (State.OPEN, State.PLANNED)
    situation = situation_at(session, DAY, reach_km, 24, states)
    area = Area(tuple(session.get(Territory, one) for one in ids))
    return picture_of(session, situation, area.communes(session, situation.demand), "Carte", "Source", **more)


def test_the_map_of_an_area_shades_its_communes_by_their_distance(session):
    make.place_in(session, make.institution(session, "Centre de Digne", Kind.CENTRE, city="Digne"), "commune-04070")
    drawn = scene(session, "departement-04")
    shades = {zone.outline.id: zone.shade for zone in drawn.zones}
    assert len(shades) == 198
    assert shades["commune-04070"] is Shade.WITHIN
    assert shades["commune-04019"] is Shade.BEYOND, "Barcelonnette"
    assert shades["commune-04112"] is Shade.BEYOND, "Manosque"
    assert [one.id for one in drawn.borders] == ["departement-04"]
    assert "departement-06" in {one.id for one in drawn.around}
    assert [one.name for one in drawn.places] == ["Digne"]
    assert drawn.towns[0].name == "Manosque"
    assert {"Barcelonnette", "Sisteron"} <= {one.name for one in drawn.towns}


def test_an_overseas_department_has_its_own_view(session):
    drawn = scene(session, "departement-974")
    assert {zone.shade for zone in drawn.zones} == {Shade.BEYOND}
    assert {one.id for one in drawn.around} == {"departement-974"}
    assert "10\u00a0km" in texts(area_map(drawn))


def test_the_mainland_is_shown_when_an_area_lies_on_two_sides_of_the_seas(session):
    drawn = scene(session, "departement-04", "departement-974")
    assert drawn.box == FRANCE
    assert "L’outre-mer n’est pas sur cette carte\u202f: 8" in drawn.description
    assert drawn.source.endswith("y vivent.")
    assert "outre-mer" not in scene(session, "departement-974").description


def test_a_what_if_replaces_what_is_within_reach(session):
    situation = situation_at(session, DAY, 30, 24)
    everyone = np.ones(len(situation.demand), dtype=bool)
    assert {zone.shade for zone in scene(session, "departement-04", reached=everyone).zones} == {Shade.WITHIN}


def test_the_whole_country_is_shaded_by_department(session):
    make.place_in(session, make.institution(session, "Cité", Kind.CITE), "commune-75056")
    situation = situation_at(session, DAY, 30, 24)
    everywhere = np.arange(len(situation.demand))
    drawn = picture_of(session, situation, everywhere, "France", "Source")
    shades = {zone.outline.id: zone.shade for zone in drawn.zones}
    assert shades["departement-75"] is Shade.MOSTLY
    assert shades["departement-77"] is Shade.PARTLY
    assert shades["departement-04"] is Shade.HARDLY
    assert "L’outre-mer n’est pas sur cette carte\u202f: 2" in drawn.description
    assert drawn.description.startswith("Carte des communes à 30\u00a0km au plus")
    assert len(drawn.zones) == len(situation.demand.groups[Level.DEPARTMENT].ids) - 5, "the mainland"
