"""A loaded database answers: what holds this point, who lies in what, what was meant by this name."""

import gzip

import pytest
import sqlalchemy as sa
from geoalchemy2 import Geography, Geometry
from sqlalchemy.orm import Session

from geo.layers import feature_collection, outlines
from geo.territories import (
    FormerCommune,
    Level,
    Territory,
    by_code,
    communes_of,
    search_by_name,
    territory_at_point,
    within,
)


def names(session: Session, text: str, *levels: Level) -> list[str]:
    return [territory.id for territory, _ in session.execute(search_by_name(text, levels).limit(5))]


def holder(session: Session, longitude: float, latitude: float, level: Level) -> str | None:
    territory = session.scalar(territory_at_point(longitude, latitude, level))
    return territory and territory.id


def test_the_country_is_whole(session: Session) -> None:
    counted = session.execute(
        sa.select(Territory.level, sa.func.count(), sa.func.sum(Territory.population)).group_by(Territory.level)
    )
    found = {level: (count, population) for level, count, population in counted}
    assert found[Level.REGION] == (18, 68_350_798)
    assert found[Level.DEPARTMENT] == (101, 68_350_798)
    assert found[Level.COMMUNE] == (34_875, 68_350_798)
    assert found[Level.EPCI][0] == 1_255


def test_every_commune_has_a_point_an_outline_a_shore_and_its_parents(session: Session) -> None:
    lacking = sa.select(Territory.id).where(
        Territory.level == Level.COMMUNE,
        sa.or_(
            Territory.point.is_(None),
            Territory.shape.is_(None),
            Territory.shore.is_(None),
            Territory.department_id.is_(None),
            Territory.region_id.is_(None),
        ),
    )
    assert session.scalars(lacking).all() == []


def test_only_four_islands_belong_to_no_epci(session: Session) -> None:
    alone = sa.select(Territory.id).where(Territory.level == Level.COMMUNE, Territory.epci_id.is_(None)).order_by(Territory.id)
    assert session.scalars(alone).all() == ["commune-22016", "commune-29083", "commune-29155", "commune-85113"]


def test_every_point_stands_by_its_own_outline(session: Session) -> None:
    metres = sa.func.ST_Distance(Territory.point, sa.cast(Territory.shape, Geography))
    astray = sa.select(Territory.id).where(Territory.level == Level.COMMUNE, metres > 2_000)
    assert session.scalars(astray).all() == []


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "department", "commune"),
    [
        ("Forcalquier", 5.7833, 43.9583, "04", "04088"),
        ("the Bpi in Paris", 2.3523, 48.8607, "75", "75056"),
        ("the Old Harbour of Marseille, on the water's edge", 5.3725, 43.2955, "13", "13055"),
        ("Ajaccio", 8.7386, 41.9192, "2A", "2A004"),
        ("Bastia", 9.45, 42.7, "2B", "2B033"),
        ("Pointe-à-Pitre", -61.5333, 16.2411, "971", "97120"),
        ("Fort-de-France", -61.07, 14.61, "972", "97209"),
        ("Cayenne", -52.33, 4.93, "973", "97302"),
        ("Saint-Denis", 55.45, -20.89, "974", "97411"),
        ("Mamoudzou", 45.22, -12.78, "976", "97611"),
        ("Chalinargues, restored in 2025", 2.93306, 45.15583, "15", "15035"),
        ("Neussargues-Moissac, of which it was part", 2.9770, 45.1292, "15", "15141"),
        ("Pierrefitte-sur-Seine, now in Saint-Denis", 2.3635, 48.9629, "93", "93066"),
        ("Ville-du-Pont, on the Swiss frontier, now in Pays-de-Montbenoît", 6.4983, 46.9994, "25", "25390"),
    ],
)
def test_a_point_falls_in_its_department_and_commune(
    session: Session, place: str, longitude: float, latitude: float, department: str, commune: str
) -> None:
    assert holder(session, longitude, latitude, Level.DEPARTMENT) == f"departement-{department}", place
    assert holder(session, longitude, latitude, Level.COMMUNE) == f"commune-{commune}", place


def test_a_point_has_an_epci_and_a_region_too(session: Session) -> None:
    assert holder(session, 5.7833, 43.9583, Level.EPCI) == "epci-240400440"
    assert holder(session, 5.7833, 43.9583, Level.REGION) == "region-93"
    assert holder(session, -5.0966, 48.4569, Level.COMMUNE) == "commune-29155"
    assert holder(session, -5.0966, 48.4569, Level.EPCI) is None


@pytest.mark.parametrize(
    ("place", "longitude", "latitude"),
    [("the ocean", -6.0, 46.0), ("Barcelona", 2.17, 41.39), ("Llívia, Spanish", 1.975, 42.470), ("null island", 0.0, 0.0)],
)
def test_no_territory_holds_a_point_at_sea_or_abroad(session: Session, place: str, longitude: float, latitude: float) -> None:
    assert [holder(session, longitude, latitude, level) for level in Level] == [None] * 4, place


def test_a_territory_lies_within_itself_and_its_parents(session: Session) -> None:
    for territory_id in ("region-93", "departement-04", "epci-240400440", "commune-04088"):
        territory = session.get_one(Territory, territory_id)
        held = session.scalars(sa.select(Territory.id).where(within(territory))).all()
        assert {territory_id, "commune-04088"} <= set(held)
    assert "departement-04" not in held


def test_an_epci_astride_departments_is_within_neither_and_one_astride_regions_within_no_region(session: Session) -> None:
    pertuis = session.get_one(Territory, "epci-200054807")
    assert pertuis.name == "Métropole d'Aix-Marseille-Provence"
    assert (pertuis.department_id, pertuis.region_id) == (None, "region-93")
    sisteronais = session.get_one(Territory, "epci-200068765")
    assert sisteronais.name == "CC du Sisteronais-Buëch"
    assert (sisteronais.department_id, sisteronais.region_id) == (None, None)


def test_the_communes_of_an_epci(session: Session) -> None:
    epci = session.get_one(Territory, "epci-240400440")
    communes = session.scalars(communes_of(epci)).all()
    assert len(communes) == 13
    assert communes[0].code < communes[-1].code
    assert {"Forcalquier", "Cruis", "Lurs"} <= {commune.name for commune in communes}
    assert sum(commune.population or 0 for commune in communes) == epci.population


def test_2a_and_2b_sort_after_19(session: Session) -> None:
    codes = session.scalars(sa.select(Territory.code).where(Territory.level == Level.DEPARTMENT).order_by(by_code())).all()
    assert codes[17:23] == ["18", "19", "2A", "2B", "21", "22"]
    assert codes[-1] == "976"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Forcalquier", "commune-04088"),
        ("forcalkier", "commune-04088"),
        ("FORCALQUIÉ", "commune-04088"),
        ("gueret", "commune-23096"),
        ("lisle sur la sorgue", "commune-84054"),
        ("L’ISLE-SUR-LA-SORGUE", "commune-84054"),
        ("St Étienne du Rouvray", "commune-76575"),
        ("ste menehould", "commune-51507"),
        ("aix en prov", "commune-13001"),
        ("oeuf en ternois", "commune-62633"),
        ("marseile", "commune-13055"),
        ("Alpes de haute provence", "departement-04"),
        ("pays de forcalquier", "epci-240400440"),
        ("2a004", "commune-2A004"),
        ("04 300", "commune-04088"),
    ],
)
def test_a_name_is_found_however_it_is_typed(session: Session, typed: str, found: str) -> None:
    assert names(session, typed)[0] == found


@pytest.mark.parametrize(
    ("typed", "found", "former"),
    [
        ("Pierrefitte-sur-Seine", "commune-93066", "Pierrefitte-sur-Seine"),
        ("sainte hermine", "commune-85223", "Sainte-Hermine"),
        ("Hesdin", "commune-62447", "Hesdin"),
        ("bellegarde sur valserine", "commune-01033", "Bellegarde-sur-Valserine"),
        ("Neussargues en Pinatelle", "commune-15141", "Neussargues en Pinatelle"),
        ("marseille 2e", "commune-13055", "Marseille 2e Arrondissement"),
        ("pierefite sur sene", "commune-93066", "Pierrefitte-sur-Seine"),
    ],
)
def test_a_former_name_leads_to_the_present_commune_and_is_told(session: Session, typed: str, found: str, former: str) -> None:
    territory, former_name = session.execute(search_by_name(typed).limit(1)).one()
    assert (territory.id, former_name) == (found, former)


def test_a_present_name_comes_before_a_former_one_and_the_largest_first(session: Session) -> None:
    found = session.execute(search_by_name("Saint-Denis").limit(5)).all()
    assert [territory.id for territory, _ in found[:2]] == ["commune-97411", "commune-93066"]
    assert [former for _, former in found] == [None, None, None, None, "Saint-Denis"]


def test_a_search_may_keep_to_some_levels(session: Session) -> None:
    assert names(session, "Paris")[:2] == ["commune-75056", "departement-75"]
    assert names(session, "Paris", Level.DEPARTMENT) == ["departement-75"]


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'", "xyzzyqq", "-"])
def test_what_is_no_name_finds_nothing(session: Session, typed: str) -> None:
    assert names(session, typed) == []


@pytest.mark.parametrize(
    ("code", "commune"),
    [("75104", "75056"), ("75120", "75056"), ("13202", "13055"), ("69381", "69123"), ("93059", "93066"), ("20004", "2A004")],
)
def test_a_former_commune_code_leads_to_the_present_one(session: Session, code: str, commune: str) -> None:
    assert session.get_one(FormerCommune, code).commune_id == f"commune-{commune}"


def test_all_forty_five_arrondissements_lead_to_their_commune(session: Session) -> None:
    counted = session.execute(
        sa.select(FormerCommune.commune_id, sa.func.count())
        .where(FormerCommune.kind == "arrondissement")
        .group_by(FormerCommune.commune_id)
    )
    assert dict(counted.all()) == {"commune-75056": 20, "commune-69123": 9, "commune-13055": 16}


def test_neighbours_leave_no_sliver_and_do_not_overlap(session: Session) -> None:
    shape = sa.type_coerce(Territory.shape, Geometry)
    communes = sa.select(
        sa.func.sum(sa.func.ST_Area(shape)), sa.func.ST_Area(sa.func.ST_Union(shape)), _holes(sa.func.ST_Union(shape))
    ).where(Territory.level == Level.COMMUNE, Territory.region_id == "region-93")
    apart, together, holes = session.execute(communes).one()
    assert together == pytest.approx(apart, rel=1e-12)
    assert holes == 0


def test_neighbours_share_the_very_points_of_their_border(session: Session) -> None:
    one, other = sa.orm.aliased(Territory), sa.orm.aliased(Territory)
    border = sa.func.ST_Points(sa.func.ST_Intersection(sa.func.ST_Boundary(one.shape), sa.func.ST_Boundary(other.shape)))
    both = sa.func.ST_Intersection(sa.func.ST_Points(one.shape), sa.func.ST_Points(other.shape))
    pairs = (
        sa.select(sa.func.ST_NumGeometries(both), sa.func.ST_IsEmpty(sa.func.ST_Difference(border, both)))
        .select_from(one)
        .join(other, sa.func.ST_Touches(one.shape, other.shape) & (one.id < other.id))
        .where(one.department_id == "departement-04", other.level == Level.COMMUNE, one.level == Level.COMMUNE)
    )
    found = session.execute(pairs).all()
    assert len(found) > 400
    assert all(common >= 1 and exact for common, exact in found)


def test_departments_make_one_country_whose_only_hole_is_llivia(session: Session) -> None:
    union = sa.func.ST_Union(sa.type_coerce(Territory.shape, Geometry))
    apart, together, holes = session.execute(
        sa.select(sa.func.sum(sa.func.ST_Area(Territory.shape)), sa.func.ST_Area(union), _holes(union)).where(
            Territory.level == Level.DEPARTMENT
        )
    ).one()
    assert together == pytest.approx(apart, rel=1e-12)
    assert holes == 1


def test_regions_share_the_borders_of_their_departments(session: Session) -> None:
    department, region = sa.orm.aliased(Territory), sa.orm.aliased(Territory)
    union = sa.func.ST_Union(sa.type_coerce(department.shape, Geometry))
    same = (
        sa.select(region.id, sa.func.ST_Equals(union, region.shape))
        .select_from(department)
        .join(region, region.id == department.region_id)
        .where(department.level == Level.DEPARTMENT)
        .group_by(region.id)
    )
    found = dict(session.execute(same).all())
    assert len(found) == 18
    assert [region_id for region_id, equal in found.items() if not equal] == []


def _holes(shape: sa.ColumnElement) -> sa.ColumnElement[int]:
    part = sa.func.ST_Dump(shape).table_valued("path", sa.column("geom", Geometry)).render_derived()
    return sa.select(sa.func.sum(sa.func.ST_NumInteriorRings(part.c.geom))).scalar_subquery()


def test_the_outlines_of_all_departments_fit_on_one_light_map(session: Session) -> None:
    text = session.scalar(feature_collection(outlines(Level.DEPARTMENT), decimals=3))
    assert len(gzip.compress(str(text).encode())) < 62_000


def test_the_smallest_departments_keep_their_form(session: Session) -> None:
    """Departments beside the union of their communes: the outlines of a map, near the finer ones."""
    for code in ("75", "90", "92", "93", "94", "971", "976"):
        department = session.get_one(Territory, f"departement-{code}")
        whole = sa.select(sa.func.ST_Union(sa.type_coerce(Territory.shape, Geometry))).where(
            Territory.level == Level.COMMUNE, Territory.department_id == department.id
        )
        union = whole.scalar_subquery()
        common = sa.func.ST_Area(sa.func.ST_Intersection(department.shape, union))
        share = session.scalar(sa.select(common / sa.func.ST_Area(sa.func.ST_Union(department.shape, union))))
        assert share is not None
        assert share > 0.9, code


def test_islands_stand_apart_from_the_continent_unless_a_bridge_leads_there(session: Session) -> None:
    shore = dict(session.execute(sa.select(Territory.code, Territory.shore).where(Territory.level == Level.COMMUNE)).all())
    assert {shore[code] for code in ("75056", "17297", "17093", "85011", "50353", "56062")} == {"continent"}
    apart = [
        "17004",
        "22016",
        "29082",
        "29083",
        "29084",
        "29155",
        "56069",
        "56085",
        "56086",
        "56087",
        "56088",
        "56152",
        "85113",
    ]
    assert len({shore[code] for code in apart} | {"continent"}) == len(apart) + 1
    assert {shore[code] for code in ("2A004", "2B033")} == {"corse"}
    assert shore["97105"] == shore["97101"] == "guadeloupe"
    assert len({shore[code] for code in ("97105", "97112", "97110", "97130", "97131", "97209", "97302", "97411")}) == 8
    assert shore["97611"] != shore["97615"]
    assert len(set(shore.values())) == 25


def test_a_department_stands_at_its_prefecture(session: Session) -> None:
    department = session.get_one(Territory, "departement-04")
    seat = session.get_one(Territory, str(department.seat_id))
    assert seat.name == "Digne-les-Bains"
    assert session.scalar(sa.select(sa.func.ST_Distance(department.point, seat.point))) == 0
