"""What a meeting leaves: its numbers, the sheet of each table, and what became of them. It never names a person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.edition.words import theme_labels as label_by_code
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.places import label
from app.directory.vocabulary import Format
from app.exports import Column
from app.formats import french_date
from app.matchmaking.interests import telling
from app.matchmaking.interests.permissions import can_see_interest
from app.matchmaking.introductions.models import Introduction
from app.matchmaking.introductions.permissions import can_see_introduction
from app.matchmaking.proposals.models import Proposal, Status
from app.matchmaking.proposals.permissions import can_see_proposal
from app.meetings.models import Meeting
from app.meetings.registrations.queries import walk_ins
from app.meetings.seating.models import ExchangeTable
from app.meetings.sheets import queries
from app.meetings.sheets.contents import Said
from app.meetings.sheets.models import SheetOutcome, TableSheet


@dataclass(frozen=True)
class Became:
    """What became of a sheet: numbers for all its readers, and what each may read besides.

    A proposal is counted once it is sent: a draft is known to its side alone, and an introduction to its two sides.
    """

    interests: int = 0
    proposals: int = 0
    told: Sequence[telling.Told] = ()
    seen_proposals: Sequence[Proposal] = ()
    seen_introductions: Sequence[Introduction] = ()


@dataclass(frozen=True)
class Row:
    """A table in a round; `said` says nothing where the sheet was not written."""

    round: int
    table: ExchangeTable
    institutions: Sequence[Institution]
    others: Sequence[str]
    sheet: TableSheet | None
    said: Said
    lines: Sequence[tuple[str, str]]
    became: Became

    @property
    def is_blank(self) -> bool:
        return self.said.is_blank


@dataclass(frozen=True)
class Report:
    """All that the page shows."""

    people: int
    walk_ins: int
    present: int | None
    institutions: int
    #: Those that are not in the directory, as they were typed.
    others: int
    kinds: Sequence[Any]
    departments: Sequence[Any]
    rows: Sequence[Row] = field(default_factory=list)
    rounds: int = 1

    @property
    def written(self) -> int:
        return sum(not row.is_blank for row in self.rows)

    @property
    def interests(self) -> int:
        return sum(row.became.interests for row in self.rows)

    @property
    def proposals(self) -> int:
        return sum(row.became.proposals for row in self.rows)


def gather(session: Session, actor: Actor, meeting: Meeting) -> Report:
    """Read it, as this person may."""
    counted = session.execute(queries.people_of(meeting)).one()
    present = meeting.attendance if meeting.attendance is not None else (counted.checked_in or None)
    rounds = session.scalar(queries.rounds_of(meeting)) or 1
    return Report(
        people=counted.people,
        walk_ins=session.scalar(walk_ins(meeting)) or 0,
        present=present,
        institutions=counted.institutions,
        others=counted.others,
        kinds=session.execute(queries.by_kind(meeting)).all(),
        departments=session.execute(queries.by_department(meeting)).all(),
        rows=rows_of(session, actor, meeting, rounds),
        rounds=rounds,
    )


def rows_of(session: Session, actor: Actor, meeting: Meeting, rounds: int) -> list[Row]:
    """Each table of each round, with its sheet where it was written."""
    tables = session.scalars(queries.tables_of(meeting)).all()
    sheets = {(one.round, one.table_id): one for one in session.scalars(queries.sheets_of(meeting))}
    seated: dict[tuple[int, int], list[Institution]] = defaultdict(list)
    for number, table_id, institution in session.execute(queries.institutions_by_table(meeting)):
        seated[number, table_id].append(institution)
    others: dict[tuple[int, int], list[str]] = defaultdict(list)
    for number, table_id, organisation in session.execute(queries.others_by_table(meeting)):
        others[number, table_id].append(organisation)
    themes = label_by_code(session) if sheets else {}
    known = telling.theme_labels(session) if any(one.outcomes for one in sheets.values()) else telling.ThemeLabels()
    found = []
    for number in range(1, rounds + 1):
        for table in tables:
            sheet = sheets.get((number, table.id))
            said = Said.of(sheet)
            became = became_of(actor, sheet.outcomes, known) if sheet else Became()
            here = (number, table.id)
            found.append(Row(number, table, seated[here], others[here], sheet, said, said.lines(themes), became))
    return found


def became_of(actor: Actor, outcomes: Sequence[SheetOutcome], known: telling.ThemeLabels) -> Became:
    """What became of a sheet, as this person may know it."""
    interests = [one.interest for one in outcomes if one.interest is not None]
    proposals = [one.proposal for one in outcomes if one.proposal is not None]
    introductions = [one.introduction for one in outcomes if one.introduction is not None]
    return Became(
        len(interests),
        sum(one.status is not Status.DRAFT for one in proposals),
        [telling.tell(actor, one, known) for one in interests if can_see_interest(actor, one)],
        [one for one in proposals if can_see_proposal(actor, one)],
        [one for one in introductions if can_see_introduction(actor, one)],
    )


def about(meeting: Meeting, number: int) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » of a workbook says of it."""
    return [
        ("Contenu", f"Fiches des tables : {meeting.title}, {french_date(meeting.starts_at)}"),
        ("Page", url_for("sheets.report", meeting_id=meeting.public_id, _external=True)),
        ("Exporté le", today()),
        ("Nombre de lignes", number),
        ("Personnes", "Aucune n’est nommée : les fiches disent des fonctions."),
        ("Propositions", "Comptées une fois envoyées à l’autre structure."),
    ]


COLUMNS = [
    Column("Tour", "tour", lambda row: row.round),
    Column("Table", "table", lambda row: row.table.number),
    Column("Territoire", "territoire", lambda row: label(row.table.territory) if row.table.territory else None),
    Column("Structures", "structures", lambda row: [*(one.name for one in row.institutions), *row.others]),
    Column("Organisation initiale retenue", "organisation_initiale", lambda row: row.said.organisation or None),
    Column(
        "Formules envisagées",
        "formules",
        lambda row: list(row.said.formats),
        shown=lambda row: [Format(code).label for code in row.said.formats],
    ),
    Column("Axes de travail", "axes_de_travail", lambda row: row.said.axes or None),
    Column("Pôles et axes", "themes", lambda row: list(row.said.themes), shown=lambda row: dict(row.lines)["Pôles et axes"]),
    Column("Calendrier", "calendrier", lambda row: row.said.calendar or None),
    Column("Qui suit le projet, par fonction", "suivi_par", lambda row: row.said.people or None),
    Column("Intérêts", "interets", lambda row: row.became.interests),
    Column("Propositions envoyées", "propositions_envoyees", lambda row: row.became.proposals),
]
