"""What every drawing is: the same bytes each time, well formed, said in words, and complete in itself."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.coverage.drawing.charts import Line, LinesPicture, Panel, PanelsPicture, lines_chart
from app.coverage.drawing.engine import FONTS, as_png, as_svg, as_svg_file
from app.coverage.drawing.letters import size_of
from app.coverage.drawing.style import COLOURS

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "Médiathèque <script>alert(1)</script> & $x^2$ \u0007"

PICTURES = {
    "lines": LinesPicture(HOSTILE, HOSTILE, source=HOSTILE, heading=True, lines=[Line(HOSTILE, [(0, 0), (1, 3), (2, 4)])]),
    "panels": PanelsPicture(HOSTILE, HOSTILE, panels=[Panel(HOSTILE, [(2016, 0.1)], [(2016, 0.2)], HOSTILE)]),
    "nothing": LinesPicture("Rien", "Rien à dessiner"),
    "no panel": PanelsPicture("Rien", "Rien à dessiner"),
}
#: The whole country: eight figures beside the axis.
GAINS = LinesPicture("Gains", "Dit", up="habitants à portée", lines=[Line("ce choix", [(0, 1.2e7), (9, 6.6e7)])])


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())
def test_a_drawing_is_safe_said_in_words_and_complete(picture):
    svg = as_svg(picture)
    root = ElementTree.fromstring(svg)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not names & {"script", "style", "image", "metadata", "foreignObject"}
    title, description = list(root)[:2]
    assert title.tag == f"{SVG}title"
    assert title.text == picture.title.replace("\u0007", "")
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    assert description.text
    assert root.get("role") == "img"
    for element in root.iter():
        assert element.get("style") is None
        assert not [name for name in element.attrib if name.startswith("on")]
        assert (element.get("href") or "#").startswith("#")
    assert svg.count("http") == 1, "the name of the format itself, and nothing else"


def test_the_same_picture_is_the_same_bytes():
    picture = PICTURES["panels"]
    assert as_svg(picture) == as_svg(picture)
    assert as_png(picture, 40) == as_png(picture, 40)


def test_what_is_referred_to_is_there_and_no_other_drawing_has_its_name():
    svg, other = as_svg(PICTURES["panels"]), as_svg(PICTURES["lines"])
    names = set(re.findall(r' id="([^"]+)"', svg))
    targets = {first or second for first, second in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)}
    assert targets
    assert targets <= names
    assert not names & set(re.findall(r' id="([^"]+)"', other))


def test_a_name_with_dollars_is_text_and_no_formula():
    assert "$x^2$" in lines_chart(PICTURES["lines"])


def test_a_letter_that_the_font_does_not_have_is_seen_to_be_missing():
    found = lines_chart(LinesPicture("图书馆", "Dit", lines=[Line("图A", [(0, 0), (1, 1)])]))
    assert "\ufffdA" in found
    assert "图书馆" in found, "the title is read, not drawn"


def test_texts_stay_texts_in_a_font_that_a_browser_replaces():
    root = ElementTree.fromstring(lines_chart(GAINS))
    texts = ["".join(element.itertext()).strip() for element in root.iter(f"{SVG}text")]
    assert "ce choix" in texts
    assert "60\u202f000\u202f000" in texts, "as French writes a number"
    assert root.get("font-family") == FONTS
    assert not [element for element in root.iter(f"{SVG}text") if not element.get("font-size")]


@pytest.mark.parametrize("picture", [GAINS, replace(GAINS, most_up=900.0), PICTURES["panels"]])
def test_no_text_leaves_the_drawing(picture):
    root = ElementTree.fromstring(as_svg(picture))
    width = float(root.get("viewBox").split()[2])
    for element in root.iter(f"{SVG}text"):
        size = float(element.get("font-size").removesuffix("px"))
        long, _ = size_of("".join(element.itertext()).strip(), size)
        before = {"middle": long / 2, "end": long}.get(element.get("text-anchor"), 0)
        at = float((element.get("x") or element.get("transform").split("(")[1].split()[0]).strip())
        assert at - before >= 0, element.text
        assert at - before + long <= width, element.text


def test_a_png_is_as_large_as_asked():
    png = as_png(PICTURES["nothing"], 100)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 490


def test_a_file_says_how_it_is_encoded():
    assert as_svg_file("<svg/>") == '<?xml version="1.0" encoding="utf-8"?>\n<svg/>\n'


def test_colours_are_those_of_the_style_sheet():
    sheet = Path("app/static/css/maillage.css").read_text()
    variables: dict[str, str] = {}
    for name, colour in re.findall(r"--([a-z-]+): (#[0-9a-f]+);", sheet):
        # Those of the screen come first, those of the print after.
        variables.setdefault(name, colour)
    assert {name: variables[name] for name in COLOURS} == COLOURS


def test_lines_and_surfaces_differ_without_colour():
    pair = LinesPicture("Deux", "Deux lignes", lines=[Line("une", [(0, 0), (1, 1)]), Line("autre", [(0, 1), (1, 2)])])
    dashes = re.findall(r'stroke-dasharray="([^"]+)"', as_svg(pair))
    assert len(set(dashes)) >= 1, "the second is dashed, the first is not"
    assert "<pattern" in as_svg(PICTURES["panels"]), "what is to be confirmed is hatched"
