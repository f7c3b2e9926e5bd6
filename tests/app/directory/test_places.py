"""Which territory a typed text means; on the real territories of France."""

import pytest

from app.directory.forms import coordinates
from app.directory.places import Answer, label, resolve
from geo.territories import Level, Territory


def meant(session, text, levels=tuple(Level)) -> str:
    answer = resolve(session, text, levels)
    assert answer.territory is not None, f"« {text} » is not understood: {answer}"
    return answer.territory.id


@pytest.mark.parametrize(
    ("text", "territory"),
    [
        ("departement-2a", "departement-2A"),
        ("1", "departement-01"),
        ("Réunion (département 974)", "departement-974"),
        ("Isle-sur-la-Sorgue", "commune-84054"),
        ("digne", "commune-04070"),
        ("St Etienne", "commune-42218"),
        ("Guadeloupe (région)", "region-01"),
        ("saint-denis (Seine-Saint-Denis)", "commune-93066"),
        ("13203", "commune-13055"),
        ("Provence Alpes Agglomération", "epci-200067437"),
    ],
)
def test_a_text_that_names_one_territory_is_that_territory(session, text, territory):
    assert meant(session, text) == territory


@pytest.mark.parametrize("text", ["Paris", "Mayotte", "Guyane"])
def test_a_department_that_is_a_whole_commune_or_region_is_no_question(session, text):
    assert meant(session, text).startswith("departement-")


def test_a_postcode_shared_by_communes_is_a_question(session):
    answer = resolve(session, "04300")

    assert answer.territory is None
    assert not answer.resembling
    assert {"commune-04088", "commune-04111"} <= {choice.id for choice in answer.choices}


def test_a_former_name_is_told_with_its_present_commune(session):
    answer = resolve(session, "Arlod")

    assert answer.territory is not None
    assert answer.territory.name == "Valserhône"


@pytest.mark.parametrize(
    "text", ["", "%", "…", "zzzzzzzz", "commune-99999", "departement-99", "x" * 200, "'; DROP TABLE territory"]
)
def test_what_names_nothing_is_nothing(session, text):
    assert resolve(session, text) == Answer()


def test_only_communes_are_meant_where_a_commune_is_asked(session):
    assert meant(session, "Paris", (Level.COMMUNE,)) == "commune-75056"
    assert resolve(session, "departement-04", (Level.COMMUNE,)).territory is None


@pytest.mark.parametrize(
    "territory_id", ["region-93", "departement-2A", "departement-75", "commune-04088", "commune-75056", "region-04"]
)
def test_what_a_field_shows_is_read_back_as_the_same_territory(session, territory_id):
    assert meant(session, label(session.get_one(Territory, territory_id))) == territory_id


def test_every_commune_has_a_label_of_its_own(session):
    labels = [label(commune) for commune in session.query(Territory).filter_by(level=Level.COMMUNE)]
    assert len(set(labels)) == len(labels) == 34_875


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("44.0956,5.9876", (5.9876, 44.0956)),
        ("44.0956, 5.9876", (5.9876, 44.0956)),
        ("44,0956 ; 5,9876", (5.9876, 44.0956)),
        ("-21.1 55.5", (55.5, -21.1)),
        ("Forcalquier", None),
        ("04300", None),
        ("nan,nan", None),
    ],
)
def test_a_position_is_typed_latitude_first(text, position):
    assert coordinates(text) == position
