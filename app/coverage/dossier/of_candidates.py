"""What a dossier says of candidate libraries: the first of them with their reasons, and the map on which they stand."""

from typing import Any

from flask import url_for

from app.coverage.candidates.ranking import Row
from app.coverage.dossier.document import Cell, Items, Paragraph, Picture, Section, Table
from app.coverage.dossier.subject import Subject
from app.coverage.drawing.engine import as_png
from app.coverage.drawing.maps import area_map
from app.coverage.drawing.parts import CandidateMark
from app.coverage.drawing.scene import picture_of
from app.formats import number, plural
from geo.territories import Level

#: Enough to call, few enough to be read through.
FIRST_ONES = 10
HEAD = (
    *("N°", "Bibliothèque", "Habitants en plus à portée", "Score sur 100"),
    *("Ce qui compte pour elle", "Ce qui la ferait monter"),
)
METHOD = (
    "Le score additionne des critères, dont chacun a une échelle et un poids, proposés et que l’on peut changer. Une valeur "
    "qui n’est pas connue n’est pas zéro : le score est alors un intervalle, du pire au mieux, et le rang se fait sur son "
    "milieu. Les bibliothèques sont celles qui sont ouvertes aujourd’hui, quelle que soit la date choisie."
)
SOURCES = ("territoires", "reseau", "bibliotheques")


def drawn(subject: Subject) -> Section:
    """The map: who is within reach, what exists, and the candidates by what each would bring."""
    picture = picture_of(
        subject.session,
        subject.situation,
        subject.members,
        f"{subject.name} : couverture et bibliothèques candidates",
        # Its source stands under it, as that of every part.
        "",
        [_mark(row) for row in subject.candidates.bare_rows(0, FIRST_ONES)],
    )
    figure = picture.figure()
    width, height = figure.get_size_inches()
    part = Picture(
        svg=area_map(picture),
        png=lambda: as_png(picture),
        width_over_height=width / height,
        alternative=picture.description,
        caption="Communes à portée d’une structure ouverte et communes hors d’atteinte ; les numéros sont ceux des candidates.",
        source=subject.sources.line(*SOURCES),
    )
    return Section("carte", "La carte", (part,))


def candidates(subject: Subject) -> Section:
    """The first candidates in order: what each would bring, its score and what counts most for it."""
    found = subject.candidates
    title = "Bibliothèques candidates"
    if not len(found):
        return Section("candidates", title, (Paragraph("L’annuaire ne connaît aucune bibliothèque ouverte ici."),))
    rows = found.rows(0, FIRST_ONES)
    table = Table(
        f"{_shown(len(rows), len(found))}, pour un centre associé",
        HEAD,
        tuple(_row(row) for row in rows),
        frozenset({2, 3}),
        (6, 24, 14, 14, 24, 18),
        subject.sources.line(*SOURCES),
    )
    more = Items((Cell("Chaque contribution, les échelles et les poids, à changer en ligne", _address(subject)),))
    return Section("candidates", title, (Paragraph(METHOD), table, more))


def _shown(shown: int, found: int) -> str:
    if shown < found:
        return f"Les {shown} premières sur {plural(found, 'bibliothèque')}"
    return "La seule bibliothèque" if found == 1 else f"Les {found} bibliothèques"


def _row(row: Row) -> tuple[Cell, ...]:
    assert row.institution is not None
    sheet = url_for("directory.sheet", public_id=row.institution.public_id, _external=True)
    home = row.institution.territory
    town = f", {home.name}" if home is not None and home.level is Level.COMMUNE else ""
    score = number(row.score, 1)
    between = "" if row.is_certain else f" (de {number(row.low, 1)} à {number(row.high, 1)})"
    return (
        Cell(str(row.rank)),
        Cell(f"{row.institution.name}{town}", sheet),
        Cell(number(row.gain)),
        Cell(f"{score}{between}"),
        Cell(" ; ".join(row.reasons()) or "—"),
        Cell(f"{row.change.said} : {row.change.effect}" if row.change else "—"),
    )


def _mark(row: Row) -> CandidateMark:
    return CandidateMark(row.rank, row.library.name, row.longitude, row.latitude, row.gain)


def _address(subject: Subject) -> str:
    args: dict[str, Any] = {**subject.candidates.question.permanent_args}
    return url_for("candidates.index", **args, _external=True)
