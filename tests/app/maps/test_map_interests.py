"""Interests and wishes on the map: a number for each department, in the drawing and in the table, and no name."""

import json
import re

from sqlalchemy.orm import Session

from app.directory.models import Institution, Kind
from app.matchmaking.interests.models import Act, Interest
from tests import factories


def said(session: Session) -> None:
    library: Institution = factories.library(session, "Médiathèque au nom secret")
    cite = factories.institution(session, "Cité inventée", Kind.CITE)
    session.add(Interest(act=Act.DECLARED, author=library))
    session.add_all(Interest(act=Act.WANTED, author=cite, toward_territory_id=f"commune-04{n}") for n in ("088", "070"))
    session.add(Interest(act=Act.SUGGESTED, about=library))
    session.flush()


def numbers(page: str) -> list[dict[str, object]]:
    found = re.search(r"Maillage\.interests\(\w+, (\{.*\})\);", page)
    assert found
    return json.loads(found[1])["numbers"]


def test_the_map_counts_interests_and_wishes_by_department_when_asked(client, session: Session):
    said(session)
    page = client.get("/carte?interets=1").text
    (alpes,) = numbers(page)
    assert (alpes["declared"], alpes["wanted"]) == (1, 2)
    assert 43 < alpes["at"][0] < 45
    assert 5 < alpes["at"][1] < 7
    assert "secret" not in page
    row = re.search(r"Alpes-de-Haute-Provence \(04\)</a>.*?</tr>", page, re.S)
    assert row
    assert [cell.strip() for cell in re.findall(r'number">(\d+)</td>', row[0])][-2:] == ["1", "2"]
    assert "1\u00a0intérêt manifesté et 2\u00a0souhaits de Cités" in page


def test_the_text_of_the_map_follows(client, session: Session):
    said(session)
    assert "Souhaits des Cités" in client.get("/carte/texte?interets=1").text
    assert "0\u00a0intérêt manifesté" in client.get("/carte/texte?interets=1&territoire=region-53").text


def test_the_usual_map_does_not_read_them(client, session: Session):
    said(session)
    page = client.get("/carte").text
    assert "Maillage.interests(" not in page
    assert 'name="interets"' in page
    assert client.get("/carte?interets=oui").location == "/carte"
    assert client.get("/carte?interets=").location == "/carte"


def test_the_legend_shows_no_number_that_one_could_take_for_a_real_one(client):
    legend = client.get("/carte?interets=1").text.partition('for="interets"')[2].partition("</ul>")[0]
    assert "nombre d’intérêts manifestés" in legend
    assert not re.search(r">\d+<", legend)


def test_the_title_of_the_map_has_curly_apostrophes(client):
    page = client.get("/carte?territoire=region-93").text
    assert re.search(r"<h1[^>]*>\s*Provence-Alpes-Côte d’Azur", page)
