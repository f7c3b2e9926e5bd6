"""What a feed holds and which version of it that is, known before it is written: most readers already have it.

A version is that of every row that a feed reads, as PostgreSQL numbers them: `ctid` and `xmin` change with each writing,
whoever writes. Nothing has to be kept in step, and that a meeting is over changes nothing. Its agenda is written with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.clock import now
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.calendars import queries
from app.meetings.models import Meeting
from app.meetings.registrations.models import Registration
from geo.territories import Territory

#: What a calendar takes in easily: a feed holds the meetings that are nearest in time.
MOST = 500


@dataclass(frozen=True)
class Standing:
    """The ids of its meetings, whether others are left out, and the version of all that is read of them."""

    ids: Sequence[int]
    is_cut: bool
    version: tuple[object, ...]


def of(session: Session, actor: Actor, condition: sa.ColumnElement[bool]) -> Standing:
    """How the feed of the meetings that answer stands for this reader; without account, for everybody."""
    away = sa.func.abs(sa.extract("epoch", Meeting.starts_at - now()))
    asked = queries.recent(queries.seen_by(actor)).where(condition).with_only_columns(Meeting.id, maintain_column_froms=True)
    found = session.scalars(asked.order_by(None).order_by(away, Meeting.id).limit(MOST + 1)).all()
    ids = sorted(found[:MOST])
    return Standing(ids, len(found) > MOST, (_rows_read(session, ids), _own(session, actor, ids)))


def _written(*tables: str) -> list[sa.ColumnElement]:
    """When these rows were last written: a text for each."""
    return [sa.literal_column(f"concat_ws(':', {table}.ctid, {table}.xmin)") for table in tables]


def _rows_read(session: Session, ids: Sequence[int]) -> list[tuple[object, ...]]:
    host, co_host, place = (aliased(Institution, name=name) for name in ("host", "co_host", "place"))
    where, town = (aliased(Territory, name=name) for name in ("held_in", "town"))
    asked = (
        sa.select(Meeting.id, *_written("meeting", "host", "co_host", "place", "held_in", "town"))
        .join(host, host.id == Meeting.host_id)
        .outerjoin(co_host, co_host.id == Meeting.co_host_id)
        .outerjoin(place, place.id == Meeting.place_id)
        .outerjoin(where, where.id == Meeting.territory_id)
        .outerjoin(town, town.id == place.territory_id)
        .where(Meeting.id.in_(ids))
        .order_by(Meeting.id)
    )
    return [tuple(row) for row in session.execute(asked)]


def _own(session: Session, actor: Actor, ids: Sequence[int]) -> tuple[object, ...]:
    """How this person comes to them: for whom they speak, and their registrations."""
    if not actor.is_known:
        return ()
    asked = queries.registrations_of(actor).where(Registration.meeting_id.in_(ids)).order_by(Registration.id)
    rows = session.execute(asked.with_only_columns(*_written("registration")))
    return sorted(one.id for one in actor.institutions), [tuple(row) for row in rows]
