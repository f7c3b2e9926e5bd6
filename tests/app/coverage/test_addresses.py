"""The addresses of coverage: what leads elsewhere, and what a narrow screen keeps."""

import re
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa

from app.clock import today
from app.directory.models import Kind
from geo.territories import FormerCommune, Territory
from tests import factories as make


@pytest.mark.parametrize("page", ["departement-99", "commune-00000", "atlantide", "lacunes/x", "regions.pdf", "autres.csv"])
def test_what_does_not_exist_is_not_found(client, page):
    assert client.get(f"/couverture/{page}").status_code == 404


@pytest.mark.parametrize("page", ["", "lacunes/"])
def test_a_former_commune_code_leads_to_the_present_one_and_keeps_the_question(client, session, page):
    old, present = session.execute(
        sa.select(FormerCommune.code, FormerCommune.commune_id)
        .where(sa.func.concat("commune-", FormerCommune.code).not_in(sa.select(Territory.id)))
        .limit(1)
    ).one()
    response = client.get(f"/couverture/{page}commune-{old}?date=2017-07-11&rayon=20")
    assert response.status_code == 301
    assert response.location == f"/couverture/{page}{present}?date=2017-07-11&rayon=20"


def test_links_keep_the_date_and_the_distance(client, session):
    centre = make.institution(session, "Centre de Sisteron", Kind.CENTRE, open_since=date(2018, 1, 15))
    make.place_in(session, centre, "commune-04209")
    html = client.get("/couverture/region-93?date=2019-03-02&rayon=20").text
    links = [unescape(link) for link in re.findall(r'href="(/couverture/(?:departement|lacunes|commune)[^"]*)"', html)]
    assert len(links) > 6
    assert all("date=2019-03-02" in link and "rayon=20" in link for link in links)


def test_today_is_not_written_into_links_unless_asked_for_but_the_permanent_link_has_it(client):
    html = client.get("/couverture").text
    assert 'href="/couverture/departement-04"' in html
    assert f'href="/couverture?date={today().isoformat()}&amp;rayon=30">Lien permanent' in html


@pytest.mark.parametrize("page", ["", "lacunes/"])
@pytest.mark.parametrize(("typed", "right"), [("departement-2a", "departement-2A"), ("Commune-2a004", "commune-2A004")])
def test_an_id_in_the_wrong_case_leads_to_the_right_one_and_keeps_the_question(client, page, typed, right):
    response = client.get(f"/couverture/{page}{typed}?date=2017-07-11&rayon=20")
    assert response.status_code == 301
    assert response.location == f"/couverture/{page}{right}?date=2017-07-11&rayon=20"
    assert client.get(response.location).status_code == 200


@pytest.mark.parametrize("typed", ["departement-2c", "departement-9z", "commune-2a999", "departement-2ª"])
def test_an_unknown_code_is_not_found_in_any_case(client, typed):
    assert client.get(f"/couverture/{typed}").status_code == 404


def test_a_narrow_screen_keeps_the_name_the_status_and_the_share_of_each_territory(client):
    html = client.get("/couverture").text
    table = html[html.index('<section id="departements"') :].split("</table>")[0]
    heads = [
        re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<th scope=\"col\" class=\"(?![^\"]*wide-only).*?</th>", table)
    ]
    assert heads == ["Département", "Couverture administrative", "Part à plus de 30\xa0km"]
    row = table.split("<tr>")[-1]
    assert len(re.findall(r"<t[dh]\b", row)) - len(re.findall(r"<td[^>]*wide-only", row)) == len(heads)


def test_the_sources_page_says_which_files_are_in_geojson(client):
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", client.get("/sources").text))
    assert "l’annuaire aussi en GeoJSON" in text


def test_pages_work_without_script_and_their_form_is_sent_by_get(client):
    html = client.get("/couverture/departement-04").text
    form = re.search(r'<form class="question-bar".*?</form>', html, re.S)[0]
    assert 'method="get"' in form
    assert 'action="/couverture/departement-04"' in form
    assert "csrf" not in form
