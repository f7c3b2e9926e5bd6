"""Reads of sheets: who sits at a table, what each table wrote, and what became of it."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.directory.models import Institution
from app.matchmaking.interests.queries import NAMES
from app.matchmaking.proposals.queries import WITH_SIDES
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Place, Registration
from app.meetings.seating.models import ExchangeTable, Seat, SeatingPlan
from app.meetings.sheets.models import SheetOutcome, TableSheet
from geo.territories import Territory

WITH_TABLE = joinedload(TableSheet.table).options(
    joinedload(ExchangeTable.territory), joinedload(ExchangeTable.meeting).joinedload(Meeting.host)
)


def table_known_as(meeting: Meeting, public_id: str) -> sa.Select:
    """The table of this public id, if it is of this meeting."""
    of_both = sa.and_(ExchangeTable.public_id == public_id, ExchangeTable.meeting_id == meeting.id)
    return sa.select(ExchangeTable).where(of_both).options(joinedload(ExchangeTable.territory))


def tables_of(meeting: Meeting) -> sa.Select:
    """The tables of a meeting, by number."""
    of_it = sa.select(ExchangeTable).where(ExchangeTable.meeting_id == meeting.id)
    return of_it.options(joinedload(ExchangeTable.territory)).order_by(ExchangeTable.number)


def rounds_of(meeting: Meeting) -> sa.Select:
    """How many rounds the exchange time of a meeting has; no row where it has no tables yet."""
    return sa.select(SeatingPlan.rounds).where(SeatingPlan.meeting_id == meeting.id)


def sheet_of(table: ExchangeTable, number: int) -> sa.Select:
    """The sheet of a table for a round, if it was written."""
    of_it = sa.and_(TableSheet.table_id == table.id, TableSheet.round == number)
    return sa.select(TableSheet).where(of_it).options(WITH_TABLE)


def sheet_known_as(meeting: Meeting, public_id: str) -> sa.Select:
    """The sheet of this public id, if it is of this meeting."""
    return (
        sa.select(TableSheet)
        .join(TableSheet.table)
        .where(TableSheet.public_id == public_id, ExchangeTable.meeting_id == meeting.id)
        .options(WITH_TABLE)
    )


def sheets_of(meeting: Meeting) -> sa.Select:
    """The written sheets of a meeting with what became of them, round by round, table by table."""
    return (
        sa.select(TableSheet)
        .join(TableSheet.table)
        .where(ExchangeTable.meeting_id == meeting.id)
        .options(WITH_TABLE, selectinload(TableSheet.outcomes).options(*WITH_OUTCOMES))
        .order_by(TableSheet.round, ExchangeTable.number)
    )


WITH_OUTCOMES = (
    joinedload(SheetOutcome.interest).options(*NAMES),
    joinedload(SheetOutcome.proposal).options(*WITH_SIDES),
    joinedload(SheetOutcome.introduction),
)


def outcomes_of(sheet: TableSheet) -> sa.Select:
    """What a sheet has become, the first first."""
    of_it = sa.select(SheetOutcome).where(SheetOutcome.sheet_id == sheet.id)
    return of_it.options(*WITH_OUTCOMES).order_by(SheetOutcome.id)


def seated_at(table: ExchangeTable, number: int) -> sa.Select:
    """The registrations of those who sit at a table in a round, each once."""
    seats = (
        sa.select(Attendee.registration_id)
        .join(Seat, Seat.attendee_id == Attendee.id)
        .where(Seat.table_id == table.id, Seat.round == number)
    )
    return sa.select(Registration).where(Registration.id.in_(seats), Registration.place == Place.CONFIRMED)


def institutions_at(table: ExchangeTable, number: int) -> sa.Select:
    """The institutions of those who sit at a table in a round, by name."""
    ids = seated_at(table, number).with_only_columns(Registration.institution_id)
    chosen = sa.select(Institution).where(Institution.id.in_(ids)).options(joinedload(Institution.territory))
    return chosen.order_by(Institution.name, Institution.id)


def others_by_table(meeting: Meeting) -> sa.Select:
    """Those of no institution of the directory, as they typed theirs: rows (round, table id, organisation), by name."""
    return (
        sa.select(Seat.round, Seat.table_id, Registration.organisation)
        .join(ExchangeTable, ExchangeTable.id == Seat.table_id)
        .join(Attendee, Attendee.id == Seat.attendee_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(ExchangeTable.meeting_id == meeting.id, Registration.place == Place.CONFIRMED, _is_other())
        .distinct()
        .order_by(Registration.organisation)
    )


def others_at(table: ExchangeTable, number: int) -> sa.Select:
    """The same at one table in a round: their names alone."""
    named = seated_at(table, number).where(_is_other()).with_only_columns(Registration.organisation)
    return named.distinct().order_by(Registration.organisation)


def _is_other() -> sa.ColumnElement[bool]:
    return sa.and_(Registration.institution_id.is_(None), sa.func.btrim(Registration.organisation) != "")


def institutions_by_table(meeting: Meeting) -> sa.Select:
    """The same for all the tables of a meeting: rows (round, table id, Institution), by name."""
    return (
        sa.select(Seat.round, Seat.table_id, Institution)
        .join(ExchangeTable, ExchangeTable.id == Seat.table_id)
        .join(Attendee, Attendee.id == Seat.attendee_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .join(Institution, Institution.id == Registration.institution_id)
        .where(ExchangeTable.meeting_id == meeting.id, Registration.place == Place.CONFIRMED)
        .distinct()
        .options(joinedload(Institution.territory))
        .order_by(Institution.name, Institution.id)
    )


def names_at(table: ExchangeTable, number: int) -> sa.Select:
    """The names of those who sit at a table in a round, so that none is written into its sheet."""
    seats = sa.select(Attendee.name).join(Seat, Seat.attendee_id == Attendee.id)
    return seats.where(Seat.table_id == table.id, Seat.round == number, Attendee.name.is_not(None))


def seats_of(registrations: sa.Select) -> sa.Select:
    """Where these registrations sit: rows (round, ExchangeTable), in that order, each once."""
    ids = registrations.with_only_columns(Registration.id)
    return (
        sa.select(Seat.round, ExchangeTable)
        .join(ExchangeTable, ExchangeTable.id == Seat.table_id)
        .join(Attendee, Attendee.id == Seat.attendee_id)
        .where(Attendee.registration_id.in_(ids))
        .distinct()
        .order_by(Seat.round, ExchangeTable.number)
    )


def confirmed(meeting: Meeting) -> sa.Select:
    """The registrations that have their places at a meeting."""
    return sa.select(Registration).where(Registration.meeting_id == meeting.id, Registration.place == Place.CONFIRMED)


def people_of(meeting: Meeting) -> sa.Select:
    """One row: how many people have their place, how many were checked in, how many institutions, and others, there are."""
    of_it = confirmed(meeting).subquery()
    present = (
        sa.select(sa.func.count())
        .select_from(Attendee)
        .join(of_it, of_it.c.id == Attendee.registration_id)
        .where(Attendee.checked_in_at.is_not(None))
        .scalar_subquery()
    )
    return sa.select(
        sa.func.coalesce(sa.func.sum(of_it.c.people).filter(~of_it.c.is_walk_in), 0).label("people"),
        present.label("checked_in"),
        sa.func.count(of_it.c.institution_id.distinct()).label("institutions"),
        sa.func.count(sa.func.lower(sa.func.btrim(of_it.c.organisation)).distinct())
        .filter(of_it.c.institution_id.is_(None), sa.func.btrim(of_it.c.organisation) != "")
        .label("others"),
    )


def by_kind(meeting: Meeting) -> sa.Select:
    """Rows (kind, number of institutions), the most numerous first."""
    number = sa.func.count(Institution.id.distinct()).label("institutions")
    of_it = confirmed(meeting).with_only_columns(Registration.institution_id)
    return (
        sa.select(Institution.kind, number).where(Institution.id.in_(of_it)).group_by(Institution.kind).order_by(number.desc())
    )


def by_department(meeting: Meeting) -> sa.Select:
    """Rows (department, country, number of institutions, number of people), the most people first.

    The country is that of an institution abroad, which has no department; neither: the place is not known.
    """
    place, department = aliased(Territory), aliased(Territory)
    country = sa.case((sa.and_(department.id.is_(None), Institution.country != "FR"), Institution.country))
    of_it = confirmed(meeting).subquery()
    people = sa.func.sum(of_it.c.people).label("people")
    return (
        sa.select(department, country, sa.func.count(of_it.c.institution_id.distinct()).label("institutions"), people)
        .select_from(of_it)
        .outerjoin(place, place.id == of_it.c.territory_id)
        .outerjoin(department, department.id == sa.func.coalesce(place.department_id, place.region_id))
        .outerjoin(Institution, Institution.id == of_it.c.institution_id)
        .group_by(department.id, country)
        .order_by(people.desc(), department.id, country)
    )
