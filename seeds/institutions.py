"""The institutions of one source: its rows go by COPY to a temporary table, then a few statements on whole sets.

A column that the institution has edited itself (`own_fields`) is never overwritten: what the source says of it is kept in
`source_difference`, and forgotten once both agree again. An institution that the source no longer names is not deleted.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import Session

from app.directory.models import Institution, SourceDifference
from seeds.staging import LABELS, LINKS, change, staged
from seeds.sync import Remark, Report, Source, SourceError

EXAMPLES = 5
institution: Any = Institution.__table__
difference: Any = SourceDifference.__table__


def match_by_key(session: Session, source: str) -> None:
    """Find the institution of each staged row by its key in its source."""
    session.execute(
        sa.update(staged)
        .values(institution_id=institution.c.id)
        .where(institution.c.source_name == source, institution.c.source_key == staged.c.source_key)
    )


def refuse_taken_identifiers(session: Session, report: Report) -> None:
    """Refuse the new rows whose public identifier is already that of another institution."""
    taken = (
        sa.delete(staged)
        .where(staged.c.institution_id.is_(None), staged.c.public_id == institution.c.public_id)
        .returning(staged.c.line, staged.c.source_key, institution.c.name, institution.c.public_id)
    )
    for row in session.execute(taken):
        reason = f"l’identifiant {row.public_id} est déjà celui de « {row.name} »"
        report.refused.append(Remark(row.line, row.source_key, reason))


def compare(session: Session, columns: Sequence[str], report: Report) -> None:
    """Find what differs in these columns, and count it in the report."""
    now, then = staged.c, institution.c
    cells = sa.values(*(sa.column(name, sa.Text) for name in ("field", "before", "after")), name="cell").data(
        [(sa.literal(name), _before(name), _after(name)) for name in columns]
    )
    cell = cells.lateral("cell")
    own = (cell.c.field == sa.any_(then.own_fields)) | (
        (cell.c.field == "position_quality") & (sa.literal("point") == sa.any_(then.own_fields))
    )
    found = (
        sa.select(now.institution_id, cell.c.field, cell.c.before, cell.c.after, own)
        .select_from(staged.join(institution, then.id == now.institution_id).join(cell, sa.true()))
        .where(cell.c.before.is_distinct_from(cell.c.after))
    )
    session.execute(sa.insert(change).from_select([*change.c.keys()], found))
    session.execute(sa.text("ANALYZE staged_institution, staged_change"))
    total, report.added = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(now.institution_id.is_(None)))
    ).one()
    report.changed = session.scalar(sa.select(sa.func.count(change.c.institution_id.distinct())).where(~change.c.own)) or 0
    report.unchanged = total - report.added - report.changed
    _give_examples(session, report)


def _before(name: str) -> sa.ColumnElement[str]:
    if name in LINKS:
        other = institution.alias()
        public_id: sa.ColumnElement[str] = (
            sa.select(other.c.public_id).where(other.c.id == institution.c[name]).scalar_subquery()
        )
        return public_id
    return _text(institution.c[name])


def _after(name: str) -> sa.ColumnElement[str]:
    return staged.c[LINKS[name]] if name in LINKS else _text(staged.c[name])


def _text(column: Any) -> sa.ColumnElement[str]:
    """Write a column as the text that people compare: a point as « latitude, longitude »."""
    if column.name == "point":
        place = sa.cast(column, Geometry)
        return sa.cast(sa.func.ST_Y(place), sa.Text) + ", " + sa.cast(sa.func.ST_X(place), sa.Text)
    if column.name == "aliases":
        return sa.func.array_to_string(column, " ; ", type_=sa.Text())
    return sa.cast(column, sa.Text)


def _give_examples(session: Session, report: Report) -> None:
    added = sa.select(staged.c.name, staged.c.public_id).where(staged.c.institution_id.is_(None))
    for row in session.execute(added.order_by(staged.c.line).limit(EXAMPLES)):
        report.samples.append(f"+ {row.name} ({row.public_id})")
    changed = (
        sa.select(staged.c.name, institution.c.public_id, change)
        .join_from(staged, change, change.c.institution_id == staged.c.institution_id)
        .join(institution, institution.c.id == staged.c.institution_id)
    )
    for row in session.execute(changed.order_by(change.c.own, staged.c.line, change.c.field).limit(2 * EXAMPLES)):
        words = f"{LABELS[row.field]}, {_quoted(row.before)} → {_quoted(row.after)}"
        kept = ", gardé comme la structure l’a écrit" if row.own else ""
        report.samples.append(f"~ {row.name} ({row.public_id}) : {words}{kept}")


def _quoted(value: str | None) -> str:
    return "rien" if value is None else f"« {value} »"


def gone(source: str, refused_keys: Iterable[str] = ()) -> sa.Select[Any]:
    """Select the institutions of a source that its rows, kept or refused, no longer name."""
    return sa.select(institution).where(
        institution.c.source_name == source,
        ~sa.exists().where(staged.c.institution_id == institution.c.id),
        institution.c.source_key.not_in(list(refused_keys)),
    )


def tell_gone(session: Session, source: str, report: Report) -> None:
    """Tell the institutions that the source no longer names: they are kept as they are."""
    found = session.execute(gone(source).order_by(institution.c.name)).all()
    report.gone = len(found)
    report.samples += [f"- {row.name} ({row.public_id}) : n’est plus dans le fichier, gardée" for row in found[:EXAMPLES]]


def apply(session: Session, source: Source, columns: Sequence[str], seen_on: date) -> None:
    """Write the staged rows: insert the new ones, update what differs, keep what the institutions say of themselves."""
    plain = [name for name in columns if name not in LINKS]
    _update(session, plain)
    new = sa.select(staged.c.public_id, sa.literal(source.name), staged.c.source_key, *(_typed(name) for name in plain)).where(
        staged.c.institution_id.is_(None)
    )
    session.execute(
        sa.insert(institution).from_select(["public_id", "source_name", "source_key", *plain], new, include_defaults=False)
    )
    match_by_key(session, source.name)
    for name in LINKS.keys() & set(columns):
        _link(session, name)
    _keep_differences(session, source, columns, seen_on)
    session.expire_all()


def _update(session: Session, columns: Sequence[str]) -> None:
    """Update the institutions with a change that is not of their own fields; a row found otherwise takes its new key."""
    then = institution.c
    same = then.id == staged.c.institution_id
    session.execute(
        sa.update(institution).values(source_key=staged.c.source_key).where(same, then.source_key != staged.c.source_key)
    )
    differs = sa.exists().where(change.c.institution_id == then.id, ~change.c.own)
    session.execute(sa.update(institution).values({name: _unless_own(name) for name in columns}).where(same, differs))


def _unless_own(name: str) -> sa.ColumnElement[Any]:
    own = "point" if name == "position_quality" else name
    either = sa.literal(own) == sa.any_(institution.c.own_fields)
    if own != name:
        either |= sa.literal(name) == sa.any_(institution.c.own_fields)
    return sa.case((either, institution.c[name]), else_=_typed(name))


def _typed(name: str) -> sa.ColumnElement[Any]:
    """Give the staged column as the type of the institution's own, so that a code is not read as an enum's name."""
    return sa.type_coerce(staged.c[name], institution.c[name].type) if name != "point" else staged.c[name]


def _link(session: Session, name: str) -> None:
    """Point to the parent or the host, once every row is there; refuse a key that leads nowhere."""
    key, other = staged.c[LINKS[name]], institution.alias()
    target = sa.select(other.c.id).where(other.c.public_id == key).scalar_subquery()
    lost = session.scalars(sa.select(key).where(key.is_not(None), target.is_(None))).all()
    if lost:
        raise SourceError(f"Aucune structure n’a l’identifiant « {lost[0]} », cité comme {LABELS[name]}.")
    session.execute(
        sa.update(institution)
        .values({name: target})
        .where(
            institution.c.id == staged.c.institution_id,
            institution.c[name].is_distinct_from(target),
            sa.literal(name) != sa.all_(institution.c.own_fields),
        )
    )


def _keep_differences(session: Session, source: Source, columns: Sequence[str], seen_on: date) -> None:
    """Keep what the source says of an edited field; forget it where both agree again."""
    still = sa.exists().where(
        change.c.institution_id == difference.c.institution_id, change.c.field == difference.c.field, change.c.own
    )
    session.execute(
        sa.delete(difference).where(
            difference.c.institution_id == staged.c.institution_id, difference.c.field.in_(columns), ~still
        )
    )
    said = sa.select(
        change.c.institution_id, change.c.field, change.c.after, sa.literal(source.words), sa.literal(seen_on, sa.Date)
    ).where(change.c.own)
    insert = sa.dialects.postgresql.insert(difference).from_select(
        ["institution_id", "field", "source_value", "source", "seen_on"], said
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["institution_id", "field"],
            set_={name: insert.excluded[name] for name in ("source_value", "source", "seen_on")},
            where=difference.c.source_value.is_distinct_from(insert.excluded.source_value),
        )
    )
