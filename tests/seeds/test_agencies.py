"""The regional book agencies: each in its region, found by its former names, placed nowhere."""

import pytest
import sqlalchemy as sa

from app.directory.actions import edit
from app.directory.models import Institution, Kind, ServiceTerritory
from geo.sources import DataSource
from seeds import agencies
from seeds.sync import SourceError


def all_of(session) -> list[Institution]:
    session.expire_all()
    return list(session.scalars(sa.select(Institution).order_by(Institution.public_id)))


def written(tmp_path, *lines: str) -> str:
    path = tmp_path / "agences.csv"
    path.write_text("\n".join([agencies.HEADER, *lines, ""]), encoding="utf-8")
    return str(path)


def test_the_fifteen_agencies_are_loaded_and_a_second_run_changes_nothing(session):
    report = agencies.load(session, write=True)
    assert (report.read, report.added, report.applied) == (15, 15, True)
    again = agencies.load(session, write=True)
    assert (again.added, again.changed, again.unchanged, again.gone, again.notes) == (0, 0, 15, 0, [])


def test_a_dry_run_tells_the_same_and_writes_nothing(session):
    dry = agencies.load(session, write=False)
    assert all_of(session) == []
    assert session.get(DataSource, "agences") is None
    done = agencies.load(session, write=True)
    assert (dry.added, dry.samples, dry.notes) == (done.added, done.samples, done.notes)


def test_an_agency_stands_in_the_region_that_it_serves_and_has_no_point(session):
    agencies.load(session, write=True)
    found = next(row for row in all_of(session) if row.short_name == "ArL")
    assert (found.kind, found.territory_id, found.point, found.position_quality) == (Kind.AGENCY, "region-93", None, None)
    assert [served.territory_id for served in found.service_territories] == ["region-93"]
    assert found.observations == []


def test_fourteen_regions_have_an_agency_and_new_caledonia_has_none_of_ours(session):
    agencies.load(session, write=True)
    served = session.scalars(sa.select(ServiceTerritory.territory_id)).all()
    assert len(served) == len(set(served)) == 14
    assert [row.public_id for row in all_of(session) if row.territory_id is None] == [
        "structure-regionale-du-livre-de-nouvelle-caledonie"
    ]


def test_an_agency_keeps_its_former_names_for_the_search(session):
    agencies.load(session, write=True)
    found = next(row for row in all_of(session) if row.short_name == "ALCA")
    assert "CRL en Limousin" in found.aliases
    key = session.scalar(sa.select(Institution.search_key).where(Institution.id == found.id))
    assert "crl en limousin" in key


def test_a_correction_of_the_file_reaches_the_table(session, tmp_path):
    agencies.load(session, written(tmp_path, "essai,Agence inventée,,,region-93,FR,,"), write=True)
    report = agencies.load(session, written(tmp_path, "essai,Agence inventée,AI,Ancien ; Vieux,region-84,FR,,"), write=True)
    assert (report.changed, report.notes) == (1, ["Territoires desservis : 1 de plus, 1 de moins."])
    (found,) = all_of(session)
    assert (found.short_name, found.aliases, found.territory_id) == ("AI", ["Ancien", "Vieux"], "region-84")
    assert [served.territory_id for served in found.service_territories] == ["region-84"]


def test_what_an_agency_has_written_is_kept(session, tmp_path):
    agencies.load(session, written(tmp_path, "essai,Agence inventée,,,region-93,FR,,"), write=True)
    edit(all_of(session)[0], name="Agence renommée")
    session.flush()
    report = agencies.load(session, written(tmp_path, "essai,Agence inventée,,,region-93,FR,,"), write=True)
    assert (all_of(session)[0].name, report.changed) == ("Agence renommée", 0)
    assert [(row.field, row.source_value) for row in all_of(session)[0].differences] == [("name", "Agence inventée")]


def test_an_agency_that_the_file_no_longer_names_is_kept_and_told(session, tmp_path):
    two = ("essai,Agence inventée,,,region-93,FR,,", "autre,Autre agence inventée,,,region-84,FR,,")
    agencies.load(session, written(tmp_path, *two), write=True)
    report = agencies.load(session, written(tmp_path, two[0]), write=True)
    assert (report.gone, report.samples) == (1, ["- Autre agence inventée (autre) : n’est plus dans le fichier, gardée"])
    assert len(all_of(session)) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("essai,Agence inventée,,,region-99,FR,,", "ligne 2 : « region-99 » n’est pas une région connue"),
        ("essai,Agence inventée,,,departement-04,FR,,", "n’est pas une région connue"),
        ("Essai,Agence inventée,,,region-93,FR,,", "« Essai » n’est pas un identifiant"),
        ("essai,,,,region-93,FR,,", "« name » est vide"),
        ("essai,Agence inventée,region-93", "tronqué ou mal formé à la ligne 2"),
        ('essai,"Agence inventée', "tronqué ou mal formé"),
        ("essai,A,,,region-93,FR,,\nessai,B,,,region-93,FR,,", "ligne 3 : « essai » est déjà plus haut"),
    ],
)
def test_a_slip_in_the_file_is_said_with_its_line(session, tmp_path, line, words):
    with pytest.raises(SourceError, match=words):
        agencies.load(session, written(tmp_path, line), write=True)
    assert all_of(session) == []


def test_another_files_header_is_refused(session, tmp_path):
    path = tmp_path / "autre.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="n’a pas les colonnes attendues"):
        agencies.load(session, str(path), write=True)


def test_a_file_that_is_not_there_is_refused(session, tmp_path):
    with pytest.raises(SourceError, match="ne peut pas être lu"):
        agencies.load(session, str(tmp_path / "absent.csv"), write=True)
