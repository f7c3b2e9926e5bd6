"""The list of registrations as organisers read and export it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.edition.words import theme_labels
from app.directory.places import label
from app.directory.vocabulary import Format
from app.exports import Column
from app.meetings.models import Meeting
from app.meetings.registrations import queries
from app.meetings.registrations.forms import ListForm
from app.meetings.registrations.models import Attendee, Place, Registration


@dataclass(frozen=True)
class Numbers:
    """How many registrations and people in each state, how many have lunch of those who have a place, and who just came."""

    by_place: dict[Place, tuple[int, int]]
    lunches: int
    walk_ins: int

    def registrations(self, place: Place) -> int:
        return self.by_place.get(place, (0, 0))[0]

    def people(self, place: Place) -> int:
        return self.by_place.get(place, (0, 0))[1]


@dataclass(frozen=True)
class Line:
    """A person of a registration, in a file."""

    registration: Registration
    attendee: Attendee | None
    rank: int | None
    themes: list[str]


def numbers(session: Session, meeting: Meeting) -> Numbers:
    """Count by state."""
    rows = session.execute(queries.totals(meeting))
    found = {row.place: (row.registrations, row.people) for row in rows}
    return Numbers(found, session.scalar(queries.lunches(meeting)) or 0, session.scalar(queries.walk_ins(meeting)) or 0)


def ranks(session: Session, meeting: Meeting, rows: Iterable[Registration]) -> dict[int, int]:
    """Of those of these registrations that wait, the rank by id."""
    waiting = [one.id for one in rows if one.place is Place.WAITING]
    if not waiting:
        return {}
    ranked = (
        sa.select(Registration.id, sa.func.row_number().over(order_by=Registration.queue_number).label("rank"))
        .where(Registration.meeting_id == meeting.id, Registration.place == Place.WAITING)
        .subquery()
    )
    return {row.id: row.rank for row in session.execute(sa.select(ranked).where(ranked.c.id.in_(waiting)))}


def lines(session: Session, select: sa.Select) -> list[Line]:
    """One line a person; a registration whose people are erased has one line, without name."""
    rows: Sequence[Registration] = session.scalars(select).unique().all()
    if not rows:
        return []
    known = theme_labels(session)
    waiting = ranks(session, rows[0].meeting, rows)
    return [
        Line(one, attendee, waiting.get(one.id), [known.get(code, code) for code in one.themes])
        for one in rows
        for attendee in (*one.attendees, *([None] if not one.attendees else []))
    ]


def columns(meeting: Meeting) -> list[Column]:
    """The columns of the files; lunch where it is asked."""
    lunch = [Column("Déjeuner", "lunch", lambda line: line.attendee and line.attendee.lunch)] if meeting.asks_lunch else []
    return [
        Column("État", "state", lambda line: line.registration.place),
        Column("Rang d’attente", "waiting_rank", lambda line: line.rank),
        Column("Structure", "organisation", lambda line: _organisation(line.registration)),
        Column("Territoire", "territory", lambda line: _territory(line.registration)),
        Column("Nom", "name", lambda line: line.attendee and line.attendee.name),
        Column("Fonction", "role", lambda line: line.attendee and line.attendee.role),
        *lunch,
        Column("Besoins d’accès", "access_needs", lambda line: line.attendee and line.attendee.access_needs),
        Column("Attentes", "expectations", lambda line: line.registration.expects),
        Column(
            "Formules",
            "formats",
            lambda line: line.registration.formats,
            shown=lambda line: [Format(code).label for code in line.registration.formats],
        ),
        Column("Pôles et axes", "themes", lambda line: line.registration.themes, shown=lambda line: line.themes),
        Column("Adresse", "email", lambda line: _email(line.registration)),
        Column("Demandé le", "asked_on", lambda line: line.registration.asked_at),
        Column("À la volée", "is_walk_in", lambda line: line.registration.is_walk_in),
        Column("Motif de refus", "reason", lambda line: line.registration.reason),
    ]


def about(meeting: Meeting, form: ListForm, number: int) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » of a workbook says of it."""
    asked = [form.chosen.label if form.chosen else "", form.words.data or ""]
    return [
        ("Contenu", f"Inscriptions : {meeting.title}"),
        ("Filtres", " ; ".join(part for part in asked if part) or "aucun"),
        ("Recherche", url_for("registrations.index", meeting_id=meeting.public_id, **form.clean_args, _external=True)),
        ("Exporté le", today()),
        ("Nombre de personnes", number),
        ("Données personnelles", "Ce fichier nomme des personnes : gardez-le pour l’organisation, puis effacez-le."),
    ]


def _organisation(registration: Registration) -> str | None:
    return registration.institution.name if registration.institution else registration.organisation


def _territory(registration: Registration) -> str | None:
    return label(registration.territory) if registration.territory else None


def _email(registration: Registration) -> str | None:
    return registration.email or (registration.user.email if registration.user else None)
