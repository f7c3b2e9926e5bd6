"""README draws the table of steps from the code."""

from pathlib import Path

from app.partnerships.steps import as_markdown

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_readme_shows_the_table_of_steps_as_the_code_has_it():
    shown = README.read_text().split("<!-- étapes : début -->\n")[1].split("\n<!-- étapes : fin -->")[0]
    assert shown == as_markdown(), "write app.partnerships.steps.as_markdown() between the two marks of README"
