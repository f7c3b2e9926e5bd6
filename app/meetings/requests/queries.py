"""Reads of requests of meetings: by region, of someone's institutions, those that a meeting may answer."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.clock import now
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, MeetingKind, Openness, Status
from app.meetings.requests.models import MeetingRequest
from app.meetings.sight import meant_for, visible_to
from geo.territories import Territory, by_code

#: How long a page says what was answered.
LATELY = timedelta(days=366)
#: What a list says of a request.
NAMED = (
    joinedload(MeetingRequest.institution).joinedload(Institution.territory),
    joinedload(MeetingRequest.region),
    joinedload(MeetingRequest.answered_by),
)


def is_open() -> sa.ColumnElement[bool]:
    """The condition that a request waits: neither answered nor withdrawn."""
    return sa.and_(MeetingRequest.answered_at.is_(None), MeetingRequest.withdrawn_at.is_(None))


def by_public_id(public_id: str) -> sa.Select:
    """The request of this public id, if any."""
    return sa.select(MeetingRequest).where(MeetingRequest.public_id == public_id).options(*NAMED)


def waiting_of(institutions: list[Institution]) -> sa.Select:
    """The requests of these institutions that wait for their answer."""
    of_theirs = MeetingRequest.institution_id.in_([one.id for one in institutions])
    return sa.select(MeetingRequest).where(of_theirs, is_open()).options(*NAMED).order_by(MeetingRequest.id)


def own(actor: Actor) -> sa.Select:
    """The requests of this person's institutions, those that wait first, then the latest."""
    return (
        sa.select(MeetingRequest)
        .where(MeetingRequest.institution_id.in_(sorted(actor.institution_ids)))
        .options(*NAMED)
        .order_by(is_open().desc(), MeetingRequest.asked_at.desc(), MeetingRequest.id.desc())
    )


def in_region(region_id: str) -> sa.Select:
    """The requests that wait in a region, the oldest first."""
    return (
        sa.select(MeetingRequest)
        .where(MeetingRequest.region_id == region_id, is_open())
        .options(*NAMED)
        .order_by(MeetingRequest.asked_at, MeetingRequest.id)
    )


def everywhere() -> sa.Select:
    """The requests that wait, region by region, the oldest first."""
    return (
        sa.select(MeetingRequest)
        .join(MeetingRequest.region)
        .where(is_open())
        .options(*NAMED)
        .order_by(by_code(), MeetingRequest.asked_at, MeetingRequest.id)
    )


def waiting_for(actor: Actor) -> sa.Select:
    """The requests that wait in the regions where this person plays the agency's part; an administrator's: all of them."""
    return (
        everywhere() if actor.is_administrator else everywhere().where(MeetingRequest.region_id.in_(sorted(actor.region_ids)))
    )


def by_region() -> sa.Select:
    """For each region that has any: (Territory, number of requests that wait, day of the oldest), in the order of the codes."""
    counted = (
        sa.select(
            MeetingRequest.region_id.label("id"),
            sa.func.count().label("number"),
            sa.func.min(MeetingRequest.asked_at).label("since"),
        )
        .where(is_open())
        .group_by(MeetingRequest.region_id)
        .subquery("counted")
    )
    columns = (Territory, counted.c.number, counted.c.since)
    return sa.select(*columns).join(counted, counted.c.id == Territory.id).order_by(by_code())


def answered_lately() -> sa.Select:
    """The meetings that answered requests in the last months: (Meeting, its region, number of requests), the latest first."""
    region = aliased(Territory)
    number, last = sa.func.count().label("number"), sa.func.max(MeetingRequest.answered_at)
    return (
        sa.select(Meeting, region, number)
        .join(MeetingRequest, MeetingRequest.answered_by_id == Meeting.id)
        .join(region, region.id == MeetingRequest.region_id)
        .where(MeetingRequest.answered_at > now() - LATELY)
        .group_by(Meeting.id, region.id)
        .order_by(last.desc(), Meeting.id)
    )


def number_in(region_id: str) -> sa.Select:
    """How many requests wait in a region."""
    return sa.select(sa.func.count()).where(MeetingRequest.region_id == region_id, is_open())


def same_open(institution: Institution, region_id: str) -> sa.Select:
    """The request that an institution has already made for a region, and that waits."""
    return sa.select(MeetingRequest).where(
        MeetingRequest.institution_id == institution.id, MeetingRequest.region_id == region_id, is_open()
    )


def regional_meetings(region_ids: list[str]) -> sa.Select:
    """The regional meetings to come that are announced in these regions, the first first."""
    places = sa.select(Territory.id).where(Territory.region_id.in_(region_ids))
    return (
        sa.select(Meeting)
        .where(
            Meeting.kind == MeetingKind.REGIONAL,
            Meeting.status == Status.ANNOUNCED,
            Meeting.starts_at > now(),
            Meeting.territory_id.in_(places),
        )
        .options(joinedload(Meeting.territory), joinedload(Meeting.host))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def seen_meetings(actor: Actor, region_ids: list[str]) -> sa.Select:
    """Those of them that this person may see."""
    return regional_meetings(region_ids).where(visible_to(actor))


def may_come(meeting: Meeting, institution: Institution) -> sa.ColumnElement[bool]:
    """SQL: the meeting is open to the institution, reserved for those like it, or it is invited."""
    invited = sa.select(Invitation.id).where(
        Invitation.meeting_id == meeting.id, Invitation.institution_id == institution.id, Invitation.declined_at.is_(None)
    )
    return sa.and_(
        Meeting.id == meeting.id,
        sa.or_(
            Meeting.openness == Openness.PUBLIC,
            sa.and_(Meeting.openness == Openness.RESERVED, meant_for(institution)),
            invited.exists(),
        ),
    )
