"""The example of the README: departments 04 and 06 on the day of the article, 30 km, three places.

    DATABASE_URL=… python -m tests.example exemple            with a database that holds the Ministry's whole file
    DATABASE_URL=… python -m tests.example exemple-extrait    with one that holds the extract of seeds/data

`tests/consistency/test_example_in_readme.py` computes the same again, and compares.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app import create_app
from app.coverage.candidates import reading
from app.coverage.candidates.ranking import Row, ranked
from app.coverage.drawing.engine import as_png
from app.coverage.drawing.parts import CandidateMark
from app.coverage.drawing.scene import picture_of
from app.coverage.sites.answering import all_departments, answer
from app.coverage.sites.models import Aim
from app.coverage.sites.question import kept_question
from app.coverage.sites.studying import Study, study
from app.directory.memberships.permissions import Actor
from app.extensions import db
from app.formats import number, percent
from geo.progress import Progress

README = Path(__file__).resolve().parents[1] / "README.md"
WHOLE, EXTRACT = "exemple", "exemple-extrait"
MAP = README.parent / "app/static/img/exemple-04-06.png"
#: What is asked, as parameters of a URL: of /prochains-lieux, and of /bibliotheques-candidates.
AREA = {"territoires": "departement-04;departement-06", "date": "2017-07-11", "rayon": "30"}
ELIGIBLE = {"heures": "15", "salaries": "y", "inconnus": "non"}
SITES = {**AREA, **ELIGIBLE, "but": Aim.MOST.value, "nombre": "3", "type": ["bibliotheque"]}
STALE_AFTER_MONTHS = 24


def solved(session: Session) -> tuple[Study, dict[str, Any], NDArray[np.bool_]]:
    """The question as the site studies it, its answer, and which communes are then within reach."""
    asked = study(session, kept_question(session, SITES), STALE_AFTER_MONTHS)
    return asked, *answer(asked, session.scalars(all_departments()).all(), _unwatched)


def _unwatched(progress: Progress) -> None:
    """Nobody waits."""


def text(session: Session) -> str:
    """The example in Markdown: the numbers, their proof, and the reasons of each choice."""
    _, found, _ = solved(session)
    rows = _by_id(session)
    gain, greedy = (sum(site["gain"] for site in found[choice]) for choice in ("sites", "greedy"))
    bound = found["bound"]
    proof = "aucun autre choix de trois ne fait mieux" if bound == gain else f"aucun choix ne dépasse {number(bound)}"
    lines = [
        f"Sur {number(found['total'])} habitants, {number(found['already'])} vivent à 30 km au plus d'une structure ouverte",
        f"ce jour-là. {found['candidates']} bibliothèques sont possibles.",
        f"Trois lieux en rapprochent **{number(gain)}** de plus et {proof} ;",
        f"prendre à chaque fois la plus utile, sans revenir en arrière, en rapproche {number(greedy)}.",
        "",
        "| | Bibliothèque | Habitants de plus | À portée ensuite | Seule | Rang parmi les candidates, et ses raisons |",
        "|---|---|--:|--:|--:|---|",
    ]
    for place, site in enumerate(found["sites"], start=1):
        row = rows[site["id"]]
        cells = (
            *(str(place), f"{site['name']}, {site['place']}", number(site["gain"]), percent(site["within"] / found["total"])),
            *(number(row.gain), f"{row.rank} : {', '.join(row.reasons())}"),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def drawn(session: Session) -> bytes:
    """The map of the answer, as a PNG: who is within reach once the three places are open."""
    asked, found, reached = solved(session)
    marks = [
        CandidateMark(place, site["name"], site["longitude"], site["latitude"], site["gain"])
        for place, site in enumerate(found["sites"], start=1)
    ]
    title = "04 et 06 au 11 juillet 2017 : trois lieux à 30 km"
    source = "INSEE, IGN, Bpi, ministère de la Culture"
    picture = picture_of(session, asked.situation, asked.counted, title, source, marks, reached=reached)
    return as_png(replace(picture, heading=True), dpi=90)


def _by_id(session: Session) -> dict[str, Row]:
    """The candidates of the same area, as any visitor reads them."""
    asked = reading.read(session, MultiDict({**AREA, **ELIGIBLE}), STALE_AFTER_MONTHS).question
    assert asked is not None
    return {row.library.public_id: row for row in ranked(session, Actor(), asked).bare_rows()}


def marked(name: str) -> tuple[str, str]:
    """The lines of the README between which an example stands."""
    return f"<!-- {name} : début -->\n", f"\n<!-- {name} : fin -->"


def shown(name: str) -> str:
    """The example as it stands in the README."""
    start, end = marked(name)
    return README.read_text().split(start)[1].split(end)[0]


def main(name: str) -> None:
    """Write the text, and the map of the whole file."""
    with create_app().app_context():
        start, end = marked(name)
        before, rest = README.read_text().split(start)
        README.write_text(before + start + text(db.session) + end + rest.split(end)[1])
        if name == WHOLE:
            MAP.write_bytes(drawn(db.session))


if __name__ == "__main__":
    main(sys.argv[1])
