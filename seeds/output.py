"""A report for people: what the screen says, and the CSV of the rows that were refused, repaired or not matched."""

import csv
from datetime import datetime
from pathlib import Path

from app.clock import PARIS
from app.exports import harmless
from app.formats import plural
from seeds.sync import Remark, Report, SourceError

TITLES = {
    "territoires": "Territoires",
    "agences": "Agences régionales du livre",
    "themes": "Pôles et axes",
    "bibliotheques": "Bibliothèques",
    "reseau": "Réseau des Cités des métiers",
}


def summary(report: Report) -> str:
    """Give the counts, the notes and a sample of the differences."""
    return "\n".join([f"\n{line(report)}", *(f"  {text}" for text in (*report.notes, *report.samples))])


def line(report: Report) -> str:
    """Give the counts in one line."""
    counts = [
        (report.added, "ajoutée", "ajoutées"),
        (report.changed, "changée", "changées"),
        (report.unchanged, "inchangée", "inchangées"),
        (report.gone, "disparue", "disparues"),
        (len(report.refused), "refusée", "refusées"),
        (len(report.repaired), "réparation", "réparations"),
    ]
    told = ", ".join(plural(count, one, several) for count, one, several in counts)
    return f"{TITLES[report.name]} : {plural(report.read, 'ligne lue', 'lignes lues')} ; {told}."


def default_path(folder: Path, what: str) -> Path:
    """Give the place of a report without a name of its own."""
    return folder / f"{what}-{datetime.now(PARIS):%Y-%m-%d-%H%M%S}.csv"


def write_remarks(path: Path, reports: list[Report]) -> None:
    """Write a CSV for people: one line a remark, with the line number, the key and the reason."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
            writer.writerow(["source", "ligne", "suite", "clé", "motif"])
            for report in reports:
                for outcome, remarks in _outcomes(report).items():
                    writer.writerows(
                        [TITLES[report.name], remark.line, outcome, harmless(remark.key), harmless(remark.reason)]
                        for remark in remarks
                    )
    except OSError as error:
        raise SourceError(f"Le rapport « {path} » ne peut pas être écrit ({error.strerror}).") from None


def _outcomes(report: Report) -> dict[str, list[Remark]]:
    return {"refusée": report.refused, "réparée": report.repaired, "non rapprochée": report.unmatched}
