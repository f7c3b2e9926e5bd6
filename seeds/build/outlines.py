"""Outlines of communes, departments and regions whose shared borders are the same points on both sides.

The package's outlines do not quite match along their borders, miss the communes that merged lately and hold some twice.
They are repaired, then cut anew on a grid: every border becomes lines between points of the grid, and the faces that the
lines enclose are given back to their commune. What follows (simplifying, dissolving) only drops points, so that a
border stays shared, and no rounding is left for the files to do.
"""

import sys
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import shapely

from seeds.build import corrections
from seeds.build.packages import geometry

Row = dict[str, str | None]
Shapes = dict[str, shapely.Geometry]

#: Decimals of a degree kept for the communes (a metre) and for departments and regions (ten metres).
COMMUNE_DECIMALS = 5
DEPARTMENT_DECIMALS = 4
#: Triangles below the square of this many degrees are dropped.
COMMUNE_TOLERANCE = 0.004
DEPARTMENT_TOLERANCE = 0.0155
#: The same for an island, for each degree of the side of a square as large as it.
ISLAND_TOLERANCE = 0.06
#: The smallest departments would be left with a dozen points: they are simplified by this much.
SMALL_DEPARTMENTS = ("75", "90", "92", "93", "94")
SMALL_DEPARTMENT_TOLERANCE = 0.006
#: The share of its largest part that a commune keeps, at the least, in the outline of its department.
LEAST_SHARE = 0.5
#: Islets under a quarter of a square kilometre do not show on a map of departments. Square degrees.
ISLET = 3e-5
#: A gap narrower than this opens no commune: it is the mismatch of two outlines. Square degrees.
SLIVER = 1e-4
#: Between two communes, the mouth of a river is wider than this; a mismatch of their borders is not. Degrees.
NARROWEST_INLET = 1.5e-5


def communes(rows: list[Row], cantons: list[Row]) -> Shapes:
    """The outline of every commune, whole and repaired, as one coverage on the grid of the communes."""
    shapes = clean(_outlines(rows))
    _fill_frontier_gaps(shapes, cantons)
    _fill_gaps(shapes, rows)
    _cut_dissolved(shapes)
    return on_grid(shapes, COMMUNE_DECIMALS)


def simple_communes(whole: Shapes) -> Shapes:
    """The outlines of the communes as the service keeps them."""
    return simplify(whole, COMMUNE_TOLERANCE)


def simple_departments(whole: Shapes, department: dict[str, str]) -> Shapes:
    """The outlines of the departments (commune → department) as the service keeps them: light enough for one map.

    Each commune keeps its share of them: those that simplifying would cut off (a cape, an islet) are drawn apart, finer.
    """
    apart = worn_away(whole, _light(whole, department), department)
    drawn = _light(whole, {code: code if code in apart else parent for code, parent in department.items()})
    return dissolve(drawn, {code: department.get(code, code) for code in drawn})


def worn_away(whole: Shapes, departments: Shapes, department: dict[str, str], least: float = LEAST_SHARE) -> list[str]:
    """The communes whose largest part lies for less than this share in the outline of their department."""
    found = []
    for parent, codes in _members(department).items():
        largest = np.array([shapely.get_geometry(whole[code], 0) for code in codes])
        shapely.prepare(departments[parent])
        out = np.flatnonzero(~shapely.covers(departments[parent], largest))
        left = shapely.area(shapely.intersection(largest[out], departments[parent]))
        found += [codes[index] for index in out[left < least * shapely.area(largest[out])]]
    return found


def _light(whole: Shapes, parents: dict[str, str]) -> Shapes:
    """The outlines of the parents (departments, and communes drawn apart) with few points."""
    exact = on_grid(dissolve(whole, parents), DEPARTMENT_DECIMALS)
    finer = simplify(_without_islets(exact), SMALL_DEPARTMENT_TOLERANCE)
    pinned = [code for code in finer if code in SMALL_DEPARTMENTS or parents.get(code) == code]
    return simplify(finer, DEPARTMENT_TOLERANCE, pinned)


def _members(parents: dict[str, str]) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for code, parent in sorted(parents.items()):
        members.setdefault(parent, []).append(code)
    return members


def dissolve(shapes: Shapes, parents: dict[str, str]) -> Shapes:
    """The outlines of the parents (code → parent's code), as one coverage."""
    members = _members({code: parents[code] for code in shapes})
    return {code: _multi(shapely.coverage_union_all([shapes[c] for c in parts])) for code, parts in sorted(members.items())}


def simplify(shapes: Shapes, tolerance: float, pinned: Collection[str] = ()) -> Shapes:
    """The same coverage with fewer points.

    Islands get a tolerance in proportion to their size, so that a small one keeps its form. The territories `pinned`
    lose no point.
    """
    codes = list(shapes)
    parts, owner = shapely.get_parts([shapes[code] for code in codes], return_index=True)
    own = ISLAND_TOLERANCE * np.sqrt(shapely.area(parts))
    small = _islands(parts) & (own < tolerance)
    parts[small] = [shapely.coverage_simplify([part], t)[0] for part, t in zip(parts[small], own[small], strict=True)]
    pin = small | np.isin(owner, [codes.index(code) for code in pinned])
    pieces, source = _cut(parts, pin)
    members: dict[int, list[shapely.Geometry]] = {}
    for index, piece in zip(owner[source], shapely.coverage_simplify(pieces, tolerance), strict=True):
        members.setdefault(index, []).append(piece)
    return {code: _multi(shapely.coverage_union_all(members[index])) for index, code in enumerate(codes)}


def _islands(parts: np.ndarray) -> np.ndarray:
    """For each polygon of a coverage, whether it touches no other along a line."""
    land = shapely.get_parts(shapely.coverage_union_all(parts))
    part, mass = shapely.STRtree(land).query(shapely.point_on_surface(parts), predicate="within")
    masses = mass[np.argsort(part)]
    return np.bincount(masses)[masses] == 1


def _without_islets(shapes: Shapes) -> Shapes:
    """The same territories less their islets; the largest part of each stays, however small, and what is half as large."""
    codes = list(shapes)
    parts, owner = shapely.get_parts([shapes[code] for code in codes], return_index=True)
    areas = shapely.area(parts)
    largest = areas[np.unique(owner, return_index=True)[1]]
    kept = ~_islands(parts) | (areas >= np.minimum(ISLET, largest[owner] / 2))
    return {code: shapely.MultiPolygon(list(parts[kept & (owner == index)])) for index, code in enumerate(codes)}


def _cut(parts: np.ndarray, pin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The parts, those to pin cut into triangles (where triangles meet is a node, and simplifying keeps nodes), with
    the index of the part that each piece comes from.
    """
    triangles, source = shapely.get_parts(shapely.constrained_delaunay_triangles(parts[pin]), return_index=True)
    indices = np.arange(len(parts))
    return np.concatenate([parts[~pin], triangles]), np.concatenate([indices[~pin], indices[pin][source]])


def holes(shapes: Iterable[shapely.Geometry]) -> list[shapely.Polygon]:
    """What a coverage leaves open inside its own land."""
    land = shapely.coverage_union_all(list(shapes))
    rings = [ring for part in shapely.get_parts(land) for ring in part.interiors]
    tree = shapely.STRtree(list(shapes))
    hollow = [shapely.difference(shapely.Polygon(ring), shapely.union_all(tree.geometries[tree.query(ring)])) for ring in rings]
    return [part for whole in hollow for part in shapely.get_parts(whole)]


def clean(shapes: Shapes) -> Shapes:
    """The same outlines with the small mismatches of their borders removed."""
    codes = sorted(shapes)
    return dict(zip(codes, shapely.coverage_clean([shapes[code] for code in codes]), strict=True))


def mismatches(shapes: Sequence[shapely.Geometry]) -> list[int]:
    """The indices of the outlines that run along another without being one with it, with a sliver between them."""
    edges = shapely.coverage_invalid_edges(shapes, gap_width=NARROWEST_INLET)
    found = np.flatnonzero(~shapely.is_empty(edges)).tolist()
    # One alone runs along itself: a narrow bay, which is no mismatch.
    return found if len(found) > 1 else []


def on_grid(shapes: Shapes, decimals: int) -> Shapes:
    """The same coverage with every point on a grid of so many decimals: its lines noded there, its faces given back."""
    codes = list(shapes)
    before = [shapes[code] for code in codes]
    lines = shapely.union_all(shapely.boundary(before), grid_size=10.0**-decimals)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    face, owner = shapely.STRtree(before).query(shapely.point_on_surface(faces), predicate="within")
    members: dict[int, list[shapely.Geometry]] = {}
    for index in np.unique(face, return_index=True)[1]:
        members.setdefault(owner[index], []).append(faces[face[index]])
    return {code: _multi(shapely.coverage_union_all(members[index])) for index, code in enumerate(codes)}


def _outlines(rows: list[Row]) -> Shapes:
    """The package's outline of each commune; of the few without one, the union of their delegated communes."""
    children: dict[str | None, list[shapely.Geometry]] = {}
    for row in rows:
        if row["type"] == "COMD" and row["geometry"]:
            children.setdefault(row["commune_parent_id"], []).append(shapely.make_valid(geometry(row["geometry"])))
    shapes = {}
    for row in rows:
        if row["type"] != "COM":
            continue
        shape = geometry(row["geometry"])
        if shape is None and row["id"] in children:
            shape = shapely.union_all(children[row["id"]])
        if shape is not None:
            shapes[str(row["code"])] = shapely.make_valid(shape, method="structure")
    return shapes


def _fill_frontier_gaps(shapes: Shapes, cantons: list[Row]) -> None:
    """Gives back the land that a merged commune lost on the frontier: what its canton covers and no commune does."""
    drawn = [shapely.make_valid(shape) for row in cantons if (shape := geometry(row["geometry"])) is not None]
    tree = shapely.STRtree(list(shapes.values()))
    for code in corrections.FRONTIER_GAPS:
        around = shapely.union_all([canton for canton in drawn if canton.intersects(shapes[code])])
        near = tree.geometries[tree.query(around, predicate="intersects")]
        missing = shapely.difference(around, shapely.union_all(near))
        # The canton's border is coarser than the communes': only what is wide is missing land.
        wide = [part for part in shapely.get_parts(missing) if not shapely.buffer(part, -0.003).is_empty]
        print(f"frontier gap of {sum(map(_square_km, wide)):.2f} km² given to {code}")
        shapes[code] = shapely.union_all([shapes[code], *wide])


def _fill_gaps(shapes: Shapes, rows: list[Row]) -> None:
    """Gives each gap to the neighbour that absorbed the commune missing there; slivers to the longest neighbour."""
    codes = list(shapes)
    tree = shapely.STRtree([shapes[code] for code in codes])
    undrawn = _communes_with_undrawn_children(rows)
    for gap in holes(shapes.values()):
        if gap.contains(corrections.LLIVIA):
            continue
        neighbours = {codes[index]: _shared_length(gap, shapes[codes[index]]) for index in tree.query(gap, "intersects")}
        neighbours = {code: length for code, length in neighbours.items() if length > 0}
        code = _absorber(gap, neighbours, undrawn)
        print(f"gap of {_square_km(gap):.2f} km² at {gap.centroid.x:.3f}, {gap.centroid.y:.3f} given to {code}")
        shapes[code] = shapely.union_all([shapes[code], gap])


def _square_km(shape: shapely.Geometry) -> float:
    """A rough area, for the report: a degree is 111.3 km long, and narrows with the latitude."""
    return float(shape.area * 111.3**2 * np.cos(np.radians(shape.centroid.y)))


def _communes_with_undrawn_children(rows: list[Row]) -> set[str]:
    parents = {row["commune_parent_id"] for row in rows if row["type"] in ("COMD", "COMA") and not row["geometry"]}
    return {str(row["code"]) for row in rows if row["type"] == "COM" and row["id"] in parents}


def _absorber(gap: shapely.Polygon, neighbours: dict[str, float], undrawn: set[str]) -> str:
    if gap.area < SLIVER and not undrawn & neighbours.keys():
        return max(neighbours, key=lambda code: neighbours[code])
    for point, code, _ in corrections.GAPS_BY_HAND:
        if gap.contains(shapely.Point(point)):
            return code
    candidates = undrawn & neighbours.keys()
    if len(candidates) != 1:
        sys.exit(f"the gap at {gap.representative_point()} has no one owner: {sorted(candidates or neighbours)}")
    return candidates.pop()


def _cut_dissolved(shapes: Shapes) -> None:
    """Cuts the outline of the dissolved commune along those of the communes that left it, which are somewhat coarser."""
    rest = shapes[corrections.DISSOLVED]
    for code, outline in corrections.RESTORED_OUTLINES.items():
        shapes[code] = shapely.intersection(rest, outline)
        rest = shapely.difference(rest, outline)
    core, *crumbs = sorted(shapely.get_parts(rest), key=shapely.area, reverse=True)
    # A crumb is a strip between an old outline and the present border: it goes with the commune along which it lies.
    shapes[corrections.DISSOLVED] = core
    for crumb in crumbs:
        code = max([corrections.DISSOLVED, *corrections.RESTORED_OUTLINES], key=lambda c: _shared_length(crumb, shapes[c]))
        shapes[code] = shapely.union_all([shapes[code], crumb])


def _shared_length(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return shapely.length(shapely.intersection(shapely.boundary(one), shapely.boundary(other)))


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """A multipolygon in one order whatever made it: the largest part first, rings in their normal order."""
    polygons = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) == 3]
    ordered = sorted(polygons, key=lambda part: (-shapely.area(part), part.bounds))
    return shapely.MultiPolygon([shapely.normalize(part) for part in ordered])
