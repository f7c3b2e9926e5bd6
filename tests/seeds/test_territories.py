"""The files of territories go into the tables once a vintage, whole or not at all."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from geo.demand import TERRITORIES_SOURCE
from geo.sources import DataSource
from geo.territories import FormerCommune, Level, Territory
from seeds import territories
from seeds.sync import SourceError
from tests import factories

ROWS = 18 + 101 + 1_255 + 34_875 + 4_285 + 2_504


def forget(session: Session) -> None:
    """Make the loaded data set another than that of the files."""
    session.get_one(DataSource, TERRITORIES_SOURCE).digest = "0" * 64
    session.flush()


def old_commune(session: Session, code: str) -> Territory:
    """Add a commune of an earlier vintage."""
    model = session.get_one(Territory, "commune-93066")
    commune = Territory(
        id=f"commune-{code}",
        level=Level.COMMUNE,
        code=code,
        name="Commune d’avant",
        region_id=model.region_id,
        department_id=model.department_id,
        point=factories.point(2.36, 48.96),
    )
    session.add(commune)
    session.flush()
    return commune


def test_the_second_load_changes_nothing(session: Session) -> None:
    before = session.get_one(DataSource, TERRITORIES_SOURCE).loaded_at
    report = territories.load(session, write=True)
    assert (report.read, report.unchanged, report.added, report.changed, report.gone) == (ROWS, ROWS, 0, 0, 0)
    assert not report.applied
    assert session.get_one(DataSource, TERRITORIES_SOURCE).loaded_at == before


def test_the_vintage_stands_beside_the_figures(session: Session) -> None:
    source = session.get_one(DataSource, TERRITORIES_SOURCE)
    assert source.vintage == date(2026, 1, 1)
    assert source.licence == "Licence Ouverte 2.0"
    assert source.row_count == ROWS


def test_a_dry_run_tells_what_would_change_and_writes_nothing(session: Session) -> None:
    forget(session)
    session.get_one(Territory, "commune-04088").name = "Forcalquier d’avant"
    session.execute(sa.delete(FormerCommune).where(FormerCommune.code == "93059"))
    session.flush()
    report = territories.load(session)
    assert (report.added, report.changed, report.gone) == (1, 1, 0)
    assert not report.applied
    session.expire_all()
    assert session.get_one(Territory, "commune-04088").name == "Forcalquier d’avant"
    assert session.get(FormerCommune, "93059") is None


def test_a_new_vintage_repairs_what_differs_and_only_that(session: Session) -> None:
    forget(session)
    commune = session.get_one(Territory, "commune-04088")
    shape = session.scalar(sa.select(sa.func.ST_AsText(commune.shape)))
    commune.name, commune.population, commune.point = "Forcalquier d’avant", 1, factories.point(0.0, 48.0)
    commune.shape = session.get_one(Territory, "commune-04070").shape
    session.flush()
    report = territories.load(session, write=True)
    assert (report.added, report.changed, report.gone, report.unchanged) == (0, 1, 0, ROWS - 1)
    assert report.applied
    assert commune.name == "Forcalquier"
    assert session.scalar(sa.select(sa.func.ST_AsText(commune.shape))) == shape
    assert territories.load(session, write=True).unchanged == ROWS


def test_what_stood_in_a_merged_commune_goes_to_the_one_that_absorbed_it(session: Session) -> None:
    forget(session)
    merged = old_commune(session, "93059")
    library = factories.institution(session, territory_id=merged.id)
    report = territories.load(session, write=True)
    assert report.gone == 1
    assert library.territory_id == "commune-93066"
    assert session.get(Territory, "commune-93059") is None


def test_a_lost_territory_that_still_holds_something_is_refused_in_one_sentence(session: Session) -> None:
    forget(session)
    lost = old_commune(session, "93999")
    factories.institution(session, territory_id=lost.id)
    with pytest.raises(SourceError, match=r"territoires disparus.*commune-93999\.$"):
        territories.load(session, write=True)


def test_a_population_is_the_sum_of_the_communes(session: Session) -> None:
    total = sa.select(sa.func.sum(Territory.population)).where(
        Territory.level == Level.COMMUNE, Territory.department_id == "departement-04"
    )
    assert session.get_one(Territory, "departement-04").population == session.scalar(total)
