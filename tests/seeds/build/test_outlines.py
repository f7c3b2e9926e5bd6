"""Small coverages by hand: shared borders stay shared whatever is done to them."""

import numpy as np
import pytest
import shapely

from seeds.build import outlines


def wavy(x: float, steps: int = 40) -> list[tuple[float, float]]:
    """A wavy line from the south to the north at longitude x."""
    return [(x + 0.02 * float(np.sin(9 * y)), float(y)) for y in np.linspace(0, 1, steps)]


def two_neighbours(gap: float = 0.0) -> outlines.Shapes:
    west = shapely.Polygon([(0, 0), *wavy(1), (0, 1)])
    east = shapely.Polygon([(2, 0), *wavy(1 + gap), (2, 1)])
    return {"east": shapely.MultiPolygon([east]), "west": shapely.MultiPolygon([west])}


def test_borders_that_almost_match_are_made_one_on_the_grid() -> None:
    rough = two_neighbours(gap=1e-9)
    assert outlines.mismatches(list(rough.values())) == [0, 1]
    exact = outlines.on_grid(outlines.clean(rough), decimals=5)
    assert shapely.coverage_is_valid(list(exact.values()))
    assert outlines.mismatches(list(exact.values())) == []
    assert shapely.union_all(list(exact.values())).equals(shapely.box(0, 0, 2, 1))
    points = shapely.get_coordinates(list(exact.values()))
    np.testing.assert_array_equal(points, np.round(points, 5))
    assert outlines.holes(exact.values()) == []


def test_simplifying_keeps_neighbours_together_and_small_islands_in_form() -> None:
    shapes = outlines.on_grid(two_neighbours(), decimals=5)
    islet = shapely.Point(3, 0.5).buffer(0.004)
    shapes["west"] = shapely.MultiPolygon([*shapes["west"].geoms, islet])
    simple = outlines.simplify(shapes, 0.1)
    assert shapely.coverage_is_valid(list(simple.values()))
    assert shapely.get_num_coordinates(simple["east"]) < 12
    (kept,) = [part for part in simple["west"].geoms if part.area < 1e-3]
    assert kept.area == pytest.approx(islet.area, rel=0.1)


def test_a_pinned_territory_loses_no_point() -> None:
    shapes = outlines.on_grid(two_neighbours(), decimals=5)
    simple = outlines.simplify(shapes, 0.1, pinned=["west"])
    assert shapely.coverage_is_valid(list(simple.values()))
    assert simple["west"].equals(shapes["west"])
    assert shapely.get_num_coordinates(simple["west"]) == shapely.get_num_coordinates(shapes["west"])


def test_a_hole_is_told_unless_an_island_fills_it() -> None:
    ring = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (1, 2), (2, 2), (2, 1)]])
    (hole,) = outlines.holes([ring])
    assert hole.area == 1
    assert outlines.holes([ring, shapely.box(1, 1, 2, 2)]) == []


def test_dissolving_leaves_no_inner_border() -> None:
    whole = outlines.dissolve(outlines.on_grid(two_neighbours(), 5), {"east": "all", "west": "all"})
    assert list(whole) == ["all"]
    assert whole["all"].equals(shapely.box(0, 0, 2, 1))


def test_an_island_commune_and_a_cape_are_drawn_in_their_department() -> None:
    cape = shapely.Polygon([(0.5, 1), (0.503, 1), (0.503, 1.008), (0.5, 1.008)])
    twins = [shapely.box(3, 0.5, 3.005, 0.505), shapely.box(3.006, 0.5, 3.010, 0.505)]
    parts = {**two_neighbours(), "cape": shapely.MultiPolygon([cape]), "island": shapely.MultiPolygon(twins)}
    whole = outlines.on_grid(outlines.clean(parts), decimals=5)
    department = {"east": "2", "west": "1", "cape": "1", "island": "2"}
    assert outlines.worn_away(whole, outlines._light(whole, department), department) == ["cape", "island"]
    drawn = outlines.simple_departments(whole, department)
    assert list(drawn) == ["1", "2"]
    assert shapely.coverage_is_valid(list(drawn.values()))
    assert outlines.worn_away(whole, drawn, department) == []
    assert len(drawn["2"].geoms) == 3


def gap_rows(undrawn: set[str]) -> tuple[outlines.Shapes, list[outlines.Row]]:
    """Two communes around a square gap, and the delegated communes of some that nobody drew."""
    south = shapely.Polygon([(0, 0), (3, 0), (3, 1), (2, 1), (1, 1), (0, 1)])
    north = shapely.Polygon([(0, 1), (1, 1), (1, 2), (2, 2), (2, 1), (3, 1), (3, 3), (0, 3)])
    rows: list[outlines.Row] = [{"type": "COM", "code": code, "id": code} for code in ("north", "south")]
    rows += [{"type": "COMD", "commune_parent_id": code, "geometry": ""} for code in sorted(undrawn)]
    return {"north": north, "south": south}, rows


def test_a_gap_goes_to_the_neighbour_with_a_former_commune_that_is_not_drawn() -> None:
    shapes, rows = gap_rows({"south"})
    outlines._fill_gaps(shapes, rows)
    assert shapes["south"].area == 4
    assert outlines.holes(shapes.values()) == []


@pytest.mark.parametrize("undrawn", [set(), {"north", "south"}])
def test_a_gap_without_one_clear_owner_stops_the_build(undrawn: set[str]) -> None:
    shapes, rows = gap_rows(undrawn)
    with pytest.raises(SystemExit, match="has no one owner"):
        outlines._fill_gaps(shapes, rows)
