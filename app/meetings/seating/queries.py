"""Reads of tables and seats: those who hold a place, and they alone, are seated."""

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import joinedload

from app.directory.models import Institution
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Place, Registration
from app.meetings.seating.models import ExchangeTable, Seat
from geo.territories import Territory


def tables_of(meeting: Meeting) -> sa.Select:
    """The tables of a meeting, by number."""
    loaded = sa.select(ExchangeTable).options(joinedload(ExchangeTable.territory))
    return loaded.where(ExchangeTable.meeting_id == meeting.id).order_by(ExchangeTable.number)


def people_of(meeting: Meeting) -> sa.Select:
    """Who is to be seated, by name: (Attendee, Registration, Institution, Territory, longitude, latitude).

    The point is that of the institution, or of the place where they come from.
    """
    of_institution, of_territory = sa.cast(Institution.point, Geometry), sa.cast(Territory.point, Geometry)
    home = sa.func.coalesce(Registration.territory_id, Institution.territory_id)
    return (
        sa.select(
            Attendee,
            Registration,
            Institution,
            Territory,
            sa.func.coalesce(sa.func.ST_X(of_institution), sa.func.ST_X(of_territory)).label("longitude"),
            sa.func.coalesce(sa.func.ST_Y(of_institution), sa.func.ST_Y(of_territory)).label("latitude"),
        )
        .options(joinedload(Institution.territory))
        .select_from(Attendee)
        .join(Registration, Registration.id == Attendee.registration_id)
        .outerjoin(Institution, Institution.id == Registration.institution_id)
        .outerjoin(Territory, Territory.id == home)
        .where(Registration.meeting_id == meeting.id, Registration.place == Place.CONFIRMED)
        .order_by(sa.func.fold(sa.func.coalesce(Attendee.name, "")), Attendee.id)
    )


def seats_of_meeting(meeting: Meeting) -> sa.Select:
    """Every seat of the meeting, those of people who no longer come included."""
    return sa.select(Seat).join(ExchangeTable).where(ExchangeTable.meeting_id == meeting.id)


def left_seats(meeting: Meeting) -> sa.Select:
    """The ids of attendees who have a seat, and no place any more."""
    return (
        sa.select(Attendee.id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.meeting_id == meeting.id, Registration.place != Place.CONFIRMED)
        .where(sa.exists().where(Seat.attendee_id == Attendee.id))
    )


def places_of(registration: Registration) -> sa.Select:
    """(attendee id, round, number of the table) of those of a registration, where it holds a place."""
    return (
        sa.select(Attendee.id, Seat.round, ExchangeTable.number)
        .join(Seat, Seat.attendee_id == Attendee.id)
        .join(ExchangeTable, ExchangeTable.id == Seat.table_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.id == registration.id, Registration.place == Place.CONFIRMED)
        .order_by(Attendee.id, Seat.round)
    )


def has_sheet(table: ExchangeTable) -> sa.Select:
    """Whether somebody wrote the sheet of a table. The table is named here: sheets know tables, and not the reverse."""
    sheet = sa.table("table_sheet", sa.column("table_id"))
    return sa.select(sa.exists().where(sheet.c.table_id == table.id))
