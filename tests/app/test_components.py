"""The components of the look, drawn for every value that a page may give them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, get_template_attribute
from jinja2 import StrictUndefined

from app import formats
from app.directory.models import Kind, Precision, State

ROOT = Path(__file__).parents[2]


@pytest.fixture
def context() -> Iterator[None]:
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.jinja_env.undefined = StrictUndefined
    formats.register(app)
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_its_own_mark_in_the_page_and_on_the_map(context, kind):
    shape = get_template_attribute("components/marks.html", "shape_of")(kind)
    symbols = get_template_attribute("components/marks.html", "mark_symbols")()
    badge = get_template_attribute("components/badges.html", "kind_badge")(kind)
    assert f'id="mark-{shape}"' in symbols
    assert f'href="#mark-{shape}"' in badge
    assert kind.label in badge
    assert f".mark--{shape}" in (ROOT / "app/static/css/map.css").read_text()


def test_no_two_kinds_share_a_mark(context):
    shapes = [str(get_template_attribute("components/marks.html", "shape_of")(kind)) for kind in Kind]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize("state", State)
def test_each_state_is_said_in_words_beside_its_shape(context, state):
    badge = get_template_attribute("components/badges.html", "state_badge")(state)
    assert state.label in badge
    assert badge.count("<path") + badge.count("<circle") >= 1


def test_no_two_states_share_a_shape(context):
    badge = get_template_attribute("components/badges.html", "state_badge")
    icons = [re.search(r"<svg.*?</svg>", badge(state), re.DOTALL).group() for state in State]
    icons.append(re.search(r"<svg.*?</svg>", badge(State.OPEN, confirmed=False), re.DOTALL).group())
    assert len(set(icons)) == len(icons)


def test_an_old_open_state_is_to_confirm_and_an_old_closed_one_stays_closed(context):
    badge = get_template_attribute("components/badges.html", "state_badge")
    assert "ouvert, à confirmer" in badge(State.OPEN, confirmed=False)
    assert "à confirmer" not in badge(State.CLOSED, confirmed=False)


def test_a_missing_value_of_a_sheet_is_said_not_hidden(context):
    sheet = get_template_attribute("components/lists.html", "fiche")([("Téléphone", None), ("Site", ""), ("Salariés", 0)])
    assert sheet.count("non renseigné") == 2
    assert re.search(r"<dd>\s*0\s*</dd>", sheet)


@pytest.mark.parametrize(
    ("day", "precision", "expected"),
    [
        (date(2017, 7, 11), Precision.DAY, '<time datetime="2017-07-11">'),
        (date(2017, 7, 1), Precision.MONTH, '<time datetime="2017-07">'),
        (date(2017, 1, 1), Precision.YEAR, '<time datetime="2017">'),
        (date(2018, 1, 1), Precision.AFTER, "après 2017"),
        (None, Precision.UNDATED, "date inconnue"),
    ],
)
def test_the_machine_date_is_no_more_precise_than_the_words(context, day, precision, expected):
    assert get_template_attribute("components/page.html", "dated")(day, precision).strip().startswith(expected)


def test_texts_are_escaped_and_set_with_french_spaces(context):
    header = get_template_attribute("components/page.html", "page_header")("Où <b> ?", lead="Source : x")
    assert "Où &lt;b&gt;\u202f?" in header
    assert "Source\u202f: x" in header


def test_an_empty_table_says_so_across_all_its_columns(context):
    table = get_template_attribute("components/tables.html", "data_table")(
        "Structures", [("Nom", "wide"), ("Habitants", "number")], [], empty="Aucune structure connue."
    )
    assert '<td class="table__empty" colspan="2">Aucune structure connue.</td>' in table
    assert 'role="region" aria-label="Structures" tabindex="0"' in table


def test_a_cell_without_value_is_said_unknown_and_zero_is_a_value(context):
    table = get_template_attribute("components/tables.html", "data_table")(
        "Structures", [("Nom", "wide"), ("Surface", "number"), ("Salariés", "number")], [["Bfm : Limoges", None, 0]]
    )
    assert table.count("non connu") == 1
    assert '<td class="table__cell--number">0</td>' in table
    assert "Bfm\u202f: Limoges" in table


def test_one_page_of_results_needs_no_pagination(context):
    assert get_template_attribute("components/actions.html", "pagination")(1, 1, "static", {"filename": "x"}).strip() == ""


def test_pagination_keeps_the_search_in_its_links(context):
    pages = get_template_attribute("components/actions.html", "pagination")(
        6, 63, "static", {"filename": "x", "type": ["a", "b"]}
    )
    assert "/static/x?type=a&amp;type=b&amp;page=7" in pages
    assert re.findall(r'aria-label="Page (\d+)', pages) == ["1", "5", "6", "7", "63"]


def test_no_template_of_the_look_holds_an_inline_style_or_script():
    for path in [
        ROOT / "templates/layout.html",
        *ROOT.glob("templates/components/*.html"),
        *ROOT.glob("templates/errors/*.html"),
    ]:
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text), path.name
