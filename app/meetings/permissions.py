"""Who organises a meeting, and who may see that it exists."""

import sqlalchemy as sa
from sqlalchemy.orm import object_session

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.models import Meeting
from app.meetings.sight import visible_to


def can_organise_for(actor: Actor, institution: Institution) -> bool:
    """Those who speak for the host, and administrators. The agency of its region organises as a host, or a co-host, itself."""
    return actor.is_administrator or actor.speaks_for(institution)


def can_organise(actor: Actor, meeting: Meeting) -> bool:
    """Those who speak for the host, or a co-host that has accepted, and administrators: they alone see who is registered."""
    return can_organise_for(actor, meeting.host) or (meeting.co_host is not None and can_organise_for(actor, meeting.co_host))


def can_answer_co_hosting(actor: Actor, meeting: Meeting) -> bool:
    """Those who speak for the institution that its host names: nobody else consents for it."""
    return meeting.named_co_host is not None and actor.speaks_for(meeting.named_co_host)


def can_see(actor: Actor, meeting: Meeting) -> bool:
    """As `visible_to` says, which lists take too."""
    session = object_session(meeting)
    assert session is not None, "a meeting is read from the database"
    return bool(session.scalar(sa.select(sa.exists().where(Meeting.id == meeting.id, visible_to(actor)))))
