"""The dossier of a territory: the page, the PDF and the ODT hold the same, and nothing that the reader may not see."""

import io
import re
import zipfile
from datetime import date
from html import unescape

import pytest
import time_machine
from pypdf import PdfReader

from app.directory.models import Kind
from app.directory.vocabulary import Format
from app.partnerships.models import Partnership, Step
from tests import factories as make

ADDRESS = "/territoires/departement-04/dossier"
ARTICLE = "?date=2017-07-11"


def plain(text: str) -> str:
    """The words alone, with plain spaces; those of drawings are left out."""
    text = re.sub(r"<svg.*?</svg>", " ", text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", text))).replace("( ", "(").replace(" )", ")")


@pytest.fixture
def gap(session):
    """An invented centre at Gap, open before the article."""
    centre = make.institution(session, "Centre inventé de Gap", Kind.CENTRE, open_since=date(2016, 1, 1), city="Gap")
    return make.place_in(session, centre, "commune-05061")


def words_of_odt(file: bytes) -> str:
    return plain(zipfile.ZipFile(io.BytesIO(file)).read("content.xml").decode())


def test_a_dossier_says_who_lives_how_far_and_of_when(client, gap):
    text = plain(client.get(f"{ADDRESS}{ARTICLE}").text)
    for said in ("Alpes-de-Haute-Provence (04)", "11 juillet 2017", "non couvert", "Digne-les-Bains", "Centre inventé de Gap"):
        assert said in text
    assert "Licence" in text
    method = text[text.index("Méthode et sources", text.index("Structures qui desservent")) :]
    assert re.search(r"; \d+(er)? \w+ 20\d\d( \([^)]+\))? ;", method), "the day of each data set"
    assert "premières sur" not in text, "all are shown"


def test_the_three_forms_hold_the_same_figures_and_the_pdf_is_tagged(client, gap):
    page = plain(client.get(f"{ADDRESS}{ARTICLE}").text)
    pdf = PdfReader(io.BytesIO(client.get(f"{ADDRESS}.pdf{ARTICLE}").data))
    figures = set(re.findall(r"\d+(?: \d{3})* (?:habitants|km|communes)", page[page.index("Chiffres clés") :]))
    assert len(figures) > 5
    others = {
        "ODT": words_of_odt(client.get(f"{ADDRESS}.odt{ARTICLE}").data),
        "PDF": plain(" ".join(one.extract_text() for one in pdf.pages)),
    }
    for name, words in others.items():
        missing = [figure for figure in figures if figure.replace(" ", "") not in words.replace(" ", "")]
        assert not missing, f"the {name} does not hold {missing}"
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert "/StructTreeRoot" in root
    assert "Alpes-de-Haute-Provence" in pdf.metadata.title


def test_the_same_question_gives_the_same_text(client, gap):
    with time_machine.travel("2026-11-23 10:00:00+01:00", tick=False):
        first = client.get(f"{ADDRESS}.odt{ARTICLE}").data
    with time_machine.travel("2026-11-23 10:00:08+01:00", tick=False):
        second = client.get(f"{ADDRESS}.odt{ARTICLE}").data
    assert first == second


def test_the_odt_is_never_kept_and_has_headings_a_table_head_and_a_title(client, gap):
    answer = client.get(f"{ADDRESS}.odt{ARTICLE}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    content, meta = archive.read("content.xml").decode(), archive.read("meta.xml").decode()
    assert 'text:outline-level="1"' in content
    assert '<text:h text:outline-level="2" text:style-name="title-above">' in content
    assert "<table:table-header-rows>" in content
    assert content.count('fo:keep-with-next="always"') == 3, "titles, captions and drawings stay with what follows"
    assert "<dc:title>Dossier : Alpes-de-Haute-Provence (04)</dc:title>" in meta


@pytest.mark.parametrize("territory", ["region-93", "epci-200068765", "commune-04088", "departement-976"])
def test_every_level_has_its_dossier(client, gap, territory):
    answer = client.get(f"/territoires/{territory}/dossier")
    assert answer.status_code == 200
    assert ("aucun habitant n’a de structure sur sa rive" in answer.text) == (territory == "departement-976")


def test_an_unknown_territory_a_wrong_day_and_an_id_in_the_wrong_case_are_said(client):
    assert client.get("/territoires/departement-99/dossier").status_code == 404
    assert client.get(f"{ADDRESS}?date=hier").status_code == 400
    assert client.get(f"{ADDRESS}.pdf?rayon=beaucoup").status_code == 400
    moved = client.get("/territoires/departement-2a/dossier?rayon=20")
    assert moved.status_code == 301
    assert moved.location.endswith("/departement-2A/dossier?rayon=20")


def test_a_partnership_is_in_the_dossier_of_those_who_follow_it_alone(session, client, sign_in):
    library = make.library(session, "Médiathèque inventée de Manosque")
    cite, agency = make.cite(session), make.agency(session)
    exchange = make.exchange(session, cite, library)
    session.add(Partnership(exchange=exchange, format=Format.RENDEZ_VOUS, step=Step.FRAMING))
    session.flush()
    follower, stranger = make.person(session), make.person(session)
    make.member(session, agency, follower)
    for reader in (client, sign_in(stranger)):
        unseen = plain(reader.get(ADDRESS).text)
        assert "Cadrage de la formule" not in unseen
        assert "à ne pas diffuser" not in unseen
    seen = plain(sign_in(follower).get(ADDRESS).text)
    assert "à ne pas diffuser" in seen
    assert re.search(f"{cite.name} {library.name} Rendez-vous de la Cité Cadrage de la formule", seen)


def test_what_people_typed_is_text(session, client):
    library = make.institution(session, "<script>alert(1)</script> & médiathèque", Kind.DEPARTMENTAL)
    make.place_in(session, library, "commune-04070")
    assert "<script>alert" not in client.get(ADDRESS).text
    odt = client.get(f"{ADDRESS}.odt").data
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; médiathèque"
        in zipfile.ZipFile(io.BytesIO(odt)).read("content.xml").decode()
    )
