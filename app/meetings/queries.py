"""Reads of meetings. Whoever lists them takes `visible`, so that nobody sees what is not theirs to see."""

from datetime import datetime

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import ARRIVED, LIVING, Attendee, Registration
from app.meetings.sight import co_hosted_by, organised_by, registered_by, spoken_for, visible_to
from app.partnerships.exchanges.models import Exchange
from app.partnerships.models import Partnership, Step
from geo.territories import Territory, within

#: What a list says of a meeting, loaded for all its rows at once.
WITH_PLACE = (
    joinedload(Meeting.host),
    joinedload(Meeting.named_co_host),
    joinedload(Meeting.place).joinedload(Institution.territory),
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
    return sa.or_(Meeting.host_id == institution.id, co_hosted_by([institution.id]), Meeting.place_id == institution.id)


def is_draft(meeting: Meeting) -> bool:
    """Whether all of it may still be changed."""
    return meeting.status is Status.DRAFT


def position_of(meeting: Meeting) -> sa.Select:
    """(longitude, latitude, exact) of where it is: its own point, that of the institution, or that of the commune."""
    commune = sa.case((sa.or_(Meeting.address.is_not(None), Meeting.place_id.is_not(None)), Territory.point))
    exact = sa.func.coalesce(Meeting.point, Institution.point)
    point = sa.cast(sa.func.coalesce(exact, commune), Geometry)
    return (
        sa.select(
            sa.func.ST_X(point).label("longitude"),
            sa.func.ST_Y(point).label("latitude"),
            exact.is_not(None).label("exact"),
        )
        .select_from(Meeting)
        .outerjoin(Institution, Institution.id == Meeting.place_id)
        .outerjoin(Territory, Territory.id == Meeting.territory_id)
        .where(Meeting.id == meeting.id)
    )


def own_registrations(actor: Actor, meeting: Meeting | None = None) -> sa.Select:
    """The living registrations of this person and of the institutions for which they speak, of one meeting or of all."""
    living = sa.and_(Registration.place.in_(LIVING), ~Registration.is_walk_in)
    asked = sa.select(Registration).where(registered_by(actor), living)
    asked = asked if meeting is None else asked.where(Registration.meeting_id == meeting.id)
    loaded = (joinedload(Registration.meeting).options(*WITH_PLACE), joinedload(Registration.institution))
    return asked.options(*loaded).order_by(Registration.id)


def organised(actor: Actor) -> sa.Select:
    """The meetings that this person organises, the first to start first."""
    return sa.select(Meeting).where(organised_by(actor)).options(*WITH_PLACE).order_by(Meeting.starts_at, Meeting.id)


def asked_to_co_host(actor: Actor, moment: datetime) -> sa.Select:
    """The meetings to come that an institution of this person is asked to organise with their host."""
    pending = sa.and_(Meeting.co_host_id.in_(spoken_for(actor)), Meeting.co_host_accepted_at.is_(None))
    living = sa.and_(Meeting.status.in_((Status.DRAFT, Status.ANNOUNCED)), Meeting.ends_at > moment)
    return sa.select(Meeting).where(pending, living).options(*WITH_PLACE).order_by(Meeting.starts_at, Meeting.id)


def invited(actor: Actor, moment: datetime) -> sa.Select:
    """The announced meetings to come to which an institution of this person is invited, without an answer yet."""
    own = spoken_for(actor)
    answered = sa.exists().where(
        Registration.meeting_id == Meeting.id,
        Registration.institution_id == Invitation.institution_id,
        Registration.place.in_(ARRIVED),
    )
    open_ones = (
        sa.select(Invitation.meeting_id)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(Invitation.institution_id.in_(own), Invitation.declined_at.is_(None), ~answered)
    )
    return (
        sa.select(Meeting)
        .where(Meeting.id.in_(open_ones), Meeting.status == Status.ANNOUNCED, Meeting.ends_at > moment)
        .options(*WITH_PLACE)
        .order_by(Meeting.starts_at, Meeting.id)
    )


def partnerships_of(actor: Actor) -> sa.Select:
    """The living partnerships of the institutions for which this person speaks, with their two sides."""
    own = spoken_for(actor)
    return (
        sa.select(Partnership)
        .join(Partnership.exchange)
        .where(sa.or_(Exchange.cite_id.in_(own), Exchange.partner_id.in_(own)), Partnership.step != Step.CLOSED)
        .options(contains_eager(Partnership.exchange).options(joinedload(Exchange.cite), joinedload(Exchange.partner)))
        .order_by(Partnership.id)
    )


def checked_in(meeting: Meeting) -> sa.Select:
    """How many people were checked in."""
    there = Attendee.registration_id.in_(sa.select(Registration.id).where(Registration.meeting_id == meeting.id))
    return sa.select(sa.func.count()).select_from(Attendee).where(there, Attendee.checked_in_at.is_not(None))
