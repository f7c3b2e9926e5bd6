"""The tables of a meeting as they stand, read in a few queries: people, seats, and the problem that they make."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.facts import COUNTRIES, place
from app.directory.models import Institution, Kind
from app.formats import apostrophes
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Registration
from app.meetings.seating import queries
from app.meetings.seating.judging import Verdict, judge
from app.meetings.seating.models import ExchangeTable, Seat, SeatingPlan
from app.meetings.seating.problem import Person, Problem, Table, Weights
from geo.territories import Level, Territory

ABROAD = "etranger-"
#: Unmet wishes whose reason is asked of CP-SAT (the page waits), and people times tables beyond which it seldom tells in time.
MOST_TRIES, LARGEST_TRIED = 12, 500


@dataclass(frozen=True)
class Guest:
    """Someone to seat, as the page shows them, and as the solver knows them."""

    attendee: Attendee
    registration: Registration
    institution: Institution | None
    territory: Territory | None
    known: Person

    @property
    def key(self) -> str:
        return self.known.key

    @property
    def name(self) -> str:
        return self.attendee.name or "Personne effacée"

    @property
    def organisation(self) -> str:
        return self.institution.name if self.institution else self.registration.organisation or ""

    @property
    def kind(self) -> Kind | None:
        return self.institution.kind if self.institution else None

    @property
    def where(self) -> str:
        """« Manosque (04) », « Genève (Suisse) »; empty where it is not known."""
        if self.territory is None:
            return place(self.institution) if self.institution else ""
        if self.territory.level is Level.COMMUNE:
            return f"{apostrophes(self.territory.name)} ({str(self.territory.department_id).removeprefix('departement-')})"
        return apostrophes(self.territory.name)


@dataclass(frozen=True)
class Situation:
    """The plan of a meeting as it stands. `seats` gives the seat of (person, round); those who no longer come are out."""

    meeting: Meeting
    plan: SeatingPlan
    tables: tuple[ExchangeTable, ...]
    guests: dict[str, Guest]
    seats: dict[tuple[str, int], Seat]
    #: How many people have a seat, and no place any more.
    left: int
    names: dict[str, str] = field(default_factory=dict)

    @property
    def rounds(self) -> range:
        return range(1, self.plan.rounds + 1)

    @cached_property
    def places(self) -> dict[tuple[str, int], str]:
        """The number of the table of each (person, round), as the solver names it."""
        numbers = {table.id: str(table.number) for table in self.tables}
        return {who: numbers[seat.table_id] for who, seat in self.seats.items()}

    @cached_property
    def problem(self) -> Problem:
        plan = self.plan
        return Problem(
            tuple(guest.known for guest in self.guests.values()),
            tuple(Table(str(table.number), table.seats, table.territory_id or "") for table in self.tables),
            plan.rounds,
            Weights(plan.territory_weight, plan.far_weight, plan.kinds_weight, plan.apart_weight, plan.again_weight),
            {who: self.places[who] for who, seat in self.seats.items() if seat.is_locked},
        )

    @property
    def is_begun(self) -> bool:
        return bool(self.seats) or self.left > 0

    def standing(self, number: int) -> list[Guest]:
        """Those who have no seat in a round, by name."""
        return [guest for key, guest in self.guests.items() if (key, number) not in self.seats]

    @cached_property
    def is_whole(self) -> bool:
        """Whether everybody has a seat in every round."""
        return bool(self.guests) and not any(self.standing(number) for number in self.rounds)

    @cached_property
    def verdict(self) -> Verdict | None:
        """What the plan is worth as it stands; None as long as somebody has no seat."""
        tries = MOST_TRIES if len(self.guests) * len(self.tables) <= LARGEST_TRIED else 0
        return judge(self.problem, self.places, tries) if self.is_whole else None

    @property
    def bound(self) -> float | None:
        """The bound of the last solving, where it speaks of the people, tables, weights and locks of now."""
        return self.plan.bound if self.plan.solved_for == self.problem.digest else None

    def at(self, number: int) -> dict[int, list[Guest]]:
        """The people of each table in a round, by name."""
        found: dict[int, list[Guest]] = defaultdict(list)
        for key, guest in self.guests.items():
            if seat := self.seats.get((key, number)):
                found[seat.table_id].append(guest)
        return found


def read(session: Session, meeting: Meeting) -> Situation:
    """Read it; a meeting without plan yet has that of the first day, which is in no session."""
    plan = session.get(SeatingPlan, meeting.id) or SeatingPlan(
        meeting_id=meeting.id,
        rounds=1,
        territory_weight=10,
        far_weight=5,
        kinds_weight=5,
        apart_weight=0,
        again_weight=5,
        revision=1,
    )
    guests = {}
    names: dict[str, str] = {}
    for row in session.execute(queries.people_of(meeting)):
        person = _person(row)
        guests[row.Attendee.public_id] = Guest(row.Attendee, row.Registration, row.Institution, row.Territory, person)
        names[person.institution] = row.Institution.name if row.Institution else row.Registration.organisation or ""
    keys = {guest.attendee.id: key for key, guest in guests.items()}
    seats = session.scalars(queries.seats_of_meeting(meeting)).all()
    kept = {(keys[seat.attendee_id], seat.round): seat for seat in seats if seat.attendee_id in keys}
    tables = tuple(session.scalars(queries.tables_of(meeting)))
    left = len({seat.attendee_id for seat in seats} - keys.keys())
    names |= _names_of(session, [guest.known for guest in guests.values()])
    names |= {table.territory.id: apostrophes(table.territory.name) for table in tables if table.territory}
    return Situation(meeting, plan, tables, guests, kept, left, names)


def _person(row: sa.Row) -> Person:
    institution, territory = row.Institution, row.Territory
    typed = (row.Registration.organisation or "").casefold()
    country = institution.country if institution and territory is None and institution.country != "FR" else ""
    return Person(
        key=row.Attendee.public_id,
        institution=institution.public_id if institution else typed and f"nom {typed}",
        kind=institution.kind.value if institution else "",
        commune=territory.id if territory and territory.level is Level.COMMUNE else "",
        epci=(territory.epci_id or "") if territory else "",
        department=(territory.department_id or "") if territory else f"{ABROAD}{country}" if country else "",
        region=(territory.region_id or "") if territory else "",
        point=None if row.longitude is None else (row.longitude, row.latitude),
    )


def _names_of(session: Session, people: list[Person]) -> dict[str, str]:
    """The names of the territories of these people, and of their countries."""
    codes = {code for one in people for code in (one.epci, one.department, one.region) if code}
    rows = session.execute(sa.select(Territory.id, Territory.name).where(Territory.id.in_(codes)))
    abroad = {code: COUNTRIES.get(code.removeprefix(ABROAD), code) for code in codes if code.startswith(ABROAD)}
    return {row.id: apostrophes(row.name) for row in rows} | abroad
