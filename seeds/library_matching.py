"""A library from one export to another: the same key, else what else tells that it is the same.

1. The key (`seeds/library_rows.py`), in the same department: an export that numbers its libraries anew must not give the
   name of one to another, so a known key in another department is refused.
2. Where one of the two has no number (the departmental libraries of 2024, the `BD…` of 2025): the same name in the same
   commune, when there is just one on both sides; then the same address, kind and commune, likewise.

What remains is a new library on one side and one that is gone on the other: nothing else tells them, and the report lists
the new ones. The name compared is the Ministry's, even where the institution has written its own.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from seeds.library_rows import DEPARTMENT_PREFIX
from seeds.sync import Remark, Report

REFUSE_MOVED = """
    DELETE FROM library_row r USING institution i, territory t
    WHERE i.source_name = :source AND i.source_key = r.source_key AND t.id = i.territory_id
      AND NOT 'territory_id' = ANY (i.own_fields) AND t.department_id <> r.department_id
    RETURNING r.line, r.source_key, i.name, t.name AS place
"""

MATCH = """
    WITH lone AS (
        SELECT i.id, i.territory_id, i.kind, i.source_key ~ '^[0-9]+(-[0-9]+)?$' AS numbered,
            fold(regexp_replace(coalesce(name.source_value, i.name), :prefix, '')) AS name_key,
            fold(coalesce(address.source_value, i.address)) AS address_key
        FROM institution i
        LEFT JOIN source_difference name ON name.institution_id = i.id AND name.field = 'name'
        LEFT JOIN source_difference address ON address.institution_id = i.id AND address.field = 'address'
        WHERE i.source_name = :source
          AND NOT EXISTS (SELECT FROM staged_institution s WHERE s.institution_id = i.id)
          AND i.source_key <> ALL (:refused_keys)
    ), pair AS (
        SELECT s.source_key, lone.id,
            count(*) OVER (PARTITION BY s.source_key) + count(*) OVER (PARTITION BY lone.id) AS partners
        FROM staged_institution s JOIN lone ON lone.territory_id = s.territory_id
        WHERE s.institution_id IS NULL AND NOT (lone.numbered AND s.source_key ~ '^[0-9]+(-[0-9]+)?$')
          AND CASE WHEN :by_name THEN lone.name_key = fold(regexp_replace(s.name, :prefix, ''))
              ELSE lone.kind = s.kind AND lone.address_key = fold(s.address) AND lone.address_key <> '' END
    )
    UPDATE staged_institution s SET institution_id = pair.id
    FROM pair WHERE pair.source_key = s.source_key AND pair.partners = 2
    RETURNING s.line
"""

KEEP_CODES = """
    UPDATE staged_institution s SET code_bib = i.code_bib FROM institution i
    WHERE i.id = s.institution_id AND i.code_bib IS NOT NULL AND (s.code_bib IS NULL OR i.source_key = s.source_key)
"""

#: « Complément, adresse » is what a file with both columns said: one that lacks a column says its end, or nothing.
KEEP_ADDRESSES = """
    UPDATE staged_institution s SET address = coalesce(known.source_value, i.address)
    FROM institution i LEFT JOIN source_difference known ON known.institution_id = i.id AND known.field = 'address'
    WHERE i.id = s.institution_id AND (
        s.address IS NULL OR right(coalesce(known.source_value, i.address), length(s.address) + 2) = ', ' || s.address)
"""


def refuse_moved(session: Session, source: str, report: Report) -> set[str]:
    """Refuse the rows whose key is known in another department; give their keys."""
    moved = session.execute(sa.text(REFUSE_MOVED), {"source": source}).all()
    for row in moved:
        reason = f"le code {row.source_key} est déjà celui de « {row.name} », dans un autre département ({row.place})"
        report.refused.append(Remark(row.line, row.source_key, reason))
    return {row.source_key for row in moved}


def match_without_number(session: Session, source: str, refused_keys: set[str]) -> int:
    """Match what has no common key, by name then by address; give how many were."""
    values = {"source": source, "refused_keys": sorted(refused_keys), "prefix": DEPARTMENT_PREFIX}
    return sum(len(session.execute(sa.text(MATCH), values | {"by_name": by_name}).all()) for by_name in (True, False))


def keep_codes(session: Session) -> None:
    """Keep the code that is stored, where the row has none or writes the same one otherwise."""
    session.execute(sa.text(KEEP_CODES))


def keep_addresses(session: Session) -> None:
    """Keep the address that is stored, where a file without all the columns that make it up says no more than its end."""
    session.execute(sa.text(KEEP_ADDRESSES))
