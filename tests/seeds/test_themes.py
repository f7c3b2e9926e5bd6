"""The poles and axes of the article: loaded once, corrected by the file, never against what a Cité has added."""

import pytest
import sqlalchemy as sa

from app.directory.edition.models import Theme, ThemeKind
from app.directory.edition.words import theme_choices, theme_labels
from geo.sources import DataSource
from seeds import themes
from seeds.sync import SourceError


def written(tmp_path, *lines: str) -> str:
    path = tmp_path / "themes.csv"
    path.write_text("\n".join([themes.HEADER, *lines, ""]), encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def _no_theme_yet(session):
    session.execute(sa.delete(Theme))


def test_the_six_poles_of_the_article_come_in_its_order(session):
    report = themes.load(session, write=True)
    assert (report.read, report.added, report.applied) == (12, 12, True)
    assert [label for _, label in theme_choices(session, ThemeKind.POLE)] == [
        "Choisir son orientation",
        "Trouver une formation",
        "Changer sa vie professionnelle",
        "Valider ses acquis",
        "Trouver un emploi",
        "Créer son activité",
    ]
    assert "Lutte contre l’illettrisme" in theme_labels(session).values()
    assert all(theme.source for theme in session.scalars(sa.select(Theme)))


def test_a_second_run_changes_nothing_and_a_dry_run_writes_nothing(session):
    dry = themes.load(session, write=False)
    assert (dry.added, session.scalars(sa.select(Theme)).all(), session.get(DataSource, "themes")) == (12, [], None)
    themes.load(session, write=True)
    again = themes.load(session, write=True)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 12)


def test_a_correction_of_the_file_reaches_the_table(session, tmp_path):
    themes.load(session, written(tmp_path, "axe-essai,axe,Essai,1,Une source"), write=True)
    report = themes.load(session, written(tmp_path, "axe-essai,axe,Essai corrigé,2,Une source"), write=True)
    assert (report.changed, session.get(Theme, "axe-essai").label) == (1, "Essai corrigé")


def test_what_a_cite_has_added_under_the_same_name_stays(session, tmp_path):
    session.add(Theme(code="axe-la-mobilite", kind=ThemeKind.AXIS, label="MOBILITE"))
    session.flush()
    report = themes.load(session, written(tmp_path, "axe-mobilite,axe,Mobilité,1,Une source"), write=True)
    assert [remark.reason for remark in report.refused] == ["« Mobilité » est déjà dans la liste (axe-la-mobilite)."]
    assert session.scalars(sa.select(Theme.code)).all() == ["axe-la-mobilite"]


@pytest.mark.parametrize(
    "line", ["axe-x,autre,X,1,s", "axe-x,axe,X,un,s", "axe-x,axe,,1,s", "Axe X,axe,X,1,s", "axe-x,axe,X,1,"]
)
def test_a_slip_of_the_pen_is_told_with_its_line(session, tmp_path, line):
    with pytest.raises(SourceError, match="ligne 2"):
        themes.load(session, written(tmp_path, line), write=True)
