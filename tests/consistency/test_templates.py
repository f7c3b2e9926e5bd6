"""Templates compile, are used, and hold nothing that the Content-Security-Policy would refuse."""

import re
from pathlib import Path

import pytest
from flask import Flask

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
STATIC = [
    path
    for path in (PROJECT / "app/static").rglob("*")
    if path.suffix in {".css", ".js", ".svg"} and "node_modules" not in path.parts
]


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT / "templates") if path in TEMPLATES else path.relative_to(PROJECT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles(app: Flask, path: Path):
    app.jinja_env.get_template(name(path))


def test_undefined_names_are_errors(app: Flask):
    assert app.jinja_env.undefined.__name__ == "StrictUndefined"


def test_no_template_is_unused():
    texts = [
        path.read_text()
        for folder in ("app", "templates")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in {".py", ".html"} and "node_modules" not in path.parts
    ]
    called = "\n".join(texts)
    unused = [name(path) for path in TEMPLATES if f'"{name(path)}"' not in called and path.parent.name != "errors"]
    assert not unused, f"remove these templates, or use them: {unused}"


def test_every_error_page_is_shown_by_a_code():
    pages = {path.stem for path in (PROJECT / "templates/errors").glob("[0-9]*.html")}
    codes = set(re.findall(r"\d{3}", (PROJECT / "app/errors.py").read_text().split("CODES_WITH_PAGE = ")[1].split("\n")[0]))
    assert pages == codes


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_inline_style_nor_handler(path: Path):
    found = re.findall(r"""\s(?:style|on[a-z]+)=["']""", path.read_text())
    assert not found, f"{name(path)}: use a class, or a script of app/static/js: {found}"


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=name)
def test_nothing_is_loaded_from_a_third_party(path: Path):
    loading = r"""(?:(?<!\w)(?:src|href)=["']|url\(["']?|import\s+["']|fetch\(["'])(?:https?:)?//[^"')\s]*"""
    loads = re.findall(loading, re.sub(r"<a\s[^>]*>", "", path.read_text()))
    assert not loads, f"{name(path)} loads from elsewhere; install the asset and serve it"
