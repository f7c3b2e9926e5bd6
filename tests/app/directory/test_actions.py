"""An institution that edits its own sheet."""

import pytest

from app.directory.actions import edit
from app.directory.models import PositionQuality
from app.errors import Refusal
from tests.factories import institution, point


def test_an_edited_column_is_the_institutions_own(session):
    library = institution(session, phone="01 00 00 00 00")
    edit(library, phone="02 00 00 00 00", website="https://exemple.test")
    session.flush()
    session.refresh(library)
    assert (library.phone, library.website) == ("02 00 00 00 00", "https://exemple.test")
    assert library.own_fields == ["phone", "website"]


def test_a_value_sent_back_as_it_was_is_not_claimed(session):
    library = institution(session, "Médiathèque des Essais", phone="01 00 00 00 00")
    edit(library, name="Médiathèque des Essais", phone="02 00 00 00 00")
    assert library.own_fields == ["phone"]


def test_a_second_edition_adds_to_the_first(session):
    library = institution(session)
    edit(library, phone="02 00 00 00 00")
    edit(library, city="Essai-sur-Mer")
    assert library.own_fields == ["city", "phone"]


def test_a_value_may_be_erased_and_stays_erased(session):
    library = institution(session, phone="01 00 00 00 00")
    edit(library, phone=None)
    assert library.phone is None
    assert library.own_fields == ["phone"]


def test_a_point_placed_by_the_institution_is_exact(session):
    library = institution(session)
    edit(library, point=point(6.23, 44.09))
    session.flush()
    session.refresh(library)
    assert library.position_quality is PositionQuality.EXACT
    assert library.own_fields == ["point", "position_quality"]


def test_a_point_taken_away_takes_its_quality_with_it(session):
    library = institution(session, at=(6.23, 44.09))
    edit(library, point=None)
    session.flush()
    session.refresh(library)
    assert (library.point, library.position_quality) == (None, None)


@pytest.mark.parametrize("name", ["", "   ", None])
def test_an_institution_keeps_a_name(session, name):
    library = institution(session, "Médiathèque des Essais")
    with pytest.raises(Refusal, match="nom"):
        edit(library, name=name)
    assert library.name == "Médiathèque des Essais"


@pytest.mark.parametrize("column", ["kind", "code_bib", "source_key", "own_fields", "parent_id", "inventée"])
def test_what_an_institution_is_and_where_it_comes_from_is_not_its_to_edit(session, column):
    with pytest.raises(ValueError, match=column):
        edit(institution(session), **{column: "autre"})
