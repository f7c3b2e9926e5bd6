"""The addresses of coverage: what leads elsewhere, and what a narrow screen keeps."""

import re

import pytest


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
