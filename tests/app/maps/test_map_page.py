"""The page of the map: what it says in words and tables is what the map draws, for the question of its URL."""

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.models import Confidence, Institution, Kind, ServiceTerritory, State
from app.directory.queries import Criteria, count
from app.maps.forms import USUAL_KINDS
from geo.territories import Territory
from tests import factories as make

LONG_AGO = date(2017, 7, 11)
HEAVIEST_PAGE = 150_000


def words(html: str) -> str:
    """The text of a page, one space between words."""
    text = re.sub(r"<(script|style|svg|datalist).*?</\1>", "", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", text))).replace(" ,", ",").replace(" .", ".")


@pytest.fixture
def read(client: FlaskClient):
    """Give a function: the HTML of the page of a URL."""

    def of(url: str) -> str:
        response = client.get(url)
        assert response.status_code == 200, response.text[:2000]
        return response.text

    return of


def options(html: str, function: str) -> dict:
    """What the page gives a function of the map."""
    return json.loads(re.search(rf"Maillage\.{function}\(map_france, (.*)\);", html)[1])


def marks(html: str) -> dict[str, dict]:
    """What the page draws one by one, by name; no-break spaces are read as spaces."""
    found = options(html.replace("\\u00a0", " "), "marks")["marks"]
    return {mark["name"]: mark for mark in found}


@pytest.fixture
def cite(session: Session) -> Institution:
    found = make.institution(session, "Cité des Essais", Kind.CITE, open_since=today() - timedelta(days=30))
    return make.place_in(session, found, "commune-04088")


@pytest.fixture
def centre(session: Session) -> Institution:
    found = make.institution(session, "Centre ancien", Kind.CENTRE, open_since=LONG_AGO)
    return make.place_in(session, found, "commune-05061")


def test_the_summary_counts_departments_and_structures(read, cite, centre):
    text = words(read("/carte"))
    assert "2 départements couverts (dont 1 à confirmer), 99 départements non couverts" in text
    assert "1 Cité des métiers, 1 centre associé, 0 point relais" in text
    assert "« Non couvert » : aucune structure connue. La liste est connue pour être incomplète." in text


def test_the_map_colours_the_departments_that_the_summary_counts(read, cite, centre):
    drawn = options(read("/carte"), "coverage")
    assert drawn["statuses"] == {"departement-04": "couvert", "departement-05": "a-confirmer"}
    assert drawn["otherwise"] == "non-couvert"


def test_at_a_former_date_the_map_shows_what_was_known_then(read, cite, centre):
    html = read("/carte?date=2017-07-11")
    assert "Au 11 juillet 2017 : 1 département couvert, 100 départements non couverts" in words(html)
    assert list(marks(html)) == ["Centre ancien"]
    assert marks(html)["Centre ancien"]["state"] == "ouvert (constat : 11 juillet 2017)"


def test_a_structure_seen_long_ago_is_said_to_be_confirmed(read, centre):
    html = read("/carte")
    assert marks(html)["Centre ancien"]["state"] == "ouvert, à confirmer (constat : 11 juillet 2017)"
    assert marks(html)["Centre ancien"]["look"] == "a-confirmer"
    assert "ouvert, à confirmer" in words(html)


def test_marks_lead_to_the_sheets_and_say_where_they_stand(read, centre):
    mark = marks(read("/carte"))["Centre ancien"]
    assert mark["href"] == f"/annuaire/{centre.public_id}"
    assert (mark["place"], mark["remark"]) == ("Gap (Hautes-Alpes)", "position approximative")
    assert mark["at"] == pytest.approx([44.56, 6.08], abs=0.1)


def test_what_is_closed_or_only_a_lead_is_not_on_the_map(read, session, cite):
    closed = make.place_in(session, make.institution(session, "Cité fermée", Kind.CITE, open_since=LONG_AGO), "commune-06088")
    make.observe(session, closed, date(2020, 1, 1), State.CLOSED)
    lead = make.place_in(session, make.institution(session, "Cité supposée", Kind.CITE, open_since=None), "commune-06088")
    make.observe(session, lead, date(2024, 1, 1), confidence=Confidence.LOW)
    html = read("/carte")
    assert list(marks(html)) == ["Cité des Essais"]
    assert "Cité fermée" not in html
    assert "Cité supposée" not in html


def test_a_cite_abroad_stands_on_the_map_with_its_country(read, session):
    make.institution(session, "Cité de Genève inventée", Kind.CITE, at=(6.14, 46.2), country="CH", city="Genève")
    assert marks(read("/carte"))["Cité de Genève inventée"]["place"] == "Genève (Suisse)"


def test_an_agency_without_known_seat_stands_inside_its_region_and_says_so(read, session):
    agency = make.institution(session, "Agence inventée", Kind.AGENCY)
    session.add(ServiceTerritory(institution_id=agency.id, territory_id="region-93"))
    session.flush()
    html = read("/carte")
    mark = marks(html)["Agence inventée"]
    region = session.scalar(sa.select(Territory.shape).where(Territory.id == "region-93"))
    place = sa.func.ST_SetSRID(sa.func.ST_MakePoint(mark["at"][1], mark["at"][0]), 4326)
    assert session.scalar(sa.select(sa.func.ST_Intersects(region, place)))
    assert "symbolique" in mark["remark"]
    assert "symbolique, dans la région" in words(html)


def test_a_structure_without_position_is_in_the_tables_and_the_page_says_it(read, session):
    make.institution(session, "Cité quelque part", Kind.CITE, city="Ailleurs")
    html = read("/carte")
    assert "Cité quelque part" not in marks(html)
    assert "1 structure n’a pas de position connue et n’est que dans les tableaux." in words(html)
    assert "Cité quelque part" in words(html)


def test_a_filter_by_kind_holds_for_marks_and_tables_alike(read, cite, centre):
    html = read("/carte?type=cite-des-metiers")
    assert list(marks(html)) == ["Cité des Essais"]
    assert "Centre ancien" not in html
    assert options(html, "libraries")["kinds"] == []
    assert "Bibliothèques" not in re.findall(r"<thead>.*?</thead>", html, flags=re.S)[-1]


def test_no_kind_at_all_can_be_asked(read, cite):
    html = read("/carte?type=aucun")
    assert marks(html) == {}
    assert "Cité des Essais" not in html


def test_a_filter_by_territory_holds_for_marks_tables_and_departments(read, session, cite, centre):
    make.place_in(session, make.institution(session, "Médiathèque de Gap inventée"), "commune-05061")
    html = read("/carte?territoire=departement-05")
    assert list(marks(html)) == ["Centre ancien"]
    assert "1 département couvert (dont 1 à confirmer), 0 département non couvert" in words(html)
    assert "Alpes-de-Haute-Provence (04)" not in words(html)
    assert "territoire=departement-05" in options(html, "libraries")["url"]
    assert "1 bibliothèque." in words(html)


@pytest.mark.parametrize("territory", ["region-93", "departement-04", "epci-200068765", "commune-04088"])
def test_libraries_are_counted_by_the_territories_inside_the_one_asked_for(read, session, territory):
    make.place_in(session, make.institution(session, "Médiathèque de Forcalquier inventée"), "commune-04088")
    unit = {
        "region-93": "Alpes-de-Haute-Provence (04)",
        "departement-04": session.get(Territory, str(session.get(Territory, "commune-04088").epci_id)).name,
    }.get(territory, "Forcalquier")
    if territory.startswith("epci"):
        territory = str(session.get(Territory, "commune-04088").epci_id)
    text = words(read(f"/carte?territoire={territory}"))
    assert unit in text
    assert "1 bibliothèque." in text


def test_a_territory_typed_by_its_name_gets_its_own_address(client: FlaskClient):
    response = client.get("/carte?territoire=Forcalquier (04)&date=2017-07-11&type=bibliotheque&fond=contours")
    assert response.status_code == 302
    assert response.location == "/carte?territoire=commune-04088&date=2017-07-11&type=bibliotheque&fond=contours"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("date=&territoire=&fond=", "/carte"),
        ("type=bibliotheque&type=cite-des-metiers&fond=couverture", "/carte?type=cite-des-metiers&type=bibliotheque"),
        ("&".join(f"type={kind.value}" for kind in USUAL_KINDS), "/carte"),
        (f"date={today():%d/%m/%Y}", "/carte"),
        ("date=11/07/2017&ailleurs=1", "/carte?date=2017-07-11"),
    ],
)
def test_what_goes_without_saying_leaves_the_address(client: FlaskClient, sent, kept):
    response = client.get(f"/carte?{sent}")
    assert (response.status_code, response.location) == (302, kept)
    assert client.get(kept).status_code == 200


def test_a_name_of_several_territories_offers_the_choice(read):
    html = read("/carte?territoire=Saint-Denis&type=cite-des-metiers")
    assert "Quel territoire ?" in words(html)
    assert 'href="/carte?type=cite-des-metiers&amp;territoire=commune-93066"' in html
    assert 'href="/carte?type=cite-des-metiers&amp;territoire=commune-97411"' in html


def test_a_name_of_no_territory_is_said_and_all_of_france_is_shown(read):
    html = read("/carte?territoire=Xyzzyx<b>")
    assert "Aucun territoire ne s’appelle « Xyzzyx<b> »" in words(html)
    assert "Xyzzyx<b>" not in html
    assert "101 départements non couverts" in words(html)


@pytest.mark.parametrize("asked", ["date=31/31/2020", "date=2999-01-01", "type=inconnu"])
def test_what_cannot_be_meant_is_said_in_the_form(read, asked):
    assert "à revoir" in words(read(f"/carte?{asked}"))


def test_the_date_of_the_article_is_one_link_away_and_keeps_the_rest(read):
    html = read("/carte?territoire=departement-04&type=cite-des-metiers")
    assert 'href="/carte?territoire=departement-04&amp;type=cite-des-metiers&amp;date=2017-07-11"' in html
    assert "Revenir à aujourd’hui" in words(read("/carte?date=2017-07-11"))


def test_one_can_jump_to_the_mainland_and_to_each_overseas_department(read):
    html = read("/carte")
    names = re.findall(r'data-jump="([^"]+)">', html)
    assert names == ["metropole", *(f"departement-{code}" for code in ("971", "972", "973", "974", "976")), "reseau"]
    views = options(html, "prepare")["views"]
    assert set(names) - set(views) == {"reseau"}
    (south, west), (north, east) = views["metropole"]
    assert (south, west, north, east) == pytest.approx((41.3, -5.2, 51.1, 9.6), abs=0.3)


def test_libraries_are_said_unknown_before_the_day_of_their_file(read, session):
    make.place_in(session, make.institution(session, "Médiathèque inventée"), "commune-04088")
    assert "L’état des bibliothèques n’est pas connu à cette date" in words(read("/carte?date=2017-07-11"))
    assert "L’état des bibliothèques n’est pas connu" not in words(read("/carte"))


@pytest.mark.parametrize(
    "asked", ["", "?territoire=departement-04", "?date=2024-06-01&territoire=region-93", "?type=bibliotheque"]
)
def test_map_list_and_count_agree(read, client, session, asked):
    make.place_in(session, make.institution(session, "Médiathèque A"), "commune-04088")
    make.place_in(session, make.institution(session, "Médiathèque B"), "commune-13055")
    gone = make.place_in(session, make.institution(session, "Médiathèque C", open_since=date(2020, 1, 1)), "commune-04088")
    make.observe(session, gone, date(2024, 5, 1), State.ABSENT)
    html = read(f"/carte{asked}")
    address = options(html, "libraries")["url"].replace("{z}/{x}/{y}", "0/0/0")
    on_map = sum(group["count"] for group in client.get(address).get_json())
    in_text = int(re.search(r"(\d+) bibliothèques?\.", words(html))[1])
    territory = session.get(Territory, asked.split("territoire=")[1]) if "territoire" in asked else None
    day = date(2024, 6, 1) if "date" in asked else today()
    in_list = session.scalar(
        count(Criteria(on=day, kinds=(Kind.LIBRARY,), territory=territory, states=(State.OPEN, State.UNSETTLED)))
    )
    assert on_map == in_text == in_list == (1 if territory and territory.id == "departement-04" else 2)


def test_the_map_of_a_search_shows_what_the_search_finds(read, client, session):
    """« La carte de cette recherche » : the words, the place and the radius hold on the map too."""
    make.place_in(session, make.institution(session, "Médiathèque du Cerisier"), "commune-04088")
    make.place_in(session, make.institution(session, "Médiathèque du Cerisier"), "commune-13055")
    make.place_in(session, make.institution(session, "Bibliothèque du Noyer"), "commune-04088")
    html = read("/carte?q=cerisier&pres-de=commune-04088&rayon=30")
    assert re.search(r"(\d+) bibliothèques?\.", words(html))[1] == "1"
    assert "« cerisier » Retirer" in words(html)
    assert "à 30 km au plus de Forcalquier Retirer" in words(html)
    assert 'href="/carte?pres-de=commune-04088&amp;rayon=30"' in html
    assert 'href="/carte?q=cerisier"' in html
    assert '<input type="hidden" name="q" value="cerisier">' in html
    (group,) = client.get(options(html, "libraries")["url"].replace("{z}/{x}/{y}", "0/0/0")).get_json()
    assert (group["name"], group["place"]) == ("Médiathèque du Cerisier", "Forcalquier")
    around = options(html, "around")
    assert around["metres"] == 30_000
    (south, west), (north, east) = options(html, "prepare")["box"]
    assert south < around["at"][0] < north
    assert west < around["at"][1] < east


def test_a_state_that_is_asked_for_is_the_state_that_is_shown(read, session, cite):
    closed = make.place_in(session, make.institution(session, "Cité fermée", Kind.CITE, open_since=LONG_AGO), "commune-06088")
    make.observe(session, closed, date(2020, 1, 1), State.CLOSED)
    html = read("/carte?etat=ferme")
    assert list(marks(html)) == ["Cité fermée"]
    assert marks(html)["Cité fermée"]["state"].startswith("fermé (constat")
    assert marks(html)["Cité fermée"]["look"] == "ferme"
    assert "Cité des Essais" not in words(html)


def test_thousands_of_libraries_leave_the_page_light(read, session):
    """15,000 markers in the page would be a failure: the page holds none."""
    make.data_source(session)
    before = len(read("/carte").encode())
    session.execute(
        sa.text(
            "INSERT INTO institution"
            " (public_id, kind, name, source_name, source_key, territory_id, point, position_quality)"
            " SELECT 'masse-' || lower(code), 'bibliotheque', name, 'essai', 'masse-' || code, id, point, 'approximative'"
            " FROM territory WHERE level = 'commune' AND region_id = 'region-32'"
        )
    )
    after = len(read("/carte").encode())
    assert after - before < 500
    assert after < HEAVIEST_PAGE


def test_the_page_asks_few_questions_of_the_database(read, cite, centre, count_queries):
    before = count_queries()
    read("/carte?territoire=departement-04")
    assert count_queries() - before <= 20


def test_a_name_cannot_become_script_or_markup(read, session):
    hostile = '</script><script>alert("é")</script><img src=x>'
    make.place_in(session, make.institution(session, hostile, Kind.CITE), "commune-04088")
    html = read("/carte")
    assert hostile not in html
    assert "<img src=x>" not in html
    assert marks(html)[hostile]["name"] == hostile


def test_the_text_alone_is_that_of_the_page(read, cite, centre):
    page, text = read("/carte?type=cite-des-metiers"), read("/carte/texte?type=cite-des-metiers")
    summary, tables = text.split('<div class="map-tables"')
    assert words(summary) in words(page)
    assert words(f"<div{tables}") in words(page)
    assert "<html" not in text


def test_the_map_is_skipped_by_a_link_that_leads_to_the_tables(read):
    html = read("/carte")
    assert 'href="#tableaux">Passer la carte</a>' in html
    assert 'id="tableaux"' in html


def test_without_script_the_page_says_where_its_content_stands(read):
    assert "La carte demande JavaScript" in words(read("/carte"))


def test_the_boxes_say_how_many_and_which_are_ticked(read, cite, centre):
    html = read("/carte?type=centre-associe")
    boxes = dict(re.findall(r'name="type" value="([^"]+)"([^>]*)>', html))
    assert [code for code, rest in boxes.items() if "checked" in rest] == ["centre-associe"]
    assert 'data-count="1"' in boxes["cite-des-metiers"]


def test_a_kind_that_the_panel_does_not_usually_offer_is_offered_when_asked_for(read, app: Flask):
    assert 'value="bibliobus"' not in read("/carte").split("<main")[1]
    assert re.search(r'value="bibliobus" checked', read("/carte?type=bibliobus"))
