"""Where each library of the Ministry's file is: its commune, then a position that can be believed.

The commune, by what the row gives, in this order: the INSEE code (a former one leads to the present commune); the town's name
among the communes of the postcode, then of the department, today's names before former ones; the coordinates; a name that
resembles, among the communes of the postcode. Failing all, the row stands in its department; without a department, it is
refused. A row of the overseas collectivities, of which the service has no communes, is kept without a territory.

The position: the file's own when it lies in the commune, or within 30 km of its point, and in France (in its own department
overseas). Else the commune's point, marked approximate. Never (0, 0), never a place invented.
"""

from dataclasses import astuple, fields
from types import UnionType
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy.orm import Session

from seeds.library_rows import LibraryRow
from seeds.staging import copy
from seeds.sync import Remark, Report

FARTHEST_METRES = 30_000
#: The outlines are simplified: a quay may lie this far outside.
OUTLINE_METRES = 1_000
#: Code → name, then west, south, east, north in degrees: rough boxes, that only tell a position there from an error.
COLLECTIVITIES = {
    "975": ("Saint-Pierre-et-Miquelon", -57.0, 46.5, -56.0, 47.3),
    "977": ("Saint-Barthélemy", -63.1, 17.7, -62.7, 18.1),
    "978": ("Saint-Martin", -63.3, 17.9, -62.8, 18.3),
    "986": ("Wallis-et-Futuna", -179.0, -15.0, -175.5, -12.5),
    "987": ("Polynésie française", -156.0, -29.0, -133.0, -7.0),
    "988": ("Nouvelle-Calédonie", 157.0, -24.0, 173.0, -15.0),
}
#: Without a department, a postcode tells these; those of Saint-Martin and Saint-Barthélemy are Guadeloupe's.
COLLECTIVITY_POSTCODES = {code: code for code in ("975", "986", "987", "988")}
SQL_TYPES = {int: "integer", str: "text", float: "double precision", bool: "boolean"}

MAKE_NAMES = """
    CREATE TEMP TABLE commune_name ON COMMIT DROP AS
    SELECT id AS commune_id, search_key AS key, department_id, postcodes, false AS former
    FROM territory WHERE level = 'commune'
    UNION
    SELECT f.commune_id, f.search_key, t.department_id, t.postcodes, true
    FROM former_commune f JOIN territory t ON t.id = f.commune_id WHERE f.search_key <> ''
"""

FIND_DEPARTMENTS = (
    """
    WITH written AS MATERIALIZED (
        SELECT DISTINCT department, fold(department) AS key,
            CASE length(department) WHEN 1 THEN '0' || department ELSE upper(department) END AS code
        FROM library_row
    )
    UPDATE library_row r SET department_id = t.id
    FROM written w JOIN territory t ON t.level = 'departement' AND (t.code = w.code OR t.search_key = w.key)
    WHERE r.department = w.department
    """,
    """
    UPDATE library_row r SET department_id = t.id FROM territory t
    WHERE r.department_id IS NULL AND r.collectivity IS NULL AND t.level = 'departement' AND t.code = CASE
        WHEN r.postcode ~ '^20[01]' THEN '2A' WHEN r.postcode ~ '^20[26]' THEN '2B'
        WHEN r.postcode ~ '^97' THEN left(r.postcode, 3) ELSE left(r.postcode, 2) END
    """,
)

FIND_COMMUNES_BY_CODE = (
    """
    UPDATE library_row r SET commune_id = t.id, found_by = 'code'
    FROM territory t WHERE t.id = 'commune-' || r.insee_code
    """,
    """
    UPDATE library_row r SET commune_id = f.commune_id,
        found_by = CASE f.kind WHEN 'arrondissement' THEN 'code' ELSE 'ancien code' END
    FROM former_commune f WHERE r.commune_id IS NULL AND f.code = r.insee_code
    """,
)

FIND_COMMUNES_BY_NAME = """
    UPDATE library_row r SET commune_id = found.commune_id, found_by = 'nom'
    FROM (
        SELECT l.line, min(n.commune_id) AS commune_id
        FROM library_row l JOIN commune_name n ON n.key = fold(l.city_key) AND n.former = :former
        WHERE l.commune_id IS NULL AND l.collectivity IS NULL
          AND CASE WHEN :by_postcode THEN l.postcode = ANY (n.postcodes) ELSE l.department_id = n.department_id END
        GROUP BY l.line HAVING count(DISTINCT n.commune_id) = 1
    ) found WHERE found.line = r.line
"""

FIND_COMMUNES_OTHERWISE = (
    """
    UPDATE library_row r SET commune_id = t.id, found_by = 'coordonnées' FROM territory t
    WHERE r.commune_id IS NULL AND r.collectivity IS NULL AND t.level = 'commune'
      AND t.department_id = coalesce(r.department_id, t.department_id)
      AND ST_Covers(t.shape, ST_SetSRID(ST_MakePoint(r.longitude, r.latitude), 4326))
    """,
    """
    UPDATE library_row r SET commune_id = found.commune_id, found_by = 'nom voisin'
    FROM (
        SELECT DISTINCT ON (l.line) l.line, t.id AS commune_id
        FROM library_row l JOIN territory t ON l.postcode = ANY (t.postcodes) AND t.level = 'commune'
        WHERE l.commune_id IS NULL AND l.collectivity IS NULL AND similarity(t.search_key, fold(l.city_key)) >= 0.4
        ORDER BY l.line, similarity(t.search_key, fold(l.city_key)) DESC, t.id
    ) found WHERE found.line = r.line
    """,
    "UPDATE library_row r SET department_id = t.department_id FROM territory t WHERE t.id = r.commune_id",
)

#: Each statement judges what the one before left; a position not found wrong is the file's own.
JUDGE_POSITIONS = (
    """
    UPDATE library_row SET given = CASE
        WHEN latitude IS NULL THEN 'absente'
        WHEN abs(latitude) < 0.0001 AND abs(longitude) < 0.0001 THEN 'nulle'
        WHEN abs(latitude) > 90 OR abs(longitude) > 180 THEN 'impossible' END
    """,
    """
    UPDATE library_row r SET given = CASE
        WHEN abs(r.longitude) <= 90 AND ST_DWithin(t.point, ST_MakePoint(r.latitude, r.longitude)::geography, :farthest)
        THEN 'inversée' ELSE 'loin' END
    FROM territory t
    WHERE t.id = r.commune_id AND r.given IS NULL
      AND NOT ST_DWithin(t.point, ST_MakePoint(r.longitude, r.latitude)::geography, :farthest)
      AND NOT coalesce(ST_Covers(t.shape, ST_SetSRID(ST_MakePoint(r.longitude, r.latitude), 4326)), false)
    """,
    """
    UPDATE library_row r SET given = 'hors du territoire' FROM territory own
    WHERE own.id = r.department_id AND r.given IS NULL
      AND NOT ST_Covers(own.shape, ST_SetSRID(ST_MakePoint(r.longitude, r.latitude), 4326))
      AND NOT EXISTS (
        SELECT FROM territory t WHERE t.level = 'departement'
          AND (t.id = own.id OR (length(own.code) = 2 AND r.commune_id IS NOT NULL))
          AND ST_DWithin(t.shape::geography, ST_MakePoint(r.longitude, r.latitude)::geography, :outline))
      AND NOT EXISTS (
        SELECT FROM territory t WHERE t.id = r.commune_id
          AND ST_DWithin(t.shape::geography, ST_MakePoint(r.longitude, r.latitude)::geography, :outline))
    """,
    """
    UPDATE library_row SET point = ST_MakePoint(longitude, latitude)::geography,
        position_quality = CASE WHEN address_known THEN 'exacte' ELSE 'approximative' END
    WHERE given IS NULL AND (department_id IS NOT NULL OR in_collectivity)
    """,
    """
    UPDATE library_row r SET point = t.point, position_quality = 'approximative'
    FROM territory t WHERE t.id = r.commune_id AND r.point IS NULL
    """,
)


def place(session: Session, rows: list[LibraryRow], report: Report, *, codes_expected: bool) -> set[str]:
    """Send the rows to the temporary table `library_row` and find the place of each; give the keys of the rows refused.

    `codes_expected`: the file has a column of INSEE codes, so that a row found otherwise is worth a remark.
    """
    _stage(session, rows)
    names = [{"former": former, "by_postcode": by_postcode} for by_postcode in (True, False) for former in (False, True)]
    limits = {"farthest": FARTHEST_METRES, "outline": OUTLINE_METRES}
    for statement in (MAKE_NAMES, *FIND_DEPARTMENTS, *FIND_COMMUNES_BY_CODE):
        session.execute(sa.text(statement))
    for parameters in names:
        session.execute(sa.text(FIND_COMMUNES_BY_NAME), parameters)
    for statement in FIND_COMMUNES_OTHERWISE:
        session.execute(sa.text(statement))
    for statement in JUDGE_POSITIONS:
        session.execute(sa.text(statement), {name: value for name, value in limits.items() if f":{name}" in statement})
    return _tell(session, report, codes_expected)


def _stage(session: Session, rows: list[LibraryRow]) -> None:
    columns = [f'"{item.name}" {_sql_type(get_type_hints(LibraryRow)[item.name])}' for item in fields(LibraryRow)]
    session.execute(sa.text("DROP TABLE IF EXISTS pg_temp.library_row, pg_temp.commune_name"))
    session.execute(
        sa.text(
            f"CREATE TEMP TABLE library_row ({', '.join(columns)}, collectivity text, in_collectivity boolean,"
            " department_id text, commune_id text, found_by text, given text, point geography(POINT, 4326),"
            " position_quality text)"
        )
    )
    names = [item.name for item in fields(LibraryRow)]
    copy(
        session,
        "library_row",
        [*names, "collectivity", "in_collectivity"],
        ((*astuple(row), *_collectivity(row)) for row in rows),
    )
    session.execute(sa.text("ANALYZE library_row"))


def _sql_type(hint: Any) -> str:
    if hint == list[str]:
        return "text[]"
    return SQL_TYPES[get_args(hint)[0] if isinstance(hint, UnionType) else hint]


def _collectivity(row: LibraryRow) -> tuple[str | None, bool]:
    """Give the code of the overseas collectivity of a row, if any, and whether its position lies there."""
    said = row.department or (row.insee_code or "")[:3] or COLLECTIVITY_POSTCODES.get((row.postcode or "")[:3])
    for code, (name, west, south, east, north) in COLLECTIVITIES.items():
        if said in (code, name):
            placed = row.latitude is not None and row.longitude is not None
            return code, placed and west <= row.longitude <= east and south <= row.latitude <= north  # type: ignore[operator]
    return None, False


def _tell(session: Session, report: Report, codes_expected: bool) -> set[str]:
    """Put what was repaired and refused into the report."""
    lost = session.execute(
        sa.text(
            "DELETE FROM library_row WHERE commune_id IS NULL AND department_id IS NULL AND collectivity IS NULL"
            " RETURNING line, source_key, city"
        )
    ).all()
    for row in lost:
        report.refused.append(Remark(row.line, row.source_key, f"ni commune ni département trouvés pour « {row.city} »"))
    told = session.execute(
        sa.text(
            "SELECT r.line, r.source_key, r.city, r.insee_code, r.found_by, r.given, r.collectivity, r.in_collectivity,"
            " r.latitude, r.longitude, t.name AS commune, t.code, d.name AS department, r.point IS NULL AS nowhere,"
            " ST_Distance(t.point, CASE WHEN r.given IN ('loin', 'hors du territoire') THEN"
            " ST_MakePoint(r.longitude, r.latitude)::geography END) / 1000 AS km"
            " FROM library_row r LEFT JOIN territory t ON t.id = r.commune_id LEFT JOIN territory d ON d.id = r.department_id"
            " WHERE r.given IS NOT NULL OR r.commune_id IS NULL OR r.found_by <> 'code' ORDER BY r.line"
        )
    )
    for row in told:
        for reason in (_about_commune(row, codes_expected), _about_position(row)):
            if reason:
                report.repaired.append(Remark(row.line, row.source_key, reason))
    return {row.source_key for row in lost}


def _about_commune(row: Any, codes_expected: bool) -> str | None:
    if row.collectivity:
        return f"{COLLECTIVITIES[row.collectivity][0]} : hors des 101 départements, gardée sans commune"
    if row.commune is None:
        return f"commune « {row.city} » introuvable : rattachée au département {row.department}"
    if row.found_by == "ancien code":
        return f"ancien code INSEE {row.insee_code} : commune actuelle {row.commune} ({row.code})"
    if row.found_by == "code" or (row.found_by == "nom" and not codes_expected):
        return None
    code = f"code INSEE {row.insee_code} inconnu" if row.insee_code else "sans code INSEE"
    how = {"nom": "par son nom", "coordonnées": "par les coordonnées", "nom voisin": "par un nom voisin"}[row.found_by]
    return f"{code} : commune trouvée {how}, {row.commune} ({row.code})"


def _about_position(row: Any) -> str | None:
    reasons = {
        "absente": "sans coordonnées",
        "nulle": "coordonnées nulles (0, 0)",
        "impossible": f"coordonnées impossibles ({row.latitude}, {row.longitude})",
        "inversée": f"latitude et longitude inversées ({row.latitude}, {row.longitude})",
        "loin": f"coordonnées à {row.km or 0:.0f} km de la commune",
        "hors du territoire": f"coordonnées ({row.latitude}, {row.longitude}) hors de France ou du département",
    }
    if row.given is None and (not row.collectivity or row.in_collectivity):
        return None
    reason = reasons[row.given] if row.given else f"coordonnées ({row.latitude}, {row.longitude}) hors de la collectivité"
    return f"{reason} : {'sans position' if row.nowhere else 'placée au point de la commune'}"
