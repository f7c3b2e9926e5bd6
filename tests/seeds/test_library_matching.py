"""The same library from one export to another, and what an institution says of itself."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.directory.actions import edit
from app.directory.models import Institution, Kind, SourceDifference
from seeds import libraries
from tests.factories import point
from tests.seeds.library_samples import FILES, file_of, row

DEPARTMENTAL = {
    "nom_de_l_etablissement": "04 - MEDIATHEQUE DEPARTEMENTALE INVENTEE",
    "statut": "Bibliothèque départementale",
    "type_adresse": "Bibliothèque départementale",
}


def load(session, tmp_path, *rows, **options):
    return libraries.load(session, file_of(tmp_path, *rows), write=True, **options)


def keys(session):
    """{public id: (key in the source, code of the Ministry)}."""
    session.expire_all()
    rows = session.scalars(sa.select(Institution).order_by(Institution.public_id)).all()
    return {row.public_id: (row.source_key, row.code_bib) for row in rows}


@pytest.mark.parametrize("other", ["900001", "LI900001", "LI0900001", "900001,0"])
def test_a_library_is_the_same_under_every_spelling_of_its_code(session, tmp_path, other):
    load(session, tmp_path, row("900001.0"))
    report = load(session, tmp_path, row(other))
    assert (report.added, report.changed, report.unchanged, report.gone) == (0, 0, 1, 0)
    assert keys(session) == {"bib-900001": ("900001", "900001")}


def test_the_code_shown_is_that_of_the_first_export(session, tmp_path):
    load(session, tmp_path, row("LI900001"))
    load(session, tmp_path, row("900001.0"))
    assert keys(session) == {"bib-900001": ("900001", "LI900001")}


def test_the_libraries_of_2024_are_those_of_2025_and_of_the_json(session):
    for name in ("libraries-2024.csv", "libraries-2025.csv", "libraries.json", "libraries-2025.csv"):
        report = libraries.load(session, str(FILES / name), write=True)
        assert session.scalar(sa.select(sa.func.count()).select_from(Institution)) == 9
        assert report.gone == 0


def test_the_libraries_of_2020_are_those_of_2024_and_its_two_sites_of_one_code_are_two(session):
    libraries.load(session, str(FILES / "libraries-2024.csv"), write=True)
    report = libraries.load(session, str(FILES / "libraries-2020.csv"), write=True)
    assert (report.read, report.added, report.gone) == (7, 2, 4)
    assert {"bib-900010-1", "bib-900010-2"} <= keys(session).keys()
    assert [remark.key for remark in report.unmatched] == ["900010-1", "900010-2"]


def test_a_departmental_library_gets_its_code_from_a_later_export_and_keeps_it(session, tmp_path):
    public_id = "bib-04-digne-les-bains-mediatheque-departementale-inventee"
    load(session, tmp_path, row("", **DEPARTMENTAL))
    report = load(session, tmp_path, row("BD900004", **DEPARTMENTAL))
    assert (report.added, report.changed, report.gone) == (0, 1, 0)
    assert keys(session) == {public_id: ("BD900004", "BD900004")}
    assert load(session, tmp_path, row("", **DEPARTMENTAL)).changed == 0
    assert keys(session)[public_id][1] == "BD900004"
    assert load(session, tmp_path, row("BD900004", **DEPARTMENTAL)).changed == 0


def test_a_departmental_library_is_found_without_the_number_before_its_name(session, tmp_path):
    load(session, tmp_path, row("900004.0", **DEPARTMENTAL))
    bare = DEPARTMENTAL | {"nom_de_l_etablissement": "Médiathèque départementale inventée"}
    assert load(session, tmp_path, row("BD900004", **bare)).added == 0


def test_a_departmental_library_is_found_by_its_address_when_its_name_has_changed(session, tmp_path):
    load(session, tmp_path, row("", **DEPARTMENTAL))
    renamed = DEPARTMENTAL | {"nom_de_l_etablissement": "Service inventé du livre"}
    report = load(session, tmp_path, row("BD900004", **renamed))
    assert (report.added, report.gone, len(keys(session))) == (0, 0, 1)
    assert any("par leur nom ou leur adresse : 1" in note for note in report.notes)


def test_what_two_rows_could_be_is_neither(session, tmp_path):
    twins = [row("", **DEPARTMENTAL, adresse=address) for address in ("1 rue A", "2 rue B")]
    load(session, tmp_path, *twins)
    report = load(session, tmp_path, row("BD900004", **DEPARTMENTAL, adresse="3 rue C"))
    assert (report.added, report.gone) == (1, 2)
    assert [remark.key for remark in report.unmatched] == ["BD900004"]
    assert "non rapprochée" in report.unmatched[0].reason


def test_two_libraries_of_one_name_with_their_own_numbers_are_two(session, tmp_path):
    load(session, tmp_path, row("900001.0"))
    report = load(session, tmp_path, row("900002.0"))
    assert (report.added, report.gone) == (1, 1)


def test_a_number_already_known_in_another_department_is_refused(session, tmp_path):
    load(session, tmp_path, row("900001.0"))
    there = {
        "cp": "06000",
        "code_departement": "06",
        "code_insee_commune": "06088",
        "ville": "Nice",
        "longitude": "",
        "latitude": "",
    }
    report = load(session, tmp_path, row("900001.0", nom_de_l_etablissement="Tout autre chose", **there), row("900002.0"))
    assert (report.read, report.added, report.gone, len(report.refused)) == (2, 1, 0, 1)
    assert "déjà celui de « Bibliothèque inventée », dans un autre département (Digne-les-Bains)" in report.refused[0].reason
    assert (
        session.scalars(sa.select(Institution.name).where(Institution.source_key == "900001")).one() == "Bibliothèque inventée"
    )


def test_the_first_load_has_nothing_to_match(session, tmp_path):
    assert load(session, tmp_path, row("900001.0"), row("", **DEPARTMENTAL)).unmatched == []


def test_a_new_library_is_told_as_unmatched_only_when_another_is_gone(session, tmp_path):
    load(session, tmp_path, row("900001.0"))
    assert load(session, tmp_path, row("900001.0"), row("900002.0")).unmatched == []


@pytest.fixture
def edited(session, tmp_path):
    """A library that has written its own name and surface."""
    load(session, tmp_path, row("900001.0", surface="100"), vintage=date(2024, 1, 1))
    found = session.scalars(sa.select(Institution)).one()
    edit(found, name="La Boussole", surface_m2=130.0)
    session.flush()
    return found


def differences(session):
    session.expire_all()
    rows = session.scalars(sa.select(SourceDifference).order_by(SourceDifference.field)).all()
    return [(row.field, row.source_value, row.seen_on) for row in rows]


def test_what_an_institution_has_written_is_not_overwritten_and_the_difference_is_kept(session, tmp_path, edited):
    report = load(session, tmp_path, row("900001.0", surface="110", cp="04001"), vintage=date(2025, 1, 1))
    session.refresh(edited)
    assert (edited.name, edited.surface_m2, edited.postcode) == ("La Boussole", 130, "04001")
    assert differences(session) == [
        ("name", "Bibliothèque inventée", date(2025, 1, 1)),
        ("surface_m2", "110", date(2025, 1, 1)),
    ]
    assert report.changed == 1
    assert (
        "~ Bibliothèque inventée (bib-900001) : surface, « 130 » → « 110 », gardé comme la structure l’a écrit"
        in report.samples
    )


def test_a_difference_alone_is_no_change(session, tmp_path, edited):
    report = load(session, tmp_path, row("900001.0", surface="110"))
    assert (report.changed, report.unchanged) == (0, 1)


def test_a_difference_keeps_the_day_at_which_it_was_first_seen(session, tmp_path, edited):
    for year in (2025, 2026):
        load(session, tmp_path, row("900001.0", surface="110"), vintage=date(year, 1, 1))
    assert [seen_on for _, _, seen_on in differences(session)] == [date(2025, 1, 1)] * 2
    load(session, tmp_path, row("900001.0", surface="115"), vintage=date(2026, 2, 1))
    assert differences(session)[1] == ("surface_m2", "115", date(2026, 2, 1))


def test_a_difference_goes_when_the_source_agrees(session, tmp_path, edited):
    load(session, tmp_path, row("900001.0", surface="110"))
    load(session, tmp_path, row("900001.0", surface="130"))
    assert [field for field, _, _ in differences(session)] == ["name"]


def test_a_difference_stays_when_a_file_lacks_the_column(session, tmp_path, edited):
    load(session, tmp_path, row("900001.0", surface="110"))
    lacking = {key: value for key, value in row("900001.0").items() if key != "surface"}
    load(session, tmp_path, lacking)
    assert ("surface_m2", "110") in [difference[:2] for difference in differences(session)]


def test_a_dry_run_keeps_no_difference(session, tmp_path, edited):
    libraries.load(session, file_of(tmp_path, row("900001.0", surface="110")), write=False)
    assert differences(session) == []


def test_a_point_that_the_institution_has_placed_stays(session, tmp_path, edited):
    edit(edited, point=point(6.24, 44.1))
    session.flush()
    load(session, tmp_path, row("900001.0", surface="130", longitude="", latitude=""))
    where = sa.text("SELECT ST_X(point::geometry), ST_Y(point::geometry), position_quality FROM institution")
    assert tuple(session.execute(where).one()) == (6.24, 44.1, "exacte")
    assert {field for field, _, _ in differences(session)} == {"name", "point", "position_quality"}


def test_an_erased_value_stays_erased(session, tmp_path, edited):
    edit(edited, address=None)
    session.flush()
    load(session, tmp_path, row("900001.0", surface="130"))
    session.refresh(edited)
    assert edited.address is None
    assert ("address", "1 rue de l’Essai") in [difference[:2] for difference in differences(session)]


def test_a_departmental_library_that_has_renamed_itself_is_still_found(session, tmp_path):
    load(session, tmp_path, row("", **DEPARTMENTAL))
    edit(session.scalars(sa.select(Institution)).one(), name="La Boussole départementale", address="ailleurs")
    session.flush()
    load(session, tmp_path, row("", **DEPARTMENTAL))
    assert load(session, tmp_path, row("BD900004", **DEPARTMENTAL)).added == 0
    assert session.scalars(sa.select(Institution.name)).all() == ["La Boussole départementale"]


def test_a_kind_changes_with_the_file(session, tmp_path):
    load(session, tmp_path, row("900001.0"))
    load(session, tmp_path, row("900001.0", type_adresse="Inconnue"))
    assert session.scalars(sa.select(Institution.kind)).all() == [Kind.LIBRARY_PREMISES]
