"""Any rows → a file to keep: CSV for people, CSV for machines, workbook, GeoJSON.

A `Column` says what a value is called and how it is read from a row; the type of the value says how it is written. People
get French headers, dates JJ/MM/AAAA, decimal commas, « oui » and the labels of codes; machines get snake_case, ISO dates
and the codes themselves. Rows are read as they are written, so that a file of any length takes little memory.
"""

import csv
import io
import itertools
import json
import re
import tempfile
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from math import isfinite
from numbers import Integral, Real
from typing import Any

import sqlalchemy as sa
import xlsxwriter
from flask import Response, send_file, stream_with_context

from app.extensions import db
from app.formats import PARIS

ROWS_IN_A_CHUNK = 500
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: How a cell begins that a spreadsheet would compute instead of showing (OWASP, « CSV injection »).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Column:
    """One column: its header for people, its name for machines, its value in a row.

    The value may be text, a number, a date, a boolean, an enum (whose `label` people read), a list of texts or None.
    `decimals` rounds a fractional number. `shown` gives what people read where it is not the value itself.
    """

    header: str
    name: str
    value: Callable[[Any], object]
    decimals: int | None = None
    shown: Callable[[Any], object] | None = None

    def for_people(self, row: Any) -> object:
        """What people read in a row."""
        return self.shown(row) if self.shown else self.value(row)


def announced(filename: str, extension: str) -> Response:
    """The headers of a file without its content: what HEAD asks for, which nothing has to be read for."""
    response = Response(content_type=CONTENT_TYPES[extension])
    # An empty length would be taken for that of the file.
    response.automatically_set_content_length = False
    return _named(response, filename, extension)


def rows_of(select: sa.Select) -> Generator[Any, None, None]:
    """The rows of a select of columns, read from the database as they are asked for.

    The statement is run at once, so that a database that is away is said by a page, and not by half a file. The session of
    the request is closed first: ask it what else the file needs before.
    """

    def read() -> Generator[Any, None, None]:
        # A session of its own: Flask closes that of the request as soon as the view returns, before the file is written.
        asked = select.execution_options(yield_per=ROWS_IN_A_CHUNK)
        with db.sessionmaker() as session, session.execute(asked) as rows:
            yield None
            yield from rows

    db.session.close()
    reading = read()
    next(reading)
    return reading


def csv_for_people(rows: Iterable[Any], columns: Sequence[Column], filename: str) -> Response:
    """A CSV that a French spreadsheet opens well: semicolons, UTF-8 with BOM, CRLF; no cell is run as a formula."""
    lines: Iterable[Sequence[object]] = itertools.chain(
        [[column.header for column in columns]],
        ([for_people(column.for_people(row), column.decimals) for column in columns] for row in rows),
    )
    body = _csv(lines, delimiter=";", line_end="\r\n", start="\ufeff")
    return _attachment(body, rows, filename, "csv")


def csv_for_machines(rows: Iterable[Any], columns: Sequence[Column], filename: str) -> Response:
    """A CSV for programs: commas, UTF-8 without BOM, snake_case names, ISO dates, codes as they are stored."""
    lines: Iterable[Sequence[object]] = itertools.chain(
        [[column.name for column in columns]],
        ([_machine_text(column, row) for column in columns] for row in rows),
    )
    return _attachment(_csv(lines, delimiter=",", line_end="\n"), rows, filename, "csv")


def geojson(
    rows: Iterable[Any],
    columns: Sequence[Column],
    filename: str,
    position: Callable[[Any], tuple[float, float] | None],
) -> Response:
    """A FeatureCollection (RFC 7946, longitude first); a row without a position has a null geometry, and is kept."""
    features = (_feature(row, columns, position(row)) for row in rows)
    return _attachment(_collection(features), rows, filename, "geojson")


def workbook(
    rows: Iterable[Any], columns: Sequence[Column], filename: str, about: Iterable[tuple[str, object]] = ()
) -> Response:
    """An .xlsx: one sheet of data, where texts (codes above all) stay texts, and a sheet « Lisez-moi » with `about`."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - `send_file` closes it once it is sent
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _write_data(book.add_worksheet("Données"), rows, columns, formats)
        _write_about(book.add_worksheet("Lisez-moi"), about, columns, formats)
    file.seek(0)
    return _named(send_file(file, mimetype=CONTENT_TYPES["xlsx"]), filename, "xlsx")


def for_people(value: object, decimals: int | None = None) -> str:
    """The text of a cell in a spreadsheet; a text that would be taken for a formula gets an apostrophe before it."""
    value = _plain(value, labels=True)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return _decimal(value, decimals).replace(".", ",")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return harmless(value) if isinstance(value, str) else str(value)


def for_machines(value: object, decimals: int | None = None) -> str | int | float | bool | None:
    """The same value for a program: ISO dates, stored codes, numbers rounded to `decimals`, whole ones as integers."""
    value = _plain(value, labels=False)
    if isinstance(value, float):
        rounded = value if decimals is None else round(value, decimals)
        return int(rounded) if rounded.is_integer() else rounded
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def harmless(text: str) -> str:
    """The same text, with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def dated_name(stem: str, extension: str) -> str:
    """`maillage-annuaire-2026-11-22.csv`: ASCII, lower case, the day in Paris."""
    ascii_stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_stem).strip("-")
    return f"maillage-{words}-{datetime.now(PARIS):%Y-%m-%d}.{extension}"


def _plain(value: object, labels: bool) -> object:
    """A value of one of the simple types; a number that is not finite is unknown."""
    if value is None or type(value) in (str, int, bool):
        # Most cells, told at once: a file has a million of them.
        return value
    if isinstance(value, Enum):
        return getattr(value, "label", value.value) if labels else value.value
    if isinstance(value, list | tuple):
        return " ; ".join(str(_plain(item, labels)) for item in value)
    if isinstance(value, datetime):
        # A moment is exported as the day it was in Paris.
        return value.astimezone(PARIS).date()
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    # Numbers of the database and of numpy become those of Python, which `json` and the workbook know.
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isfinite(value) else None


def _decimal(value: float, decimals: int | None) -> str:
    return f"{value:.12g}" if decimals is None else f"{value:.{decimals}f}"


def _machine_text(column: Column, row: Any) -> str | int | float | None:
    value = for_machines(column.value(row), column.decimals)
    return str(value).lower() if isinstance(value, bool) else value


def _csv(lines: Iterable[Sequence[object]], delimiter: str, line_end: str, start: str = "") -> Iterator[bytes]:
    yield start.encode()
    lines = iter(lines)
    while chunk := list(itertools.islice(lines, ROWS_IN_A_CHUNK)):
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=delimiter, lineterminator=line_end).writerows(chunk)
        yield buffer.getvalue().encode()


def _feature(row: Any, columns: Sequence[Column], position: tuple[float, float] | None) -> str:
    coordinates = None if position is None else [round(degrees, 6) for degrees in position]
    feature = {
        "type": "Feature",
        "geometry": coordinates and {"type": "Point", "coordinates": coordinates},
        "properties": {column.name: for_machines(column.value(row), column.decimals) for column in columns},
    }
    return json.dumps(feature, ensure_ascii=False, allow_nan=False)


def _collection(features: Iterator[str]) -> Iterator[bytes]:
    yield b'{"type": "FeatureCollection", "features": ['
    separator = "\n"
    while chunk := list(itertools.islice(features, ROWS_IN_A_CHUNK)):
        yield (separator + ",\n".join(chunk)).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _attachment(body: Iterator[bytes], rows: Iterable[Any], filename: str, extension: str) -> Response:
    response = Response(stream_with_context(body), content_type=CONTENT_TYPES[extension])
    if isinstance(rows, Generator):
        # A reader who goes away in the middle must not keep a connection to the database.
        response.call_on_close(rows.close)
    return _named(response, filename, extension)


def _named(response: Response, filename: str, extension: str) -> Response:
    response.headers["Content-Disposition"] = f"attachment; filename={dated_name(filename, extension)}"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _write_data(sheet: Any, rows: Iterable[Any], columns: Sequence[Column], formats: dict[str, Any]) -> None:
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(12, min(40, len(column.header) + 4)))
        sheet.write_string(0, index, column.header, formats["head"])
    sheet.freeze_panes(1, 0)
    line = 0
    for line, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            _write_cell(sheet, line, index, column, row, formats)
    sheet.autofilter(0, 0, line, len(columns) - 1)


def _write_cell(sheet: Any, line: int, index: int, column: Column, row: Any, formats: dict[str, Any]) -> None:
    value = _plain(column.for_people(row), labels=True)
    if isinstance(value, bool):
        sheet.write_string(line, index, "oui" if value else "non")
    elif isinstance(value, int | float):
        sheet.write_number(line, index, value if column.decimals is None else round(value, column.decimals))
    elif isinstance(value, date):
        sheet.write_datetime(line, index, value, formats["date"])
    elif value is not None:
        sheet.write_string(line, index, str(value), formats["text"])


def _write_about(sheet: Any, about: Iterable[tuple[str, object]], columns: Sequence[Column], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90, formats["wrapped"])
    lines = [*about, ("", ""), ("Colonne", "Nom dans le fichier pour machines"), *((c.header, c.name) for c in columns)]
    for line, (label, value) in enumerate(lines):
        sheet.write_string(line, 0, label, formats["head"] if label in ("Colonne",) else formats["wrapped"])
        sheet.write_string(line, 1, "" if value is None else str(_about_text(value)), formats["wrapped"])


def _about_text(value: object) -> object:
    value = _plain(value, labels=True)
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value
