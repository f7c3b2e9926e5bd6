"""One row of the Ministry's file, cleaned: what it says of one library, or why it cannot be kept.

Names and addresses stay as the Ministry writes them, but for spaces. Keys:

- `source_key` is the same in every export: the number of `135.0` (2024), `135` or `LI135` (2025) is one library; `BD101`
  stays whole, because the departmental libraries have no number in other exports.
- `code_bib` is the Ministry's text, without the `.0` that a spreadsheet added: that of the export that first gave this key, so
  that `135` does not become `LI135` and back from one export to the other.
- The departmental libraries of 2024 have no code: theirs is made of department, town and name. Across exports they are
  matched by town and name, or town and address (`seeds/library_matching.py`).
- The export of 2020 may give several sites one `code_bib`: there `code_ua` makes the difference.

A 0 that means "unknown" is stored as unknown: surface and hours always (a library has both), staff and volunteers when both
are 0, since nobody opens a library alone; 0 employees beside volunteers is a fact.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from app.directory.models import Kind
from seeds.library_cells import LARGEST_NUMBERS, digits, insee_code, number, phone, position, website
from seeds.library_files import Broken, Table, fold
from seeds.sync import Remark

KINDS = {
    "batimentouvert": Kind.LIBRARY,
    "bibliothequeouverteaupublic": Kind.LIBRARY,
    "bibliobus": Kind.BOOKMOBILE,
    "bibliothequedepartementale": Kind.DEPARTMENTAL,
}
#: « 04 - », that the Ministry writes before the name of a departmental library in some exports only.
DEPARTMENT_PREFIX = "^[0-9][0-9AB][0-9M]? ?- "
TEXT_NAMES = {"name": "nom", "second_name": "second nom", "address": "adresse", "complement": "complément d’adresse"}
#: Characters: several times the longest of the official files. Beyond, a row is no library.
LONGEST = 300
LONGEST_ADDRESS = 500
READABLE_KEY = re.compile(r"[\w. /-]{1,200}", re.ASCII)
#: What a code looks like where the cells of a line cannot be trusted.
NUMBERED_KEY = re.compile(r"[A-Z]{0,3}[0-9]{1,9}")


@dataclass
class LibraryRow:
    """A cleaned row. Numbers are None where unknown; the position is the file's own, not yet checked."""

    line: int
    source_key: str
    public_id: str
    code_bib: str | None
    kind: str
    name: str
    aliases: list[str]
    statute: str | None
    address: str | None
    postcode: str | None
    city: str
    city_key: str
    insee_code: str | None
    department: str | None
    latitude: float | None
    longitude: float | None
    address_known: bool
    website: str | None = None
    phone: str | None = None
    surface_m2: float | None = None
    weekly_hours: float | None = None
    paid_staff: float | None = None
    volunteers: float | None = None


@dataclass
class Cleaned:
    """The rows of a file: kept, refused, repaired; and how many zeros were read as unknown.

    `refused_keys`: the libraries that a refused row names, which are thus in the list. `unnamed`: the lines of the refused
    rows that may name any library, because their code cannot be read.
    """

    rows: list[LibraryRow] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    repaired: list[Remark] = field(default_factory=list)
    refused_keys: set[str] = field(default_factory=set)
    unnamed: list[int] = field(default_factory=list)
    zeros: int = 0


def clean(table: Table) -> Cleaned:
    """Clean every row of a table; each row is either kept or refused, none disappears."""
    cleaned = Cleaned()
    for broken in table.broken:
        _refuse_broken(cleaned, broken)
    codes = Counter(key_of(values["code_bib"]) for _, values in table.rows)
    taken: set[str] = set()
    for line, values in table.rows:
        values = {name: tidy(value) for name, value in values.items()}
        key = _source_key(values, codes, taken)
        if reason := _objection(key, values):
            _refuse(cleaned, line, key, reason)
            if not READABLE_KEY.fullmatch(key) or not key_of(values["code_bib"]):
                cleaned.unnamed.append(line)
        elif slug(key) in taken:
            _refuse(cleaned, line, key, "code déjà donné à une ligne précédente")
        else:
            taken.add(slug(key))
            cleaned.rows.append(_row(line, key, values, cleaned))
    return cleaned


def _objection(key: str, values: dict[str, str]) -> str | None:
    """Say why a row cannot be kept, or None."""
    if not values["name"]:
        return "sans nom"
    if not values["city"] and not values.get("insee_code"):
        return "sans ville ni code INSEE"
    if not READABLE_KEY.fullmatch(key) or not slug(key):
        return "code de bibliothèque illisible"
    for name, text in values.items():
        longest = LONGEST_ADDRESS if name in ("address", "complement") else LONGEST
        if len(text) > longest:
            return f"{TEXT_NAMES.get(name, 'cellule')} de {len(text)} caractères, plus que les {longest} admis"
    return None


def _refuse(cleaned: Cleaned, line: int, key: str, reason: str) -> None:
    cleaned.refused.append(Remark(line, key, reason))
    cleaned.refused_keys.add(key)


def _refuse_broken(cleaned: Cleaned, broken: Broken) -> None:
    """Refuse a broken line; what it may name is kept from becoming absent."""
    keys = [(key, site) for code, site in broken.codes if NUMBERED_KEY.fullmatch(key := key_of(code))]
    cleaned.refused.append(Remark(broken.line, keys[0][0] if keys else "", broken.reason))
    cleaned.refused_keys.update(key for key, _ in keys)
    cleaned.refused_keys.update(f"{key}-{key_of(site)}" for key, site in keys if site)
    if not keys and not broken.empty:
        cleaned.unnamed.append(broken.line)


def tidy(text: str) -> str:
    """Trim, and make one space of each run of spaces and control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b\ufeff]+", " ", text).strip()


def key_of(code: str) -> str:
    """Give the key of a `code_bib`, the same for `135.0`, `135` and `LI135`; "" when there is none."""
    code = tidy(code)
    numbered = re.fullmatch(r"(?:LI)?0*(\d+)(?:[.,]0+)?", code, re.IGNORECASE)
    return (numbered[1] if numbered[1] != "0" else "") if numbered else code.upper()


def slug(text: str) -> str:
    """Give a text for an address: lower case, without accents, words joined by `-`."""
    text = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return re.sub(r"[^a-z0-9]+", "-", text.encode("ascii", "ignore").decode().lower()).strip("-")


def _source_key(values: dict[str, str], codes: Counter[str], taken: set[str]) -> str:
    key = key_of(values["code_bib"])
    if key and codes[key] > 1 and values.get("code_ua"):
        return f"{key}-{key_of(values['code_ua'])}"
    if key:
        return key
    place = values.get("department_code") or values.get("department", "")
    name = re.sub(DEPARTMENT_PREFIX, "", values["name"])
    key = slug(f"{place} {values['city']} {name}")
    return slug(f"{key} {values.get('address', '')}") if key in taken else key


def _code(values: dict[str, str], key: str) -> str | None:
    """Give the Ministry's text of the code; that of a shared code has its site's."""
    shared = key.startswith(f"{key_of(values['code_bib'])}-")
    code = key if shared else re.sub(r"[.,]0+$", "", values["code_bib"])
    return code if key_of(values["code_bib"]) else None


def _row(line: int, key: str, values: dict[str, str], cleaned: Cleaned) -> LibraryRow:
    reasons: list[str] = []
    latitude, longitude = position(values, reasons)
    address, aliases = _address(values)
    row = LibraryRow(
        line=line,
        source_key=key,
        public_id=f"bib-{slug(key)}",
        code_bib=_code(values, key),
        kind=kind_of(values["address_kind"], values.get("statute", "")).value,
        name=values["name"],
        aliases=aliases,
        statute=values.get("statute") or None,
        address=address,
        postcode=digits(values, "postcode", "code postal", reasons),
        city=values["city"],
        city_key=city_key(values["city"]),
        insee_code=insee_code(values.get("insee_code", "")),
        department=values.get("department_code") or values.get("department") or None,
        latitude=latitude,
        longitude=longitude,
        address_known="address_position" not in values or bool(values["address_position"]),
        website=website(values.get("website", ""), reasons),
        phone=phone(values.get("phone", ""), reasons),
        **_numbers(values, reasons, cleaned),
    )
    cleaned.repaired += [Remark(line, key, reason) for reason in reasons]
    return row


def kind_of(address_kind: str, statute: str) -> Kind:
    """Give the kind: an open building is a library whatever its statute; what else is departmental is of the department."""
    known = KINDS.get(fold(address_kind))
    if known is None:
        return Kind.DEPARTMENTAL if fold(statute).startswith("bibliothequedepartementale") else Kind.LIBRARY_PREMISES
    return known


def city_key(city: str) -> str:
    """Give a town's name to look up: without CEDEX, number of arrondissement, nor article between brackets at its end."""
    city = re.sub(r"\bcedex\b.*$", "", city, flags=re.IGNORECASE)
    city = re.sub(r"^(paris|lyon|marseille)\b[ -]*\d+.*$", r"\1", city, flags=re.IGNORECASE)
    return tidy(re.sub(r"^(.*\S)\s*\((l[’']|la|le|les)\)$", r"\2 \1", tidy(city), flags=re.IGNORECASE))


def _address(values: dict[str, str]) -> tuple[str | None, list[str]]:
    """Give the address, and the second name as one that a search finds (« La Passerelle »); alone, it is the address."""
    lines = [line for line in (values.get("complement", ""), values.get("address", "")) if line]
    second = values.get("second_name", "")
    if not lines:
        return second or None, []
    useless = {"", fold(values["name"]), fold(values["city"]), "mairie"}
    return ", ".join(dict.fromkeys(lines)), [] if fold(second) in useless else [second]


def _numbers(values: dict[str, str], reasons: list[str], cleaned: Cleaned) -> dict[str, float | None]:
    numbers = {name: number(values.get(name, ""), name, reasons) for name in LARGEST_NUMBERS}
    nobody = not numbers["paid_staff"] and not numbers["volunteers"]
    for name, value in numbers.items():
        if value == 0 and (nobody or name in ("surface_m2", "weekly_hours")):
            numbers[name] = None
            cleaned.zeros += 1
    return numbers
