"""What the sheet of an institution tells, gathered once: its state and history, its ties, its neighbours.

What only a weak source says is kept apart, as a lead to check; an institution of which nothing else is known is a lead
itself, and its sheet says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.clock import today
from app.directory.edition import told
from app.directory.edition.told import Told
from app.directory.models import (
    LIBRARY_KINDS,
    NETWORK_KINDS,
    Confidence,
    Institution,
    Kind,
    Observation,
    ServiceTerritory,
    State,
)
from app.directory.queries import (
    LATITUDE,
    LONGITUDE,
    WITH_PLACE,
    Criteria,
    Near,
    agency_of,
    by_public_id,
    nearest,
    search_columns,
)
from geo.territories import Territory

#: The shore of a commune of mainland France, as `Territory.shore` writes it.
CONTINENT = "continent"
#: Which kinds are sought around an institution, with the title of their list and their number.
AROUND_THE_NETWORK = (
    ("Les bibliothèques les plus proches", (Kind.LIBRARY,), 5),
    ("La Cité des métiers la plus proche", (Kind.CITE,), 1),
)
AROUND_A_CITE = (("Les bibliothèques les plus proches", (Kind.LIBRARY,), 8),)
AROUND_A_LIBRARY = (
    ("La Cité des métiers la plus proche", (Kind.CITE,), 1),
    ("Les centres et points relais les plus proches", (Kind.CENTRE, Kind.RELAY), 3),
    ("La bibliothèque départementale la plus proche", (Kind.DEPARTMENTAL,), 1),
)


@dataclass(frozen=True)
class Neighbours:
    """The nearest institutions of some kinds; rows are those of `queries.nearest`."""

    title: str
    rows: Sequence[Any]


@dataclass(frozen=True)
class Sheet:
    """An institution and what surrounds it at a day. `present` is its row of a search, None for a lead."""

    institution: Institution
    day: date
    present: Any
    position: Near | None
    centres: Sequence[Any]
    hosted: Sequence[Any]
    agency: Institution | None
    neighbours: list[Neighbours]
    told: Told

    @property
    def is_lead(self) -> bool:
        return self.present is None

    @property
    def coordinates(self) -> str:
        """« 44.0956,5.9876 », as a search takes it; nothing without a position."""
        return "" if self.position is None else f"{self.position.latitude:.5f},{self.position.longitude:.5f}"

    @property
    def history(self) -> list[Observation]:
        """What trusted sources said, the last first."""
        return [seen for seen in self.institution.observations if seen.confidence != Confidence.LOW]

    @property
    def leads(self) -> list[Observation]:
        """What only a weak source says."""
        return [seen for seen in self.institution.observations if seen.confidence == Confidence.LOW]

    @property
    def observation(self) -> Observation | None:
        """The observation that makes the state at the day of the sheet."""
        dated = (seen for seen in self.history if seen.observed_on and seen.observed_on <= self.day)
        return next(dated, None)

    def is_beyond_the_sea(self, other: Institution) -> bool:
        """Whether no road leads from here to `other`; a place abroad is taken to be on the continent."""
        return _shore(self.institution) != _shore(other)

    @property
    def is_open(self) -> bool:
        return self.present is not None and self.present.state == State.OPEN


def gather(session: Session, public_id: str, day: date, stale_after_months: int) -> Sheet | None:
    """Give the sheet of an institution at `day`, or None if there is no such institution."""
    found = session.scalar(by_public_id(public_id).options(*_told()))
    if found is None:
        return None
    listed = search_columns(
        Criteria(on=day, stale_after_months=stale_after_months), [Institution, LONGITUDE, LATITUDE]
    ).options(*WITH_PLACE)
    longitude, latitude = session.execute(sa.select(LONGITUDE, LATITUDE).where(Institution.id == found.id)).one()
    position = None if longitude is None else Near(longitude, latitude)
    return Sheet(
        institution=found,
        day=day,
        present=session.execute(listed.where(Institution.id == found.id)).one_or_none(),
        position=position,
        centres=session.execute(listed.where(Institution.parent_id == found.id)).all() if found.kind == Kind.CITE else [],
        hosted=session.execute(listed.where(Institution.host_id == found.id)).all(),
        agency=_agency(session, found),
        neighbours=_neighbours(session, found, position, day),
        # A profile is that of today: of the past, only what was observed is known.
        told=told.gather(session, found, day) if day == today() else Told(day),
    )


def _told() -> tuple[Any, ...]:
    place = (joinedload(Territory.department), joinedload(Territory.region), joinedload(Territory.epci))
    return (
        joinedload(Institution.parent),
        joinedload(Institution.host),
        joinedload(Institution.source),
        joinedload(Institution.territory).options(*place),
        selectinload(Institution.observations),
        selectinload(Institution.differences),
        selectinload(Institution.service_territories).joinedload(ServiceTerritory.territory),
    )


def _agency(session: Session, institution: Institution) -> Institution | None:
    if institution.kind == Kind.AGENCY or institution.territory is None or institution.territory.region_id is None:
        return None
    return session.scalar(agency_of(institution.territory.region_id))


def _neighbours(session: Session, institution: Institution, position: Near | None, day: date) -> list[Neighbours]:
    if position is None:
        return []
    known = {institution.id, institution.host_id, institution.parent_id} - {None}
    found = []
    for title, kinds, number in _around(institution.kind):
        # The Ministry's file says nothing of the past: the libraries around are those of today.
        seen_on = day if set(kinds) <= set(NETWORK_KINDS) else today()
        rows = session.execute(nearest(position.point, kinds, seen_on, number + len(known))).all()
        others = [row for row in rows if row.Institution.id not in known]
        found.append(Neighbours(title, others[:number]))
    return [neighbours for neighbours in found if neighbours.rows]


def _around(kind: Kind) -> tuple[tuple[str, tuple[Kind, ...], int], ...]:
    if kind == Kind.CITE:
        return AROUND_A_CITE
    if kind in NETWORK_KINDS:
        return AROUND_THE_NETWORK
    around_libraries = AROUND_A_LIBRARY if kind in (*LIBRARY_KINDS, Kind.NETWORK) else ()
    return tuple(sought for sought in around_libraries if kind not in sought[1])


def _shore(institution: Institution) -> str:
    """The land on which it stands; that of a department or a region, which tell none, is the continent."""
    return (institution.territory and institution.territory.shore) or CONTINENT
