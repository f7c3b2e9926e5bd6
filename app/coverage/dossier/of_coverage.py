"""What a dossier says of coverage: key figures, communes out of reach, the places that serve the territory."""

from flask import url_for

from app.coverage import tables
from app.coverage.dossier.document import Cell, Figure, Figures, Items, Paragraph, Part, Section, Table
from app.coverage.dossier.subject import Subject
from app.coverage.situation import OpenPlace
from app.directory.models import TerritoryObservation
from app.formats import date_with_precision, distance, number, people, percent, plural
from geo.territories import Level

#: A dossier is read in a meeting: beyond so many rows, the exported table is what one wants.
MOST_COMMUNES, MOST_PLACES = 30, 30


def key_figures(subject: Subject) -> Section:
    """Who lives there, how far, and what is known to be open: both coverages side by side."""
    line = subject.line
    effective, km = line.effective, subject.asked
    figures = (
        Figure(number(effective.population), "habitants"),
        Figure(line.status.label, "couverture administrative", _open_there(subject)),
        Figure(number(effective.beyond), f"habitants à plus de {km} d’une structure", _share(effective.share_beyond)),
        Figure(distance(effective.median), "distance médiane", effective.one_in_twenty),
        Figure(number(len(subject.communes_out_of_reach)), f"communes à plus de {km}", "où quelqu’un habite"),
        Figure(number(subject.library_count), "bibliothèques ouvertes", "d’après le dernier constat connu aujourd’hui"),
    )
    parts: list[Part] = [Figures(figures, subject.sources.line("territoires", "reseau", "bibliotheques"))]
    if line.disagreement:
        parts.append(Paragraph(f"Les deux mesures ne disent pas la même chose : {line.disagreement}."))
    parts += [Paragraph(_unplaced(subject))] if subject.unplaced else []
    parts += [Paragraph(_statement(one)) for one in subject.statements]
    return Section("chiffres", "Chiffres clés", tuple(parts))


def communes(subject: Subject) -> Section:
    """The communes out of reach, the most populated first."""
    found = subject.communes_out_of_reach
    title, km = "Communes hors d’atteinte", subject.asked
    if not len(found):
        words = f"Aucune : chaque commune habitée est à moins de {km} d’une structure."
        return Section("communes", title, (Paragraph(words),))
    lines = tables.commune_lines(subject.situation, found[:MOST_COMMUNES])
    rows = tuple(
        (
            Cell(f"{line.name} ({line.code})", _of_territory(line.id, subject)),
            Cell(number(line.population)),
            Cell(_named(line.place) if line.place else "aucune sur la même rive"),
            Cell(distance(line.metres) if line.metres is not None else "—"),
        )
        for line in lines
    )
    shown = f"Les {len(rows)} plus peuplées sur {plural(len(found), 'commune')}" if len(found) > len(rows) else "Toutes"
    table = Table(
        f"{shown}, à plus de {km} d’une structure ouverte",
        ("Commune", "Habitants", "Structure la plus proche", "À vol d’oiseau"),
        rows,
        frozenset({1, 3}),
        (36, 14, 36, 14),
        subject.sources.line("territoires", "reseau"),
    )
    return Section("communes", title, (table,))


def places(subject: Subject) -> Section:
    """The places that serve the territory wherever they stand, each with the observation that says that it is open."""
    found = tables.services(subject.situation, subject.territory, subject.members)
    title = "Structures qui desservent ce territoire"
    if not found and not subject.claiming:
        return Section("structures", title, (Paragraph("Aucune structure n’est connue à cette date."),))
    rows = tuple(
        (
            Cell(_named(one.place), url_for("directory.sheet", public_id=one.place.institution.public_id, _external=True)),
            Cell(one.place.institution.kind.label),
            Cell("dans ce territoire" if one.inside else distance(one.metres)),
            Cell(number(one.inhabitants)),
            Cell(f"{date_with_precision(one.place.observed_on, one.place.precision)}, {one.place.source}"),
        )
        for one in found[:MOST_PLACES]
    )
    table = Table(
        f"Structures ouvertes, et habitants dont elles sont la plus proche à moins de {subject.asked}",
        ("Structure", "Type", "Où", "Habitants", "Dernier constat"),
        rows,
        frozenset({3}),
        (26, 14, 14, 12, 34),
        subject.sources.line("reseau", "territoires"),
    )
    parts: list[Part] = [table] if rows else [Paragraph("Aucune structure n’est assez proche à cette date.")]
    if len(found) > len(rows):
        parts.append(Paragraph(f"Les {len(rows)} premières sur {len(found)}."))
    if subject.claiming:
        parts.append(Paragraph("Elles déclarent couvrir ce territoire, ou un plus grand ; ce n’est pas y être présent :"))
        parts.append(Items(tuple(Cell(_named(one)) for one in subject.claiming), subject.sources.line("reseau")))
    return Section("structures", title, tuple(parts))


def _open_there(subject: Subject) -> str:
    places = subject.line.places
    if not places:
        return "aucune structure connue ; la liste est connue pour être incomplète"
    said = plural(places, "structure ouverte", "structures ouvertes")
    confirmed = subject.line.confirmed
    return said if confirmed == places else f"{said}, dont {confirmed} d’après un constat récent"


def _share(share: float | None) -> str:
    return f"{percent(share)} de la population" if share is not None else ""


def _unplaced(subject: Subject) -> str:
    names = ", ".join(place.institution.name for place in subject.unplaced)
    return f"Sans coordonnées connues, n’entrent dans aucune distance : {names}."


def _statement(statement: TerritoryObservation) -> str:
    day = date_with_precision(statement.observed_on, statement.precision)
    return f"Au {day}, {statement.source} dit : aucune Cité des métiers ni centre associé dans ce territoire."


def _named(place: OpenPlace) -> str:
    abroad = f" ({place.institution.city or place.institution.country}, hors de France)"
    name = place.institution.name + (abroad if place.institution.country != "FR" else "")
    return f"{name}, à confirmer" if place.to_confirm else name


def _of_territory(territory_id: str, subject: Subject) -> str:
    return url_for("coverage.territory", territory_id=territory_id, **subject.question.permanent_args, _external=True)


def inhabitants(subject: Subject) -> str:
    """« Département de 164 308 habitants »."""
    level = {Level.REGION: "Région", Level.DEPARTMENT: "Département", Level.EPCI: "Intercommunalité", Level.COMMUNE: "Commune"}
    return f"{level[subject.territory.level]} de {people(subject.line.effective.population)}"
