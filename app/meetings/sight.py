"""Who may see a meeting, as SQL: lists, feeds and pages take the same condition, so that none shows what another hides."""

import sqlalchemy as sa

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, Openness, Status
from app.meetings.registrations.models import LIVING, Place, Registration
from app.partnerships.exchanges.models import Exchange
from app.partnerships.models import Partnership


def organised_by(actor: Actor) -> sa.ColumnElement[bool]:
    """SQL: the person speaks for its host or co-host, or for the Cité to which these belong."""
    own = spoken_for(actor)
    return sa.or_(Meeting.host_id.in_(own), co_hosted_by(own))


def co_hosted_by(ids: sa.Select | list[int]) -> sa.ColumnElement[bool]:
    """SQL: one of these institutions organises it with its host, and has accepted to."""
    return sa.and_(Meeting.co_host_id.in_(ids), Meeting.co_host_accepted_at.is_not(None))


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """SQL: the person may see it.

    A draft is seen by its organisers, and by those who are asked to organise it with them. What is announced is seen by all
    when it is public; else by the institutions of the kinds and territories for which it is reserved, by the two sides of its
    partnership, by those who are invited, and by those who are registered. Administrators see everything.
    """
    if actor.is_administrator:
        return sa.true()
    announced = Meeting.status != Status.DRAFT
    if actor.user is None:
        return sa.and_(announced, Meeting.openness == Openness.PUBLIC)
    return sa.or_(
        organised_by(actor),
        Meeting.co_host_id.in_(spoken_for(actor)),
        sa.and_(
            announced,
            sa.or_(
                Meeting.openness == Openness.PUBLIC,
                sa.and_(Meeting.openness == Openness.RESERVED, sa.or_(sa.false(), *_reserved_for(actor))),
                _of_own_partnership(actor),
                _invited(actor),
                _registered(actor),
            ),
        ),
    )


def meant_for(institution: Institution) -> sa.ColumnElement[bool]:
    """SQL: among reserved meetings, those for institutions of this kind and territory."""
    territory = institution.territory
    around = [territory.id, territory.department_id, territory.region_id, territory.epci_id] if territory else []
    served = [one.territory_id for one in institution.service_territories]
    ids = [one for one in (*around, *served) if one]
    return sa.and_(
        sa.or_(Meeting.for_kinds == [], sa.literal(institution.kind.value) == sa.any_(Meeting.for_kinds)),
        sa.or_(Meeting.for_territories == [], *(sa.literal(one) == sa.any_(Meeting.for_territories) for one in ids)),
    )


def _reserved_for(actor: Actor) -> list[sa.ColumnElement[bool]]:
    return [meant_for(institution) for institution in actor.institutions]


def spoken_for(actor: Actor) -> sa.Select:
    """The ids of the institutions of which the person is a member, and of the centres of those that are Cités."""
    ids = list(actor.institution_ids)
    return sa.select(Institution.id).where(sa.or_(Institution.id.in_(ids), Institution.parent_id.in_(ids)))


def registered_by(actor: Actor) -> sa.ColumnElement[bool]:
    """SQL: of registrations, those made in the person's own name, and those of whom they speak for today, whoever made them.

    Who has left an institution has no more part in what they registered for it. An address that nobody confirmed speaks for
    no institution yet.
    """
    of_theirs = sa.and_(Registration.institution_id.in_(spoken_for(actor)), Registration.place != Place.UNCONFIRMED)
    if actor.user is None:
        return of_theirs
    return sa.or_(of_theirs, sa.and_(Registration.institution_id.is_(None), Registration.user_id == actor.user.id))


def _of_own_partnership(actor: Actor) -> sa.ColumnElement[bool]:
    own = spoken_for(actor)
    sides = sa.or_(Exchange.cite_id.in_(own), Exchange.partner_id.in_(own))
    return Meeting.partnership_id.in_(sa.select(Partnership.id).join(Partnership.exchange).where(sides))


def _invited(actor: Actor) -> sa.ColumnElement[bool]:
    return Meeting.id.in_(sa.select(Invitation.meeting_id).where(Invitation.institution_id.in_(spoken_for(actor))))


def _registered(actor: Actor) -> sa.ColumnElement[bool]:
    own = sa.select(Registration.meeting_id).where(registered_by(actor), Registration.place.in_(LIVING))
    return Meeting.id.in_(own)
