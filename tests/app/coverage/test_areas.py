"""An area in the URL: read, said in words, written back, and asked of the communes and of the institutions alike."""

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.coverage.areas import AreaForm, read_area
from app.directory.models import Institution
from geo.demand import demand_of
from geo.territories import Territory
from tests import factories as make


@pytest.fixture
def area(session):
    """Read an area that has no error."""

    def read(**parameters: str):
        reading = read_area(session, AreaForm(MultiDict(parameters)))
        assert reading.errors == {}
        return reading.area

    return read


@pytest.fixture
def wrong(session):
    """Read an area that has errors, and give them."""

    def read(**parameters: str) -> dict[str, str]:
        form = AreaForm(MultiDict(parameters))
        reading = read_area(session, form)
        assert all(form[name].errors for name in reading.errors)
        return reading.errors

    return read


@pytest.mark.parametrize(
    ("parameters", "args", "name"),
    [
        ({}, {}, "France"),
        ({"territoires": "Toute la France"}, {}, "France"),
        ({"territoires": "france"}, {}, "France"),
        ({"territoires": "04"}, {"territoires": "departement-04"}, "Alpes-de-Haute-Provence (département 04)"),
        ({"territoires": "04 et 06"}, {"territoires": "departement-04;departement-06"}, None),
        ({"territoires": "departement-04;departement-06"}, {"territoires": "departement-04;departement-06"}, None),
        ({"territoires": "2A"}, {"territoires": "departement-2A"}, None),
        ({"autour": "Digne-les-Bains"}, {"autour": "commune-04070", "km": "30"}, "à moins de 30 km de Digne-les-Bains (04)"),
        ({"autour": "commune-04070", "km": "12,5"}, {"autour": "commune-04070", "km": "12,5"}, None),
        ({"zone": "5.7,43.8;5.9,43.8;5.9,43.9;5.7,43.8"}, {"zone": "5.7,43.8;5.9,43.8;5.9,43.9"}, "zone dessinée (3 sommets)"),
    ],
)
def test_an_area_goes_round_through_its_address(area, parameters, args, name):
    found = area(**parameters)
    assert found.args == args
    assert area(**found.args) == found
    assert name is None or found.name.replace("\xa0", " ") == name


@pytest.mark.parametrize(
    ("parameters", "field", "said"),
    [
        ({"territoires": "Atlantide"}, "territoires", "Aucun territoire ne s’appelle « Atlantide »"),
        ({"territoires": "Saint-Martin"}, "territoires", "peut désigner"),
        ({"autour": "Nulle-Part"}, "autour", "n’est pas une commune connue"),
        ({"autour": "departement-04"}, "autour", "« departement-04 »"),
        ({"zone": "ici"}, "zone", "n’est pas lisible"),
        ({"zone": "5,44;6,44"}, "zone", "de 3 à 60 sommets"),
        ({"zone": ";".join(f"{5 + i / 100:g},44" for i in range(61))}, "zone", "celle-ci en a 61"),
        ({"zone": "5,44;6,44;200,45"}, "zone", "sort de la terre"),
        ({"zone": "5,44;6,45;6,44;5,45"}, "zone", "se croise"),
        ({"zone": "5,44;6,44;7,44"}, "zone", "se croise"),
        ({"zone": "5,44;6,44;1e3,45"}, "zone", "n’est pas lisible"),
    ],
)
def test_what_is_no_area_is_said_at_its_field(wrong, parameters, field, said):
    assert said in wrong(**parameters)[field]


def test_its_communes_and_its_institutions_are_those_that_stand_in_it(session, area):
    digne, manosque, nice = (make.library(session, code, f"commune-{code}") for code in ("04070", "04112", "06088"))
    demand = demand_of(session)

    def found(**parameters: str) -> tuple[set[str], set[str]]:
        one = area(**parameters)
        names = set(session.scalars(sa.select(Institution.name).where(one.holds())))
        return {demand.ids[position] for position in one.communes(session, demand)}, names

    communes, names = found(territoires="04")
    of_department = session.scalars(
        sa.select(Territory.id).where(Territory.department_id == "departement-04", Territory.level == "commune")
    )
    assert communes == set(of_department)
    assert names == {digne.name, manosque.name}
    assert found(territoires="04;Nice")[1] == {digne.name, manosque.name, nice.name}
    communes, names = found(autour="Digne-les-Bains", km="5")
    assert names == {digne.name}
    assert "commune-04070" in communes
    assert "commune-04112" not in communes
    assert found(zone="5.7,43.8;5.9,43.8;5.9,43.9;5.7,43.9")[1] == {manosque.name}
    assert len(found()[0]) == len(demand)


def test_a_distance_around_a_commune_is_in_metres_whatever_the_direction(session, area):
    """One kilometre east and one north of Paris are both within 1.01 km, and neither within 0.99 km."""
    longitude, latitude = session.execute(
        sa.text("SELECT ST_X(point::geometry), ST_Y(point::geometry) FROM territory WHERE id = 'commune-75056'")
    ).one()
    kilometre = {"east": (longitude + 1 / (111.32 * 0.6577), latitude), "north": (longitude, latitude + 1 / 111.2)}
    for name, at in kilometre.items():
        make.institution(session, name, at=at)
    within = {
        km: set(session.scalars(sa.select(Institution.name).where(area(autour="75056", km=km).holds()))) for km in ("1,02", "1")
    }
    assert within["1,02"] == {"east", "north"}


@pytest.mark.parametrize(
    ("parameters", "box"),
    [
        ({}, None),
        ({"territoires": "04"}, (43.67, 5.5, 44.66, 6.97)),
        ({"zone": "5,43;6,43;6,44"}, (43, 5, 44, 6)),
        ({"autour": "commune-04070", "km": "50"}, (43.6, 5.6, 44.55, 6.9)),
    ],
)
def test_a_map_is_told_the_corners_of_an_area(session, area, parameters, box):
    found = area(**parameters).bounds(session)
    assert found == [] if box is None else [*found[0], *found[1]] == pytest.approx(box, abs=0.06)


def test_the_corners_of_an_epci_are_those_of_its_communes(session, area):
    epci = session.scalar(sa.select(Territory.epci_id).where(Territory.id == "commune-04112"))
    (south, west), (north, east) = area(territoires=epci).bounds(session)
    assert south < 43.83 < north
    assert west < 5.79 < east
