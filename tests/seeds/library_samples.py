"""Small invented files of libraries, made by the tests that need them."""

import csv
import io
from pathlib import Path

FILES = Path(__file__).parent / "files"
COLUMNS = (FILES / "libraries-2024.csv").read_text("utf-8-sig").splitlines()[0].split(";")
USUAL = {
    "cp": "04000",
    "nom_de_l_etablissement": "Bibliothèque inventée",
    "adresse": "1 rue de l’Essai",
    "code_departement": "04",
    "departement": "Alpes-de-Haute-Provence",
    "ville": "Digne-les-Bains",
    "code_insee_commune": "04070",
    "longitude": "6.234144",
    "latitude": "44.091687",
    "statut": "Bibliothèque municipale",
    "type_adresse": "Bâtiment ouvert",
}


def row(code: str, **cells: str) -> dict[str, str]:
    """A row of 2024: an open library of Digne-les-Bains, but for `cells`."""
    return dict.fromkeys(COLUMNS, "") | USUAL | {"code_bib": code} | cells


def text_of(*rows: dict[str, str], delimiter: str = ";") -> str:
    """The rows as a CSV, with the columns of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def file_of(folder: Path, *rows: dict[str, str], name: str = "essai.csv") -> str:
    """Write the rows to a file; give its path."""
    path = folder / name
    path.write_text(text_of(*rows), encoding="utf-8")
    return str(path)
