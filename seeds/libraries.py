"""The Ministry's public libraries: its file, in any of its dialects, into the directory.

All or nothing, and no row disappears: each is added, changed, unchanged or refused. Each library read is observed at the
file's date: « ouvert », or « état non établi » for premises that the file does not say open. One that the file no longer
names is not deleted: « absent de la liste », once. A partial file (the project's own extract) makes none absent, nor does one
with a refused row whose code cannot be read: that row may name any of them.
The institutions of other sources, the Bpi among them, are not touched.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from tqdm import tqdm

from app.clock import today
from app.config import read as read_settings
from seeds import institutions, library_losses, library_observations
from seeds.fetch import Document, fetch
from seeds.library_files import Table, read
from seeds.library_matching import keep_addresses, keep_codes, match_without_number, refuse_moved
from seeds.library_places import place
from seeds.library_rows import Cleaned, clean
from seeds.staging import prepare, require_territories
from seeds.sync import Remark, Report, Source, SourceError, digest, loaded, record

NAME = "bibliotheques"
TITLE = "Adresses des bibliothèques publiques"
EXTRACT = Path(__file__).parent / "data" / "libraries-extract.csv"
#: Digest of a known file → the day of its export: the file itself does not say it.
KNOWN_VINTAGES = {
    "84f811f7141b2b40f774a0a2b1d46a14dbb10309047a44a5ba3442fad1e9e19c": (
        date(2024, 8, 22),
        "export de 2024, tel qu’il était publié le 22 août 2024",
    ),
}
EXTRACT_VINTAGE = (date(2024, 8, 22), "extrait de l’export de 2024, tel qu’il était publié le 22 août 2024")
#: Columns of a library → the column of the file that gives them; the others are in every dialect.
FROM_FILE = {
    "aliases": "second_name",
    "statute": "statute",
    "website": "website",
    "phone": "phone",
    "surface_m2": "surface_m2",
    "weekly_hours": "weekly_hours",
    "paid_staff": "paid_staff",
    "volunteers": "volunteers",
    "address": "address",
    "postcode": "postcode",
}
ALWAYS = ("kind", "name", "territory_id", "country", "city", "point", "position_quality", "code_bib")

STAGE = """
    INSERT INTO staged_institution (line, source_key, public_id, kind, name, aliases, country, territory_id, address, postcode,
        city, point, position_quality, website, phone, code_bib, statute, surface_m2, weekly_hours, paid_staff, volunteers)
    SELECT line, source_key, public_id, kind, name, aliases, 'FR', coalesce(commune_id, department_id), address, postcode,
        city, point, position_quality, website, phone, code_bib, statute, surface_m2, weekly_hours, paid_staff, volunteers
    FROM library_row
"""


@dataclass(frozen=True)
class Reading:
    """A file, cleaned, with what it says of itself."""

    source: Source
    table: Table
    cleaned: Cleaned
    partial: bool
    accept_losses: bool


def load(
    session: Session,
    source: str | None = None,
    *,
    write: bool,
    vintage: date | None = None,
    partial: bool = False,
    accept_losses: bool = False,
    older: bool = False,
) -> Report:
    """Load a file or an address (by default the official one); without `write`, only tell what would change.

    `vintage`: the day at which the file was true, when it is known better than by the file. `partial`: the file does not
    claim to name every library. `accept_losses`: it leaves out many, and rightly. `older`: it may be older than the one loaded.
    Raises `SourceError` on what cannot be loaded; commits nothing.
    """
    document = fetch(source or read_settings()["LIBRARIES_URL"])
    return load_document(
        session, document, write=write, vintage=vintage, partial=partial, accept_losses=accept_losses, older=older
    )


def load_document(
    session: Session,
    document: Document,
    *,
    write: bool,
    vintage: date | None = None,
    partial: bool = False,
    accept_losses: bool = False,
    older: bool = False,
) -> Report:
    """Load a document already read, as `load` does."""
    require_territories(session)
    with tqdm(total=4, desc="Bibliothèques", unit="étape", delay=1, leave=False, disable=None) as bar:
        table = read(document)
        reading = Reading(
            source=_source(session, document, vintage),
            table=table,
            cleaned=clean(table),
            partial=partial or _is_extract(document),
            accept_losses=accept_losses,
        )
        if not older:
            library_losses.refuse_older(session, reading.source)
        bar.update()
        report = Report(NAME, read=len(table.rows) + len(table.broken))
        columns, refused_keys = _stage(session, reading, report)
        bar.update()
        institutions.compare(session, columns, report)
        gone = _gone(session, reading, refused_keys, report)
        bar.update()
        if write:
            _record(session, reading)
            institutions.apply(session, reading.source, columns, reading.source.vintage)
            library_observations.write(session, reading.source, gone)
        bar.update()
    report.applied = write
    report.refused.sort(key=lambda remark: remark.line)
    report.repaired.sort(key=lambda remark: remark.line)
    report.check()
    return report


def _is_extract(document: Document) -> bool:
    """Tell the project's own extract, wherever its copy lies."""
    return document.digest == digest(EXTRACT.read_bytes())


def _source(session: Session, document: Document, vintage: date | None) -> Source:
    """Say what the file is, and how old: by the date given, the server, what is known of it, or the day of first reading."""
    known = loaded(session, NAME)
    if vintage:
        day, note = vintage, "date donnée au chargement"
    elif known and known.digest == document.digest:
        day, note = known.vintage, known.vintage_note or ""
    elif document.modified:
        day, note = document.modified, "date du fichier sur le serveur"
    elif _is_extract(document):
        day, note = EXTRACT_VINTAGE
    else:
        day, note = KNOWN_VINTAGES.get(
            document.digest, (today(), "jour de la première lecture du fichier, dont la date n’est pas connue")
        )
    if day > today():
        raise SourceError(f"La date du fichier ({day:%d/%m/%Y}) est dans le futur.")
    return Source(
        name=NAME,
        title=TITLE,
        producer="Ministère de la Culture",
        licence="Licence Ouverte 2.0",
        url=document.url or "https://www.data.gouv.fr/fr/datasets/adresses-des-bibliotheques-publiques-2/",
        vintage=day,
        vintage_note=note,
        digest=document.digest,
    )


def _stage(session: Session, reading: Reading, report: Report) -> tuple[list[str], set[str]]:
    """Place and match the rows; give the columns that the file has, and the keys of the rows refused."""
    cleaned, has = reading.cleaned, reading.table.columns
    report.refused += cleaned.refused
    report.repaired += cleaned.repaired
    refused_keys = cleaned.refused_keys | place(session, cleaned.rows, report, codes_expected="insee_code" in has)
    refused_keys |= refuse_moved(session, NAME, report)
    prepare(session)
    session.execute(sa.text(STAGE))
    institutions.match_by_key(session, NAME)
    without_number = match_without_number(session, NAME, refused_keys)
    keep_codes(session)
    if not {"complement", "address", "second_name"} <= has:
        keep_addresses(session)
    institutions.refuse_taken_identifiers(session, report)
    _tell(session, reading, report, without_number)
    return [*ALWAYS, *(column for column, name in FROM_FILE.items() if name in has)], refused_keys


def _tell(session: Session, reading: Reading, report: Report, without_number: int) -> None:
    """Say what is read as unknown, and what is matched otherwise than by its code, or not at all."""
    if reading.cleaned.zeros:
        report.notes.append(f"Zéros lus comme « inconnu » (surface, heures, personnel) : {reading.cleaned.zeros}.")
    if without_number:
        report.notes.append(f"Lignes rapprochées d’un export précédent par leur nom ou leur adresse : {without_number}.")
    uncoded = session.scalar(sa.text("SELECT count(*) FROM staged_institution WHERE code_bib IS NULL"))
    if uncoded:
        report.notes.append(f"Lignes sans code du ministère, de clé faite du département, de la ville et du nom : {uncoded}.")


def _gone(session: Session, reading: Reading, refused_keys: set[str], report: Report) -> list[int]:
    """Give the libraries that become absent from the list; refuse a file that leaves too many out."""
    if reading.partial:
        report.notes.append("Fichier partiel : les bibliothèques qu’il ne nomme pas restent ce qu’elles étaient.")
        return []
    missing = library_observations.missing(session, NAME, reading.source, refused_keys)
    if not reading.accept_losses:
        library_losses.refuse_losses(session, NAME, [row.id for row in missing])
    if reading.cleaned.unnamed:
        report.notes.append(
            "Aucune bibliothèque n’est déclarée absente : le code d’une ligne refusée ne peut pas être lu"
            f" (ligne {reading.cleaned.unnamed[0]})."
        )
        return []
    report.gone = len(missing)
    if missing:
        _tell_unmatched(session, report)
    report.samples += [f"- {row.name} ({row.public_id}) : absente de la liste" for row in missing[: institutions.EXAMPLES]]
    return [row.id for row in missing]


def _tell_unmatched(session: Session, report: Report) -> None:
    """List the new libraries when others are gone: some may be the same, that nothing matches."""
    added = "SELECT line, source_key, name, city FROM staged_institution WHERE institution_id IS NULL ORDER BY line"
    for row in session.execute(sa.text(added)):
        reason = f"« {row.name} », à {row.city} : nouvelle, ou non rapprochée d’un export précédent"
        report.unmatched.append(Remark(row.line, row.source_key, reason))


def _record(session: Session, reading: Reading) -> None:
    """Write what was loaded; a partial file does not hide the whole one that was loaded before it."""
    known = loaded(session, NAME)
    if not (reading.partial and known and known.row_count > len(reading.cleaned.rows)):
        record(session, reading.source, len(reading.cleaned.rows))
