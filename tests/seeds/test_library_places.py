"""Where a library of the Ministry's file is: its commune, and a position that can be believed."""

import pytest
import sqlalchemy as sa

from app.directory.models import Institution, PositionQuality
from seeds import libraries
from tests.seeds.library_samples import FILES, file_of, row


def place(session, tmp_path, **cells):
    """Load one library; give it, and what the report says of it."""
    report = libraries.load(session, file_of(tmp_path, row("900001.0", **cells)), write=True)
    assert report.refused == []
    return session.scalars(sa.select(Institution)).one(), [remark.reason for remark in report.repaired]


def position(session, found):
    """(longitude, latitude) of an institution."""
    point = sa.select(sa.text("ST_X(point::geometry), ST_Y(point::geometry) FROM institution WHERE id = :id"))
    return tuple(session.execute(point, {"id": found.id}).one())


def metres_from_commune(session, found, commune):
    distance = "SELECT ST_Distance(i.point, t.point) FROM institution i, territory t WHERE i.id = :id AND t.id = :commune"
    return session.scalar(sa.text(distance), {"id": found.id, "commune": commune})


def at_the_communes_point(session, found, commune):
    return found.position_quality is PositionQuality.APPROXIMATE and metres_from_commune(session, found, commune) == 0


NOWHERE = {"longitude": "", "latitude": ""}
NO_CODES = {"code_insee_commune": "", "code_departement": "", "departement": ""}


@pytest.mark.parametrize(
    ("cells", "commune"),
    [
        ({}, "04070"),
        ({"code_insee_commune": "4070"}, "04070"),
        ({"code_insee_commune": "13203", "code_departement": "13", "ville": "Marseille"}, "13055"),
        ({"code_insee_commune": "75104", "code_departement": "75", "ville": "Paris"}, "75056"),
        ({"code_insee_commune": "69385", "code_departement": "69", "ville": "Lyon"}, "69123"),
        ({"code_insee_commune": "69152", "code_departement": "69", "ville": "Pierre-Bénite"}, "69149"),
        (NO_CODES, "04070"),
        (NO_CODES | {"ville": "DIGNE LES BAINS CEDEX 9", "cp": "04995"}, "04070"),
        (NO_CODES | {"ville": "Ajaccio", "cp": "20700", "departement": "Corse-du-Sud"}, "2A004"),
        (NO_CODES | {"ville": "Ajaccio", "cp": "20000"}, "2A004"),
        (NO_CODES | {"ville": "Bastia", "cp": "20600"}, "2B033"),
        (NO_CODES | {"ville": "Marseille 3", "cp": "13003"}, "13055"),
        (NO_CODES | {"ville": "St-Denis", "cp": "97400"}, "97411"),
        (NO_CODES | {"ville": "Pierre-Bénite", "cp": "69310"}, "69149"),
        (NO_CODES | {"ville": "Saint-Denis", "cp": "93200"}, "93066"),
        ({"code_insee_commune": "04999", "ville": "Digne-les-Bains"}, "04070"),
    ],
)
def test_a_library_finds_its_commune(session, tmp_path, cells, commune):
    found, _ = place(session, tmp_path, **NOWHERE, **cells)
    assert found.territory_id == f"commune-{commune}"
    assert at_the_communes_point(session, found, f"commune-{commune}")


def test_an_unknown_town_is_found_by_the_coordinates(session, tmp_path):
    found, told = place(session, tmp_path, **NO_CODES, ville="Lieu-dit inventé", cp="04995")
    assert found.territory_id == "commune-04070"
    assert told == ["sans code INSEE : commune trouvée par les coordonnées, Digne-les-Bains (04070)"]


def test_a_misspelt_town_is_found_among_those_of_its_postcode(session, tmp_path):
    found, told = place(session, tmp_path, **NO_CODES, **NOWHERE, ville="Digne le Bain", cp="04000")
    assert found.territory_id == "commune-04070"
    assert told[0] == "sans code INSEE : commune trouvée par un nom voisin, Digne-les-Bains (04070)"


def test_a_name_that_two_communes_of_a_department_had_is_not_drawn_by_lot(session, tmp_path):
    cells = {"cp": "", "code_insee_commune": "", "code_departement": "84", "departement": "Vaucluse"}
    found, _ = place(session, tmp_path, **cells, **NOWHERE, ville="Beaumont")
    assert found.territory_id == "departement-84"


def test_a_town_that_nothing_tells_stands_in_its_department_without_a_point(session, tmp_path):
    found, told = place(session, tmp_path, **NOWHERE, ville="Lieu-dit inventé", cp="", code_insee_commune="")
    assert (found.territory_id, found.point, found.position_quality) == ("departement-04", None, None)
    assert told[0] == "commune « Lieu-dit inventé » introuvable : rattachée au département Alpes-de-Haute-Provence"


def test_a_town_and_a_department_that_nothing_tells_are_refused(session, tmp_path):
    lost = row("900001.0", **NO_CODES, **NOWHERE, ville="Lieu-dit inventé", cp="")
    report = libraries.load(session, file_of(tmp_path, lost, row("900002.0")), write=True)
    assert [(remark.line, remark.reason) for remark in report.refused] == [
        (2, "ni commune ni département trouvés pour « Lieu-dit inventé »")
    ]
    assert (report.read, report.added) == (2, 1)


def test_a_file_without_insee_codes_does_not_remark_it_on_every_row(session):
    report = libraries.load(session, str(FILES / "libraries-2025.csv"), write=True)
    assert not [remark for remark in report.repaired if "INSEE" in remark.reason]


def test_a_position_of_the_file_is_kept_to_the_last_decimal(session, tmp_path):
    found, told = place(session, tmp_path)
    assert position(session, found) == (6.234144, 44.091687)
    assert (found.position_quality, told) == (PositionQuality.EXACT, [])


def test_missing_coordinates_give_the_communes_point_and_are_told(session, tmp_path):
    found, told = place(session, tmp_path, **NOWHERE)
    assert at_the_communes_point(session, found, "commune-04070")
    assert told == ["sans coordonnées : placée au point de la commune"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        ("0", "0", "coordonnées nulles (0, 0)"),
        ("0.0", "0.00001", "coordonnées nulles (0, 0)"),
        ("6.234144", "44.091687", "latitude et longitude inversées"),
        ("48.8566", "2.3522", "coordonnées à 607 km de la commune"),
        ("44.4", "6.23", "coordonnées à"),
        ("-44.091687", "6.234144", "coordonnées à"),
        ("440.91687", "6.234144", "coordonnées impossibles"),
        ("44091687", "6234144", "coordonnées impossibles"),
    ],
)
def test_a_position_that_cannot_be_believed_gives_the_communes_point_and_is_told(
    session, tmp_path, latitude, longitude, reason
):
    found, told = place(session, tmp_path, latitude=latitude, longitude=longitude)
    assert at_the_communes_point(session, found, "commune-04070")
    assert len(told) == 1
    assert told[0].startswith(reason)
    assert told[0].endswith("placée au point de la commune")


def test_a_position_in_a_vast_commune_is_kept_far_from_its_town_hall(session, tmp_path):
    """Maripasoula is larger than five departments of the mainland."""
    camopi = {"cp": "97370", "code_departement": "973", "code_insee_commune": "97353", "ville": "Maripasoula"}
    found, told = place(session, tmp_path, **camopi, latitude="3.0", longitude="-53.6")
    assert metres_from_commune(session, found, "commune-97353") > 30_000
    assert told == []


@pytest.mark.parametrize(
    ("cells", "latitude", "longitude"),
    [
        # Geneva, two steps from Annemasse.
        ({"code_departement": "74", "code_insee_commune": "74012", "ville": "Annemasse", "cp": "74100"}, "46.2100", "6.1450"),
        # The open sea before Nice.
        ({"code_departement": "06", "code_insee_commune": "06088", "ville": "Nice", "cp": "06000"}, "43.6000", "7.2500"),
        # Suriname, across the Maroni from Saint-Laurent.
        ({"code_departement": "973", "code_insee_commune": "97311", "ville": "Saint-Laurent", "cp": "97320"}, "5.48", "-54.25"),
    ],
)
def test_a_position_near_the_commune_but_out_of_france_gives_the_communes_point(session, tmp_path, cells, latitude, longitude):
    found, told = place(session, tmp_path, **cells, latitude=latitude, longitude=longitude)
    assert at_the_communes_point(session, found, f"commune-{cells['code_insee_commune']}")
    assert told[0].startswith("coordonnées (")
    assert "hors de France ou du département" in told[0]


@pytest.mark.parametrize(
    ("cells", "latitude", "longitude"),
    [
        (
            {"code_departement": "29", "code_insee_commune": "29083", "ville": "Île-de-Sein", "cp": "29990"},
            "48.038341",
            "-4.85049",
        ),
        ({"code_departement": "56", "code_insee_commune": "56062", "ville": "Gâvres", "cp": "56680"}, "47.697605", "-3.351809"),
    ],
)
def test_a_small_island_or_a_quay_is_in_france(session, tmp_path, cells, latitude, longitude):
    found, told = place(session, tmp_path, **cells, latitude=latitude, longitude=longitude)
    assert (found.position_quality, told) == (PositionQuality.EXACT, [])


def test_a_library_over_the_border_of_its_department_keeps_its_position(session, tmp_path):
    found, told = place(
        session,
        tmp_path,
        cp="91200",
        code_departement="91",
        code_insee_commune="91027",
        ville="Athis-Mons",
        latitude="48.72",
        longitude="2.44",
    )
    assert (found.position_quality, told) == (PositionQuality.EXACT, [])


def test_the_communes_point_that_a_file_gives_is_approximate(session):
    libraries.load(session, str(FILES / "libraries-2020.csv"), write=True)
    qualities = dict(session.execute(sa.select(Institution.source_key, Institution.position_quality)).all())
    assert qualities["900002"] is PositionQuality.APPROXIMATE
    assert qualities["900001"] is PositionQuality.EXACT


def test_an_overseas_collectivity_is_kept_without_a_commune_at_its_own_position(session):
    report = libraries.load(session, str(FILES / "libraries-2024.csv"), write=True)
    found = session.scalars(sa.select(Institution).where(Institution.source_key == "900009")).one()
    assert (found.territory_id, found.country, found.city) == (None, "FR", "Nouméa")
    assert position(session, found) == (166.4572, -22.2711)
    assert [remark.reason for remark in report.repaired if remark.key == "900009"] == [
        "Nouvelle-Calédonie : hors des 101 départements, gardée sans commune"
    ]


def test_an_overseas_collectivity_does_not_take_a_position_elsewhere(session, tmp_path):
    cells = {"cp": "98800", "code_departement": "988", "code_insee_commune": "98818", "ville": "Nouméa"}
    found, told = place(session, tmp_path, **cells, latitude="48.85", longitude="2.35")
    assert (found.point, found.territory_id) == (None, None)
    assert told[-1] == "coordonnées (48.85, 2.35) hors de la collectivité : sans position"


def test_a_cedex_of_la_reunion_is_not_taken_for_saint_martin(session, tmp_path):
    cells = {"cp": "97864", "code_departement": "974", "code_insee_commune": "97415", "ville": "Saint-Paul"}
    found, _ = place(session, tmp_path, **cells, **NOWHERE)
    assert found.territory_id == "commune-97415"


def test_no_library_of_any_dialect_is_at_null_island_or_without_a_place(session):
    for name in ("libraries-2024.csv", "libraries-2025.csv", "libraries-2020.csv", "libraries.json"):
        libraries.load(session, str(FILES / name), write=True)
        near_zero = "SELECT count(*) FROM institution WHERE ST_DWithin(point, ST_MakePoint(0, 0)::geography, 100000)"
        assert session.scalar(sa.text(near_zero)) == 0
        assert session.scalar(sa.text("SELECT count(*) FROM institution WHERE point IS NULL")) == 0
