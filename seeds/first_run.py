"""What `make run` does before it serves: fill what is missing, and nothing else.

A seed whose files are those already loaded is left alone. Libraries come from the file asked for; else, when there are none
yet, from the official address; else, with no network, from the extract that the project carries.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session
from tqdm import tqdm

from seeds import agencies, libraries, network, output, territories, themes
from seeds.fact_files import content_of
from seeds.fetch import fetch
from seeds.sync import Report, SourceError, digest, loaded


def fill(session: Session, libraries_source: str | None, libraries_url: str) -> list[Report]:
    """Load what is missing, with a line for each data set; give the reports of what was loaded."""
    steps: dict[str, Callable[[], Report | None]] = {
        "Territoires": lambda: territories.load(session, write=True),
        "Pôles et axes": lambda: _fill_themes(session),
        "Agences": lambda: _fill_agencies(session),
        "Bibliothèques": lambda: _fill_libraries(session, libraries_source, libraries_url),
        "Réseau": lambda: _fill_network(session),
    }
    reports: list[Report] = []
    with tqdm(total=len(steps), unit="étape", leave=False, disable=None) as bar:
        for title, step in steps.items():
            bar.set_description(title)
            report = step()
            bar.update()
            if report and report.applied:
                reports.append(report)
    # Told once all is well: a step that fails undoes the others.
    for report in reports:
        print(output.line(report), flush=True)
    return reports


def _fill_themes(session: Session) -> Report | None:
    new = _is_new(session, themes.NAME, digest(content_of(themes.FILE)))
    return themes.load(session, write=True) if new else None


def _fill_agencies(session: Session) -> Report | None:
    new = _is_new(session, agencies.NAME, digest(content_of(agencies.FILE)))
    return agencies.load(session, write=True) if new else None


def _fill_network(session: Session) -> Report | None:
    new = _is_new(session, network.NAME, network.files_digest())
    return network.load(session, write=True) if new else None


def _is_new(session: Session, name: str, found: str) -> bool:
    known = loaded(session, name)
    return known is None or known.digest != found


def _fill_libraries(session: Session, source: str | None, url: str) -> Report | None:
    if source:
        document = fetch(source)
        new = _is_new(session, libraries.NAME, document.digest)
        return libraries.load_document(session, document, write=True) if new else None
    if loaded(session, libraries.NAME):
        return None
    try:
        with session.begin_nested():
            return libraries.load_document(session, fetch(url), write=True)
    except SourceError as problem:
        tqdm.write(f"{problem} Un extrait de {_extract_rows()} bibliothèques est chargé à la place.")
    return libraries.load(session, str(libraries.EXTRACT), write=True)


def _extract_rows() -> int:
    return len(libraries.EXTRACT.read_text().splitlines()) - 1
