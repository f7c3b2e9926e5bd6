"""Reads of meetings. Whoever lists them takes `visible`, so that nobody sees what is not theirs to see."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.models import Meeting
from app.meetings.sight import visible_to
from geo.territories import Territory, within

#: What a list says of a meeting, loaded for all its rows at once.
WITH_PLACE = (
    joinedload(Meeting.host),
    joinedload(Meeting.co_host),
    joinedload(Meeting.place),
    joinedload(Meeting.territory).joinedload(Territory.department),
)


def visible(actor: Actor) -> sa.Select:
    """The meetings that this person may see, the first to start first."""
    return sa.select(Meeting).where(visible_to(actor)).options(*WITH_PLACE).order_by(Meeting.starts_at, Meeting.id)


def meeting_known_as(public_id: str) -> sa.Select:
    """The meeting of a URL, with its agenda."""
    return sa.select(Meeting).where(Meeting.public_id == public_id).options(*WITH_PLACE, selectinload(Meeting.agenda))


def within_territory(territory: Territory) -> sa.ColumnElement[bool]:
    """SQL: held in the territory."""
    return Meeting.territory_id.in_(sa.select(Territory.id).where(within(territory)))


def of_institution(institution: Institution) -> sa.ColumnElement[bool]:
    """SQL: hosted by the institution, or held there."""
    return sa.or_(Meeting.host_id == institution.id, Meeting.co_host_id == institution.id, Meeting.place_id == institution.id)
