"""The poles and axes that the article of the Bpi names: the start of two lists that Cités make longer.

What a Cité has added is never touched; a word of the file that a Cité had added already stays as the Cité's own.
"""

from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.edition.models import Theme, ThemeKind
from seeds.fact_files import Fact, content_of, facts, refuse_twice
from seeds.sync import Remark, Report, Source, digest, record

NAME = "themes"
FILE = Path(__file__).parent / "data" / "themes.csv"
HEADER = "code,kind,label,rank,source"
PUBLISHED_ON = date(2017, 7, 11)
COLUMNS = ("kind", "label", "rank", "source")


def load(session: Session, source: str | None = None, *, write: bool) -> Report:
    """Load the file of poles and axes (by default the project's own); without `write`, only tell what would change."""
    path = Path(source) if source else FILE
    content = content_of(path)
    rows = facts(path, content, HEADER)
    refuse_twice(rows, "code")
    report = Report(NAME, read=len(rows))
    for fact in rows:
        _compare(session, fact, report, write=write)
    known = session.scalars(sa.select(Theme.code).where(Theme.source.is_not(None))).all()
    report.gone = len(set(known) - {fact.key("code") for fact in rows})
    if write:
        session.flush()
        record(session, _source(digest(content)), len(rows))
    report.applied = write
    report.check()
    return report


def _compare(session: Session, fact: Fact, report: Report, *, write: bool) -> None:
    """Add or correct one pole or axis."""
    values = _values(fact)
    theme = session.get(Theme, fact.key("code"))
    same = sa.select(Theme.code).where(
        Theme.kind == values["kind"], sa.func.fold(Theme.label) == sa.func.fold(values["label"]), Theme.code != fact.key("code")
    )
    if other := session.scalar(same):
        report.refused.append(Remark(fact.line, fact.key("code"), f"« {values['label']} » est déjà dans la liste ({other})."))
    elif theme is None:
        report.added += 1
        report.samples.append(f"+ {values['label']} ({fact.key('code')})")
        if write:
            session.add(Theme(code=fact.key("code"), **values))
            session.flush()
    elif any(getattr(theme, column) != values[column] for column in COLUMNS):
        report.changed += 1
        report.samples.append(f"~ {values['label']} ({fact.key('code')})")
        if write:
            for column in COLUMNS:
                setattr(theme, column, values[column])
    else:
        report.unchanged += 1


def _values(fact: Fact) -> dict[str, object]:
    rank = fact.number("rank")
    if rank is None or not rank.is_integer():
        raise fact.error("« rank » n’est pas un nombre entier")
    return {
        "kind": fact.code("kind", ThemeKind),
        "label": fact.required("label"),
        "rank": int(rank),
        "source": fact.required("source"),
    }


def _source(content_digest: str) -> Source:
    return Source(
        name=NAME,
        title="Pôles et axes de travail des Cités des métiers",
        producer="Bpi, « La Bpi, Centre associé de la Cité des métiers »",
        licence="faits relevés par le projet, avec leur source",
        url=None,
        vintage=PUBLISHED_ON,
        vintage_note="jour de publication de l’article",
        digest=content_digest,
    )
