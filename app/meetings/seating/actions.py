"""What organisers do with tables and seats. Each locks the meeting first, as whoever touches its people or its places."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import Refusal
from app.meetings.locking import lock
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee
from app.meetings.seating import queries
from app.meetings.seating.models import MOST_TABLES, ExchangeTable, Seat, SeatingPlan
from app.meetings.seating.problem import Weights
from app.meetings.seating.reading import Guest, Situation, read
from app.meetings.seating.solver import Plan
from app.partnerships.refusals import Mistake

CHANGED = "Les inscrits, les tables ou les places ont changé pendant le calcul : rien n’est écrit. Relisez, et recommencez."
MOVED = "Le plan a changé depuis que vous l’avez ouvert : relisez-le, puis recommencez."


def add_tables(session: Session, meeting: Meeting, number: int, seats: int) -> None:
    """Add so many tables of so many seats, numbered after the last one."""
    held = _held(session, meeting)
    last = max((table.number for table in held.tables), default=0)
    if last + number > MOST_TABLES:
        raise Mistake(f"Une rencontre a {MOST_TABLES} tables au plus, numéro compris : il y en a déjà {last}.", "number")
    session.add_all(ExchangeTable(meeting_id=meeting.id, number=last + rank, seats=seats) for rank in range(1, number + 1))
    held.plan.revision += 1
    session.flush()


def change_table(session: Session, meeting: Meeting, table: ExchangeTable, seats: int, territory_id: str | None) -> None:
    """Change the seats of a table and the territory that it is for; never fewer seats than people sit there."""
    held = _held(session, meeting)
    table = _table(held, table)
    seated = max((len(held.at(number).get(table.id, ())) for number in held.rounds), default=0)
    if seats < seated:
        raise Mistake(f"{seated} personnes sont assises à cette table : déplacez-les d’abord.", "seats")
    table.seats, table.territory_id = seats, territory_id
    held.plan.revision += 1
    session.flush()


def remove_table(session: Session, meeting: Meeting, table: ExchangeTable) -> None:
    """Take a table away; those who sat there stand, and are seated by mending the plan."""
    held = _held(session, meeting)
    table = _table(held, table)
    if session.scalar(queries.has_sheet(table)):
        raise Refusal(f"La table {table.number} a déjà une fiche : la retirer effacerait ce qui y est écrit.")
    session.delete(table)
    held.plan.revision += 1
    session.flush()


def set_wishes(session: Session, meeting: Meeting, rounds: int, weights: Weights) -> None:
    """Say how many rounds there are and what wishes weigh. Seats of rounds that are no more go."""
    held = _held(session, meeting)
    for seat in session.scalars(queries.seats_of_meeting(meeting).where(Seat.round > rounds)):
        session.delete(seat)
    plan = held.plan
    plan.rounds, plan.territory_weight, plan.far_weight = rounds, weights.territory, weights.far
    plan.kinds_weight, plan.apart_weight, plan.again_weight = weights.kinds, weights.apart, weights.again
    plan.revision += 1
    session.flush()


def write_plan(session: Session, asked: Situation, digest: str, revision: int, plan: Plan) -> None:
    """Write what the solver found, unless what it was asked has changed since: nothing was locked while it searched."""
    held = _held(session, asked.meeting)
    if held.plan.revision != revision or held.problem.digest != digest:
        raise Refusal(CHANGED)
    tables = {str(table.number): table.id for table in held.tables}
    for who, number in plan.places.items():
        _seat(session, held, held.guests[who[0]], who[1], tables[number])
    row = held.plan
    row.solved_at, row.value, row.bound, row.solved_for = now(), plan.value, plan.bound, digest
    row.moved = len(plan.moved) if plan.is_mended else None
    row.revision += 1
    session.flush()


def move(
    session: Session, meeting: Meeting, attendee: Attendee, number: int, since: str, table: str, other: str
) -> tuple[str, str]:
    """Seat someone at another table (its number), or exchange two people (`other`, a public id); give what happened.

    `since` is the number of the table where the page showed them, empty for someone who stood: a page that tells the past
    moves nobody.
    """
    held = _held(session, meeting)
    guest = _guest(held, attendee)
    seat = _movable(held, guest, number)
    here = held.places.get((guest.key, number), "")
    if here != since:
        raise Refusal(MOVED)
    if other:
        there = _exchange(session, held, guest, other, number)
    else:
        there = table
        goal = next((one for one in held.tables if str(one.number) == table), None)
        if goal is None:
            raise Mistake("Choisissez une table ou une personne.", "toward")
        if here != table and len(held.at(number).get(goal.id, ())) >= goal.seats:
            raise Mistake(f"La table {table} est complète : choisissez avec qui échanger.", "toward")
        _seat(session, held, guest, number, goal.id, seat)
    held.plan.revision += 1
    session.flush()
    return here, there


def pin(session: Session, meeting: Meeting, attendees: Sequence[Attendee], number: int, locked: bool) -> None:
    """Lock people at their table in a round, or let them be moved again."""
    held = _held(session, meeting)
    for attendee in attendees:
        seat = held.seats.get((_guest(held, attendee).key, number))
        if seat is None:
            raise Refusal(MOVED)
        seat.is_locked = locked
    held.plan.revision += 1
    session.flush()


def _held(session: Session, meeting: Meeting) -> Situation:
    """The situation under the lock of the meeting, the plan made if need be, the seats of those who left freed."""
    meeting = lock(session, meeting)
    if session.get(SeatingPlan, meeting.id, populate_existing=True) is None:
        session.add(SeatingPlan(meeting_id=meeting.id))
        session.flush()
    left = list(session.scalars(queries.left_seats(meeting)))
    session.execute(sa.delete(Seat).where(Seat.attendee_id.in_(left)))
    session.expire_all()
    return read(session, meeting)


def _table(held: Situation, table: ExchangeTable) -> ExchangeTable:
    found = next((one for one in held.tables if one.id == table.id), None)
    if found is None:
        raise Refusal("Cette table a été retirée entre-temps.")
    return found


def _guest(held: Situation, attendee: Attendee) -> Guest:
    if attendee.public_id not in held.guests:
        raise Refusal("Cette personne ne vient plus : sa place est libérée.")
    return held.guests[attendee.public_id]


def _movable(held: Situation, guest: Guest, number: int) -> Seat | None:
    if number not in held.rounds:
        raise Refusal(MOVED)
    seat = held.seats.get((guest.key, number))
    if seat is not None and seat.is_locked:
        raise Refusal(f"{guest.name} : place verrouillée. Déverrouillez-la d’abord.")
    return seat


def _exchange(session: Session, held: Situation, guest: Guest, other: str, number: int) -> str:
    if other not in held.guests or (other, number) not in held.seats or other == guest.key:
        raise Refusal(MOVED)
    theirs = _movable(held, held.guests[other], number)
    mine = held.seats.get((guest.key, number))
    assert theirs is not None, "somebody who sits has a seat"
    goal = theirs.table_id
    if mine is None:
        session.delete(theirs)
        session.flush()
    else:
        theirs.table_id = mine.table_id
    _seat(session, held, guest, number, goal, mine)
    return held.places[other, number]


def _seat(session: Session, held: Situation, guest: Guest, number: int, table_id: int, seat: Seat | None = None) -> None:
    seat = seat or held.seats.get((guest.key, number))
    if seat is None:
        session.add(Seat(attendee_id=guest.attendee.id, round=number, table_id=table_id))
    else:
        seat.table_id = table_id
