"""What the database itself refuses, whoever writes."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.models import Kind
from tests.factories import institution


def refused(session: Session, statement: str, **values: object) -> str:
    with pytest.raises(sa.exc.IntegrityError) as error, session.begin_nested():
        session.execute(sa.text(statement), values)
    return str(error.value.orig)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("name = '  '", "name_not_blank"),
        ("public_id = 'Pas un identifiant'", "public_id_is_a_slug"),
        ("country = 'fr'", "country_is_iso"),
        ("kind = 'cathedrale'", "institution_kind"),
        ("parent_id = id, kind = 'centre-associe'", "not_its_own_parent"),
        ("host_name = 'Un hôte'", "parent_and_host_are_of_centres"),
        ("surface_m2 = 0", "surface_is_positive"),
        ("surface_m2 = 'NaN'", "surface_is_positive"),
        ("surface_m2 = 'Infinity'", "surface_is_positive"),
        ("weekly_hours = 169", "hours_are_of_a_week"),
        ("paid_staff = -1", "staff_is_not_negative"),
        ("volunteers = 'NaN'", "volunteers_are_not_negative"),
        ("website = 'javascript:alert(1)'", "website_is_http"),
        ("point = 'POINT(0 0)', position_quality = 'exacte'", "point_is_not_null_island"),
        ("point = 'POINT EMPTY', position_quality = 'exacte'", "point_is_not_empty"),
        ("point = 'POINT(5 44)'", "point_has_a_quality"),
        ("source_name = 'personne'", "source_name"),
        ("territory_id = 'commune-00000'", "territory_id"),
    ],
)
def test_an_institution_cannot_be_what_makes_no_sense(session: Session, change: str, constraint: str):
    row = institution(session)
    assert constraint in refused(session, f"UPDATE institution SET {change} WHERE id = :id", id=row.id)


def test_only_a_library_has_the_measures_of_a_library(session: Session):
    cite = institution(session, "Cité inventée", Kind.CITE)
    assert "library_columns_are_of_libraries" in refused(
        session, "UPDATE institution SET surface_m2 = 100 WHERE id = :id", id=cite.id
    )


def test_two_institutions_never_share_a_public_id_nor_a_code(session: Session):
    first, second = institution(session, code_bib="135"), institution(session)
    assert "public_id" in refused(
        session, "UPDATE institution SET public_id = :taken WHERE id = :id", taken=first.public_id, id=second.id
    )
    assert "code_bib" in refused(session, "UPDATE institution SET code_bib = '135' WHERE id = :id", id=second.id)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("observed_on = NULL", "undated_has_no_day"),
        ("precision = 'inconnue'", "undated_has_no_day"),
        ("precision = 'mois', observed_on = '2017-07-11'", "month_is_its_first_day"),
        ("precision = 'annee', observed_on = '2017-07-01'", "year_is_its_first_day"),
        ("state = 'peut-etre'", "observation_state"),
        ("confidence = 'totale'", "observation_confidence"),
        ("source = ' '", "source_not_blank"),
    ],
)
def test_an_observation_is_dated_as_precisely_as_it_says_and_sourced(session: Session, change: str, constraint: str):
    row = institution(session)
    assert constraint in refused(session, f"UPDATE observation SET {change} WHERE institution_id = :id", id=row.id)


def test_the_same_statement_is_not_recorded_twice(session: Session):
    row = institution(session)
    columns = "institution_id, observed_on, precision, state, confidence, source"
    copy = f"INSERT INTO observation ({columns}) SELECT {columns} FROM observation WHERE institution_id = :id"
    assert "uq_observation" in refused(session, copy, id=row.id)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("id = 'departement-05'", "id_is_level_and_code"),
        ("population = -1", "population_positive"),
        ("department_id = NULL", "commune_placed"),
        ("point = NULL", "commune_placed"),
        ("region_id = 'region-00'", "region_id"),
    ],
)
def test_a_commune_is_placed_and_named_by_its_code(session: Session, change: str, constraint: str):
    assert constraint in refused(session, f"UPDATE territory SET {change} WHERE id = 'commune-04088'")
