"""The Ministry's file of libraries, in each dialect that it has had, as rows under one set of names.

CSV of 2020 (`Libelle1;…;coordonnees_finales`), of 2024 (`cp;code_bib;surface;…`), of 2025 (`Code_bib,…,site_internet`),
and the portal's JSON. What tells them apart is the header, read without accents, case nor punctuation: the name of a
column, not its place. A column that a dialect lacks is absent from its rows, which is not the same as empty.

One line of a CSV is one row, always: a quote that is not closed breaks its own line and swallows none of those that follow.
"""

import csv
import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from seeds.fetch import Document
from seeds.sync import SourceError

#: The header of each dialect, folded → our name.
COLUMNS = {
    "codebib": "code_bib",
    "codeua": "code_ua",
    "nomdeletablissement": "name",
    "libelle1": "name",
    "libelle2": "second_name",
    "complement": "complement",
    "localisation": "complement",
    "adresse": "address",
    "voie": "address",
    "cp": "postcode",
    "ville": "city",
    "codedepartement": "department_code",
    "departement": "department",
    "dept": "department",
    "codeinseecommune": "insee_code",
    "insee": "insee_code",
    "longitude": "longitude",
    "latitude": "latitude",
    "geolocalisation": "position",
    "coordonneesfinales": "position",
    "coordonneesban": "address_position",
    "statut": "statute",
    "typeadresse": "address_kind",
    "surface": "surface_m2",
    "amplitudehoraire": "weekly_hours",
    "nombredesalaries": "paid_staff",
    "nombredebenevoles": "volunteers",
    "siteinternet": "website",
    "telephone": "phone",
}
REQUIRED = {"code_bib": "code_bib", "name": "nom_de_l_etablissement", "city": "ville", "address_kind": "type_adresse"}
DELIMITERS = ";,\t|"
LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class Broken:
    """A line that is no row: why, and what its code may be, as (code_bib, code_ua) where each would stand.

    A line with a cell too many or too few has its code at its place from the left or from the right.
    """

    line: int
    reason: str
    codes: tuple[tuple[str, str], ...] = ()
    empty: bool = False


@dataclass
class Table:
    """The rows of a file: (line or record number, {our name: text}), the names that it has, and the lines that are broken."""

    columns: frozenset[str]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)


def read(document: Document) -> Table:
    """Give the table that a document holds; refuse what is no list of libraries, or is cut short."""
    text = _text(document)
    start = text.lstrip()[:1]
    if start == "<":
        raise SourceError(f"« {document.place} » est une page web ou un document XML, pas la liste des bibliothèques.")
    if start in ("[", "{"):
        return _read_json(text, document.place)
    return _read_csv(text, document.place)


def _text(document: Document) -> str:
    """Decode: by the byte order mark, else UTF-8, else the Windows and ISO encodings of western Europe."""
    content, place = document.content, document.place
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if "utf" in encoding and error.reason in ("unexpected end of data", "truncated data"):
                raise SourceError(f"« {place} » est tronqué : son dernier caractère est coupé.") from None
            continue
        if "\0" in text:
            raise SourceError(f"« {place} » n’est pas un fichier de texte.")
        if encoding != "utf-8" and ("Ã©" in text or "Ã¨" in text):
            break
        return text
    raise SourceError(f"« {place} » mélange deux encodages : enregistrez-le en UTF-8.")


def _read_csv(text: str, place: str) -> Table:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if max(map(len, lines)) > LONGEST_LINE:
        raise SourceError(f"« {place} » a une ligne de plus d’un million de caractères : ce n’est pas le fichier attendu.")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip(" \t\ufeff") or "\t" in line]
    first = numbered[0][1] if numbered else ""
    delimiter = max(DELIMITERS, key=lambda mark: len(_names(first.split(mark))))
    names = _named(_cells(first, delimiter) or [], place)
    table = Table(frozenset(name for name in names if name))
    for number, line in numbered[1:]:
        cells = _cells(line, delimiter)
        if cells is not None and len(cells) == len(names) and any(cell.strip() for cell in cells):
            table.rows.append((number, {name: cell for name, cell in zip(names, cells, strict=True) if name}))
        else:
            table.broken.append(_broken(number, cells, line.split(delimiter), names))
    _refuse_damaged(table, len(numbered[-1][1].split(delimiter)), len(names), place)
    return _not_empty(table, place)


def _cells(line: str, delimiter: str) -> list[str] | None:
    """Give the cells of one line; None when its quotes are not all closed, or a cell is beyond what a CSV may hold."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _broken(line: int, cells: list[str] | None, pieces: list[str], names: list[str]) -> Broken:
    """Say why a line is no row: from its cells, or from its pieces when its quotes do not let it be read."""
    if cells is None:
        reason = "guillemet mal fermé" if any('"' in piece for piece in pieces) else "cellule beaucoup trop longue"
    elif any(cell.strip() for cell in cells):
        reason = f"{len(cells)} colonnes au lieu de {len(names)}"
    else:
        return Broken(line, "ligne vide", empty=True)
    found = pieces if cells is None else cells
    shifts = dict.fromkeys((0, len(found) - len(names)))
    codes = tuple((_at(found, names, "code_bib", shift), _at(found, names, "code_ua", shift)) for shift in shifts)
    return Broken(line, reason, codes)


def _at(cells: list[str], names: list[str], name: str, shift: int) -> str:
    place = names.index(name) + shift if name in names else -1
    return cells[place].strip(' "') if 0 <= place < len(cells) else ""


def _refuse_damaged(table: Table, last_cells: int, columns: int, place: str) -> None:
    """Refuse a file whose one broken line is the last, cut short, or that has more broken lines than rows."""
    damaged = [broken for broken in table.broken if not broken.empty]
    last_row = table.rows[-1][0] if table.rows else 0
    if len(damaged) == 1 and damaged[0].line > last_row and last_cells < columns:
        raise SourceError(f"« {place} » est tronqué : sa dernière ligne ({damaged[0].line}) n’a que {last_cells} colonnes.")
    if len(damaged) > len(table.rows):
        raise SourceError(
            f"« {place} » est mal formé : {len(damaged)} lignes n’ont pas les colonnes de l’en-tête,"
            f" la première à la ligne {damaged[0].line} ({damaged[0].reason})."
        )


def _read_json(text: str, place: str) -> Table:
    try:
        data = json.loads(text)
    except RecursionError:
        raise SourceError(f"« {place} » n’est pas la liste des bibliothèques.") from None
    except ValueError as error:
        where = f" à la ligne {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise SourceError(f"« {place} » est un JSON tronqué ou mal formé{where}.") from None
    records = [_flat(record) for record in _list_of_records(data)]
    keys = list(dict.fromkeys(key for record in records for key in record))
    names = dict(zip(keys, _named(keys, place), strict=True))
    table = Table(frozenset(name for name in names.values() if name))
    empty = dict.fromkeys(table.columns, "")
    for number, record in enumerate(records, 1):
        known = {name: _as_text(value) for key, value in record.items() if (name := names[key])}
        table.rows.append((number, empty | known))
    return _not_empty(table, place)


def _list_of_records(data: Any) -> list[Any]:
    """Find the records: a bare list, the portal's `results`, its older `records`, or the `features` of a GeoJSON."""
    for key in ("results", "records", "features"):
        if isinstance(data, dict) and isinstance(data.get(key), list):
            data = data[key]
    return data if isinstance(data, list) else []


def _flat(record: Any) -> dict[str, Any]:
    """Give the fields of a record, which older exports and GeoJSON wrap."""
    for key in ("record", "fields", "properties"):
        if isinstance(record, dict) and isinstance(record.get(key), dict):
            record = record[key]
    return record if isinstance(record, dict) else {}


def _as_text(value: Any) -> str:
    """Write a JSON value as the CSV would: a position as « lat, lon », null as nothing."""
    if isinstance(value, dict):
        return f"{value.get('lat', '')}, {value.get('lon', '')}"
    if isinstance(value, list):
        return ", ".join(map(_as_text, value))
    if value is None or value != value:  # NaN, that some exports write, is not equal to itself
        return ""
    return str(value)


def _named(header: list[str], place: str) -> list[str]:
    """Give our name of each column ("" where we have no use for it); refuse a header without the needed ones."""
    names: list[str] = []
    for cell in header:
        name = COLUMNS.get(fold(cell), "")
        names.append("" if name in names else name)
    missing = [title for name, title in REQUIRED.items() if name not in names]
    if missing:
        raise SourceError(f"« {place} » n’est pas la liste des bibliothèques publiques : il y manque {_enumerated(missing)}.")
    return names


def _enumerated(titles: list[str]) -> str:
    word = "la colonne" if len(titles) == 1 else "les colonnes"
    return f"{word} {', '.join(titles)}"


def _names(header: list[str]) -> set[str]:
    return {COLUMNS[fold(cell)] for cell in header if fold(cell) in COLUMNS}


def _not_empty(table: Table, place: str) -> Table:
    if not table.rows:
        raise SourceError(f"« {place} » ne contient aucune bibliothèque.")
    return table


def fold(text: str) -> str:
    """Give the letters and digits of a text, without accents nor case: « Région » and `region` are the same."""
    plain = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^a-z0-9]", "", plain.encode("ascii", "ignore").decode().lower())
