"""The Ministry's own file of 2024, when LIBRARIES_FILE names it: what was measured in it holds once it is loaded."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.models import Institution, Kind, PositionQuality
from geo.sources import DataSource
from seeds import libraries
from seeds.sync import Report, SourceError
from tests.seeds.library_samples import FILES

PATH = os.environ.get("LIBRARIES_FILE", "")
pytestmark = [
    pytest.mark.libraries_file,
    pytest.mark.skipif(not PATH, reason="LIBRARIES_FILE does not name the Ministry's file"),
]


@pytest.fixture(scope="module")
def loaded(worker_database: str) -> Iterator[tuple[Session, Report]]:
    """Load the file once for all these tests, in a transaction that is rolled back."""
    engine = sa.create_engine(worker_database)
    with Session(engine) as session:
        yield session, libraries.load(session, PATH, write=True)
        session.rollback()
    engine.dispose()


@pytest.fixture
def session(loaded: tuple[Session, Report]) -> Iterator[Session]:
    """Give the session, and undo what the test does."""
    with loaded[0].begin_nested() as savepoint:
        yield loaded[0]
        savepoint.rollback()


@pytest.fixture
def report(loaded: tuple[Session, Report]) -> Report:
    return loaded[1]


def count(session, condition: str) -> int:
    return session.scalar(
        sa.text(f"SELECT count(*) FROM institution i LEFT JOIN territory t ON t.id = i.territory_id WHERE {condition}")
    )


def test_each_of_the_15_882_rows_is_in(session, report):
    assert (report.read, report.added, len(report.refused)) == (15_882, 15_882, 0)
    kinds = Counter(session.scalars(sa.select(Institution.kind)))
    assert kinds == {Kind.LIBRARY: 15_465, Kind.LIBRARY_PREMISES: 286, Kind.DEPARTMENTAL: 105, Kind.BOOKMOBILE: 26}


def test_the_file_is_known_for_the_export_of_2024_that_it_is(session, report):
    assert session.get(DataSource, "bibliotheques").vintage == date(2024, 8, 22)


def test_a_second_run_changes_nothing(session, report):
    again = libraries.load(session, PATH, write=True)
    assert (again.added, again.changed, again.unchanged, again.gone) == (0, 0, 15_882, 0)


def test_the_extract_then_leaves_every_library_where_it_is(session, report):
    assert libraries.load(session, str(libraries.EXTRACT), write=True).gone == 0
    assert count(session, "true") == 15_882


def test_the_649_rows_without_coordinates_are_at_the_point_of_their_commune(session, report):
    without = [remark for remark in report.repaired if remark.reason.startswith("sans coordonnées")]
    assert len(without) == 649
    assert count(session, "i.point IS NULL") == sum("sans position" in remark.reason for remark in without)
    approximate = session.scalar(sa.select(sa.func.count()).where(Institution.position_quality == PositionQuality.APPROXIMATE))
    assert 600 < approximate < 700


def test_the_67_corsican_rows_find_their_commune(session, report):
    assert count(session, "t.region_id = 'region-94' AND t.level = 'commune'") == 67


def test_every_library_of_the_101_departments_has_its_commune(session, report):
    assert count(session, "t.level <> 'commune'") == 0
    assert count(session, "t.id IS NULL") == 24


def test_no_library_is_at_null_island_nor_far_from_its_commune(session, report):
    assert count(session, "ST_DWithin(i.point, ST_MakePoint(0, 0)::geography, 100000)") == 0
    far = "NOT ST_DWithin(i.point, t.point, 30000) AND NOT ST_Covers(t.shape, i.point::geometry)"
    assert count(session, far) == 0


@pytest.mark.parametrize(
    ("public_id", "territory"),
    [
        ("bib-135", "commune-04070"),
        ("bib-17619", "commune-04088"),
        ("bib-130", "commune-04039"),
        ("bib-137", "commune-04112"),
        ("bib-18933", "commune-04049"),
        ("bib-5382", "commune-06088"),
        ("bib-179", "commune-06069"),
        ("bib-199", "commune-06152"),
        ("bib-423", "commune-13055"),
        ("bib-3951", "commune-87085"),
        ("bib-4192", "commune-93048"),
        ("bib-6273", "commune-94022"),
    ],
)
def test_the_libraries_that_the_article_wants_are_there(session, report, public_id, territory):
    found = session.scalars(sa.select(Institution).where(Institution.public_id == public_id)).one()
    assert (found.territory_id, found.kind) == (territory, Kind.LIBRARY)


def test_no_zero_stands_for_unknown(session, report):
    assert count(session, "surface_m2 = 0 OR weekly_hours = 0 OR (paid_staff = 0 AND coalesce(volunteers, 0) = 0)") == 0
    assert count(session, "paid_staff = 0 AND volunteers > 0") == 5_352


def test_a_small_file_is_not_taken_for_the_whole_list(session, report):
    with pytest.raises(SourceError, match="--partial"):
        libraries.load(session, str(FILES / "libraries-2024.csv"), write=True)
